#pragma once
/// A compiled residual kernel, loaded on the GPU.

#include <memory>
#include <string>

#include "kernels/device/residual.hpp"

struct CUstream_st;  // of the CUDA runtime: *cudaStream_t

namespace kanpde::kernels::cuda {

class LoadedKernel;

class ResidualModule {
 public:
  /// cubin: of the text that device::residual_source gives, for this GPU. Throws DeviceError.
  explicit ResidualModule(const std::string& cubin);
  ~ResidualModule();
  ResidualModule(const ResidualModule&) = delete;
  ResidualModule& operator=(const ResidualModule&) = delete;

  /// Starts the kernel; T as in the source. Throws DeviceError where it cannot start.
  template <class T>
  void launch(CUstream_st* stream, const device::ResidualArguments<T>& arguments) const;

 private:
  std::unique_ptr<LoadedKernel> kernel_;
};

}  // namespace kanpde::kernels::cuda
