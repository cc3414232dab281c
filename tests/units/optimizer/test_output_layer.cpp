/// OutputLayer: Levenberg-Marquardt, then Gauss-Newton.

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
  for (const int before : {2, 20}) {
    Residuals problem = monomials();
    OutputLayer first({}, {});
    Vector theta = Vector::Zero(15);
    double loss = 0;
    for (int k = 0; k < before; ++k) first.step(problem, theta, loss);
    OutputLayer second({}, {});
    second.load(first.save());
    Vector again = theta;
    double other = 0;
    first.step(problem, theta, loss);
    second.step(problem, again, other);
    EXPECT_EQ(theta, again);
    EXPECT_EQ(loss, other);
  }
}

}  // namespace
}  // namespace kanpde::solver
