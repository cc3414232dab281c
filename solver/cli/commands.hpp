#pragma once
/// The commands of the program, one a file: plain settings in, an exit code out. Bad input is an
/// InputError, a file that cannot be written a std::system_error.

#include <optional>
#include <string>
#include <vector>

namespace kanpde::solver {

/// Exit codes, relied upon by scripts.
enum ExitCode { done = 0, bad_input = 2, training_failed = 3, interrupted = 130 };

struct SolveCommand {
  std::string file, out, device = "auto";
  std::vector<std::string> models, settings;
  int seed = -1;    ///< -1: the seeds of the file
  int threads = 0;  ///< 0: all cores
  bool resume = false, quiet = false;
  double checkpoint_seconds = 5;
  std::string command_line;  ///< for the tables and the log
};
int run(const SolveCommand& command);

struct CheckCommand {
  std::vector<std::string> files, settings;
};
int run(const CheckCommand& command);

struct TableCommand {
  std::string name, out, device = "auto";
  std::vector<std::string> only;  ///< rows; empty: all
  int threads = 0;
  bool quick = false, resume = false, quiet = false;
  std::string command_line;
};
int run(const TableCommand& command);

struct EvalCommand {
  std::string run, points, out;
  std::vector<std::string> models;  ///< empty: all that have a state
  int seed = -1;                    ///< -1: the first of each model
  int derivatives = 0;
};
int run(const EvalCommand& command);

struct PruneCommand {
  std::string run, model, out;
  std::optional<double> target;
  double tolerance = 1;
  int steps = 600;
  int seed = -1;  ///< -1: the first of the model
  int threads = 0;
  bool quiet = false;
  std::string command_line;
};
int run(const PruneCommand& command);

struct PlotCommand {
  std::vector<std::string> runs, models;  ///< models empty: all that have a state
  std::string out;                        ///< folder; empty: `pictures` in the run directory
  int seed = -1;                          ///< -1: the first of each model
  int window = 1, subdomain = 1;          ///< of networks, counted from 1
};
int run(const PlotCommand& command);

struct SymbolicCommand {
  std::string run, model, out;
  std::vector<std::string> functions, added;  ///< names of the library (empty: all); f(x)=...
  int seed = -1;                              ///< -1: the first of the model
  int samples = 2000, threads = 0;
};
int run(const SymbolicCommand& command);

struct ReportCommand {
  std::string run;
};
int run(const ReportCommand& command);

struct DescribeCommand {
  std::string key;  ///< empty: all
};
int run(const DescribeCommand& command);

struct NewCommand {
  std::string name;
};
int run(const NewCommand& command);

int run_info();
int run_list();

}  // namespace kanpde::solver
