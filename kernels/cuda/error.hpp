#pragma once
/// From the status of a CUDA call to an exception.

#include <cuda_runtime_api.h>

#include <string>

namespace kanpde::kernels::cuda {

/// The runtime's message; clears its sticky error so that later calls start clean.
std::string explain(cudaError_t error);

/// Throws DeviceError with what was being done unless `error` is cudaSuccess.
void require(cudaError_t error, const char* doing);

/// Throws DeviceError with the status of a library's call.
[[noreturn]] void fail(const char* call, int status);

}  // namespace kanpde::kernels::cuda
