/// OutputLayer: Levenberg-Marquardt, then Gauss-Newton; or the latter from the start.

#include <gtest/gtest.h>

#include "solver/optimizer/output_layer.hpp"
#include "tests/units/optimizer/problems.hpp"

namespace kanpde::solver {
namespace {

using namespace testing;

/// r = f(V theta) - f(V 1), f(s) = s + s^2/10, V the monomials of degrees 0 to 14 at 60 points of
/// [0, 1], whose columns depend on each other to about 1e-10: zero at V theta = V 1.
Residuals monomials() {
  const int n = 15, m = 60;
  Matrix V(m, n);
  for (int i = 0; i < m; ++i)
    for (int k = 0; k < n; ++k) V(i, k) = std::pow(double(i) / (m - 1), k);
  const Vector b = V.rowwise().sum();
  return {n, m, [V, b](const Vector& t, Vector& r, Matrix* J) {
            const Vector s = V * t;
            r = s - b + 0.1 * (s - b).cwiseProduct(s + b);
            if (J) *J = (1 + 0.2 * s.array()).matrix().asDiagonal() * V;
          }};
}

double final_loss(Optimizer& optimizer, int most) {
  Residuals problem = monomials();
  Vector theta = Vector::Zero(15);
  double loss = 0;
  for (int k = 0; k < most; ++k)
    if (optimizer.step(problem, theta, loss) != StepStatus::ok) break;
  return loss;
}

TEST(OutputLayer, EndsAtTheRoundingOfResiduals) {
  OutputLayer optimizer({}, {});
  // |b| is 30 and r is evaluated to a few eps |b|; squared and halved, 1e-28 times a few.
  EXPECT_LT(final_loss(optimizer, 40), 1e-26);
}

TEST(OutputLayer, GoesOnFromItsSavedState) {
  for (const auto& [before, is_near] : {std::pair{2, false}, {20, false}, {0, true}, {1, true}}) {
    Residuals problem = monomials();
    OutputLayer first({}, {}, is_near);
    Vector theta = Vector::Zero(15);
    double loss = 0;
    for (int k = 0; k < before; ++k) first.step(problem, theta, loss);
    OutputLayer second({}, {}, is_near);
    second.load(first.save());
    Vector again = theta;
    double other = 0;
    first.step(problem, theta, loss);
    second.step(problem, again, other);
    EXPECT_EQ(theta, again);
    EXPECT_EQ(loss, other);
  }
}

TEST(OutputLayer, TakesStepsOfGaussNewtonWhereItStartsNear) {
  Residuals problem = monomials();
  Vector theta = Vector::Zero(15), expected = theta;
  double loss = 0;
  OutputLayer optimizer({}, {}, true);
  for (int k = 0; k < 3; ++k) {
    GaussNewton().step(problem, expected, loss);
    optimizer.step(problem, theta, loss);
    EXPECT_EQ(theta, expected);
  }
}

TEST(OutputLayer, FallsBackWhereGaussNewtonFindsNoWayDownAtFirst) {
  // r = 1 - x^2 from x = 1e-6: the step is 5e5, of which not even 2^-12 lowers the loss.
  Residuals problem{1, 1, [](const Vector& x, Vector& r, Matrix* J) {
                      r = Vector::Constant(1, 1 - x(0) * x(0));
                      if (J) *J = Matrix::Constant(1, 1, -2 * x(0));
                    }};
  const Vector start = Vector::Constant(1, 1e-6);
  Vector theta = start;
  double loss = 0;
  GaussNewton().step(problem, theta, loss);
  ASSERT_EQ(theta, start);
  OutputLayer optimizer({}, {}, true);
  for (int k = 0; k < 60; ++k) optimizer.step(problem, theta, loss);
  EXPECT_NEAR(theta(0), 1, 1e-12);
}

}  // namespace
}  // namespace kanpde::solver
