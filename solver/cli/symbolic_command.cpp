#include <fmt/format.h>

#include <iostream>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "solver/cli/commands.hpp"
#include "solver/formula/report.hpp"
#include "solver/formula/user_functions.hpp"
#include "solver/trained_run.hpp"

namespace kanpde::solver {

int run(const SymbolicCommand& command) {
  ExtractSettings settings;
  settings.library = chosen_library(command.functions, command.added);
  settings.samples = command.samples;
  set_threads(command.threads);
  TrainedRun run(command.run);
  if (!run.problem().parameters.empty())
    throw InputError({command.run, 0, 0},
                     fmt::format("formulas are not read from problems with parameters to find ({})",
                                 run.problem().parameters.front().name));
  const std::vector<std::string> names =
      command.model.empty() ? std::vector<std::string>{} : std::vector{command.model};
  const TrainedRun::Model model = run.models(names, command.seed).front();
  const auto training = run.open(model);
  const Extraction found = extract_formulas(run.problem(), *training, settings);
  const FormulaReport report =
      report_formulas(run.problem(), found, model.contestant.settings.name, model.seed);
  const std::filesystem::path folder = command.out.empty() ? command.run : command.out;
  output::make_directory(folder);
  std::string stem = "formula_" + model.contestant.settings.name;
  if (command.seed >= 0) stem += fmt::format("_seed{}", command.seed);
  output::write_atomically(folder / (stem + ".txt"), report.text);
  output::write_atomically(folder / (stem + ".tex"), report.latex);
  output::write_atomically(folder / (stem + ".c"), report.c);
  std::cout << report.text;
  return done;
}

}  // namespace kanpde::solver
