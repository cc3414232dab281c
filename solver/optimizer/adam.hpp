#pragma once
/// Adam with a learning-rate schedule.

#include "solver/optimizer/bounds.hpp"
#include "solver/optimizer/optimizer.hpp"

namespace kanpde::solver {

struct AdamOptions {
  /// The rate after t of `total` steps, from `rate` to last = rate*final_fraction:
  /// constant: rate; cosine: last + (rate - last) (1 + cos(pi t/total)) / 2;
  /// exponential: rate * final_fraction^(t/total). Beyond `total` it stays at the last value.
  enum class Schedule { constant, cosine, exponential };

  double rate = 1e-3;
  Schedule schedule = Schedule::constant;
  int total = 1000;              ///< steps that the schedule spans
  double final_fraction = 0.01;  ///< last rate over first rate
  double beta1 = 0.9;            ///< memory of the mean of the gradient
  double beta2 = 0.999;          ///< memory of its mean square
  double epsilon = 1e-8;         ///< added to the root of the mean square
};

/// The rate of step t = 0, 1, ...
double scheduled_rate(const AdamOptions& options, double t);

/// Kingma and Ba 2015 (arXiv:1412.6980), algorithm 1. A step to a point where the loss is not
/// finite is taken back and the rate halved from then on. restart() keeps the moments, which are
/// running averages over changing objectives by design, and the place in the schedule.
class Adam : public Optimizer {
 public:
  explicit Adam(AdamOptions options = {}, Bounds bounds = {})
      : options_(options), bounds_(std::move(bounds)) {}
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  /// Up to kernels::AdamSteps::most steps where the objective computes, no more than fit into 50 ms
  /// to judge by the steps before. The numbers do not depend on how many that are. A step that must
  /// be taken back is left to step().
  StepStatus steps(Objective& objective, Vector& theta, StepRun& run) override;
  void restart() override { at_.resize(0); }
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "adam"; }

 private:
  StepStatus start(Objective& objective, Vector& theta, double& loss);
  Vector change() const;
  int take_on_device(kernels::AdamSteps& device, Vector& theta, StepRun& run);
  int affordable(int most) const;

  AdamOptions options_;
  Bounds bounds_;
  Vector mean_, square_;  // moments of the gradient
  double steps_ = 0.0;    // taken
  double factor_ = 1.0;   // of the rate, halved after non-finite losses
  Vector at_, gradient_;  // point whose gradient and loss are known; empty: none
  double loss_ = 0.0;
  int taken_ = 0;            // by the last run on a device, and how long a step took
  double step_seconds_ = 0;  // s
};

}  // namespace kanpde::solver
