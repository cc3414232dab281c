#pragma once
/// What this process keeps of a GPU from its first use to its end: a stream, the handles of cuBLAS
/// and cuSOLVER, loaded kernels.

#include <cublas_v2.h>
#include <cusolverDn.h>

#include <map>
#include <memory>
#include <string>

#include "kernels/cuda/fused_module.hpp"
#include "kernels/cuda/residual_module.hpp"

namespace kanpde::kernels::cuda {

class Context {
 public:
  /// Of GPU `index`, which becomes the current one. Throws DeviceError.
  static Context& of(int index);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  cudaStream_t stream() const { return stream_; }
  cublasHandle_t blas() const { return blas_; }
  cusolverDnHandle_t solver() const { return solver_; }
  /// Memory for solvers, at least this many bytes; valid until the next call.
  void* workspace(std::size_t bytes);
  int* status() const { return status_; }  ///< a word in the memory of the GPU
  int capability() const { return capability_; }
  /// The compiled kernel of this source; null where it cannot be compiled here.
  const ResidualModule* residual(const std::string& source);
  /// The fused kernel of a network and a term; null where they are not fit for one.
  const FusedModule* fused(const NetworkShape& shape, const Term& term, int scalars,
                           bool single_precision);

  /// Copies in the order of the stream; small ones by way of memory that the GPU reads by itself,
  /// so that they need no driver's buffer. They wait for the stream, small uploads do not.
  void upload(void* to, const void* from, std::size_t bytes);
  void download(void* to, const void* from, std::size_t bytes);
  void synchronize();

  void* allocate(std::size_t bytes);
  void release(void* memory) noexcept;

 private:
  explicit Context(int index);
  void return_freed_memory();

  int index_, capability_ = 0;
  cudaStream_t stream_ = nullptr;
  cublasHandle_t blas_ = nullptr;
  cusolverDnHandle_t solver_ = nullptr;
  void* workspace_ = nullptr;
  std::size_t workspace_bytes_ = 0;
  int* status_ = nullptr;
  char *staged_up_ = nullptr, *staged_down_ = nullptr;  // of the host, pinned
  bool upload_pending_ = false;                         // staged_up_ may still be read
  std::map<std::string, std::unique_ptr<ResidualModule>> residuals_;
  std::map<std::string, std::unique_ptr<FusedModule>> fused_;
};

}  // namespace kanpde::kernels::cuda
