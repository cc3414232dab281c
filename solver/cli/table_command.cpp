#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "output/table/number.hpp"
#include "output/table/sheet.hpp"
#include "solver/cli/cases.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/device.hpp"
#include "solver/cli/interrupt.hpp"
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

  int run(const std::vector<std::string>& names) {
    if (!machine_.note.empty()) progress_.message(machine_.note);
    for (const std::string& name : names) add_case(name);
    std::filesystem::create_directories(directory_);
    write();
    if (code_ == interrupted) return code_;
    std::cout << output::as_text(sheet_) << notes();
    progress_.message("written to " + (directory_ / "table.md").string());
    return code_;
  }

 private:
  void add_case(const std::string& name) {
    if (code_ == interrupted) return;
    progress_.message(name);
    try {
      solve_case(name);
    } catch (const InputError& error) {  // the other cases go on
      add_failure(name, error, bad_input);
    } catch (const DeviceError& error) {
      add_failure(name, error, bad_input);
    } catch (const TrainingError& error) {
      add_failure(name, error, training_failed);
    }
  }

  void add_failure(const std::string& name, const std::exception& error, int code) {
    progress_.message(error.what());
    failures_ += fmt::format("- {} was not solved: {}\n", name, error.what());
    if (code_ != bad_input) code_ = code;
  }

  void solve_case(const std::string& name) {
    std::vector<std::string> settings;
    if (command_.quick) settings.push_back("training.seeds=[0]");
    problems::Problem problem = problems::read_problem(case_file(name), settings);
    SolveOptions options;
    options.directory = directory_ / name;
    options.resume = command_.resume && std::filesystem::exists(options.directory);
    options.machine = machine_;
    options.command = command_.command_line;
    const SolveResult result = solve(problem, options, progress_);
    if (result.interrupted) {
      code_ = interrupted;
      return;
    }
    if (result.failed && code_ == done) code_ = training_failed;
    append_rows(result.summary, sheet_);
    write();  // whatever happens later, what is there is kept
  }

  std::string notes() const {
    return fmt::format(
        "\n- Medians over the seeds{}; errors on the output grid; seconds are training time.\n"
        "- kanpde {} on {}, {} threads; {}.\n- Command: {}\n{}",
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
  std::string failures_;
  int code_ = done;
};

}  // namespace

int run(const TableCommand& command) {
  const Machine machine = choose_device(command.device);
  std::vector<std::string> names = {command.name};
  if (command.name == "all")
    names = case_names();
  else
    case_file(command.name);  // throws if there is none
  set_threads(command.threads);
  handle_signals();
  return Table(command, machine).run(names);
}

}  // namespace kanpde::solver
