/// Gauss-Newton steps: when they end.

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "solver/optimizer/gauss_newton.hpp"
#include "tests/units/optimizer/problems.hpp"

namespace kanpde::solver {
namespace {

using namespace solver::testing;

/// Steps until one does not report ok, `most` at most, and the status of the last one.
std::pair<int, StepStatus> steps_of(Objective& objective, Vector& theta, int most = 50) {
  GaussNewton optimizer;
  double loss = 0;
  StepStatus status = StepStatus::ok;
  int steps = 0;
  while (status == StepStatus::ok && steps < most) {
    status = optimizer.step(objective, theta, loss);
    ++steps;
  }
  EXPECT_EQ(loss, objective.value(theta));
  return {steps, status};
}

TEST(GaussNewton, ConvergesInOneStepOnALinearProblem) {
  const Matrix A = random_matrix(30, 7, 1);
  const Vector b = random_vector(30, 2);
  auto problem = linear(A, b);
  Vector theta = random_vector(7, 3);
  const auto [steps, status] = steps_of(problem, theta);
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(status, StepStatus::converged);
  // minimiser of the normal equations; A has a condition number of a few
  const Vector expected = (A.transpose() * A).ldlt().solve(A.transpose() * b);
  EXPECT_LT((theta - expected).norm(), 1e-13);
}

TEST(GaussNewton, EndsAfterTwoStepsOnALinearProblemWithoutResidual) {
  const Matrix A = random_matrix(30, 7, 1);
  const Vector expected = random_vector(7, 2);
  auto problem = linear(A, A * expected);
  Vector theta = Vector::Zero(7);  // the loss left is rounding, and so is the prediction
  const auto [steps, status] = steps_of(problem, theta);
  EXPECT_LE(steps, 3);
  EXPECT_EQ(status, StepStatus::converged);
  EXPECT_LT((theta - expected).norm(), 1e-13);
}

TEST(GaussNewton, TakesSeveralStepsOnANonlinearProblem) {
  // r = (exp(t) - 2, 2 exp(t) - 4): zero at log 2
  Residuals problem(1, 2, [](const Vector& t, Vector& r, Matrix* J) {
    const double e = std::exp(t(0));
    r << e - 2, 2 * e - 4;
    if (J) *J << e, 2 * e;
  });
  Vector theta = vec({0});
  const auto [steps, status] = steps_of(problem, theta);
  EXPECT_GE(steps, 3);  // Newton's steps for exp(t) = 2: errors 0.69, 0.31, 0.044, 9.5e-4, ...
  EXPECT_EQ(status, StepStatus::converged);
  EXPECT_NEAR(theta(0), std::log(2), 1e-15);
}

TEST(GaussNewton, GoesOnWhereTheLossFallsMoreThanPredicted) {
  // F = (1 - 2c cos t + c^2)/2, smallest at 0; steps -c sin t, so t shrinks by 1 - c a step, and
  // the decrease is (2 - c) times that of the linear model.
  const double c = 0.5;
  Residuals problem(1, 2, [c](const Vector& t, Vector& r, Matrix* J) {
    r << std::sin(t(0)), std::cos(t(0)) - c;
    if (J) *J << std::cos(t(0)), -std::sin(t(0));
  });
  Vector theta = vec({1});
  const auto [steps, status] = steps_of(problem, theta);
  EXPECT_GE(steps, 4);
  EXPECT_EQ(status, StepStatus::converged);
  // The last step, from t = 2 theta, took away c^2 (1 - c) t^2/2 more than it saw: a thousandth of
  // the loss, (1 - c)^2/2, at most.
  const double t = 2 * theta(0);
  EXPECT_LT(c * c * (1 - c) / 2 * t * t, 1.01e-3 * (1 - c) * (1 - c) / 2);
}

TEST(GaussNewton, DoesNotCallAShortenedStepConverged) {
  auto problem = rosenbrock();
  Vector theta = vec({-1.2, 1});
  const auto [steps, status] = steps_of(problem, theta);
  EXPECT_GE(steps, 2);
  EXPECT_EQ(status, StepStatus::converged);
  EXPECT_LT((theta - vec({1, 1})).norm(), 1e-12);
}

}  // namespace
}  // namespace kanpde::solver
