#pragma once
/// How fast errors fall.

#include <vector>

namespace kanpde::solver {

/// Slope of the least-squares line of log y over log x; NaN for fewer than two different x. All
/// positive, as many y as x.
double log_log_slope(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace kanpde::solver
