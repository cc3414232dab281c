#pragma once
/// What the CUDA runtime says about the GPUs of this machine.

#include "kernels/devices.hpp"

namespace kanpde::kernels::cuda {

DeviceList list_devices();
/// See kernels::obstacle.
std::string obstacle(int index);

}  // namespace kanpde::kernels::cuda
