#include "solver/optimizer/gauss_newton.hpp"

#include <cmath>

#include "solver/optimizer/least_squares.hpp"

namespace kanpde::solver {

StepStatus GaussNewton::step(Objective& objective, Vector& theta, double& loss) {
  Matrix A;
  Vector b;
  const double start = objective.reduced(theta, A, b);
  loss = start;
  if (!std::isfinite(start) || !A.allFinite()) return StepStatus::failed;
  LeastSquaresOptions options;
  options.threshold = options_.threshold;
  const Vector p = least_squares(A, -b, options).x;
  double s = 1;
  for (int k = 0; k <= options_.halvings; ++k, s *= 0.5) {
    const Vector trial = theta + s * p;
    const double value = objective.value(trial);
    if (!std::isfinite(value) || value >= start) continue;
    theta = trial;
    loss = value;
    return start - value < 1e-12 * start ? StepStatus::converged : StepStatus::ok;
  }
  return StepStatus::converged;  // no decrease left along p: rounding level
}

}  // namespace kanpde::solver
