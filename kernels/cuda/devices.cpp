#include "kernels/cuda/devices.hpp"

#include "kernels/cuda/error.hpp"

namespace kanpde::kernels::cuda {
namespace {

Device describe(int index, const cudaDeviceProp& properties) {
  return {index,
          properties.name,
          properties.totalGlobalMem,
          properties.major,
          properties.minor,
          properties.multiProcessorCount};
}

}  // namespace

DeviceList list_devices() {
  int count = 0;  // left untouched by the call below when there is no driver
  if (const auto error = cudaGetDeviceCount(&count); error != cudaSuccess) {
    return {{}, explain(error)};
  }
  DeviceList list;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    const auto error = cudaGetDeviceProperties(&properties, i);
    if (error != cudaSuccess) return {{}, explain(error)};
    list.devices.push_back(describe(i, properties));
  }
  if (count == 0) list.reason = "no CUDA device";
  return list;
}

}  // namespace kanpde::kernels::cuda
