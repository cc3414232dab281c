#include "solver/training/automatic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/spec/pace.hpp"

namespace kanpde::solver {

namespace {

using problems::Problem;
using problems::StageSettings;
using Optimizers = StageSettings::Optimizer;

constexpr int refine_limit =
    1500;  ///< up to which refining all layers pays after the output layer's solve
constexpr int adapt_every = 25;    ///< steps between redrawn points
constexpr int steps_as_mlp = 150;  ///< of a deep KAN, before its splines are trained
constexpr int long_grid = 40;      ///< intervals from which stretched edges follow a solution
constexpr int most_windows = 100;

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

/// Whether outputs are values at the nodes of polynomials in time.
bool gives_polynomials(const Problem& problem, const kan::NetworkShape& shape) {
  return shape.outputs > int(problem.unknowns.size()) * shape.blocks();
}

/// How the unknowns evolve, for the number of windows.
struct Course {
  bool linear;
  double phase;
  std::string text;
};

Course course_of(const Problem& problem) {
  const std::optional<problems::Pace> pace = problems::start_pace(problem);
  Problem copy = problem;  // its graph grows
  Course course{pace ? pace->nearly_linear() : is_linear(copy), pace ? pace->phase : 0, ""};
  course.text = fmt::format(
      "{} in the unknowns, which evolve in time{}",
      course.linear ? "linear or nearly so" : "nonlinear",
      pace ? fmt::format(", at first by {:.2g} radians in half of it", course.phase) : "");
  return course;
}

WindowsPlan plan_windows(const Course& course, double a_radian, int least, int most) {
  const int windows = int(std::clamp<double>(std::ceil(a_radian * course.phase), least, most));
  return {windows, fmt::format("{} windows: {}", windows, course.text)};
}

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

AutomaticPlan plan_products(bool linear, bool starts_near) {
  AutomaticPlan plan = plan_shallow(linear, std::numeric_limits<int>::max());
  if (!linear) plan.reason = "products of functions: the output layer by Gauss-Newton";
  if (!starts_near) return plan;
  plan.stages = {stage(Optimizers::output_layer, 20)};
  plan.stagnation = 2;
  plan.reason = "products of functions: by Gauss-Newton from the start or the window before";
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
  if ((windows > 1 || gives_polynomials(problem, shape)) && is_stretchable(problem, shape))
    return plan_stretched();
  if (shape.is_product())
    return plan_products(linear, windows > 1 || gives_polynomials(problem, shape));
  if (hidden_layers(shape) <= 1 && (grids || shape.parameters <= dense_limit))
    return plan_shallow(linear, shape.parameters);
  if (shape.parameters > dense_limit) return plan_large();
  return plan_deep(linear, grids);
}

WindowsPlan automatic_windows(const Problem& problem, const kan::NetworkShape& shape) {
  if (shape.is_product() && problem.space_dimension == 2 && gives_polynomials(problem, shape) &&
      problems::why_no_windows(problem).empty()) {
    const Course course = course_of(problem);
    return plan_windows(course, course.linear ? 2 : 5, course.linear ? 5 : 20, most_windows);
  }
  if (problem.space_dimension != 1 || problem.variable_count() != 2 ||
      !problems::why_no_windows(problem).empty() || !is_stretchable(problem, shape))
    return {};
  const int grid = shape.layers[0].basis_count - shape.layers[0].degree;
  if (grid < long_grid)
    return {1, fmt::format("one window: edges stretched to the solution of a window need grids of "
                           "{} intervals, not {}",
                           long_grid, grid)};
  const Course course = course_of(problem);
  const int factor =
      gives_polynomials(problem, shape) ? 2 : 1;  // they are cheap, and of low degree
  return plan_windows(course, factor * (course.linear ? 2.5 : 10),
                      factor * (course.linear ? 2 : 20), factor * most_windows);
}

}  // namespace kanpde::solver
