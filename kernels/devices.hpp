#pragma once
/// The GPUs that this program could compute on. Safe to ask on any machine, with or without a
/// driver.

#include <cstddef>
#include <string>
#include <vector>

namespace kanpde::kernels {

struct Device {
  int index = 0;  ///< as in `--device cuda:N`
  std::string name;
  std::size_t memory = 0;    ///< bytes
  int major = 0, minor = 0;  ///< compute capability
  int multiprocessors = 0;
};

struct DeviceList {
  std::vector<Device> devices;
  std::string reason;   ///< why `devices` is empty, else ""
  bool hidden = false;  ///< empty for want of a library, though the machine has an NVIDIA driver
};

/// Every CUDA device that the driver shows, in its order. Never throws for want of a GPU.
DeviceList list_devices();

/// Why nothing can be computed on device `index` of the list; "" where a kernel was run.
std::string obstacle(int index);

/// The CUDA toolkit that this program was built with, such as "13.0"; "" when built without CUDA.
std::string cuda_version();

}  // namespace kanpde::kernels
