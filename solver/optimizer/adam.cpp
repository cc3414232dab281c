#include "solver/optimizer/adam.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {
constexpr int most_halvings = 30;     // of the rate within one step
constexpr double longest_run = 0.05;  // s, of steps on a device
}  // namespace

double scheduled_rate(const AdamOptions& options, double t) {
  const double part = std::min(1.0, t / std::max(1, options.total));
  const double last = options.rate * options.final_fraction;
  switch (options.schedule) {
    case AdamOptions::Schedule::cosine:
      return last + (options.rate - last) * 0.5 * (1.0 + std::cos(std::numbers::pi * part));
    case AdamOptions::Schedule::exponential:
      return options.rate * std::pow(options.final_fraction, part);
    case AdamOptions::Schedule::constant:
      break;
  }
  return options.rate;
}

/// m^ / (sqrt(v^) + epsilon) with the moments corrected for their start at zero.
Vector Adam::change() const {
  const double m = 1.0 / (1.0 - std::pow(options_.beta1, steps_));
  const double v = 1.0 / (1.0 - std::pow(options_.beta2, steps_));
  return (m * mean_.array()) / ((v * square_.array()).sqrt() + options_.epsilon);
}

/// Sets up what a step starts from; ok when one can be taken.
StepStatus Adam::start(Objective& objective, Vector& theta, double& loss) {
  bounds_.project(theta);
  if (at_.size() != theta.size() || at_ != theta) {
    at_ = theta;
    loss_ = objective.gradient(theta, gradient_);
  }
  loss = loss_;
  if (!std::isfinite(loss) || !gradient_.allFinite()) return StepStatus::failed;
  if (gradient_.isZero(0.0)) return StepStatus::converged;
  if (mean_.size() == theta.size()) return StepStatus::ok;
  mean_.setZero(theta.size());
  square_.setZero(theta.size());
  steps_ = 0.0;
  return StepStatus::ok;
}

StepStatus Adam::step(Objective& objective, Vector& theta, double& loss) {
  if (const StepStatus status = start(objective, theta, loss); status != StepStatus::ok)
    return status;
  mean_ += (1.0 - options_.beta1) * (gradient_ - mean_);
  square_ += (1.0 - options_.beta2) * (gradient_.cwiseAbs2() - square_);
  const double rate = scheduled_rate(options_, steps_);
  steps_ += 1.0;
  const Vector direction = change();
  for (int i = 0; i <= most_halvings; ++i, factor_ *= 0.5) {
    at_ = theta - rate * factor_ * direction;
    bounds_.project(at_);
    loss_ = objective.gradient(at_, gradient_);
    if (!std::isfinite(loss_) || !gradient_.allFinite()) continue;
    theta = at_;
    loss = loss_;
    return StepStatus::ok;
  }
  restart();
  return StepStatus::failed;
}

StepStatus Adam::steps(Objective& objective, Vector& theta, StepRun& run) {
  kernels::AdamSteps* device = objective.device_adam();
  if (device == nullptr) return Optimizer::steps(objective, theta, run);
  run.losses.resize(1);
  run.best.resize(0);
  if (const StepStatus status = start(objective, theta, run.losses[0]); status != StepStatus::ok)
    return status;
  if (take_on_device(*device, theta, run) > 0) return StepStatus::ok;
  run.losses.resize(1);
  return step(objective, theta, run.losses[0]);
}

/// From at_, which is theta; returns how many steps were taken.
int Adam::take_on_device(kernels::AdamSteps& device, Vector& theta, StepRun& run) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::vector<kernels::AdamSteps::Step> steps(std::size_t(affordable(run.most)));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double before = steps_ + double(i);
    steps[i] = {scheduled_rate(options_, before) * factor_,
                1.0 / (1.0 - std::pow(options_.beta1, before + 1)),
                1.0 / (1.0 - std::pow(options_.beta2, before + 1))};
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Vector lower = Vector::Constant(theta.size(), -infinity), upper = -lower, best = theta;
  for (const auto& b : bounds_.intervals) {
    lower(b.index) = b.lower;
    upper(b.index) = b.upper;
  }
  run.losses.resize(steps.size());
  const auto view = [](Vector& v) { return std::span<double>(v.data(), std::size_t(v.size())); };
  kernels::AdamSteps::Run order{options_.beta1, options_.beta2,  options_.epsilon, run.tolerance,
                                run.best_loss,  steps,           view(lower),      view(upper),
                                view(theta),    view(gradient_), view(mean_),      view(square_),
                                run.losses,     view(best)};
  const int taken = device.take(order);
  run.losses.resize(std::size_t(taken));
  if (order.best_step > 0) run.best = best;
  at_ = theta;
  if (taken > 0) loss_ = run.losses.back();
  steps_ += taken;
  taken_ = taken == int(steps.size()) ? taken : 0;
  step_seconds_ = std::chrono::duration<double>(Clock::now() - begin).count() / steps.size();
  return taken;
}

/// Twice as many as the last time, which were taken, while there is time.
int Adam::affordable(int most) const {
  const double fit = taken_ > 0 ? longest_run / step_seconds_ : 1.0;
  return int(std::clamp(std::min(fit, 2.0 * taken_), 1.0,
                        double(std::clamp(most, 1, kernels::AdamSteps::most))));
}

OptimizerState Adam::save() const {
  return {{"mean", to_list(mean_)}, {"square", to_list(square_)}, {"control", {steps_, factor_}}};
}

void Adam::load(const OptimizerState& state) {
  restart();
  mean_ = to_vector(entry(state, "mean"));
  square_ = to_vector(entry(state, "square"));
  const auto& control = entry(state, "control", 2);
  steps_ = control[0];
  factor_ = control[1];
}

}  // namespace kanpde::solver
