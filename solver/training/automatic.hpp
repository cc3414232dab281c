#pragma once
/// `training: auto`: stages chosen from the equation and the size of the network.

#include <optional>
#include <string>
#include <vector>

#include "problems/problem.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

struct AutomaticPlan {
  std::vector<problems::StageSettings> stages;
  std::optional<int> stagnation;  ///< in place of the settings'
  std::string reason;             ///< one sentence, printed by `kanpde check`
};

/// The same rule for KANs and MLPs. `windows`: pieces of the time axis.
AutomaticPlan automatic_plan(problems::Problem& problem, const kan::NetworkShape& shape,
                             int windows = 1);

/// Whether inner edges of the network can be stretched to the solution: on a box, and where
/// kan::can_stretch() says so.
bool is_stretchable(const problems::Problem& problem, const kan::NetworkShape& shape);

/// Whether every equation and condition is linear in the unknowns.
bool is_linear(problems::Problem& problem);

}  // namespace kanpde::solver
