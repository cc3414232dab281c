#pragma once
/// A whole run: train every model with every seed, measure, compare, write the run directory.

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "output/console/progress.hpp"
#include "output/data.hpp"
#include "problems/problem.hpp"
#include "solver/hardware.hpp"

namespace kanpde::solver {

struct SolveOptions {
  std::filesystem::path directory;  ///< of the run
  std::vector<std::string> models;  ///< train only these; empty: all
  bool resume = false;              ///< continue from the checkpoint in `directory`
  Machine machine;                  ///< what to compute on
  std::string command;              ///< as reported in the summary
  double checkpoint_seconds = 5;    ///< between checkpoints
};

struct SolveResult {
  output::Summary summary;
  bool interrupted = false;
  bool failed = false;  ///< some run had no finite loss
};

/// Set by a signal handler: training stops after the present step and saves its state.
extern std::atomic<bool> interrupt_requested;

/// Errors: InputError for what the problem or the checkpoint does not allow, DeviceError where the
/// first model cannot be set up on the GPU, all before anything is written; std::system_error where
/// files cannot be written; TrainingError where a GPU fails later: what was saved is kept. The
/// directory is created; nothing of another run in it is kept unless `resume`.
SolveResult solve(problems::Problem& problem, const SolveOptions& options,
                  output::Progress& progress);

}  // namespace kanpde::solver
