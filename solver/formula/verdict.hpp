#pragma once
/// Whether formulas solve the equations and meet the conditions of a problem.

#include <string>
#include <vector>

#include "solver/formula/constants_fit.hpp"

namespace kanpde::solver {

/// A residual of this size over all points, beside that of its terms, is rounding.
inline constexpr double rounding_residual = 1e-12;

/// What is asked for by one equation or condition.
struct Requirement {
  std::string text;
  bool zero = false;   ///< the residual simplifies to 0
  double largest = 0;  ///< of the residual over points
  double size = 0;  ///< largest of its terms there; of a condition also of what it sets, anywhere
  bool met() const { return zero || largest < rounding_residual * size; }
};

/// Residuals of all equations and conditions, hard ones too, with `formulas` (an expression an
/// unknown, with constants) in place of the unknowns, at drawn points.
std::vector<ResidualBlock> formula_residuals(problems::Problem& problem,
                                             const std::vector<Expr>& formulas, int most_points);

/// An entry an equation and condition, of formulas without free constants.
std::vector<Requirement> check_formulas(problems::Problem& problem,
                                        const std::vector<Expr>& formulas);

}  // namespace kanpde::solver
