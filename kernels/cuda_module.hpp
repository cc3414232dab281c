#pragma once
/// The CUDA backend is a library of its own beside the program (libkanpde_cuda.so), opened when it
/// is first asked for, so that programs start where the toolkit's libraries are missing.

#include "kernels/devices.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kernels {

/// What the library offers; see kernels/cuda.
struct CudaModule {
  DeviceList (*list_devices)();
  std::string (*obstacle)(int index);
  std::unique_ptr<Evaluator> (*make_evaluator)(const Target& target, NetworkShape shape,
                                               std::vector<Term> terms, int scalars);
};

/// Its one function: CudaModule kanpde_cuda_module().
inline constexpr const char* cuda_module_entry = "kanpde_cuda_module";

/// Throws DeviceError: built without CUDA, or which library is missing.
const CudaModule& cuda_module();

}  // namespace kanpde::kernels
