#include "kernels/cuda/error.hpp"

#include "kernels/base/error.hpp"

namespace kanpde::kernels::cuda {

std::string explain(cudaError_t error) {
  cudaGetLastError();
  if (error == cudaErrorInsufficientDriver)
    return "no NVIDIA driver, or one too old for this build";
  return cudaGetErrorString(error);
}

void require(cudaError_t error, const char* doing) {
  if (error != cudaSuccess) throw DeviceError(fmt::format("{}: {}", doing, explain(error)));
}

void fail(const char* call, int status) {
  throw DeviceError(fmt::format("{} failed with status {}", call, status));
}

}  // namespace kanpde::kernels::cuda
