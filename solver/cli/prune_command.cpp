#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "output/table/number.hpp"
#include "output/table/table.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/interrupt.hpp"
#include "solver/pruning.hpp"
#include "solver/reference_file.hpp"
#include "solver/run_directory.hpp"
#include "solver/solve.hpp"

namespace kanpde::solver {

namespace {

bool is_finished(TrainedRun& run, const TrainedRun::Model& model) {
  return run.open(model)->finished();
}

/// The first KAN, unless a model is asked for.
TrainedRun::Model chosen_model(TrainedRun& run, const PruneCommand& command) {
  const std::vector<std::string> names =
      command.model.empty() ? std::vector<std::string>{} : std::vector<std::string>{command.model};
  for (const TrainedRun::Model& model : run.models(names, command.seed)) {
    const problems::ModelSettings& settings = model.contestant.settings;
    if (names.empty() && settings.type != problems::ModelSettings::Type::kan) continue;
    if (!is_finished(run, model))
      throw InputError({command.run, 0, 0},
                       fmt::format("the training of model '{}' is not finished; kanpde solve "
                                   "--resume goes on",
                                   settings.name));
    return model;
  }
  throw InputError({command.run, 0, 0}, "holds no KAN; --model chooses another model");
}

/// The problem with the models that have a state of this seed, and the pruned one behind its own.
problems::Problem with_pruned(TrainedRun& run, const TrainedRun::Model& chosen,
                              const problems::ModelSettings& pruned) {
  problems::Problem problem = run.problem();
  problem.compare = {};
  problem.models.clear();
  problem.training.seeds = {chosen.seed};
  for (const TrainedRun::Model& model : run.models({}, chosen.seed)) {
    const std::string& name = model.contestant.settings.name;
    if (model.contestant.matched.empty() && is_finished(run, model)) {
      problem.models.push_back(model.contestant.settings);
      if (problem.models.back().training) problem.models.back().training->seeds = {chosen.seed};
    }
    if (name == chosen.contestant.settings.name) problem.models.push_back(pruned);
  }
  return problem;
}

/// A run directory whose models are all trained: solve() with `resume` evaluates it.
void write_run(const std::string& directory, TrainedRun& run, const problems::Problem& problem,
               const PrunedModel& pruned, int seed, output::Progress& progress) {
  output::Store store;
  store.texts["problem"] = problems::resolved_yaml(problem);
  store.texts["device"] = "cpu";
  for (const problems::ModelSettings& model : problem.models)
    if (model.name != pruned.settings.name) run.copy_state(run_key(model.name, seed), store);
  const std::string key = run_key(pruned.settings.name, seed);
  pruned.training->save(store, key);
  save_history(store, key, pruned.history);
  problems::read_problem_text(store.texts["problem"], directory + "/problem.yaml");  // or throw
  NewDirectory place(directory);
  output::write_atomically(std::filesystem::path(directory) / "problem.yaml",
                           store.texts["problem"]);
  output::write_store(std::filesystem::path(directory) / "checkpoint.h5", store);
  place.keep();
  if (!place.moved().empty())
    progress.message("the run that lay there is now " + place.moved().string());
}

/// Where the pruned run goes. Throws InputError before anything is trained where it cannot.
std::filesystem::path place_of(const PruneCommand& command) {
  namespace fs = std::filesystem;
  const auto normal = [](const std::string& path) {
    return fs::absolute(fs::path(path) / ".").lexically_normal().parent_path();
  };
  const fs::path run = normal(command.run);
  fs::path place = command.out;
  if (command.out.empty()) (place = run) += "_pruned";
  if (normal(place) == run)
    throw InputError({command.out, 0, 0}, "is the run that is pruned; name another directory");
  require_place_for_run(place);
  return place;
}

std::string nothing_found(const PrunedModel& pruned, const char* measure) {
  double least = INFINITY;
  for (const PruneTrial& trial : pruned.trials) least = std::min(least, trial.error);
  const std::string tried =
      pruned.trials.empty()
          ? "and it has no unit to leave out"
          : fmt::format("that of the smaller ones tried {} or more", output::short_number(least));
  return fmt::format(
      "{}: {} of the whole network is {}, {}; nothing was written",
      pruned.error_before <= pruned.target
          ? "no smaller network was found"
          : fmt::format("the target {} was not reached", output::short_number(pruned.target)),
      measure, output::short_number(pruned.error_before), tried);
}

}  // namespace

int run(const PruneCommand& command) {
  set_threads(command.threads);
  handle_signals();
  output::Progress progress(std::cerr, output::console_settings(STDERR_FILENO, command.quiet));
  const std::filesystem::path directory = place_of(command);
  TrainedRun trained(command.run);
  const TrainedRun::Model model = chosen_model(trained, command);
  problems::Problem& problem = trained.problem();
  const auto reference = problems::make_reference(problem, read_arrays);
  Evaluation evaluation(problem, reference.get(), error_points(problem, reference.get()));
  PruneOptions options;
  options.target = command.target;
  options.tolerance = command.tolerance;
  options.steps = command.steps;
  const char* measure = reference ? "rel. L2" : "root mean squared residual";
  const PrunedModel pruned =
      prune(trained, model, evaluation, options, [&](const PruneTrial& trial) {
        progress.message(fmt::format("{} hidden unit{}, {} parameters: {} {}: {}", trial.units,
                                     trial.units == 1 ? "" : "s", trial.parameters, measure,
                                     output::short_number(trial.error),
                                     trial.accepted ? "kept" : "too large"));
      });
  if (interrupt_requested) {
    progress.message("interrupted: nothing was written, the run is as it was");
    return interrupted;
  }
  if (!pruned.training) {
    progress.message(nothing_found(pruned, measure));
    return pruned.error_before <= pruned.target ? done : training_failed;
  }
  SolveOptions solving;
  solving.directory = directory;
  problems::Problem smaller = with_pruned(trained, model, pruned.settings);
  write_run(solving.directory.string(), trained, smaller, pruned, model.seed, progress);
  solving.resume = true;
  solving.command = command.command_line;
  smaller = problems::read_problem((solving.directory / "problem.yaml").string());
  const SolveResult result = solve(smaller, solving, progress);
  std::cout << output::table_text(result.summary);
  progress.message("written to " + solving.directory.string());
  if (result.interrupted) return interrupted;
  return result.failed ? training_failed : done;
}

}  // namespace kanpde::solver
