#pragma once
/// Compilation of CUDA C++ at run time.

#include <string>

#include "kernels/base/disk_cache.hpp"

namespace kanpde::kernels::cuda {

/// Of the NVRTC library that is loaded, such as "13.0".
std::string nvrtc_version();

/// Machine code (a cubin) of `source` for GPUs of compute capability `capability` (90: sm_90), with
/// fused multiply-add, without fast math. Needs no GPU. Throws DeviceError with the compiler's log.
std::string compile_cubin(const std::string& source, int capability);

/// The same, from the cache where it holds what this library has made of this source with these
/// options; otherwise compiled and put there.
std::string cached_cubin(const std::string& source, int capability,
                         const DiskCache& cache = DiskCache());

}  // namespace kanpde::kernels::cuda
