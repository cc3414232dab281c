#pragma once
/// Expressions of a trained surrogate at given points.

#include <vector>

#include "problems/problem.hpp"
#include "solver/objective/ansatz.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

/// Values of expressions in the unknowns, their derivatives and the coordinates: one column an
/// expression. Evaluated in float64 on the CPU, whatever the training computed on.
Columns evaluate_fields(problems::Problem& problem, const Ansatz& ansatz,
                        const Surrogate& surrogate, const std::vector<problems::Expr>& fields,
                        const Columns& points);

}  // namespace kanpde::solver
