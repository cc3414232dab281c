#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "output/table/number.hpp"
#include "output/table/sheet.hpp"
#include "problems/expression/parser.hpp"
#include "solver/cli/cases.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/device.hpp"
#include "solver/cli/interrupt.hpp"
#include "solver/cli/records.hpp"
#include "solver/hardware.hpp"
#include "solver/solve.hpp"
#include "solver/version.hpp"

namespace kanpde::solver {

namespace {

/// The models of one run, then what others have printed for the same problem.
void append_rows(const output::Summary& summary, output::Sheet& sheet) {
  for (const output::ModelResult& model : summary.models)
    for (const std::string& unknown : summary.unknowns)
      sheet.rows.push_back(
          {summary.problem, model.name, model.description, std::to_string(model.parameters),
           summary.unknowns.size() == 1 ? "" : unknown,
           output::median_text(output::spread(model, &output::RunResult::mse, unknown)),
           output::median_text(output::spread(model, &output::RunResult::rel_l2, unknown)),
           output::range_text(output::spread(model, &output::RunResult::rel_l2, unknown)),
           output::median_text(output::spread(model, &output::RunResult::seconds)),
           output::status_of(model), "this run"});
  for (const output::PublishedResult& other : summary.published)
    sheet.rows.push_back({summary.problem, other.method, "", other.parameters, "", other.mse,
                          other.rel_l2, "", other.seconds, "", other.source});
}

/// A row, or rows, of a table: one run.
struct Row {
  std::string name;     ///< of the run directory
  std::string problem;  ///< name of the case
  Record record = {};   ///< for the table of records
};

constexpr const char* records_name = "records";

class Table {
 public:
  Table(const TableCommand& command, Machine machine)
      : command_(command),
        machine_(std::move(machine)),
        directory_(command.out.empty() ? "runs/table_" + command.name : command.out),
        progress_(std::cerr, output::console_settings(STDERR_FILENO, command.quiet)) {
    sheet_.columns = {"case",    "model",  "network", "parameters",
                      "unknown", "MSE",    "rel. L2", "smallest .. largest",
                      "seconds", "status", "source"};
  }

  int run(const std::vector<Row>& rows) {
    if (!machine_.note.empty()) progress_.message(machine_.note);
    for (const Row& row : rows) add_case(row);
    std::filesystem::create_directories(directory_);
    write();
    if (code_ == interrupted) return code_;
    std::cout << output::as_text(sheet_) << notes();
    progress_.message("written to " + (directory_ / "table.md").string());
    return code_;
  }

 private:
  bool shows_records() const { return command_.name == records_name; }

  void add_case(const Row& row) {
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

  void solve_case(const Row& row) {
    std::vector<std::string> settings;
    if (shows_records()) settings = settings_of(row.record);
    if (command_.quick) settings.push_back("training.seeds=[0]");
    problems::Problem problem = problems::read_problem(case_file(row.problem), settings);
    SolveOptions options;
    options.directory = directory_ / row.name;
    options.resume = command_.resume && std::filesystem::exists(options.directory);
    options.machine = machine_;
    options.command = command_.command_line;
    if (shows_records()) options.models = contestants_of(first_kan(problem));
    SolveResult result = solve(problem, options, progress_);
    if (result.interrupted) {
      code_ = interrupted;
      return;
    }
    if (result.failed && code_ == done) code_ = training_failed;
    add_result(row, std::move(result.summary));
    write();  // whatever happens later, what is there is kept
  }

  static std::string first_kan(const problems::Problem& problem) {
    for (const problems::ModelSettings& model : problem.models)
      if (model.type == problems::ModelSettings::Type::kan) return model.name;
    throw InputError({problem.file, 0, 0}, "there is no model of type kan");
  }

  void add_result(const Row& row, output::Summary summary) {
    if (shows_records()) {
      results_.push_back({row.record, std::move(summary)});
      sheet_ = records_sheet(results_);
    } else {
      append_rows(summary, sheet_);
    }
  }

  std::string notes() const {
    return fmt::format(
        "\n{}- Medians over the seeds{}; errors on the output grid; seconds are training time.\n"
        "- kanpde {} on {}, {} threads; {}.\n- Command: {}\n{}",
        shows_records() ? records_notes(results_) : "",
        command_.quick ? " (--quick: seed 0 only)" : "", version, machine_.device, threads().size(),
        hardware(machine_), command_.command_line, failures_);
  }

  void write() const {
    output::write_atomically(directory_ / "table.md",
                             fmt::format("# Accuracy table: {}\n\n{}{}", command_.name,
                                         output::as_markdown(sheet_), notes()));
  }

  const TableCommand& command_;
  Machine machine_;
  std::filesystem::path directory_;
  output::Progress progress_;
  output::Sheet sheet_;
  std::vector<RecordResult> results_;  // of the table of records
  std::string failures_;
  int code_ = done;
};

std::vector<Row> rows_of(const std::string& table) {
  std::vector<Row> rows;
  if (table == records_name)
    for (const Record& record : records()) rows.push_back({record.name, record.problem, record});
  else if (table == "all")
    for (const std::string& name : case_names()) rows.push_back({name, name});
  else if (!case_file(table).empty())  // throws if there is none
    rows.push_back({table, table});
  return rows;
}

/// The rows with one of these names, or of a case with one; all where no name is given.
std::vector<Row> chosen(const std::vector<Row>& rows, const std::vector<std::string>& only) {
  if (only.empty()) return rows;
  std::vector<Row> some;
  std::vector<std::string> names;
  for (const Row& row : rows) {
    names.insert(names.end(), {row.name, row.problem});
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
  const Machine machine = choose_device(command.device);
  const std::vector<Row> rows = chosen(rows_of(command.name), command.only);
  set_threads(command.threads);
  handle_signals();
  return Table(command, machine).run(rows);
}

}  // namespace kanpde::solver
