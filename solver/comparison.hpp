#pragma once
/// Which models a run trains, those made for comparison included.

#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace kanpde::solver {

struct Contestant {
  problems::ModelSettings settings;
  problems::TrainingSettings training;  ///< stages filled in
  std::string matched;                  ///< "", "parameters" or "time"
  int time_of = -1;                     ///< index of the contestant whose seconds limit this one
  std::string windows_reason;           ///< why so many windows, where the problem chose
};

/// The models of the problem, each with its stages; then, as `compare` asks, mlp_same_parameters,
/// an MLP with the depth of the first MLP and about as many parameters as the first KAN, and
/// mlp_same_time, the first MLP trained for as long as the first KAN took. Without an MLP of its
/// own a problem gets three hidden layers. `only`: those with these names, if any. Throws
/// InputError for a name that no model has, with the nearest, and for a model limited to the time
/// of one that is left out.
std::vector<Contestant> contestants(problems::Problem& problem,
                                    const std::vector<std::string>& only);

/// Its settings with the grid of the last stage that extends it.
problems::ModelSettings at_the_end(const Contestant& contestant);

/// Of its networks, one a window, with the grids of the last stage.
int parameters(const problems::Problem& problem, const Contestant& contestant);

/// "[2,8,1] bspline k=9 G=60 silu, 20 windows", with the grids of the last stage.
std::string description(const problems::Problem& problem, const Contestant& contestant);

/// "Levenberg-Marquardt": for people.
std::string optimizer_name(problems::StageSettings::Optimizer optimizer);

}  // namespace kanpde::solver
