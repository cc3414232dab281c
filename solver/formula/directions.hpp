#pragma once
/// Linear combinations of the variables that a field depends on.

#include <vector>

#include "kernels/base/array.hpp"

namespace kanpde::solver {

/// Rows: coefficients of the combinations, in reduced row echelon form, so that a combination has
/// few variables and the first coefficient 1. From the gradients at points (one column a variable):
/// those directions whose singular value is above `tolerance` times the largest.
std::vector<std::vector<double>> active_directions(const Columns& gradient, double tolerance);

/// The value of every combination at the points x: one column a combination.
Columns project(const Columns& x, const std::vector<std::vector<double>>& directions);

}  // namespace kanpde::solver
