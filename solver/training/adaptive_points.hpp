#pragma once
/// Interior points redrawn where the residual is large.

#include <vector>

#include "kernels/evaluator.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

/// Replaces the points of the equations' term by as many drawn from a pool ten times as large, with
/// probability proportional to |r| / mean |r| + 1 (RAD; Wu et al. 2023,
/// doi:10.1016/j.cma.2022.115671). The pool is evaluated on `target`.
void redraw_adaptively(problems::Problem& problem, const Surrogate& surrogate,
                       const std::vector<TermSpec>& specs, std::vector<TermPoints>& points,
                       const kernels::Target& target, Random& random);

}  // namespace kanpde::solver
