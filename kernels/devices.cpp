#include "kernels/devices.hpp"

#include <filesystem>

#include "kernels/base/device_error.hpp"
#include "kernels/cuda_module.hpp"

namespace kanpde::kernels {

#ifdef KANPDE_HAS_CUDA

DeviceList list_devices() {
  try {
    return cuda_module().list_devices();
  } catch (const DeviceError& error) {
    return {{}, error.what(), std::filesystem::exists("/dev/nvidiactl")};
  }
}
std::string obstacle(int index) { return cuda_module().obstacle(index); }
std::string cuda_version() { return KANPDE_CUDA_VERSION; }

#else

DeviceList list_devices() { return {{}, "built without CUDA"}; }
std::string obstacle(int /*index*/) { return "built without CUDA"; }
std::string cuda_version() { return {}; }

#endif

}  // namespace kanpde::kernels
