#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <limits>

#include "kernels/base/parallel.hpp"
#include "solver/optimizer/levenberg_marquardt.hpp"
#include "tests/units/optimizer/nist.hpp"

using namespace kanpde;
using namespace kanpde::solver;
using namespace kanpde::solver::testing;

namespace {
struct Outcome {
  Vector theta;
  double loss = 0.0;
  int steps = 0;
  StepStatus status = StepStatus::ok;
};

Outcome minimise(Objective& objective, Vector start, LevenbergMarquardtOptions options = {},
                 int most = 500, Bounds bounds = {}) {
  LevenbergMarquardt optimizer(options, bounds);
  Outcome run{std::move(start)};
  while (run.status == StepStatus::ok && run.steps++ < most)
    run.status = optimizer.step(objective, run.theta, run.loss);
  return run;
}

void expect_certified(Regression regression) {
  for (const Vector& start : regression.starts) {
    const Outcome run = minimise(regression.objective, start);
    EXPECT_EQ(run.status, StepStatus::converged);
    // The certified values have 11 digits; eight are asked for.
    EXPECT_LT(((run.theta - regression.certified).cwiseQuotient(regression.certified))
                  .cwiseAbs()
                  .maxCoeff(),
              1e-8);
    EXPECT_NEAR(2 * run.loss / regression.sum_of_squares, 1.0, 1e-9);
  }
}
}  // namespace

TEST(LevenbergMarquardt, ReachesCertifiedValuesOfMisra1a) { expect_certified(misra1a()); }
TEST(LevenbergMarquardt, ReachesCertifiedValuesOfMgh09) { expect_certified(mgh09()); }
TEST(LevenbergMarquardt, ReachesCertifiedValuesOfThurber) { expect_certified(thurber()); }

TEST(LevenbergMarquardt, SolvesRosenbrockToRounding) {
  auto problem = rosenbrock();
  const Outcome run = minimise(problem, vec({-1.2, 1}));
  EXPECT_LT((run.theta - vec({1, 1})).norm(), 1e-14);
  EXPECT_LT(run.steps, 60);
}

TEST(LevenbergMarquardt, SolvesWoodToRounding) {
  auto problem = wood();
  const Outcome run = minimise(problem, vec({-3, -1, -3, -1}));
  EXPECT_LT((run.theta - vec({1, 1, 1, 1})).norm(), 1e-13);
}

// Near the singular minimum each Gauss-Newton step halves theta, and the loss falls as theta^4.
TEST(LevenbergMarquardt, FollowsPowellSingularFunctionFarDown) {
  auto problem = powell_singular();
  const Outcome run = minimise(problem, vec({3, -1, 0, 1}), {}, 100);
  EXPECT_LT(run.loss, 1e-40);
}

TEST(LevenbergMarquardt, ConvergesFasterThanLinearlyOnRosenbrock) {
  auto problem = rosenbrock();
  LevenbergMarquardt optimizer;
  Vector theta = vec({-1.2, 1});
  double loss = 0.0, before = 1.0, best = 1.0;
  for (int i = 0; i < 60 && optimizer.step(problem, theta, loss) == StepStatus::ok; ++i) {
    const double error = (theta - vec({1, 1})).norm();
    if (error > 1e-13) best = std::min(best, error / before);
    before = error;
  }
  EXPECT_LT(best, 1e-3);
}

TEST(LevenbergMarquardt, SolvesOverparametrisedLinearProblem) {
  const int m = 30, n = 80;
  const Matrix A = random_matrix(m, n, 1);
  auto problem = linear(A, random_vector(m, 2));
  for (const double orthogonal_below : {0.0, 1e300}) {
    LevenbergMarquardtOptions options;
    options.orthogonal_below = orthogonal_below;
    const Outcome run = minimise(problem, Vector::Zero(n), options, 60);
    // |r| to the rounding error of A theta: sqrt(n) eps |A| |theta| (Higham and Mary 2019,
    // doi:10.1137/18M1226312, theorem 3.3).
    const double rounding =
        std::sqrt(n) * std::numeric_limits<double>::epsilon() * A.norm() * run.theta.norm();
    EXPECT_LT(std::sqrt(2 * run.loss), rounding);
  }
}

// One step from the same start by Cholesky of J'J, of the kernel, and by QR: the same equations.
TEST(LevenbergMarquardt, TakesTheSameStepByEveryFactorisation) {
  for (const auto& [m, n] : {std::pair{90, 40}, {40, 90}, {100, 100}}) {
    const Matrix A = random_matrix(m, n, 3);
    const Vector b = random_vector(m, 4);
    LevenbergMarquardtOptions options;
    options.acceleration = false;
    options.searches = 0;
    options.scaling_floor = 0.0;
    const Vector D = A.colwise().squaredNorm().transpose();
    Matrix H = A.transpose() * A;
    H.diagonal() += options.damping * D;
    const Vector expected = H.ldlt().solve(A.transpose() * b);
    for (const double below : {0.0, 1e300}) {
      options.orthogonal_below = below;
      auto problem = linear(A, b);
      const Outcome run = minimise(problem, Vector::Zero(n), options, 1);
      EXPECT_LT((run.theta - expected).norm(), 1e-11 * expected.norm()) << m << " x " << n;
    }
  }
}

TEST(LevenbergMarquardt, WorksFromNormalEquationsAlone) {
  auto problem = tanh_network(6, 60);
  LevenbergMarquardtOptions options;
  options.jacobian_bytes = 0.0;
  const Outcome run = minimise(problem, tanh_start(6, 7), options, 200);
  EXPECT_EQ(problem.jacobians, 0);
  EXPECT_LT(run.loss, 1e-7);
}

TEST(LevenbergMarquardt, FitsATanhNetworkToTinyLoss) {
  for (std::uint64_t seed : {1, 2, 3}) {
    auto problem = tanh_network(8, 80);
    EXPECT_LT(minimise(problem, tanh_start(8, seed), {}, 300).loss, 1e-12) << seed;
  }
}

TEST(LevenbergMarquardt, AccelerationPaysOnANetwork) {
  auto problem = tanh_network(8, 80);
  LevenbergMarquardtOptions plain;
  plain.acceleration = false;
  const double with = minimise(problem, tanh_start(8, 1), {}, 150).loss;
  EXPECT_LT(with, 0.1 * minimise(problem, tanh_start(8, 1), plain, 150).loss);
}

TEST(LevenbergMarquardt, EvaluatesOneJacobianAStepAlsoAfterRejections) {
  auto problem = rosenbrock();
  LevenbergMarquardtOptions options;
  options.damping = 1e-14;
  options.acceleration = false;
  LevenbergMarquardt optimizer(options);
  Vector theta = vec({-1.2, 1});
  double loss = 0.0;
  ASSERT_EQ(optimizer.step(problem, theta, loss), StepStatus::ok);
  EXPECT_EQ(problem.jacobians, 1);
  EXPECT_GT(problem.values, 2);  // the undamped step is uphill and is tried first
}

// log(t) - 1: the undamped step from t = 10 leads to t < 0.
TEST(LevenbergMarquardt, StepsBackFromNonFiniteResiduals) {
  Residuals problem(1, 1, [](const Vector& t, Vector& r, Matrix* J) {
    r(0) = std::log(t(0)) - 1;
    if (J) (*J)(0, 0) = 1 / t(0);
  });
  const Outcome run = minimise(problem, vec({10}));
  EXPECT_NEAR(run.theta(0), std::numbers::e, 1e-14);
}

TEST(LevenbergMarquardt, FailsWithoutMovingWhereTheStartIsNotFinite) {
  Residuals problem(1, 1, [](const Vector& t, Vector& r, Matrix* J) {
    r(0) = std::sqrt(t(0));
    if (J) (*J)(0, 0) = 0.5 / r(0);
  });
  const Outcome run = minimise(problem, vec({-1}));
  EXPECT_EQ(run.status, StepStatus::failed);
  EXPECT_EQ(run.theta(0), -1.0);
}

TEST(LevenbergMarquardt, StaysWithinBounds) {
  auto problem = rosenbrock();
  Bounds bounds{{{0, -2.0, 0.5}}};
  const Outcome run = minimise(problem, vec({-1.2, 1}), {}, 500, bounds);
  EXPECT_EQ(run.status, StepStatus::converged);
  EXPECT_EQ(run.theta(0), 0.5);
  EXPECT_NEAR(run.theta(1), 0.25, 1e-14);
}

TEST(LevenbergMarquardt, LeavesDeadParametersWhereTheyAre) {
  Matrix A = random_matrix(20, 5, 8);
  A.col(2).setZero();
  auto problem = linear(A, random_vector(20, 9));
  Vector start = Vector::Ones(5);
  const Outcome run = minimise(problem, start);
  EXPECT_EQ(run.theta(2), 1.0);
  EXPECT_LT((A.transpose() * (A * run.theta - random_vector(20, 9))).norm(), 1e-12);
}

// Columns x^j on [0, 1], condition about 1e12: where J'J cannot be factored any more, QR of J
// takes over and the fit is exact to rounding of A theta.
TEST(LevenbergMarquardt, SwitchesToOrthogonalFactorsOnIllConditionedProblems) {
  const int m = 60, n = 16;
  Matrix A(m, n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) A(i, j) = std::pow(double(i) / (m - 1), j);
  auto problem = linear(A, A * Vector::LinSpaced(n, -1, 1));
  const auto solve = [&](const LevenbergMarquardtOptions& options, bool& orthogonal) {
    LevenbergMarquardt optimizer(options);
    Vector theta = Vector::Zero(n);
    double loss = 0.0;
    orthogonal = false;
    for (int i = 0; i < 60 && optimizer.step(problem, theta, loss) == StepStatus::ok; ++i)
      orthogonal |= optimizer.method() == DampedModel::Method::orthogonal;
    return loss;
  };
  LevenbergMarquardtOptions options;
  options.orthogonal_below = 0.0;  // QR only where Cholesky fails
  options.damping = options.smallest = 1e-25;
  bool orthogonal = false;
  EXPECT_LT(solve(options, orthogonal), 1e-27);
  EXPECT_TRUE(orthogonal);
  EXPECT_LT(solve({}, orthogonal), 1e-26);
}
