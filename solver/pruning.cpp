#include "solver/pruning.hpp"

#include <algorithm>
#include <cmath>

#include "kan/prune.hpp"
#include "solver/solve.hpp"
#include "solver/training/automatic.hpp"

namespace kanpde::solver {

namespace {

using problems::StageSettings;

constexpr int output_steps = 20;
constexpr int most_cut = 4;  ///< a part of the units, at once

void require_units(const TrainedRun& run, const TrainedRun::Model& model,
                   const Training& training) {
  const std::string& name = model.contestant.settings.name;
  if (training.windows() > 1)
    throw InputError({run.directory(), 0, 0},
                     fmt::format("model '{}' was trained in windows of time, a network each; "
                                 "only single networks are pruned",
                                 name));
  if (model.contestant.settings.time_degree > 0)
    throw InputError(
        {run.directory(), 0, 0},
        fmt::format("model '{}' has polynomials in time, whose stages train the output "
                    "layer alone; such networks are not pruned",
                    name));
  if (const char* why = kan::why_not_pruned(training.surrogate().shape); *why != 0)
    throw InputError({run.directory(), 0, 0},
                     fmt::format("model '{}' cannot be pruned: {}", name, why));
}

void require_measure(TrainedRun& run, const Evaluation& evaluation) {
  if (evaluation.reference() == nullptr && run.problem().equations.empty())
    throw InputError({run.directory(), 0, 0},
                     "has neither equations nor a reference to measure errors by");
}

int count(const std::vector<int>& hidden) {
  int sum = 0;
  for (const int width : hidden) sum += width;
  return sum;
}

bool trained_output_alone(const problems::TrainingSettings& settings) {
  return std::ranges::all_of(settings.stages, [](const StageSettings& stage) {
    return stage.optimizer == StageSettings::Optimizer::output_layer;
  });
}

/// All layers at once, whatever the network was trained with before; where only its output layer
/// was, whose large coefficients cancelled with those cut, that one first. Sparsity has shown which
/// units are needed; those that stay are trained for the equation alone.
problems::TrainingSettings retraining(const problems::TrainingSettings& before, int seed,
                                      int parameters, int steps) {
  problems::TrainingSettings settings = before;
  StageSettings output, all;
  output.optimizer = StageSettings::Optimizer::output_layer;
  output.steps = output_steps;
  all.optimizer = parameters <= dense_limit ? StageSettings::Optimizer::levenberg_marquardt
                                            : StageSettings::Optimizer::lbfgs;
  all.steps = steps;
  settings.stages = {all};
  if (trained_output_alone(before)) settings.stages = {output, all};
  settings.automatic = false;
  settings.seeds = {seed};
  settings.continuation = {};
  settings.pseudo_time = {};
  settings.continual = {};
  settings.sparsity = 0;
  settings.precision = "float64";  // as networks are evaluated
  return settings;
}

/// A name that no model of the run has.
std::string name_of_pruned(TrainedRun& run, const std::string& name) {
  std::vector<std::string> taken;
  for (const problems::ModelSettings& model : run.problem().models) taken.push_back(model.name);
  for (const TrainedRun::Model& model : run.models({}, -1))
    taken.push_back(model.contestant.settings.name);
  std::string free = name + "_pruned";
  for (int k = 2; std::ranges::find(taken, free) != taken.end(); ++k)
    free = fmt::format("{}_pruned_{}", name, k);
  return free;
}

struct Cut {
  problems::ModelSettings settings;
  std::unique_ptr<Training> training;
};

/// The network with so many hidden units left, trained on. settings: its own, with its training.
Cut trained_on(TrainedRun& run, int seed, const Training& network, const Columns& points,
               problems::ModelSettings settings, int units, int steps) {
  Surrogate smaller = network.surrogate();
  const auto kept = kan::best_units(kan::unit_scores(smaller.shape, smaller.theta, points), units);
  kan::keep_units(smaller.shape, smaller.theta, kept);
  for (std::size_t l = 0; l < kept.size(); ++l) settings.hidden[l] = int(kept[l].size());
  settings.training = retraining(*settings.training, seed, smaller.parameters(), steps);
  auto training = std::make_unique<Training>(run.problem(), settings, *settings.training, seed);
  training->start_from(std::move(smaller));
  while (!interrupt_requested && training->advance()) continue;
  return {std::move(settings), std::move(training)};
}

}  // namespace

double pruning_error(Evaluation& evaluation, const Solution& solution) {
  output::RunResult measured;
  evaluation.measure(solution, measured);
  if (evaluation.reference() == nullptr) return std::sqrt(measured.residual_mse);
  double worst = 0;
  for (const auto& [name, relative] : measured.rel_l2) {
    const double error = std::isfinite(relative) ? relative : std::sqrt(measured.mse.at(name));
    worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  }
  return worst;
}

PrunedModel prune(TrainedRun& run, const TrainedRun::Model& model, Evaluation& evaluation,
                  const PruneOptions& options,
                  const std::function<void(const PruneTrial&)>& tried) {
  PrunedModel pruned;
  pruned.settings = at_the_end(model.contestant);
  pruned.settings.training = model.contestant.training;
  pruned.settings.name = name_of_pruned(run, pruned.settings.name);
  std::unique_ptr<Training> best = run.open(model);
  require_units(run, model, *best);
  require_measure(run, evaluation);
  const bool in_parts = model.contestant.training.continual.phases > 0;
  const Columns points = in_parts ? evaluation.points() : best->points();
  pruned.error_before = pruning_error(evaluation, best->solution());
  if (!std::isfinite(pruned.error_before))
    throw InputError({run.directory(), 0, 0},
                     fmt::format("the error of model '{}' is not finite: no smaller network can be "
                                 "compared with it",
                                 model.contestant.settings.name));
  pruned.target = options.target.value_or(options.tolerance * pruned.error_before);
  const int least = int(pruned.settings.hidden.size());
  int serves = count(pruned.settings.hidden), cut = serves;
  double allowed = std::max(pruned.target, pruned.error_before);
  while (!interrupt_requested && cut > 0 && serves > least) {
    cut = std::min({cut, std::max(1, serves / most_cut), serves - least});
    Cut smaller =
        trained_on(run, model.seed, *best, points, pruned.settings, serves - cut, options.steps);
    const double error = pruning_error(evaluation, smaller.training->solution());
    const bool accepted = error <= allowed;
    pruned.trials.push_back(
        {serves - cut, smaller.training->surrogate().parameters(), error, accepted});
    tried(pruned.trials.back());
    if (!accepted) {
      cut /= 2;
      continue;
    }
    serves -= cut;
    allowed = std::max(pruned.target, error);
    best = std::move(smaller.training);
    pruned.settings = std::move(smaller.settings);
  }
  if (serves < count(model.contestant.settings.hidden) && allowed <= pruned.target)
    pruned.training = std::move(best);
  return pruned;
}

}  // namespace kanpde::solver
