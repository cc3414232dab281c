/// Optimizers whose linear algebra lies on a device, against the same on the host.

#include <gtest/gtest.h>

#include "solver/optimizer/gauss_newton.hpp"
#include "solver/optimizer/host_model.hpp"
#include "solver/optimizer/levenberg_marquardt.hpp"
#include "tests/units/optimizer/dense_device.hpp"

using namespace kanpde;
using namespace kanpde::solver;
using namespace kanpde::solver::testing;

namespace {

using Method = DampedModel::Method;

void expect_close(const Vector& a, const Vector& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_LE((a - b).norm(), tolerance * b.norm());
}

void expect_same_answers(DampedModel& a, DampedModel& b, double lambda) {
  ASSERT_EQ(a.method(), b.method());
  ASSERT_TRUE(a.factor(lambda));
  ASSERT_TRUE(b.factor(lambda));
  const Vector p = b.step();
  expect_close(a.step(), p, 1e-9);
  expect_close(a.acceleration(p, 0.3), b.acceleration(p, 0.3), 1e-9);
  EXPECT_NEAR(a.reduction(p), b.reduction(p), 1e-11 * std::abs(b.reduction(p)));
}

/// Some parameters of a tanh network held, the others active.
struct PartlyHeld {
  std::vector<int> active{0, 2, 3, 7, 8, 11, 12, 17};
  Vector full = tanh_start(6, 3);
  Vector theta = full(active);

  Residuals host(int points) const {
    return {int(active.size()), points,
            [full = full, active = active, points](const Vector& t, Vector& r, Matrix* J) {
              Vector all = full;
              all(active) = t;
              Residuals network = tanh_network(6, points);
              Matrix j;
              network.jacobian(all, r, j);
              if (J) *J = j(Eigen::all, active);
            }};
  }
};

struct Outcome {
  Vector theta;
  double loss = 0.0;
  int steps = 0;
  StepStatus status = StepStatus::ok;
};

Outcome minimise(Optimizer&& optimizer, Objective& objective, Vector start, int most) {
  Outcome run{std::move(start)};
  while (run.status == StepStatus::ok && run.steps++ < most)
    run.status = optimizer.step(objective, run.theta, run.loss);
  return run;
}

}  // namespace

TEST(DeviceModel, AgreesWithTheHostForTallAndWideJacobians) {
  const PartlyHeld problem;
  for (const int points : {40, 5}) {
    OnDevice on(tanh_network(6, points));
    on.objective.activate(problem.active, {problem.full.begin(), problem.full.end()});
    Residuals residuals = problem.host(points);
    HostModel host(residuals, 1e9);
    const auto device = on.objective.device_model();
    ASSERT_NE(device, nullptr);
    for (const bool orthogonal : {false, true}) {
      device->linearise(problem.theta, orthogonal);
      host.linearise(problem.theta, orthogonal);
      EXPECT_NEAR(device->loss(), host.loss(), 1e-14 * host.loss());
      expect_close(device->gradient(), host.gradient(), 1e-13);
      expect_close(device->diagonal(), host.diagonal(), 1e-13);
      const Vector D = host.diagonal().array() + 0.1;
      for (const std::vector<int>& fixed : {std::vector<int>{}, {1, 4}}) {
        device->scale(D, fixed);
        host.scale(D, fixed);
        for (const double lambda : {1e-1, 1e-4}) expect_same_answers(*device, host, lambda);
        for (const int i : fixed) EXPECT_EQ(device->step()(i), 0.0);
      }
    }
    EXPECT_EQ(on.device.copies, 0);
  }
}

TEST(DeviceModel, IsOfTheParametersThatAreActive) {
  const PartlyHeld problem;
  OnDevice on(tanh_network(6, 40));
  EXPECT_THROW(on.objective.device_model()->linearise(problem.theta, false), std::logic_error);
  on.objective.activate(problem.active, {problem.full.begin(), problem.full.end()});
  on.objective.device_model()->linearise(problem.theta, false);
  EXPECT_EQ(on.objective.evaluations(), 1);
}

TEST(DeviceModel, IsChosenWhereThereIsOne) {
  Residuals host = rosenbrock();
  EXPECT_NE(dynamic_cast<HostModel*>(make_damped_model(host, 1e9).get()), nullptr);
  OnDevice on(rosenbrock());
  EXPECT_EQ(dynamic_cast<HostModel*>(make_damped_model(on.objective, 1e9).get()), nullptr);
}

TEST(LevenbergMarquardtOnADevice, TakesTheStepsOfTheHost) {
  for (const int points : {60, 12}) {
    Residuals host = tanh_network(5, points);
    OnDevice on(tanh_network(5, points));
    const Vector start = tanh_start(5, 2);
    const Outcome expected = minimise(LevenbergMarquardt(), host, start, 6);
    const Outcome found = minimise(LevenbergMarquardt(), on.objective, start, 6);
    expect_close(found.theta, expected.theta, 1e-7);
    EXPECT_EQ(on.device.linearisations, 6);
    EXPECT_EQ(on.device.methods.front(), points < 16 ? Method::kernel : Method::cholesky);
    EXPECT_EQ(on.device.copies, 0);
  }
}

TEST(LevenbergMarquardtOnADevice, ReachesTheMinimum) {
  OnDevice on(wood());
  const Outcome run = minimise(LevenbergMarquardt(), on.objective, vec({-3, -1, -3, -1}), 500);
  EXPECT_LT((run.theta - vec({1, 1, 1, 1})).norm(), 1e-13);
}

TEST(LevenbergMarquardtOnADevice, StaysWithinBounds) {
  OnDevice on(rosenbrock());
  LevenbergMarquardt optimizer({}, {{{0, -2.0, 0.5}}});
  const Outcome run = minimise(std::move(optimizer), on.objective, vec({-1.2, 1}), 500);
  EXPECT_EQ(run.status, StepStatus::converged);
  EXPECT_EQ(run.theta(0), 0.5);
  EXPECT_NEAR(run.theta(1), 0.25, 1e-14);
}

TEST(LevenbergMarquardtOnADevice, TurnsToQrWhereTheOtherFactorisationFails) {
  OnDevice on(tanh_network(5, 60));
  on.device.positive_definite = false;
  const Outcome run = minimise(LevenbergMarquardt(), on.objective, tanh_start(5, 2), 1);
  EXPECT_EQ(run.status, StepStatus::ok);
  EXPECT_EQ(on.device.methods.front(), Method::cholesky);
  EXPECT_EQ(std::count(on.device.methods.begin(), on.device.methods.end(), Method::cholesky), 1);
  EXPECT_GE(std::count(on.device.methods.begin(), on.device.methods.end(), Method::orthogonal), 1);
}

TEST(LevenbergMarquardtOnADevice, UsesTheModelOfTheObjectiveSinceRestart) {
  LevenbergMarquardt optimizer;
  Vector theta = vec({-1.2, 1});
  double loss = 0.0;
  OnDevice first(rosenbrock()), second(rosenbrock());
  ASSERT_EQ(optimizer.step(first.objective, theta, loss), StepStatus::ok);
  optimizer.restart();
  ASSERT_EQ(optimizer.step(second.objective, theta, loss), StepStatus::ok);
  EXPECT_EQ(first.device.linearisations, 1);
  EXPECT_EQ(second.device.linearisations, 1);
}

TEST(LevenbergMarquardtOnADevice, FailsWhereTheStartIsNotFinite) {
  OnDevice on({1, 1, [](const Vector& t, Vector& r, Matrix* J) {
                 r(0) = std::sqrt(t(0));
                 if (J) (*J)(0, 0) = 0.5 / r(0);
               }});
  EXPECT_EQ(minimise(LevenbergMarquardt(), on.objective, vec({-1}), 5).status, StepStatus::failed);
  EXPECT_EQ(minimise(GaussNewton(), on.objective, vec({-1}), 5).status, StepStatus::failed);
}

// Columns x^j on [0, 1] of a condition (about 1e9) beyond what J'J can hold, two that are equal and
// one that is zero; right-hand sides that the columns reach and that they do not.
TEST(GaussNewtonOnADevice, DecidesOnTheSameRankAsOnTheHost) {
  const int m = 80, n = 12;
  Matrix A(m, n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) A(i, j) = std::pow(double(i) / (m - 1), j);
  A.col(5) = A.col(4);
  A.col(9).setZero();
  for (const double noise : {0.0, 1e-3}) {
    const Vector b = A * Vector::LinSpaced(n, -1, 1) + noise * random_vector(m, 5);
    Residuals host = linear(A, b);
    OnDevice on(linear(A, b));
    const Outcome expected = minimise(GaussNewton(), host, Vector::Zero(n), 2);
    const Outcome found = minimise(GaussNewton(), on.objective, Vector::Zero(n), 2);
    EXPECT_LT(std::sqrt(found.loss), (1 + 1e-9) * std::sqrt(expected.loss) + 1e-14);
    expect_close(found.theta, expected.theta, 1e-5);
    EXPECT_EQ(found.theta(9), 0.0);
    EXPECT_EQ(on.device.copies, 0);
  }
}

TEST(GaussNewtonOnADevice, FindsTheShortestSolutionOfWideProblems) {
  const Matrix A = random_matrix(20, 50, 6);
  const Vector b = random_vector(20, 7);
  Residuals host = linear(A, b);
  OnDevice on(linear(A, b));
  const Outcome expected = minimise(GaussNewton(), host, Vector::Zero(50), 2);
  const Outcome found = minimise(GaussNewton(), on.objective, Vector::Zero(50), 2);
  expect_close(found.theta, expected.theta, 1e-11);
}

// A Jacobian whose digits end at those of a float: what lies below them is not followed.
TEST(GaussNewtonOnADevice, DropsWhatLiesBelowItsThreshold) {
  Matrix A = random_matrix(30, 8, 8);
  A.col(7) = A.col(6) + 1e-6 * random_vector(30, 9);
  OnDevice exact(linear(A, random_vector(30, 10))), rough(linear(A, random_vector(30, 10)));
  GaussNewtonOptions options;
  options.threshold = 1e-4;
  const double wild = minimise(GaussNewton(), exact.objective, Vector::Zero(8), 1).theta.norm();
  EXPECT_LT(minimise(GaussNewton(options), rough.objective, Vector::Zero(8), 1).theta.norm(),
            1e-3 * wild);
}
