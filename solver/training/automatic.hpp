#pragma once
/// `training: auto`: stages chosen from the equation and the size of the network.

#include <optional>
#include <string>
#include <vector>

#include "problems/problem.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

/// Parameters up to which an n x n factorisation a step pays.
inline constexpr int dense_limit = 3000;

struct AutomaticPlan {
  std::vector<problems::StageSettings> stages;
  std::optional<int> stagnation;  ///< in place of the settings'
  std::string reason;             ///< one sentence, printed by `kanpde check`
};

/// The same rule for KANs and MLPs. `windows`: pieces of the time axis.
AutomaticPlan automatic_plan(problems::Problem& problem, const kan::NetworkShape& shape,
                             int windows = 1);

struct WindowsPlan {
  int windows = 1;
  std::string reason;  ///< one sentence; "" where there is nothing to choose
};

/// How many windows `training: auto` takes: several only for an equation that evolves in time, over
/// one space variable with a network whose inner edges can be stretched, or over two with products
/// that give polynomials in time.
WindowsPlan automatic_windows(const problems::Problem& problem, const kan::NetworkShape& shape);

/// Whether inner edges of the network can be stretched to the solution: on a box, and where
/// kan::can_stretch() says so.
bool is_stretchable(const problems::Problem& problem, const kan::NetworkShape& shape);

using problems::is_linear;

}  // namespace kanpde::solver
