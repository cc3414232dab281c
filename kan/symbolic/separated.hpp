#pragma once
/// Fields of two variables as sums of products: f(x, y) = sum_k phi_k(x) psi_k(y).

#include <span>
#include <vector>

#include "kan/symbolic/edge_fit.hpp"
#include "kernels/base/array.hpp"

namespace kanpde::kan {

struct Separated {
  /// A basis of the functions of each variable, at the points: rank columns each.
  Columns left, right;
  double error = 0;  ///< root mean square of the misfit on held-out points over the deviation of f
};

/// The best sum of `rank` products, by alternating least squares over splines with `intervals`
/// intervals. x: two columns. Every fifth point is held out. Deterministic.
Separated separate(const Columns& x, std::span<const double> f, int rank, int intervals);

/// Functions of the library that lie in the span of the columns of `basis` (values at the points
/// z), one a column: a = 1, d = 0, also z + c; constant_edge is the constant 1. Only the span of
/// `basis` is known, so that a function counts by its distance from it, relative to what is new in
/// it beside those chosen before. `noise`: how far the span is off. Fewer where none fits.
std::vector<EdgeFit> functions_in_span(const std::vector<EdgeFunction>& library,
                                       std::span<const double> z, const Columns& basis,
                                       double noise);

/// The coefficients C_jk (left x right, row-major) of the best sum_jk C_jk f_j(x) g_k(y); 0 where
/// its part is below `least` of the deviation of f.
std::vector<double> product_coefficients(const std::vector<EdgeFunction>& library, const Columns& x,
                                         std::span<const double> f,
                                         const std::vector<EdgeFit>& left,
                                         const std::vector<EdgeFit>& right, double least);

}  // namespace kanpde::kan
