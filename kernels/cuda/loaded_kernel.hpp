#pragma once
/// A kernel compiled at run time, loaded on the current GPU.

#include <cuda_runtime_api.h>

#include <string>

namespace kanpde::kernels::cuda {

class LoadedKernel {
 public:
  /// cubin: for this GPU, with a kernel of this name; label: what errors call it. Throws
  /// DeviceError.
  LoadedKernel(const std::string& cubin, const char* name, const char* label);
  ~LoadedKernel();
  LoadedKernel(const LoadedKernel&) = delete;
  LoadedKernel& operator=(const LoadedKernel&) = delete;

  /// Throws DeviceError where it cannot start; arguments: a pointer to each.
  void launch(cudaStream_t stream, int blocks, int threads, std::size_t shared_bytes,
              void** arguments) const;
  /// Lets blocks have so much dynamic shared memory; returns how many of them a multiprocessor
  /// holds. Throws DeviceError where it holds none.
  int allow(int threads, std::size_t shared_bytes) const;

 private:
  const void* function() const { return static_cast<const void*>(kernel_); }
  void require(cudaError_t error, const char* what) const;

  const char* label_;
  cudaLibrary_t library_ = nullptr;
  cudaKernel_t kernel_ = nullptr;
};

}  // namespace kanpde::kernels::cuda
