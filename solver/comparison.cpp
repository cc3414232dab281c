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

int parameters_of(const Problem& problem, const ModelSettings& model, int windows) {
  return make_shape(problem, model, 0).parameters * windows;
}

/// Windows where they are not given; `training: auto` solves each twice.
void choose_windows(const Problem& problem, const kan::NetworkShape& shape, Contestant& c) {
  if (c.training.windows != 0 || c.training.continual.phases > 0) return;
  WindowsPlan plan = automatic_windows(problem, shape);
  c.windows_reason = std::move(plan.reason);
  if (plan.windows == 1) return;
  c.training.windows = plan.windows;
  if (shape.is_product()) return;  // their edges are what they are
  c.training.adapt_edges = c.training.adapt_edges.value_or(1);
  if (c.training.more_passes() > 0)
    c.windows_reason += "; each solved again on edges stretched to its solution";
}

void choose_stages(Problem& problem, const ModelSettings& model, Contestant& c) {
  const kan::NetworkShape shape = make_shape(problem, model, 0);
  choose_windows(problem, shape, c);
  const AutomaticPlan plan = automatic_plan(problem, shape, c.training.windows);
  c.training.stages = plan.stages;
  c.training.stagnation = plan.stagnation.value_or(c.training.stagnation);
  if (c.training.continual.phases > 0)  // points of other phases must not come back
    for (problems::StageSettings& stage : c.training.stages) stage.resample = 0;
}

Contestant with_stages(Problem& problem, const ModelSettings& model) {
  Contestant c{model, model.training.value_or(problem.training), "", -1, ""};
  if (c.training.automatic) choose_stages(problem, model, c);
  add_pseudo_stage(c.training);
  return c;
}

/// The same width in every hidden layer, the nearest to `wanted` parameters of all windows.
void match_parameters(const Problem& problem, int wanted, int windows, ModelSettings& mlp) {
  int best = 1, nearest = -1;
  for (int width = 1; width <= 512; ++width) {
    mlp.hidden.assign(mlp.hidden.size(), width);
    const int distance = std::abs(parameters_of(problem, mlp, windows) - wanted);
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

/// Stops at the seconds of the KAN, however many steps that takes.
void limit_to_time_of(int kan, Contestant& contestant) {
  contestant.time_of = kan;
  contestant.training.stages.back().steps = unlimited_steps;
}

/// The first MLP, or one of three hidden layers, in the windows of the KAN unless it has its own.
ModelSettings mlp_beside(const Problem& problem, const std::vector<Contestant>& all, int kan) {
  const int mlp = first_of(all, ModelSettings::Type::mlp);
  ModelSettings base;
  base.type = ModelSettings::Type::mlp;
  base.hidden = {40, 40, 40};
  if (mlp >= 0) base = all[std::size_t(mlp)].settings;
  base.training = base.training.value_or(problem.training);
  if (base.training->windows == 0) base.training->windows = all[std::size_t(kan)].training.windows;
  return base;
}

/// The models that `compare` asks for beside those of the file.
void add_matched(Problem& problem, std::vector<Contestant>& all) {
  const int kan = first_of(all, ModelSettings::Type::kan);
  if (kan < 0) return;
  const ModelSettings base = mlp_beside(problem, all, kan);
  if (problem.compare.match_parameters) {
    ModelSettings matched = base;
    matched.name = "mlp_same_parameters";
    match_parameters(problem, parameters(problem, all[std::size_t(kan)]),
                     base.training->window_count(), matched);
    if (make_shape(problem, matched, 0).parameters > dense_limit)
      matched.training->automatic = true;  // stages of the file may be those of a small network
    all.push_back(with_stages(problem, matched));
    all.back().matched = "parameters";
    if (problem.compare.effort == problems::CompareSettings::Effort::time)
      limit_to_time_of(kan, all.back());
  }
  if (problem.compare.match_time) {
    ModelSettings matched = base;
    matched.name = "mlp_same_time";
    all.push_back(with_stages(problem, matched));
    all.back().matched = "time";
    limit_to_time_of(kan, all.back());
  }
}

bool is_wanted(const std::vector<std::string>& wanted, const std::string& name) {
  return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

void check_names(const Problem& problem, const std::vector<Contestant>& all,
                 const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const Contestant& c : all) names.push_back(c.settings.name);
  for (const std::string& name : wanted) {
    if (is_wanted(names, name)) continue;
    const std::string near = problems::nearest_name(name, names);
    throw InputError({problem.file, 0, 0},
                     fmt::format("there is no model '{}'{}; there are {}", name,
                                 near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near),
                                 fmt::join(names, ", ")));
  }
}

/// Those with the wanted names, in their order.
std::vector<Contestant> chosen(const Problem& problem, const std::vector<Contestant>& all,
                               const std::vector<std::string>& wanted) {
  check_names(problem, all, wanted);
  std::vector<Contestant> some;
  std::vector<int> place(all.size(), -1);
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!is_wanted(wanted, all[k].settings.name)) continue;
    place[k] = int(some.size());
    some.push_back(all[k]);
    int& limit = some.back().time_of;
    if (limit < 0) continue;
    if (place[std::size_t(limit)] < 0)
      throw InputError({problem.file, 0, 0},
                       fmt::format("model '{}' trains as long as '{}', so both are needed",
                                   all[k].settings.name, all[std::size_t(limit)].settings.name));
    limit = place[std::size_t(limit)];
  }
  return some;
}

}  // namespace

std::string optimizer_name(problems::StageSettings::Optimizer optimizer) {
  static constexpr const char* names[] = {"Adam", "L-BFGS", "SSBroyden", "Levenberg-Marquardt",
                                          "output layer"};
  return names[int(optimizer)];
}

ModelSettings at_the_end(const Contestant& contestant) {
  ModelSettings model = contestant.settings;
  for (const problems::StageSettings& stage : contestant.training.stages)
    if (stage.grid) model.grid = *stage.grid;
  return model;
}

int parameters(const Problem& problem, const Contestant& contestant) {
  return parameters_of(problem, at_the_end(contestant), contestant.training.window_count());
}

std::string description(const Problem& problem, const Contestant& contestant) {
  std::string text = kan::describe(make_shape(problem, at_the_end(contestant), 0));
  const int degree = contestant.settings.time_degree, windows = contestant.training.window_count();
  if (degree > 0) text += fmt::format(", polynomials of degree {} in time", degree);
  if (windows > 1) text += fmt::format(", {} windows", windows);
  return text;
}

std::vector<Contestant> contestants(Problem& problem, const std::vector<std::string>& only) {
  std::vector<Contestant> all;
  for (const ModelSettings& model : problem.models) all.push_back(with_stages(problem, model));
  add_matched(problem, all);
  return only.empty() ? all : chosen(problem, all, only);
}

}  // namespace kanpde::solver
