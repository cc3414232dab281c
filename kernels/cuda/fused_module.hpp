#pragma once
/// A compiled fused kernel, loaded on the GPU.

#include <memory>
#include <string>

#include "kernels/device/fused_source.hpp"

struct CUstream_st;  // of the CUDA runtime: *cudaStream_t

namespace kanpde::kernels::cuda {

class LoadedKernel;

/// Bytes of dynamic shared memory that a block on GPU `index` may have. Throws DeviceError.
std::size_t shared_bytes_limit(int index);

class FusedModule {
 public:
  /// cubin: of kernel.source, for GPU `index`, which is the current one. Throws DeviceError.
  FusedModule(const std::string& cubin, const device::FusedKernel& kernel, int index);
  ~FusedModule();
  FusedModule(const FusedModule&) = delete;
  FusedModule& operator=(const FusedModule&) = delete;

  int values() const { return values_; }  ///< numbers of a partial in gradient mode
  /// Of a launch on so many points: as many as the GPU holds at a time, fewer where each would have
  /// no points. The same for the same GPU and points, so that sums have the same bits.
  int blocks(int points) const;
  /// Starts the kernel on blocks(arguments.points) blocks; T as in the source. Throws DeviceError.
  template <class T>
  void launch(CUstream_st* stream, const device::FusedArguments<T>& arguments) const;

 private:
  std::unique_ptr<LoadedKernel> kernel_;
  int threads_, values_, most_blocks_ = 1;
  std::size_t shared_bytes_;
};

}  // namespace kanpde::kernels::cuda
