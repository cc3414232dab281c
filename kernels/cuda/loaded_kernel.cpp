#include "kernels/cuda/loaded_kernel.hpp"

#include "kernels/base/error.hpp"
#include "kernels/cuda/error.hpp"

namespace kanpde::kernels::cuda {

LoadedKernel::LoadedKernel(const std::string& cubin, const char* name, const char* label)
    : label_(label) {
  require(cudaLibraryLoadData(&library_, cubin.data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
          "not loaded");
  if (const auto error = cudaLibraryGetKernel(&kernel_, library_, name); error != cudaSuccess) {
    cudaLibraryUnload(library_);
    require(error, "not found");
  }
}

LoadedKernel::~LoadedKernel() { cudaLibraryUnload(library_); }

void LoadedKernel::launch(cudaStream_t stream, int blocks, int threads, std::size_t shared_bytes,
                          void** arguments) const {
  require(cudaLaunchKernel(function(), dim3(unsigned(blocks)), dim3(unsigned(threads)), arguments,
                           shared_bytes, stream),
          "not started");
}

int LoadedKernel::allow(int threads, std::size_t shared_bytes) const {
  require(cudaFuncSetAttribute(function(), cudaFuncAttributeMaxDynamicSharedMemorySize,
                               int(shared_bytes)),
          "shared memory");
  int blocks = 0;
  require(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, function(), threads, shared_bytes),
          "occupancy");
  if (blocks < 1)
    throw DeviceError(fmt::format("{}: no room for {} threads with {} bytes of shared memory",
                                  label_, threads, shared_bytes));
  return blocks;
}

void LoadedKernel::require(cudaError_t error, const char* what) const {
  if (error != cudaSuccess)
    throw DeviceError(fmt::format("{}: {}: {}", label_, what, explain(error)));
}

}  // namespace kanpde::kernels::cuda
