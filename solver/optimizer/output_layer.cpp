#include "solver/optimizer/output_layer.hpp"

#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {
constexpr double least_gain = 0.1;  ///< of the loss, by a step of Levenberg-Marquardt
}

StepStatus OutputLayer::step(Objective& objective, Vector& theta, double& loss) {
  if (is_near_) return near_.step(objective, theta, loss);
  const double before = objective.value(theta);
  const StepStatus status = far_.step(objective, theta, loss);
  if (status == StepStatus::failed) return status;
  is_near_ = status != StepStatus::ok || loss > (1 - least_gain) * before;
  return StepStatus::ok;
}

void OutputLayer::restart() {
  far_.restart();
  is_near_ = false;
}

OptimizerState OutputLayer::save() const {
  OptimizerState state = far_.save();
  state["is_near"] = {is_near_ ? 1.0 : 0.0};
  return state;
}

void OutputLayer::load(const OptimizerState& state) {
  far_.load(state);
  is_near_ = entry(state, "is_near", 1)[0] != 0;
}

}  // namespace kanpde::solver
