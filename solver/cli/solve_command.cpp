#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "kernels/base/parallel.hpp"
#include "output/table/history.hpp"
#include "output/table/table.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/device.hpp"
#include "solver/cli/interrupt.hpp"
#include "solver/solve.hpp"

namespace kanpde::solver {

namespace {

void use_seed(problems::Problem& problem, int seed) {
  problem.training.seeds = {seed};
  for (problems::ModelSettings& model : problem.models)
    if (model.training) model.training->seeds = {seed};
}

/// The CPU in place of a GPU that nobody asked for by name, where a model needs the CPU.
void suit_models(const problems::Problem& problem, const SolveCommand& command, Machine& machine) {
  if (command.device != "auto" || machine.target.kind == kernels::Target::Kind::cpu) return;
  for (const problems::ModelSettings& model : problem.models)
    if (const char* setting = model.cpu_only()) {
      machine = {};
      machine.note = fmt::format("training on the CPU: {}, as in model {}, are computed there only",
                                 setting, model.name);
    }
}

}  // namespace

int run(const SolveCommand& command) {
  SolveOptions options;
  options.machine = choose_device(command.device);
  problems::Problem problem = problems::read_problem(command.file, command.settings);
  suit_models(problem, command, options.machine);
  if (command.seed >= 0) use_seed(problem, command.seed);
  options.directory = command.out.empty() ? "runs/" + problem.name : command.out;
  options.models = command.models;
  options.resume = command.resume;
  options.command = command.command_line;
  options.checkpoint_seconds = command.checkpoint_seconds;
  set_threads(command.threads);
  handle_signals();
  output::Progress progress(std::cerr, output::console_settings(STDERR_FILENO, command.quiet));
  if (!options.machine.note.empty()) progress.message(options.machine.note);
  const SolveResult result = solve(problem, options, progress);
  if (result.interrupted) {
    progress.message("interrupted; the state is saved, --resume continues");
    return interrupted;
  }
  std::cout << output::table_text(result.summary);
  for (const output::Sheet& sheet : output::phase_sheets(options.directory / "continual.csv"))
    std::cout << "\n" << output::as_text(sheet);
  progress.message("written to " + options.directory.string());
  return result.failed ? training_failed : done;
}

}  // namespace kanpde::solver
