#pragma once
/// Levenberg-Marquardt with geodesic acceleration for nonlinear least squares.

#include "solver/optimizer/bounds.hpp"
#include "solver/optimizer/damped_model.hpp"
#include "solver/optimizer/optimizer.hpp"

namespace kanpde::solver {

struct LevenbergMarquardtOptions {
  /// What the damping of a parameter is proportional to: its diagonal element of J'J here
  /// (Marquardt 1963), or the largest of it so far (More 1978).
  enum class Scaling { current, largest };

  double damping = 1e-2;    ///< first lambda, relative to the scaling
  double smallest = 1e-30;  ///< lambda never goes below this
  double largest = 1e15;    ///< beyond this lambda the optimizer has stagnated
  Scaling scaling = Scaling::largest;
  double scaling_floor = 1e-6;  ///< least scaling relative to the largest of all parameters
  double raise = 3.0;           ///< lambda times this after a rejected step, growing in a row
  double lower = 5.0;           ///< lambda divided by up to this after a good step
  /// After an accepted step, further trials of the same linearisation with smaller lambda while
  /// the loss falls: they cost a factorisation and two residuals each, but no Jacobian.
  int searches = 3;
  /// Second-order correction of the step along its own curvature: one residual and one more solve.
  bool acceleration = true;
  double acceleration_limit = 1.5;  ///< largest |a| / |p| in the norm of D; beyond, lambda rises
  double acceleration_step = 0.3;   ///< of the finite difference, relative to p
  /// Below this lambda, and when the Cholesky factorisation fails, steps come from QR of the
  /// Jacobian rather than from J'J.
  double orthogonal_below = 1e-10;
  /// Largest Jacobian to be held on the host, in bytes; larger problems use the normal equations
  /// alone, without acceleration.
  double jacobian_bytes = 4e9;
};

/// The step p solves (J'J + lambda D) p = -J'r and is taken, with its correction a/2, when the loss
/// falls; a solves the same system with the second directional derivative of r along p in place of
/// r (Transtrum and Sethna 2012, arXiv:1201.5885). The gain ratio rho (actual over
/// predicted reduction) sets lambda *= max(1/lower, 1 - (2 rho - 1)^3) as in Nielsen 1999
/// (IMM-REP-1999-05), and lambda *= raise, raise^2, ... after rejected trials.
/// One step evaluates one Jacobian. It ends `converged` when the loss is zero, the residual is
/// orthogonal to the columns of J, or reductions are at rounding level and the predicted one no
/// longer shrinks; `stagnated` when lambda has reached its largest value.
class LevenbergMarquardt : public Optimizer {
 public:
  explicit LevenbergMarquardt(LevenbergMarquardtOptions options = {}, Bounds bounds = {});
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override;
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "levenberg_marquardt"; }
  double damping() const { return lambda_; }
  DampedModel::Method method() const { return model_->method(); }  ///< of the last step

 private:
  struct Trial {
    Vector theta;
    double loss = 0.0, predicted = 0.0, lambda = 0.0;
    bool factored = false;
    bool below(double value) const { return factored && loss < value; }
  };
  void linearise(Objective& objective, const Vector& theta);
  void update_scaling();
  Trial attempt(Objective& objective, const Vector& theta, double lambda);
  bool accelerate(const Vector& p, Vector& a);
  Trial search(Objective& objective, const Vector& theta, Trial best);
  StepStatus finish(const Trial& trial, Vector& theta, double& loss);
  StepStatus finish_level(const Trial& trial, Vector& theta, double& loss);
  bool level(const Trial& trial) const;
  double gradient_cosine() const;

  LevenbergMarquardtOptions options_;
  Bounds bounds_;
  std::unique_ptr<DampedModel> model_;  // of the objective since restart(); null before a step
  std::vector<int> fixed_;              // parameters held on a bound in this step
  Vector scaling_;                      // D
  double lambda_ = 0.0;
  double growth_ = 0.0;          // factor of the next raise
  double last_predicted_ = 0.0;  // of the last step that was judged by it, at rounding level
};

}  // namespace kanpde::solver
