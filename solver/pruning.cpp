#include "solver/pruning.hpp"

#include <algorithm>
#include <cmath>

#include "kan/edges.hpp"
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

bool is_output_layer(const StageSettings& stage) {
  return stage.optimizer == StageSettings::Optimizer::output_layer;
}

bool trained_output_alone(const problems::TrainingSettings& settings) {
  return std::ranges::all_of(settings.stages, is_output_layer);
}

enum class Retrained { output_layer, all_layers };

/// What to try in turn: stages after an output layer may have had nothing left to do.
std::vector<Retrained> ways(const problems::TrainingSettings& before) {
  if (trained_output_alone(before)) return {Retrained::output_layer, Retrained::all_layers};
  if (std::ranges::any_of(before.stages, is_output_layer))
    return {Retrained::all_layers, Retrained::output_layer};
  return {Retrained::all_layers};
}

/// Sparsity has shown which units are needed; those that stay are trained for the equation alone.
/// All layers are trained at once, after the output layer where that alone was before: its large
/// coefficients cancelled with those that were cut.
problems::TrainingSettings retraining(const problems::TrainingSettings& before, Retrained retrained,
                                      int seed, int parameters, int steps) {
  problems::TrainingSettings settings = before;
  StageSettings output, all;
  output.optimizer = StageSettings::Optimizer::output_layer;
  output.steps = output_steps;
  all.optimizer = parameters <= dense_limit ? StageSettings::Optimizer::levenberg_marquardt
                                            : StageSettings::Optimizer::lbfgs;
  all.steps = steps;
  settings.stages = {all};
  if (retrained == Retrained::output_layer)
    settings.stages = {output};
  else if (trained_output_alone(before))
    settings.stages = {output, all};
  settings.time_limit = 0;
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
  double error = 0;
};

class Pruner {
 public:
  Pruner(TrainedRun& run, int seed, Evaluation& evaluation, int steps, const Training& whole)
      : run_(run),
        seed_(seed),
        evaluation_(evaluation),
        steps_(steps),
        spent_(whole.steps()),
        seconds_(whole.seconds()) {}

  /// The network with so many hidden units left, trained on. settings: its own, with its training.
  Cut cut(const Training& network, const Columns& points, const problems::ModelSettings& settings,
          int units, double allowed) {
    Surrogate smaller = network.surrogate();
    const auto kept =
        kan::best_units(kan::unit_scores(smaller.shape, smaller.theta, points), units);
    kan::keep_units(smaller.shape, smaller.theta, kept);
    kan::move_reached_ends(smaller.shape, smaller.theta, points);
    problems::ModelSettings changed = settings;
    for (std::size_t l = 0; l < kept.size(); ++l) changed.hidden[l] = int(kept[l].size());
    Cut best{{}, nullptr, INFINITY};
    for (const Retrained retrained : ways(*settings.training)) {
      Cut one = trained_on(smaller, changed, retrained);
      if (!best.training || one.error < best.error) best = std::move(one);
      if (best.error <= allowed) break;
    }
    return best;
  }

 private:
  Cut trained_on(const Surrogate& network, problems::ModelSettings settings, Retrained retrained) {
    settings.training =
        retraining(*settings.training, retrained, seed_, network.parameters(), steps_);
    auto training = std::make_unique<Training>(run_.problem(), settings, *settings.training, seed_);
    training->start_from(network, spent_, seconds_);
    while (!interrupt_requested && training->advance()) continue;
    spent_ = training->steps();
    seconds_ = training->seconds();
    const double error = pruning_error(evaluation_, training->solution());
    return {std::move(settings), std::move(training), error};
  }

  TrainedRun& run_;
  const int seed_;
  Evaluation& evaluation_;
  const int steps_;
  long spent_;  ///< steps, those of all trials
  double seconds_;
};

output::HistoryRow history_row(Evaluation& evaluation, const Training& training,
                               const output::HistoryRow& before) {
  const Evaluation::Glance now = evaluation.glance(training.solution());
  output::HistoryRow row = before;
  ++row.stage;
  row.step = training.steps();
  row.loss = training.step_loss();
  row.residual_mse = now.residual_mse;
  row.rel_l2 = now.rel_l2;
  row.seconds = training.seconds();
  return row;
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
  pruned.history = run.history(model);
  for (output::HistoryRow& row : pruned.history) row.model = pruned.settings.name;
  Pruner pruner(run, model.seed, evaluation, options.steps, *best);
  int serves = count(pruned.settings.hidden), cut = serves;
  double allowed = std::max(pruned.target, pruned.error_before);
  while (!interrupt_requested && cut > 0 && serves > least) {
    cut = std::min({cut, std::max(1, serves / most_cut), serves - least});
    Cut smaller = pruner.cut(*best, points, pruned.settings, serves - cut, allowed);
    const bool accepted = smaller.error <= allowed;
    pruned.trials.push_back(
        {serves - cut, smaller.training->surrogate().parameters(), smaller.error, accepted});
    tried(pruned.trials.back());
    if (!accepted) {
      cut /= 2;
      continue;
    }
    serves -= cut;
    allowed = std::max(pruned.target, smaller.error);
    best = std::move(smaller.training);
    const output::HistoryRow first{pruned.settings.name, model.seed};
    const output::HistoryRow& last = pruned.history.empty() ? first : pruned.history.back();
    pruned.history.push_back(history_row(evaluation, *best, last));
    pruned.settings = std::move(smaller.settings);
  }
  if (serves < count(model.contestant.settings.hidden) && allowed <= pruned.target)
    pruned.training = std::move(best);
  return pruned;
}

}  // namespace kanpde::solver
