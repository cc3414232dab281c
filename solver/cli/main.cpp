/// The command line of kanpde; what each command does lies in its own file.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <limits>
#include <string>
#include <system_error>

#include "kernels/base/error.hpp"
#include "problems/expression/parser.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/tables/table.hpp"
#include "solver/version.hpp"

namespace {

using namespace kanpde;
using namespace kanpde::solver;

constexpr int most_threads = 1024;
constexpr int largest_seed = std::numeric_limits<int>::max();
constexpr int most_steps = 1000000;

/// Numbers as text, finite and above 0, or 0 as well.
CLI::Validator number_above_zero(bool or_zero) {
  const auto error = [or_zero](const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool is_number = !text.empty() && *end == 0 && std::isfinite(value);
    if (is_number && (value > 0 || (or_zero && value == 0))) return std::string{};
    return text + " is not a finite number " + (or_zero ? "from 0 on" : "above 0");
  };
  return {error, or_zero ? "NUMBER >= 0" : "NUMBER > 0"};
}

/// Settings of every command, and what the chosen one does.
struct CommandLine {
  SolveCommand solve;
  CheckCommand check;
  TableCommand table;
  EvalCommand eval;
  PruneCommand prune;
  PlotCommand plot;
  SymbolicCommand symbolic;
  ReportCommand report;
  DescribeCommand describe;
  NewCommand create;
  std::function<int()> chosen;
};

void add_machine(CLI::App* command, std::string& device, int& threads) {
  command->add_option("--device", device, "auto, cpu, cuda or cuda:N [auto]");
  command->add_option("--threads", threads, "threads; 0: all cores [0]")
      ->check(CLI::Range(0, most_threads));
}

void add_solve(CLI::App& app, CommandLine& line) {
  SolveCommand& c = line.solve;
  CLI::App* command =
      app.add_subcommand("solve", "train every model of a problem and compare them");
  command->add_option("FILE", c.file, "problem file (YAML)")->required();
  command->add_option("--model", c.models, "train only this model (may be repeated)")
      ->allow_extra_args(false);
  command->add_option("--set", c.settings, "path=value: change a setting of the file")
      ->allow_extra_args(false);
  command->add_option("--out", c.out, "run directory [runs/NAME]");
  command->add_option("--seed", c.seed, "train with this seed only")
      ->check(CLI::Range(0, largest_seed));
  add_machine(command, c.device, c.threads);
  command->add_flag("--resume", c.resume, "continue an interrupted run");
  command->add_flag("--quiet", c.quiet, "print the final table only");
  command->add_option("--checkpoint-seconds", c.checkpoint_seconds, "time between checkpoints")
      ->check(number_above_zero(true))
      ->group("");  // not listed
  command->callback([&line] { line.chosen = [&line] { return run(line.solve); }; });
}

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("check", "validate problems and print them as understood");
  command->add_option("FILE", line.check.files, "problem files (YAML)")->required();
  command->add_option("--set", line.check.settings, "path=value: change a setting of the files")
      ->allow_extra_args(false);
  command->callback([&line] { line.chosen = [&line] { return run(line.check); }; });
}

void add_table(CLI::App& app, CommandLine& line) {
  TableCommand& c = line.table;
  CLI::App* command = app.add_subcommand("table", "reproduce an accuracy table");
  std::string names = "a case (see list), all (cases), symbolic (formulas of fields)";
  for (const TableKind& kind : table_kinds()) names += ", " + kind.name + " (" + kind.title + ")";
  command->add_option("NAME", c.name, names)->required();
  command->add_option("--only", c.only, "only this case of the table (may be repeated)")
      ->allow_extra_args(false);
  command->add_option("--out", c.out, "directory of the table and its runs [runs/table_NAME]");
  add_machine(command, c.device, c.threads);
  command->add_flag("--quick", c.quick,
                    "one seed only, and less effort where the table has a quick form");
  command->add_flag("--resume", c.resume, "continue an interrupted table");
  command->add_flag("--quiet", c.quiet, "print the final table only");
  command->callback([&line] { line.chosen = [&line] { return run(line.table); }; });
}

void add_eval(CLI::App& app, CommandLine& line) {
  EvalCommand& c = line.eval;
  CLI::App* command = app.add_subcommand("eval", "evaluate a trained run at given points");
  command->add_option("RUN", c.run, "run directory")->required();
  command->add_option("--points", c.points, "CSV file with a column a variable")->required();
  command->add_option("--model", c.models, "only this model (may be repeated)")
      ->allow_extra_args(false);
  command->add_option("--seed", c.seed, "the run of this seed [the first]")
      ->check(CLI::Range(0, largest_seed));
  command->add_option("--derivatives", c.derivatives, "up to this order: 0, 1 or 2 [0]")
      ->check(CLI::Range(0, 2));
  command->add_option("--out", c.out, "CSV file to write [standard output]");
  command->callback([&line] { line.chosen = [&line] { return run(line.eval); }; });
}

void add_prune(CLI::App& app, CommandLine& line) {
  PruneCommand& c = line.prune;
  CLI::App* command =
      app.add_subcommand("prune", "cut a trained network to the units that its error needs");
  command->add_option("RUN", c.run, "run directory")->required();
  command->add_option("--model", c.model, "which model [the first KAN]");
  command->add_option("--seed", c.seed, "the run of this seed [the first]")
      ->check(CLI::Range(0, largest_seed));
  auto* target = command->add_option(
      "--target", c.target, "largest relative L2 error allowed (without a reference: residual)");
  command->add_option("--tolerance", c.tolerance, "the same, in errors of the whole network [1]")
      ->check(number_above_zero(false))
      ->excludes(target);
  target->check(number_above_zero(false));
  command->add_option("--steps", c.steps, "of training after each cut [600]")
      ->check(CLI::Range(1, most_steps));
  command->add_option("--out", c.out, "directory of the new run [RUN_pruned]");
  command->add_option("--threads", c.threads, "threads; 0: all cores [0]")
      ->check(CLI::Range(0, most_threads));
  command->add_flag("--quiet", c.quiet, "print the final table only");
  command->callback([&line] { line.chosen = [&line] { return run(line.prune); }; });
}

void add_plot(CLI::App& app, CommandLine& line) {
  PlotCommand& c = line.plot;
  CLI::App* command = app.add_subcommand(
      "plot", "draw networks, training and error against parameters as SVG and PNG");
  command->add_option("RUN", c.runs, "run directories; of several, error against parameters only")
      ->required();
  command->add_option("--model", c.models, "only these models [all]");
  command->add_option("--seed", c.seed, "networks of this seed [the first of each model]")
      ->check(CLI::Range(0, largest_seed));
  command->add_option("--window", c.window, "of networks that follow one another in time [1]");
  command->add_option("--subdomain", c.subdomain, "of networks on subdomains [1]");
  command->add_option("--out", c.out, "folder for the pictures [RUN/pictures]");
  command->callback([&line] { line.chosen = [&line] { return run(line.plot); }; });
}

void add_symbolic(CLI::App& app, CommandLine& line) {
  SymbolicCommand& c = line.symbolic;
  CLI::App* command = app.add_subcommand("symbolic", "find a formula for every field of a run");
  command->add_option("RUN", c.run, "run directory")->required();
  command->add_option("--model", c.model, "of this model [the first]");
  command->add_option("--seed", c.seed, "the run of this seed [the first]")
      ->check(CLI::Range(0, largest_seed));
  command->add_option("--functions", c.functions, "use only these functions: sin,exp,x^2")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--function", c.added, "one more function: f(x)=x*exp(-x)")
      ->allow_extra_args(false);
  command->add_option("--samples", c.samples, "of each field [2000]")
      ->check(CLI::Range(200, 100000));
  command->add_option("--threads", c.threads, "threads; 0: all cores [0]")
      ->check(CLI::Range(0, most_threads));
  command->add_option("--out", c.out, "directory of the formula's files [RUN]");
  command->callback([&line] { line.chosen = [&line] { return run(line.symbolic); }; });
}

void add_others(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("report", "write one self-contained HTML page of a run");
  command->add_option("RUN", line.report.run, "run directory")->required();
  command->callback([&line] { line.chosen = [&line] { return run(line.report); }; });

  command = app.add_subcommand("info", "version, build, processor and GPUs");
  command->callback([&line] { line.chosen = run_info; });

  command = app.add_subcommand("list", "the cases that come with the program");
  command->callback([&line] { line.chosen = run_list; });

  command = app.add_subcommand("describe", "document a key of the problem file, or list all keys");
  command->add_option("KEY", line.describe.key, "such as training.stages.rate");
  command->callback([&line] { line.chosen = [&line] { return run(line.describe); }; });

  command = app.add_subcommand("new", "write a commented problem file to start from");
  command->add_option("NAME", line.create.name, "name of the problem: NAME.yaml is written")
      ->required();
  command->callback([&line] { line.chosen = [&line] { return run(line.create); }; });
}

void check_command_name(const CLI::App& app, const char* name) {
  if (name == nullptr || *name == '-') return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string near = problems::nearest_name(name, names);
  throw InputError({},
                   fmt::format("there is no command '{}'{}", name,
                               near.empty() ? fmt::format("; there are {}", fmt::join(names, ", "))
                                            : fmt::format("; did you mean '{}'?", near)));
}

int parse_and_run(int argc, char** argv) {
  CommandLine line;
  std::string text = "kanpde";
  for (int i = 1; i < argc; ++i) text += std::string(" ") + argv[i];
  line.solve.command_line = line.table.command_line = line.prune.command_line = text;
  CLI::App app(
      "kanpde solves partial differential equations written in YAML with "
      "Kolmogorov-Arnold networks.",
      "kanpde");
  app.footer(
      "Examples:\n"
      "  kanpde solve problems/poisson_2d.yaml\n"
      "  kanpde solve problems/burgers_1d.yaml --model kan --seed 0 --out runs/burgers\n"
      "`kanpde COMMAND --help` explains a command.");
  app.set_version_flag("--version", std::string("kanpde ") + version);
  app.require_subcommand(1);
  add_solve(app, line);
  add_check(app, line);
  add_table(app, line);
  add_eval(app, line);
  add_prune(app, line);
  add_plot(app, line);
  add_symbolic(app, line);
  add_others(app, line);
  check_command_name(app, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : bad_input;
  }
  return line.chosen();
}

int report(const std::string& message, int code) {
  std::cerr << message << "\n";
  return code;
}

/// A table that nobody received is an error.
int flush_output(int code) {
  std::cout.flush();
  if (std::cout) return code;
  return report("error: cannot write to standard output", bad_input);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return flush_output(parse_and_run(argc, argv));
  } catch (const InputError& error) {
    return report(error.what(), bad_input);
  } catch (const DeviceError& error) {
    return report(std::string("error: ") + error.what(), bad_input);
  } catch (const std::system_error& error) {
    return report(std::string("error: ") + error.what(), bad_input);
  } catch (const std::bad_alloc&) {
    return report("error: there is not enough memory", training_failed);
  } catch (const std::exception& error) {
    return report(std::string("error: ") + error.what(), training_failed);
  }
}
