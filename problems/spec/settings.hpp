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

enum class Basis { bspline, rbf, chebyshev, fourier, rational };
enum class BaseFunction { silu, tanh, identity, none };
enum class Knots { uniform, quantile, curvature, chosen };
enum class Activation { tanh, sin, silu, gelu };

/// One stage of training.
struct StageSettings {
  enum class Optimizer { adam, lbfgs, ssbroyden, levenberg_marquardt, output_layer };
  Optimizer optimizer = Optimizer::levenberg_marquardt;
  int steps = 200;
  double rate = 1e-3;                 ///< Adam's step
  std::string schedule = "constant";  ///< Adam: constant, cosine, exponential
  double tolerance = 0;               ///< stop when the loss falls below
  int resample = 0;              ///< draw residual-adaptive points every so many steps; 0 never
  std::optional<int> grid;       ///< KAN: extend every grid to so many intervals before the stage
  Knots knots = Knots::uniform;  ///< KAN: where an extended grid gets finer
  bool adapt_grid = false;  ///< KAN: move grids to the range of the activations before the stage
  bool freeze_splines = false;  ///< KAN: only the base functions train (the KAN is then an MLP)
  bool pseudo_time = false;     ///< in pseudo-time: no key, such a stage precedes those of the file
};

/// `continuation`: the problem is solved for each value of a constant in turn.
struct ContinuationSettings {
  std::string constant;                     ///< empty: none
  std::vector<double> values;               ///< the last one is the constant's own
  SourceLocation where;                     ///< of its name
  std::vector<SourceLocation> value_where;  ///< of each value
};

/// `continual`: points of one part of the domain at a time, the network going on.
struct ContinualSettings {
  std::string variable;  ///< along which the domain is cut into parts of equal length
  int phases = 0;        ///< 0: none
  SourceLocation where;  ///< of the variable's name
};

/// `pseudo_time`: implicit Euler steps towards the steady state before the stages.
struct PseudoTimeSettings {
  int steps = 0;                    ///< 0: none
  double step = 1;                  ///< the first one's length
  int inner = 10;                   ///< steps of the optimizer in each
  std::vector<std::string> evolve;  ///< an entry an equation: unknown, -unknown or none
  SourceLocation where, evolve_where;
};

struct TrainingSettings {
  bool automatic = true;  ///< `training: auto`, or no stages given
  std::string precision = "float64";
  SourceLocation precision_where;
  std::vector<int> seeds = {0, 1, 2};
  std::vector<StageSettings> stages;
  double time_limit = 0;         ///< seconds a run; 0 none
  std::string weights = "auto";  ///< loss balance: auto, or manual (the weights of the conditions)
  std::string attention = "none";          ///< weights of single points: none, rba, vrba
  std::optional<double> attention_memory;  ///< of the weights before, an update
  std::vector<double> causal;  ///< tolerances of causal weights in time, ascending; empty: none
  int causal_slices = 32;
  SourceLocation causal_where;
  int reweight = 0;  ///< steps between updates of these weights; 0: chosen from the optimizer
  ContinuationSettings continuation;
  int value_count() const {  ///< of the continued constant, 1 without continuation
    return continuation.values.empty() ? 1 : int(continuation.values.size());
  }
  double sparsity = 0;  ///< KAN: weight of the sum of sizes of edges in the loss; 0: none
  double entropy = 1;   ///< of the entropy of their sizes, relative to that sum
  ContinualSettings continual;
  /// Times that the stages are run in turn on one network, for values or for phases.
  int turn_count() const { return continual.phases > 0 ? continual.phases : value_count(); }
  PseudoTimeSettings pseudo_time;
  int windows = 0;  ///< pieces of the time axis, solved in turn; 0: chosen where stages are
  int window_count() const { return windows > 1 ? windows : 1; }
  SourceLocation windows_where;
  double window_grading = 1;  ///< window k of N ends at the fraction (k/N)^grading of the time
  SourceLocation window_grading_where;
  /// KAN: more solutions of a window, on inner edges adapted to it; chosen with windows
  std::optional<int> adapt_edges;
  int more_passes() const { return adapt_edges.value_or(0); }
  double even_share = 0.2;  ///< density of stretched edges everywhere, of the mean of the rest
  int stagnation = 50;      ///< steps without 1e-3 relative gain that end a stage
  SourceLocation where;
};

struct ModelSettings {
  std::string name;
  enum class Type { kan, mlp } type = Type::kan;
  std::vector<int> hidden = {10};
  // KAN
  Basis basis = Basis::bspline;
  bool has_degree() const { return basis != Basis::rbf; }
  bool has_grid() const { return basis != Basis::chebyshev && basis != Basis::fourier; }
  int degree = 5;
  int grid = 6;
  BaseFunction base = BaseFunction::silu;
  bool products = false;  ///< one layer of products of B-splines, one of each input
  SourceLocation products_where;
  std::vector<int> axis_grids;  ///< of products: intervals of each axis; empty: `grid` of all
  std::vector<double> stretch = {
      0};  ///< of products: grading towards the ends, of all axes or each
  /// Axes of a model of products: all variables, the time not with polynomials in time.
  int axis_count(int variables) const { return variables - (time_degree > 0 ? 1 : 0); }
  int axis_grid(int axis) const {
    return axis_grids.empty() ? grid : axis_grids[std::size_t(axis)];
  }
  double axis_stretch(int axis) const {
    return stretch[stretch.size() == 1 ? 0 : std::size_t(axis)];
  }
  int time_degree = 0;  ///< > 0: outputs are the values at the nodes of polynomials in time
  SourceLocation time_degree_where;
  // MLP
  Activation activation = Activation::tanh;
  // both
  int fourier_features = 0;  ///< random Fourier features of the inputs; 0 none
  double fourier_scale = 1;
  std::vector<int> periodic_harmonics;  ///< an entry a variable: > 0 replaces it by that many sine
                                        ///< and cosine harmonics
  std::vector<int> subdomains;  ///< cells along each variable, a network for each; empty: one
  double overlap = 0.5;         ///< of a cell's width that two neighbours share
  SourceLocation subdomains_where;
  /// The setting, if any, that only the CPU computes.
  const char* cpu_only() const {
    return products ? "products" : subdomains.empty() ? nullptr : "subdomains";
  }
  const SourceLocation& cpu_only_where() const {
    return products ? products_where : subdomains_where;
  }
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
  std::vector<std::string> definitions;  ///< measured and written besides the unknowns
};

}  // namespace kanpde::problems
