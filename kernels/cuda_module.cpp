#include "kernels/cuda_module.hpp"

#include <dlfcn.h>

#include <filesystem>

#include "kernels/base/error.hpp"

namespace kanpde::kernels {

#ifdef KANPDE_HAS_CUDA

namespace {

CudaModule open_module() {
  const auto file =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / KANPDE_CUDA_FILE;
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays until the end
  if (!library)
    throw DeviceError(fmt::format("the CUDA backend cannot be loaded: {}", ::dlerror()));
  void* entry = ::dlsym(library, cuda_module_entry);
  if (!entry) throw DeviceError(fmt::format("{} is not the CUDA backend", file.string()));
  return reinterpret_cast<CudaModule (*)()>(entry)();
}

}  // namespace

const CudaModule& cuda_module() {
  static const CudaModule module = open_module();
  return module;
}

#else

const CudaModule& cuda_module() { throw DeviceError("this program was built without CUDA"); }

#endif

}  // namespace kanpde::kernels
