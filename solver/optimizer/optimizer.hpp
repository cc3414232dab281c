#pragma once
/// Optimizers as resumable state machines: step() makes one iteration; the state can be saved and
/// restored bit for bit.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// Everything an optimizer remembers between steps, by name; written to checkpoints.
using OptimizerState = std::map<std::string, std::vector<double>>;

enum class StepStatus { ok, converged, stagnated, failed };  // failed: non-finite and no way on

/// Steps taken in one go, with the outcome of as many single steps.
struct StepRun {
  // what is asked for
  int most = 1;          ///< steps, at most
  double tolerance = 0;  ///< no step after one to a loss <= this
  double best_loss = 0;  ///< the lowest so far
  // written
  std::vector<double> losses;  ///< after each step, one at least
  /// theta after the last step, before the last one taken, to a loss not above best_loss and those
  /// before; empty: there is none.
  Vector best;
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One iteration from theta; writes the new theta and the loss F(theta) there.
  virtual StepStatus step(Objective& objective, Vector& theta, double& loss) = 0;
  /// One iteration or several, where they cost less so; the status is that of the last.
  virtual StepStatus steps(Objective& objective, Vector& theta, StepRun& run) {
    run.losses.resize(1);
    run.best.resize(0);
    return step(objective, theta, run.losses[0]);
  }
  /// The objective changed (new points, weights, parameters): forget cached values and curvature
  /// that no longer hold.
  virtual void restart() = 0;
  virtual OptimizerState save() const = 0;
  virtual void load(const OptimizerState& state) = 0;
  virtual std::string_view name() const = 0;
};

}  // namespace kanpde::solver
