#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "output/table/sheet.hpp"
#include "problems/expression/parser.hpp"
#include "solver/cli/cases.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/device.hpp"
#include "solver/cli/interrupt.hpp"
#include "solver/cli/tables/symbolic.hpp"
#include "solver/cli/tables/table.hpp"
#include "solver/hardware.hpp"
#include "solver/solve.hpp"
#include "solver/version.hpp"

namespace kanpde::solver {

namespace {

/// What is trained where a row is a contest.
std::vector<std::string> contestants(const problems::Problem& problem) {
  for (const problems::ModelSettings& model : problem.models)
    if (model.type == problems::ModelSettings::Type::kan)
      return {model.name, "mlp_same_parameters", "mlp_same_time"};
  throw InputError({problem.file, 0, 0}, "there is no model of type kan");
}

class Table {
 public:
  Table(const TableCommand& command, TableKind kind, Machine machine)
      : command_(command),
        kind_(std::move(kind)),
        machine_(std::move(machine)),
        directory_(command.out.empty() ? "runs/table_" + command.name : command.out),
        progress_(std::cerr, output::console_settings(STDERR_FILENO, command.quiet)) {}

  int run(const std::vector<TableRow>& rows) {
    if (!machine_.note.empty()) progress_.message(machine_.note);
    for (const TableRow& row : rows) add_case(row);
    output::make_directory(directory_);
    write();
    if (code_ == interrupted) return code_;
    std::cout << output::as_text(kind_.sheet(results_)) << notes();
    progress_.message("written to " + (directory_ / "table.md").string());
    return code_;
  }

 private:
  void add_case(const TableRow& row) {
    if (code_ == interrupted) return;
    progress_.message(row.name);
    try {
      solve_case(row);
    } catch (const InputError& error) {  // the other cases go on
      add_failure(row.name, error, bad_input);
    } catch (const DeviceError& error) {
      add_failure(row.name, error, bad_input);
    } catch (const TrainingError& error) {
      add_failure(row.name, error, training_failed);
    }
  }

  void add_failure(const std::string& name, const std::exception& error, int code) {
    progress_.message(error.what());
    failures_ += fmt::format("- {} was not solved: {}\n", name, error.what());
    if (code_ != bad_input) code_ = code;
  }

  void solve_case(const TableRow& row) {
    std::vector<std::string> settings = row.settings;
    if (command_.quick) settings.push_back("training.seeds=[0]");
    problems::Problem problem = problems::read_problem(file_of(row), settings);
    SolveOptions options;
    options.directory = directory_ / row.name;
    options.resume = command_.resume && std::filesystem::exists(options.directory);
    options.machine = machine_;
    options.command = command_.command_line;
    options.models = row.contest ? contestants(problem) : row.models;
    SolveResult result = solve(problem, options, progress_);
    if (result.interrupted) {
      code_ = interrupted;
      return;
    }
    if (result.failed && code_ == done) code_ = training_failed;
    results_.push_back({row, std::move(result.summary)});
    write();  // whatever happens later, what is there is kept
  }

  /// Of the row's problem; a text of its own is written first, so that anyone can solve it again.
  std::string file_of(const TableRow& row) const {
    if (row.text.empty()) return case_file(row.problem);
    const std::filesystem::path folder = directory_ / "problems";
    output::make_directory(folder);
    for (const auto& [name, content] : row.files) output::write_atomically(folder / name, content);
    output::write_atomically(folder / (row.name + ".yaml"), row.text);
    return (folder / (row.name + ".yaml")).string();
  }

  std::string notes() const {
    return fmt::format(
        "\n{}- Medians over the seeds{}; seconds are training time.\n"
        "- kanpde {} on {}, {} threads; {}.\n- Command: {}\n{}",
        kind_.notes(results_), command_.quick ? " (--quick: seed 0 only)" : "", version,
        machine_.device, threads().size(), hardware(machine_), command_.command_line, failures_);
  }

  void write() const {
    output::write_atomically(directory_ / "table.md",
                             fmt::format("# Accuracy table: {}\n\n{}{}", command_.name,
                                         output::as_markdown(kind_.sheet(results_)), notes()));
  }

  const TableCommand& command_;
  TableKind kind_;
  Machine machine_;
  std::filesystem::path directory_;
  output::Progress progress_;
  TableResults results_;
  std::string failures_;
  int code_ = done;
};

/// Throws InputError with the nearest name.
TableKind kind_of(const std::string& name) {
  if (const TableKind* kind = find_table_kind(name)) return *kind;
  const std::vector<std::string> cases = case_names();
  if (name == "all") return table_of_cases(name, cases);
  std::vector<std::string> names = {"all", symbolic_table_name};
  for (const TableKind& kind : table_kinds()) names.push_back(kind.name);
  if (std::find(cases.begin(), cases.end(), name) != cases.end())
    return table_of_cases(name, {name});
  const std::string tables = fmt::format("{}", fmt::join(names, ", "));
  names.insert(names.end(), cases.begin(), cases.end());
  const std::string near = problems::nearest_name(name, names);
  throw InputError(
      {},
      fmt::format("there is no table '{}'{}; there are {} and the cases of "
                  "`kanpde list`",
                  name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), tables));
}

/// The rows with one of these names, or of a case with one; all where no name is given.
std::vector<TableRow> chosen(const std::vector<TableRow>& rows,
                             const std::vector<std::string>& only) {
  if (only.empty()) return rows;
  std::vector<TableRow> some;
  std::vector<std::string> names;
  for (const TableRow& row : rows) {
    names.push_back(row.name);
    if (!row.problem.empty()) names.push_back(row.problem);
    if (std::any_of(only.begin(), only.end(),
                    [&](const std::string& n) { return n == row.name || n == row.problem; }))
      some.push_back(row);
  }
  for (const std::string& name : only) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = problems::nearest_name(name, names);
    throw InputError({},
                     fmt::format("--only: the table has no row '{}'{}", name,
                                 near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
  return some;
}

}  // namespace

int run(const TableCommand& command) {
  if (command.name == symbolic_table_name) return run_symbolic_table(command);
  const Machine machine = choose_device(command.device);
  const TableKind kind = kind_of(command.name);
  const std::vector<TableRow> rows = chosen(kind.rows(command.quick), command.only);
  set_threads(command.threads);
  handle_signals();
  return Table(command, kind, machine).run(rows);
}

}  // namespace kanpde::solver
