#include "solver/training/automatic.hpp"

#include <algorithm>
#include <cmath>

#include "solver/training/pace.hpp"

namespace kanpde::solver {

namespace {

using problems::Problem;
using problems::StageSettings;
using Optimizers = StageSettings::Optimizer;

constexpr int dense_limit = 3000;  ///< parameters up to which an n x n factorisation a step pays
constexpr int refine_limit =
    1500;  ///< up to which refining all layers pays after the output layer's solve
constexpr int adapt_every = 25;    ///< steps between redrawn points
constexpr int steps_as_mlp = 150;  ///< of a deep KAN, before its splines are trained
constexpr double weak = 0.05;  ///< nonlinear part of an equation below which it counts as linear
constexpr int fewest_nonlinear_windows = 20, most_windows = 100;
constexpr double windows_a_radian = 10;  ///< of a nonlinear equation
constexpr double linear_windows_a_radian = 2.5;

/// Steps that train all layers, equal for KANs and MLPs.
int steps_of_all_layers(bool linear) { return linear ? 250 : 400; }

StageSettings stage(Optimizers optimizer, int steps) {
  StageSettings s;
  s.optimizer = optimizer;
  s.steps = steps;
  return s;
}

}  // namespace

bool is_stretchable(const Problem& problem, const kan::NetworkShape& shape) {
  return problem.region.space && problem.region.space->is_box() && kan::can_stretch(shape);
}

namespace {

bool has_grids(const kan::NetworkShape& shape) { return shape.layers.back().grid_size > 0; }

int hidden_layers(const kan::NetworkShape& shape) {
  int trained = 0;
  for (const kan::LayerShape& layer : shape.layers)
    trained += layer.parameters() > 0 && !layer.frozen;
  return trained - 1;
}

AutomaticPlan plan_large() {
  AutomaticPlan plan;
  plan.stages = {stage(Optimizers::adam, 300), stage(Optimizers::lbfgs, 1000)};
  plan.reason = "too many parameters for a dense factorisation a step: Adam, then L-BFGS";
  return plan;
}

AutomaticPlan plan_shallow(bool linear, int parameters) {
  AutomaticPlan plan;
  plan.stages = {stage(Optimizers::output_layer, linear ? 2 : 40)};
  plan.reason = linear ? "linear problem: the output layer is solved exactly"
                       : "nonlinear problem: the output layer by Levenberg-Marquardt";
  if (parameters > refine_limit) return plan;
  plan.stages.push_back(stage(Optimizers::levenberg_marquardt, steps_of_all_layers(linear)));
  plan.reason += ", then all layers by Levenberg-Marquardt";
  return plan;
}

AutomaticPlan plan_stretched() {
  AutomaticPlan plan;
  plan.stages = {stage(Optimizers::output_layer, 20)};
  plan.stagnation = 2;
  plan.reason =
      "windows in time: on inner edges stretched where the solution is steep, the output "
      "layer by Gauss-Newton from the end of the window before";
  return plan;
}

AutomaticPlan plan_deep(bool linear, bool grids) {
  AutomaticPlan plan;
  const int redraw = linear ? 0 : adapt_every, steps = steps_of_all_layers(linear);
  StageSettings first = stage(Optimizers::levenberg_marquardt, grids ? steps_as_mlp : steps);
  first.resample = redraw;
  first.freeze_splines = grids;
  plan.stages = {first};
  plan.reason = "several hidden layers: Levenberg-Marquardt on all layers";
  if (grids) {
    StageSettings free = stage(Optimizers::levenberg_marquardt, steps - steps_as_mlp);
    free.resample = redraw;
    free.adapt_grid = true;
    plan.stages.push_back(free);
    plan.reason += ", first as the MLP that the KAN contains, then with its splines";
  }
  if (redraw) plan.reason += ", on points redrawn where the residual is large";
  return plan;
}

}  // namespace

AutomaticPlan automatic_plan(Problem& problem, const kan::NetworkShape& shape, int windows) {
  const bool linear = is_linear(problem), grids = has_grids(shape);
  if (windows > 1 && is_stretchable(problem, shape)) return plan_stretched();
  if (hidden_layers(shape) <= 1 && (grids || shape.parameters <= dense_limit))
    return plan_shallow(linear, shape.parameters);
  if (shape.parameters > dense_limit) return plan_large();
  return plan_deep(linear, grids);
}

namespace {

int whole(double windows, int fewest) {
  return std::clamp(int(std::min(std::ceil(windows), double(most_windows))), fewest, most_windows);
}

/// A sum of H ridge functions holds every polynomial of degree below H, and a wave of k radians
/// from the middle of [-1, 1] to its end needs a degree of somewhat more than k; the rest is for
/// space and digits.
int ridges_of_whole_time(double phase) { return int(std::ceil(2 * phase)) + 16; }

/// Without a pace as for a solution that hardly changes.
WindowsPlan windows_of_linear(const kan::NetworkShape& shape, const std::optional<Pace>& pace) {
  const int width = shape.layers[0].outputs;
  const double phase = pace ? pace->phase : 0;
  const std::string kind = pace && pace->nonlinear > 0 ? "nearly linear" : "linear";
  if (shape.parameters <= refine_limit)
    return {1, fmt::format("one window: {} in the unknowns, and all layers are trained", kind)};
  const std::string change =
      pace ? fmt::format("a change of about {:.2g} radians in half the time", phase)
           : "a change that the start does not show";
  if (width >= ridges_of_whole_time(phase))
    return {1, fmt::format("one window: {} in the unknowns, and {} hidden units hold {}", kind,
                           width, change)};
  const int windows = whole(linear_windows_a_radian * phase, 2);
  return {windows, fmt::format("{} windows: {} in the unknowns, but {} hidden units are few for {}",
                               windows, kind, width, change)};
}

}  // namespace

WindowsPlan automatic_windows(const Problem& problem, const kan::NetworkShape& shape) {
  if (problem.space_dimension != 1 || problem.variable_count() != 2 ||
      !problems::why_no_windows(problem).empty() || !is_stretchable(problem, shape))
    return {};
  const std::optional<Pace> pace = start_pace(problem);
  Problem copy = problem;  // its graph grows
  if (pace ? pace->nonlinear < weak : is_linear(copy)) return windows_of_linear(shape, pace);
  const double phase = pace ? pace->phase : 0;
  const int windows = whole(windows_a_radian * phase, fewest_nonlinear_windows);
  return {windows,
          fmt::format("{} windows: nonlinear in the unknowns, which evolve in time", windows) +
              (pace ? fmt::format(", at first by about {:.2g} radians in half of it", phase) : "")};
}

}  // namespace kanpde::solver
