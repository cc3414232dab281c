#include "solver/optimizer/gauss_newton.hpp"

#include <cmath>
#include <limits>

#include "solver/optimizer/banded_least_squares.hpp"
#include "solver/optimizer/least_squares.hpp"

namespace kanpde::solver {

namespace {
/// What a step may leave that its linear model has not seen, of the loss after it: the next one
/// would take away no more. And what it may take away beyond the prediction, of the loss before:
/// then, too, the model was wrong.
constexpr double nonlinear_share = 1e-3;

/// min |J p + r| at theta, of the sparse J where that pays.
struct LinearModel {
  bool finite = false;
  double loss = 0;       ///< at theta
  double predicted = 0;  ///< loss at theta + p
  double rounding = 0;   ///< loss that the rounding of J theta alone may leave
  Vector p;
};

double rounding_level(const Vector& size) {
  const double epsilon = 4 * std::numeric_limits<double>::epsilon();
  return 0.5 * epsilon * epsilon * size.squaredNorm();
}

bool solve_sparse(Objective& objective, const Vector& theta, LinearModel& model) {
  kernels::SparseRows J;
  Vector r;
  if (!objective.sparse_jacobian(theta, r, J)) return false;
  model.loss = 0.5 * r.squaredNorm();
  const auto values = Eigen::Map<const Vector>(J.value.data(), Eigen::Index(J.value.size()));
  model.finite = std::isfinite(model.loss) && values.allFinite();
  if (!model.finite) return true;
  const SparseLeastSquaresResult linear = sparse_least_squares(J, -r);
  if (!linear.found) return false;
  model.p = linear.x;
  model.predicted = 0.5 * linear.residual * linear.residual;
  model.rounding = rounding_level(absolute_product(J, theta));
  return true;
}

void solve_dense(Objective& objective, const Vector& theta, double threshold, LinearModel& model) {
  Matrix A;
  Vector b;
  model.loss = objective.reduced(theta, A, b);
  model.finite = std::isfinite(model.loss) && A.allFinite();
  if (!model.finite) return;
  LeastSquaresOptions options;
  options.threshold = threshold;
  const LeastSquaresResult linear = least_squares(A, -b, options);
  model.p = linear.x;
  model.predicted = model.loss + 0.5 * (linear.residual.squaredNorm() - b.squaredNorm());
  model.rounding = rounding_level(A.cwiseAbs() * theta.cwiseAbs());
}
}  // namespace

StepStatus GaussNewton::step(Objective& objective, Vector& theta, double& loss) {
  LinearModel model;
  if (!solve_sparse(objective, theta, model))
    solve_dense(objective, theta, options_.threshold, model);
  const double start = loss = model.loss;
  if (!model.finite) return StepStatus::failed;
  double s = 1;
  for (int k = 0; k <= options_.halvings; ++k, s *= 0.5) {
    const Vector trial = theta + s * model.p;
    const double value = objective.value(trial);
    if (!std::isfinite(value) || value >= start) continue;
    theta = trial;
    loss = value;
    const double unseen = value - model.predicted;
    const bool as_predicted =
        s == 1 && unseen <= nonlinear_share * value && -unseen <= nonlinear_share * start;
    return as_predicted || value <= model.rounding || start - value < 1e-12 * start
               ? StepStatus::converged
               : StepStatus::ok;
  }
  return StepStatus::converged;  // no decrease left along p: rounding level
}

}  // namespace kanpde::solver
