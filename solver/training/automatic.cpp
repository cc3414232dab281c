#include "solver/training/automatic.hpp"

#include <algorithm>

namespace kanpde::solver {

namespace {

using problems::Expr;
using problems::Problem;
using problems::StageSettings;
using problems::Symbol;
using Optimizers = StageSettings::Optimizer;

constexpr int dense_limit = 3000;  ///< parameters up to which an n x n factorisation a step pays
constexpr int refine_limit =
    1500;  ///< up to which refining all layers pays after the output layer's solve
constexpr int adapt_every = 25;    ///< steps between redrawn points
constexpr int steps_as_mlp = 150;  ///< of a deep KAN, before its splines are trained

/// Steps that train all layers, equal for KANs and MLPs.
int steps_of_all_layers(bool linear) { return linear ? 250 : 400; }

bool is_linear_in_unknowns(Problem& problem, Expr residual) {
  for (const Symbol& s : problem.graph.symbols(std::vector<Expr>{residual}))
    if (s.kind == Symbol::Kind::unknown &&
        problem.graph.depends_on(problem.graph.partial(residual, s), Symbol::Kind::unknown))
      return false;
  return true;
}

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

bool is_linear(Problem& problem) {
  if (!problem.parameters.empty()) return false;
  for (const auto& e : problem.equations)
    if (!is_linear_in_unknowns(problem, e.parsed.residual)) return false;
  for (const auto& c : problem.conditions)
    if (c.periodic_axis < 0 && !is_linear_in_unknowns(problem, c.parsed.residual)) return false;
  return true;
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

}  // namespace kanpde::solver
