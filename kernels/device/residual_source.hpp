#pragma once
/// The kernel that a term's residual expression compiles to, as text.

#include <string>

#include "kernels/term.hpp"

namespace kanpde::kernels::device {

inline constexpr const char* residual_kernel = "kanpde_residual";  ///< its name

/// CUDA C++ of one function, one thread a point, that needs no header and does what
/// InterpretResidual does with the same term:
///
///   extern "C" __global__ void kanpde_residual(
///       int mode, int count, const T* columns, long column_stride, const T* jets,
///       long component_stride, int half, const T* scalars, const T* scale, const T* point_scale,
///       T* r, long row_stride, T* seeds, T* d_scalars, long scalar_stride)
///
/// with T double or float; point_scale may be null, the other arguments are those of
/// ResidualArguments. Constants are exact. Terms that differ in points, columns' values and scales
/// alone have the same text. Throws std::logic_error for a tape that does not fit the term.
std::string residual_source(const Term& term, bool single_precision);

}  // namespace kanpde::kernels::device
