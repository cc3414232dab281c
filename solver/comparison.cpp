#include "solver/comparison.hpp"

#include <algorithm>
#include <cstdlib>

#include "solver/training/automatic.hpp"
#include "solver/training/pseudo_time.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

namespace {

using problems::ModelSettings;
using problems::Problem;

constexpr int unlimited_steps = 1'000'000;

int parameters_of(const Problem& problem, const ModelSettings& model) {
  return make_shape(problem, model, 0).parameters *
         model.training.value_or(problem.training).window_count();
}

Contestant with_stages(Problem& problem, const ModelSettings& model) {
  Contestant c{model, model.training.value_or(problem.training), "", -1};
  if (c.training.automatic) {
    const AutomaticPlan plan =
        automatic_plan(problem, make_shape(problem, model, 0), c.training.windows);
    c.training.stages = plan.stages;
    c.training.stagnation = plan.stagnation.value_or(c.training.stagnation);
  }
  add_pseudo_stage(c.training);
  return c;
}

/// The same width in every hidden layer, the nearest to `wanted` parameters.
void match_parameters(const Problem& problem, int wanted, ModelSettings& mlp) {
  int best = 1, nearest = -1;
  for (int width = 1; width <= 512; ++width) {
    mlp.hidden.assign(mlp.hidden.size(), width);
    const int distance = std::abs(parameters_of(problem, mlp) - wanted);
    if (nearest >= 0 && distance >= nearest) break;
    nearest = distance;
    best = width;
  }
  mlp.hidden.assign(mlp.hidden.size(), best);
}

int first_of(const std::vector<Contestant>& all, ModelSettings::Type type) {
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k].settings.type == type) return int(k);
  return -1;
}

void check_names(const Problem& problem, const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const ModelSettings& model : problem.models) names.push_back(model.name);
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = problems::nearest_name(name, names);
    throw InputError({problem.file, 0, 0},
                     fmt::format("there is no model '{}'{}; there are {}", name,
                                 near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near),
                                 fmt::join(names, ", ")));
  }
}

}  // namespace

std::string optimizer_name(problems::StageSettings::Optimizer optimizer) {
  static constexpr const char* names[] = {"Adam", "L-BFGS", "SSBroyden", "Levenberg-Marquardt",
                                          "output layer"};
  return names[int(optimizer)];
}

int parameters(const Problem& problem, const Contestant& contestant) {
  return parameters_of(problem, contestant.settings);
}

std::string description(const Problem& problem, const Contestant& contestant) {
  const std::string network = kan::describe(make_shape(problem, contestant.settings, 0));
  const int windows = contestant.training.window_count();
  return windows == 1 ? network : fmt::format("{}, {} windows", network, windows);
}

std::vector<Contestant> contestants(Problem& problem, const std::vector<std::string>& only) {
  check_names(problem, only);
  std::vector<Contestant> all;
  for (const ModelSettings& model : problem.models)
    if (only.empty() || std::find(only.begin(), only.end(), model.name) != only.end())
      all.push_back(with_stages(problem, model));
  const int kan = first_of(all, ModelSettings::Type::kan);
  if (kan < 0 || !only.empty()) return all;
  const int mlp = first_of(all, ModelSettings::Type::mlp);
  ModelSettings base;
  base.type = ModelSettings::Type::mlp;
  base.hidden = {40, 40, 40};
  if (mlp >= 0) base = all[mlp].settings;
  if (problem.compare.match_parameters) {
    ModelSettings matched = base;
    matched.name = "mlp_same_parameters";
    match_parameters(problem, parameters_of(problem, all[kan].settings), matched);
    all.push_back(with_stages(problem, matched));
    all.back().matched = "parameters";
  }
  if (problem.compare.match_time) {
    ModelSettings matched = base;
    matched.name = "mlp_same_time";
    all.push_back(with_stages(problem, matched));
    all.back().matched = "time";
    all.back().time_of = kan;
    all.back().training.stages.back().steps = unlimited_steps;
  }
  return all;
}

}  // namespace kanpde::solver
