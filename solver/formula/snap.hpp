#pragma once
/// Constants of a formula rounded to numbers that people write.

#include <optional>
#include <vector>

#include "solver/formula/constants_fit.hpp"

namespace kanpde::solver {

/// The simplest of p/q, p/q pi, p/q / pi, p/q pi^2, p/q e, p/q sqrt(2) and p/q sqrt(3) (q at most
/// 16) that is within `tolerance` of value; nothing where there is none.
std::optional<double> nice_number(double value, double tolerance);

struct SnapResult {
  ConstantsFit::Outcome outcome;
  std::vector<bool> snapped;
};

/// Rounds one constant after the other, the others fitted again, and takes it back where the root
/// mean square of the residuals grows beyond rounding: by more than 2 % and `rounding`. Free
/// constants take the value that they wish first.
SnapResult snap_constants(const ConstantsFit& problem, std::vector<Constant>& constants,
                          double rounding);

}  // namespace kanpde::solver
