#pragma once
/// How long a training step takes, model beside model.

#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace kanpde::solver {

/// Median seconds of a step on the CPU of each model of the problem, an entry a name, from seed 0:
/// in each of `rounds` rounds every model takes one step, so that what else the machine does slows
/// all alike. A model that is done starts again.
std::vector<double> step_seconds(problems::Problem& problem, const std::vector<std::string>& models,
                                 int rounds);

}  // namespace kanpde::solver
