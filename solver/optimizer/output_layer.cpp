#include "solver/optimizer/output_layer.hpp"

#include <utility>

#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {
constexpr double least_gain = 0.1;  ///< of the loss, by a step of Levenberg-Marquardt
}

StepStatus OutputLayer::step(Objective& objective, Vector& theta, double& loss) {
  const bool is_first = std::exchange(is_first_, false);
  if (is_near_ && !is_first) return near_.step(objective, theta, loss);
  const double before = objective.value(theta);
  if (is_near_) {
    const Vector start = theta;
    const StepStatus status = near_.step(objective, theta, loss);
    if (status == StepStatus::failed || theta != start) return status;
  }
  const StepStatus status = far_.step(objective, theta, loss);
  if (status == StepStatus::failed) return status;
  is_near_ = status != StepStatus::ok || loss > (1 - least_gain) * before;
  return StepStatus::ok;
}

void OutputLayer::restart() {
  far_.restart();
  is_near_ = starts_near_;
  is_first_ = true;
}

OptimizerState OutputLayer::save() const {
  OptimizerState state = far_.save();
  state["is_near"] = {is_near_ ? 1.0 : 0.0, is_first_ ? 1.0 : 0.0};
  return state;
}

void OutputLayer::load(const OptimizerState& state) {
  far_.load(state);
  is_near_ = entry(state, "is_near", 2)[0] != 0;
  is_first_ = entry(state, "is_near", 2)[1] != 0;
}

}  // namespace kanpde::solver
