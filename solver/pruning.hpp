#pragma once
/// Pruning of a trained network: as few hidden units as an error allows, trained on after each cut.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "solver/trained_run.hpp"
#include "solver/training/evaluation.hpp"

namespace kanpde::solver {

struct PruneOptions {
  std::optional<double> target;  ///< largest error allowed; none: that of the network times...
  double tolerance = 1;          ///< ...this
  int steps = 600;               ///< of training after each cut
};

/// One try: the network cut to so many hidden units and trained on.
struct PruneTrial {
  int units = 0, parameters = 0;
  double error = 0;
  bool accepted = false;
};

struct PrunedModel {
  problems::ModelSettings settings;     ///< MODEL_pruned, or _pruned_2..., with its training
  std::unique_ptr<Training> training;   ///< finished; null where nothing could be cut
  double error_before = 0, target = 0;  ///< errors are as pruning_error() has them
  std::vector<PruneTrial> trials;
  /// Of the whole network, then a row a network that was kept. Steps and seconds, here and in the
  /// training, count everything that led to the network, trials that were in vain included.
  std::vector<output::HistoryRow> history;
};

/// The largest relative L2 error of a quantity over the points of the evaluation (the absolute one
/// where the reference is zero) or, without a reference, the root of the mean squared residual.
/// Infinity where the solution is not finite.
double pruning_error(Evaluation& evaluation, const Solution& solution);

/// Cuts units of the least importance (kan::unit_scores over the training points, those of the
/// evaluation where only a part was trained on last) and trains all layers of the rest on, without
/// sparsity: a quarter of the units at once, from the network found so far, then half as many
/// wherever the error is too large, until not one can go. Where the output layer was solved by
/// itself, that is tried, too. While the target is not reached, a
/// network may be as bad as the one that it was cut from. What is returned has an error of at most
/// the target. `tried` is told of each trial. Errors: InputError for a network that cannot be
/// pruned, for a run in windows and where there is no error to measure.
PrunedModel prune(TrainedRun& run, const TrainedRun::Model& model, Evaluation& evaluation,
                  const PruneOptions& options, const std::function<void(const PruneTrial&)>& tried);

}  // namespace kanpde::solver
