#pragma once
/// How strongly each equation answers to a change of the solution: the scales of an automatic loss
/// balance.

#include <vector>

#include "kernels/evaluator.hpp"
#include "solver/objective/collocation.hpp"

namespace kanpde::solver {

/// Root mean square, over the points, of the length of each equation's rows of the Jacobian with
/// respect to the output layer of a probe: a KAN with random ridge functions of order-one frequency
/// and zero output. An entry a term and equation. Evaluated on `target` in float64, so that all
/// precisions minimise the same loss.
std::vector<std::vector<double>> probe_row_lengths(problems::Problem& problem,
                                                   const std::vector<TermSpec>& specs,
                                                   const std::vector<TermPoints>& points,
                                                   kernels::Target target);

}  // namespace kanpde::solver
