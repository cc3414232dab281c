#pragma once
/// Samples of the fields of a trained run.

#include "solver/formula/search.hpp"
#include "solver/training/solution.hpp"

namespace kanpde::solver {

/// Of one unknown: its measured data where the problem is a fit of data without an equation, else
/// the field at `count` points of the region; the gradient of the trained field in both cases,
/// where it has one.
Samples take_samples(problems::Problem& problem, const Solution& solution, int unknown, int count);

/// Whether take_samples() gives data.
bool is_data_fit(const problems::Problem& problem, int unknown);

}  // namespace kanpde::solver
