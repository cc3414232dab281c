#include "solver/optimizer/gauss_newton.hpp"

#include <cmath>
#include <limits>

#include "solver/optimizer/least_squares.hpp"

namespace kanpde::solver {

namespace {
/// What a step may leave that its linear model has not seen, of the loss after it: the next one
/// would take away no more. And what it may take away beyond the prediction, of the loss before:
/// then, too, the model was wrong.
constexpr double nonlinear_share = 1e-3;

/// Loss that the rounding of J theta alone may leave.
double rounding_level(const Matrix& A, const Vector& theta) {
  const double epsilon = 4 * std::numeric_limits<double>::epsilon();
  return 0.5 * epsilon * epsilon * (A.cwiseAbs() * theta.cwiseAbs()).squaredNorm();
}
}  // namespace

StepStatus GaussNewton::step(Objective& objective, Vector& theta, double& loss) {
  Matrix A;
  Vector b;
  const double start = objective.reduced(theta, A, b);
  loss = start;
  if (!std::isfinite(start) || !A.allFinite()) return StepStatus::failed;
  LeastSquaresOptions options;
  options.threshold = options_.threshold;
  const LeastSquaresResult linear = least_squares(A, -b, options);
  const Vector& p = linear.x;
  const double predicted = start + 0.5 * (linear.residual.squaredNorm() - b.squaredNorm());
  double s = 1;
  for (int k = 0; k <= options_.halvings; ++k, s *= 0.5) {
    const Vector trial = theta + s * p;
    const double value = objective.value(trial);
    if (!std::isfinite(value) || value >= start) continue;
    theta = trial;
    loss = value;
    const double unseen = value - predicted;
    const bool as_predicted =
        s == 1 && unseen <= nonlinear_share * value && -unseen <= nonlinear_share * start;
    return as_predicted || value <= rounding_level(A, theta) || start - value < 1e-12 * start
               ? StepStatus::converged
               : StepStatus::ok;
  }
  return StepStatus::converged;  // no decrease left along p: rounding level
}

}  // namespace kanpde::solver
