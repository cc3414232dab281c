#pragma once
/// Every setting of a problem file below `points`, `models`, `training`, `compare` and `output`:
/// its one home, with its default. settings_text.cpp documents each key; `kanpde describe` and the
/// manual are printed from there.

#include <optional>
#include <string>
#include <vector>

#include "kernels/base/error.hpp"
#include "problems/sampling/sampling.hpp"

namespace kanpde::problems {

struct PointSettings {
  int interior = 0;  ///< 0: chosen from the dimension
  int boundary = 0;
  int initial = 0;
  SamplingMethod method = SamplingMethod::sobol;
};

enum class Basis { bspline, rbf, chebyshev };
enum class BaseFunction { silu, tanh, identity, none };
enum class Activation { tanh, sin, silu, gelu };

/// One stage of training.
struct StageSettings {
  enum class Optimizer { adam, lbfgs, ssbroyden, levenberg_marquardt, output_layer };
  Optimizer optimizer = Optimizer::levenberg_marquardt;
  int steps = 200;
  double rate = 1e-3;                 ///< Adam's step
  std::string schedule = "constant";  ///< Adam: constant, cosine, exponential
  double tolerance = 0;               ///< stop when the loss falls below
  int resample = 0;         ///< draw residual-adaptive points every so many steps; 0 never
  std::optional<int> grid;  ///< KAN: extend every grid to so many intervals before the stage
  bool adapt_grid = false;  ///< KAN: move grids to the range of the activations before the stage
  bool freeze_splines = false;  ///< KAN: only the base functions train (the KAN is then an MLP)
};

struct TrainingSettings {
  bool automatic = true;  ///< `training: auto`, or no stages given
  std::string precision = "float64";
  SourceLocation precision_where;
  std::vector<int> seeds = {0, 1, 2};
  std::vector<StageSettings> stages;
  double time_limit = 0;         ///< seconds a run; 0 none
  std::string weights = "auto";  ///< loss balance: auto, or manual (the weights of the conditions)
  int windows = 0;  ///< pieces of the time axis, solved in turn; 0: chosen where stages are
  int window_count() const { return windows > 1 ? windows : 1; }
  SourceLocation windows_where;
  /// KAN: more solutions of a window, on inner edges adapted to it; chosen with windows
  std::optional<int> adapt_edges;
  int more_passes() const { return adapt_edges.value_or(0); }
  int stagnation = 50;  ///< steps without 1e-3 relative gain that end a stage
  SourceLocation where;
};

struct ModelSettings {
  std::string name;
  enum class Type { kan, mlp } type = Type::kan;
  std::vector<int> hidden = {10};
  // KAN
  Basis basis = Basis::bspline;
  int degree = 5;
  int grid = 6;
  BaseFunction base = BaseFunction::silu;
  int time_degree = 0;  ///< > 0: outputs are the values at the nodes of polynomials in time
  SourceLocation time_degree_where;
  // MLP
  Activation activation = Activation::tanh;
  // both
  int fourier_features = 0;  ///< random Fourier features of the inputs; 0 none
  double fourier_scale = 1;
  std::vector<int> periodic_harmonics;  ///< an entry a variable: > 0 replaces it by that many sine
                                        ///< and cosine harmonics
  std::optional<TrainingSettings> training;
  SourceLocation where;
};

struct CompareSettings {
  bool match_parameters = false;
  bool match_time = false;
  enum class Effort { steps, time } effort = Effort::steps;  ///< of the MLP of equal parameters
};

struct OutputSettings {
  std::vector<int> grid;  ///< points along each variable; empty: chosen
  bool vtk = true, csv = true, latex = true;
};

}  // namespace kanpde::problems
