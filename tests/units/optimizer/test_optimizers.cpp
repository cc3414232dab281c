#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cstring>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "solver/optimizer/make_optimizer.hpp"
#include "tests/units/optimizer/problems.hpp"

using namespace kanpde;
using namespace kanpde::solver;
using namespace kanpde::solver::testing;

namespace {
constexpr OptimizerKind kinds[] = {OptimizerKind::adam, OptimizerKind::lbfgs,
                                   OptimizerKind::ssbroyden, OptimizerKind::levenberg_marquardt};

struct Outcome {
  Vector theta;
  double loss = 0.0;
  int steps = 0;
  StepStatus status = StepStatus::ok;
};

Outcome minimise(OptimizerKind kind, Objective& objective, Vector start, int most,
                 const OptimizerOptions& options = {}) {
  const auto optimizer = make_optimizer(kind, options);
  Outcome run{std::move(start)};
  while (run.status == StepStatus::ok && run.steps++ < most)
    run.status = optimizer->step(objective, run.theta, run.loss);
  return run;
}

bool same_bits(const Vector& a, const Vector& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * std::size_t(a.size())) == 0;
}
}  // namespace

TEST(Optimizers, ResumeBitForBit) {
  auto problem = tanh_network(6, 50);
  for (const auto kind : kinds) {
    Vector whole = tanh_start(6, 1), parts = whole;
    double loss_whole = 0.0, loss_parts = 0.0;
    const auto one = make_optimizer(kind), first = make_optimizer(kind);
    const auto second = make_optimizer(kind);
    const int k = 60;
    for (int i = 0; i < 2 * k; ++i) one->step(problem, whole, loss_whole);
    for (int i = 0; i < k; ++i) first->step(problem, parts, loss_parts);
    second->load(first->save());
    for (int i = 0; i < k; ++i) second->step(problem, parts, loss_parts);
    EXPECT_TRUE(same_bits(whole, parts)) << one->name();
    EXPECT_EQ(loss_whole, loss_parts) << one->name();
    EXPECT_EQ(one->save(), second->save()) << one->name();
  }
}

TEST(Optimizers, GiveTheSameBitsOnOneAndTwoThreads) {
  auto problem = tanh_network(30, 200);
  for (const auto kind : kinds) {
    set_threads(1);
    const Outcome one = minimise(kind, problem, tanh_start(30, 2), 30);
    set_threads(2);
    const Outcome two = minimise(kind, problem, tanh_start(30, 2), 30);
    EXPECT_TRUE(same_bits(one.theta, two.theta)) << int(kind);
  }
  set_threads(0);
}

TEST(Optimizers, ForgetOnRestart) {
  auto problem = tanh_network(6, 50);
  OptimizerOptions options;
  options.ssbroyden.keep_curvature = false;
  for (const auto kind :
       {OptimizerKind::lbfgs, OptimizerKind::ssbroyden, OptimizerKind::levenberg_marquardt}) {
    const auto used = make_optimizer(kind, options), fresh = make_optimizer(kind, options);
    Vector theta = tanh_start(6, 1);
    double loss = 0.0;
    for (int i = 0; i < 20; ++i) used->step(problem, theta, loss);
    used->restart();
    Vector other = theta;
    used->step(problem, theta, loss);
    fresh->step(problem, other, loss);
    EXPECT_TRUE(same_bits(theta, other)) << used->name();
  }
}

TEST(Optimizers, SeeAChangedObjectiveAfterRestart) {
  auto first = linear(Matrix::Identity(3, 3), Vector::Ones(3));
  auto second = linear(Matrix::Identity(3, 3), Vector::Zero(3));
  for (const auto kind : kinds) {
    const auto optimizer = make_optimizer(kind);
    Vector theta = Vector::Zero(3);
    double loss = 0.0;
    optimizer->step(first, theta, loss);
    optimizer->restart();
    for (int i = 0; i < 3; ++i) optimizer->step(second, theta, loss);
    EXPECT_NEAR(loss, 0.5 * theta.squaredNorm(), 1e-15) << optimizer->name();
  }
}

TEST(Optimizers, RefuseAStateOfAnotherKind) {
  for (const auto kind : kinds)
    EXPECT_THROW(make_optimizer(kind)->load({{"unknown", {1.0}}}), TrainingError);
}

TEST(Optimizers, ConvergeAtAStationaryStart) {
  auto problem = rosenbrock();
  for (const auto kind : kinds) {
    const Outcome run = minimise(kind, problem, vec({1, 1}), 5);
    EXPECT_EQ(run.status, StepStatus::converged) << int(kind);
    EXPECT_EQ(run.steps, 1);
    EXPECT_TRUE(same_bits(run.theta, vec({1, 1})));
  }
}

TEST(Optimizers, FailWithoutMovingWhereTheStartIsNotFinite) {
  Residuals problem(1, 1, [](const Vector& t, Vector& r, Matrix* J) {
    r(0) = std::sqrt(t(0));
    if (J) (*J)(0, 0) = 0.5 / r(0);
  });
  for (const auto kind : kinds) {
    const Outcome run = minimise(kind, problem, vec({-1}), 3);
    EXPECT_EQ(run.status, StepStatus::failed) << int(kind);
    EXPECT_EQ(run.theta(0), -1.0);
  }
}

// r = sqrt(t) - 0.01 is NaN for t < 0, close to its zero at t = 1e-4.
TEST(Optimizers, NeverStepIntoNonFiniteValues) {
  Residuals problem(1, 1, [](const Vector& t, Vector& r, Matrix* J) {
    r(0) = std::sqrt(t(0)) - 0.01;
    if (J) (*J)(0, 0) = 0.5 / std::sqrt(t(0));
  });
  OptimizerOptions options;
  options.adam.rate = 0.3;
  for (const auto kind : kinds) {
    const auto optimizer = make_optimizer(kind, options);
    Vector theta = vec({1});
    double loss = 0.0, first = 0.5 * 0.99 * 0.99;
    for (int i = 0; i < 200; ++i) {
      optimizer->step(problem, theta, loss);
      ASSERT_TRUE(std::isfinite(loss) && std::isfinite(theta(0))) << optimizer->name();
    }
    EXPECT_LT(loss, 0.1 * first) << optimizer->name();
    if (kind == OptimizerKind::adam) continue;
    EXPECT_NEAR(theta(0), 1e-4, 1e-10) << optimizer->name();
  }
}

TEST(Optimizers, StayWithinBounds) {
  auto problem = rosenbrock();
  OptimizerOptions options;
  options.bounds.intervals = {{0, -2.0, 0.5}};
  options.adam.rate = 0.02;
  for (const auto kind : kinds) {
    const auto optimizer = make_optimizer(kind, options);
    Vector theta = vec({-1.2, 1});
    double loss = 0.0;
    for (int i = 0; i < 3000; ++i) {
      if (optimizer->step(problem, theta, loss) != StepStatus::ok) break;
      ASSERT_LE(theta(0), 0.5);
    }
    EXPECT_EQ(theta(0), 0.5) << optimizer->name();
    EXPECT_NEAR(theta(1), 0.25, kind == OptimizerKind::adam ? 1e-2 : 1e-9) << optimizer->name();
  }
}

TEST(QuasiNewton, SolvesRosenbrockAndWoodToRounding) {
  for (const auto kind : {OptimizerKind::lbfgs, OptimizerKind::ssbroyden}) {
    auto valley = rosenbrock();
    EXPECT_LT((minimise(kind, valley, vec({-1.2, 1}), 300).theta - vec({1, 1})).norm(), 1e-12);
    auto four = wood();
    EXPECT_LT((minimise(kind, four, vec({-3, -1, -3, -1}), 500).theta - Vector::Ones(4)).norm(),
              1e-11);
  }
}

TEST(QuasiNewton, FollowsPowellSingularFunctionFarDown) {
  for (const auto kind : {OptimizerKind::lbfgs, OptimizerKind::ssbroyden}) {
    auto problem = powell_singular();
    EXPECT_LT(minimise(kind, problem, vec({3, -1, 0, 1}), 300).loss, 1e-18);
  }
}

TEST(QuasiNewton, ConvergesFasterThanLinearlyOnRosenbrock) {
  auto problem = rosenbrock();
  for (const auto kind : {OptimizerKind::lbfgs, OptimizerKind::ssbroyden}) {
    const auto optimizer = make_optimizer(kind);
    Vector theta = vec({-1.2, 1});
    double loss = 0.0, before = 1.0, best = 1.0;
    for (int i = 0; i < 200 && optimizer->step(problem, theta, loss) == StepStatus::ok; ++i) {
      const double error = (theta - vec({1, 1})).norm();
      if (error > 1e-12) best = std::min(best, error / before);
      before = error;
    }
    EXPECT_LT(best, 0.02) << optimizer->name();
  }
}

TEST(QuasiNewton, FitsATanhNetwork) {
  auto problem = tanh_network(8, 80);
  for (std::uint64_t seed : {1, 2, 3}) {
    EXPECT_LT(minimise(OptimizerKind::lbfgs, problem, tanh_start(8, seed), 2000).loss, 1e-7);
    // Still falling after 2,000 steps (5e-14 to 1.5e-10 over 12 seeds), where rounding decides how
    // far it is; 3e-14 to 7e-12 after 4,000.
    EXPECT_LT(minimise(OptimizerKind::ssbroyden, problem, tanh_start(8, seed), 4000).loss, 1e-11);
  }
}

namespace {
struct ExposedSSBroyden : SSBroyden {
  using SSBroyden::Change;
  using SSBroyden::direction;
  using SSBroyden::update;
};
}  // namespace

// Changes along the Hessian G of a quadratic: each update meets the secant equation H y = s, is
// the formula of the header evaluated densely, and keeps H positive definite.
TEST(SSBroyden, MeetsTheSecantEquationAndItsFormula) {
  const int n = 9;
  const Matrix A = random_matrix(20, n, 5), G = A.transpose() * A;
  ExposedSSBroyden optimizer;
  Matrix H = Matrix::Identity(n, n);
  for (int i = 0; i < 30; ++i) {
    ExposedSSBroyden::Change c;
    c.s = random_vector(n, std::uint64_t(100 + i));
    c.y = G * c.s;
    c.sy = c.s.dot(c.y);
    c.sBs = c.s.dot(H.inverse() * c.s);
    const Vector Hy = H * c.y;
    const double yHy = c.y.dot(Hy);
    const auto k = self_scaled_broyden(yHy / c.sy, c.sBs / c.sy, n, i == 0);
    const Vector v = c.s / c.sy - Hy / yHy;
    H = (H - Hy * Hy.transpose() / yHy + k.phi * yHy * v * v.transpose()) / k.tau +
        c.s * c.s.transpose() / c.sy;
    optimizer.update(c);
    EXPECT_LT((optimizer.direction(c.y) + c.s).norm(), 1e-11 * c.s.norm());
    const Vector w = random_vector(n, std::uint64_t(200 + i));
    EXPECT_LT((optimizer.direction(w) + H * w).norm(), 1e-10 * (H * w).norm());
    EXPECT_LT(w.dot(optimizer.direction(w)), 0.0);
  }
}

// Al-Baali's bounds: sigma > 0 keeps H positive definite, theta = 0 is BFGS and theta = 1 DFP.
TEST(SSBroyden, KeepsTheScalingWithinItsBounds) {
  for (const double h : {0.01, 0.5, 1.0, 2.0, 100.0})
    for (const double ratio : {1.0, 1.0 + 1e-9, 1.1, 10.0, 1e6}) {
      const double b = ratio / h, a = h * b - 1;
      const auto k = self_scaled_broyden(h, b, 10, false);
      EXPECT_GT(1 + a * k.theta, 0.0) << h << " " << b;
      EXPECT_GT(k.tau, 0.0);
      EXPECT_LE(k.tau, std::max(1.0, 1 + a * k.theta) + 1e-12);
      EXPECT_NEAR(k.phi * (1 + a * k.theta), 1 - k.theta, 1e-9 * (1 + std::abs(k.theta)));
    }
}

namespace {
struct ExposedLbfgs : Lbfgs {
  using Lbfgs::Change;
  using Lbfgs::direction;
  using Lbfgs::Lbfgs;
  using Lbfgs::update;
};

/// -H g by the two-loop recursion; Nocedal and Wright 2006, algorithm 7.4.
Vector two_loops(const std::vector<ExposedLbfgs::Change>& changes, const Vector& gradient) {
  Vector d = -gradient;
  std::vector<double> a(changes.size());
  for (std::size_t i = changes.size(); i-- > 0;) {
    a[i] = changes[i].s.dot(d) / changes[i].sy;
    d -= a[i] * changes[i].y;
  }
  d *= changes.back().sy / changes.back().y.squaredNorm();
  for (std::size_t i = 0; i < changes.size(); ++i)
    d += (a[i] - changes[i].y.dot(d) / changes[i].sy) * changes[i].s;
  return d;
}
}  // namespace

// Changes along a Hessian of condition 1e2, more of them than are kept; from the eleventh on by an
// optimizer that was restored.
TEST(Lbfgs, GivesTheDirectionsOfTheTwoLoopRecursion) {
  const int n = 40, memory = 7;
  Matrix G = random_matrix(n, n, 5) / std::sqrt(n);
  G = (G.transpose() * G + 0.04 * Matrix::Identity(n, n)).eval();
  LbfgsOptions options;
  options.memory = memory;
  ExposedLbfgs first(options), second(options);
  std::vector<ExposedLbfgs::Change> kept;
  for (int i = 0; i < 20; ++i) {
    ExposedLbfgs& optimizer = i < 10 ? first : second;
    ExposedLbfgs::Change c;
    c.s = random_vector(n, std::uint64_t(100 + i));
    c.y = G * c.s;
    c.sy = c.s.dot(c.y);
    kept.push_back(c);
    if (int(kept.size()) > memory) kept.erase(kept.begin());
    optimizer.update(c);
    const Vector w = random_vector(n, std::uint64_t(200 + i)), expected = two_loops(kept, w);
    EXPECT_LT((optimizer.direction(w) - expected).norm(), 1e-10 * expected.norm()) << i;
    EXPECT_LT((optimizer.direction(c.y) + c.s).norm(), 1e-10 * c.s.norm()) << i;  // secant equation
    if (i != 9) continue;
    second.load(first.save());
    EXPECT_EQ(second.save(), first.save());
    auto anything = linear(Matrix::Identity(n, n), Vector::Zero(n));
    Vector theta = Vector::Zero(n);
    double loss = 0;
    second.step(anything, theta, loss);  // at a stationary point, where it only takes its pairs
    EXPECT_EQ(second.save(), first.save());
    EXPECT_TRUE(same_bits(second.direction(w), first.direction(w)));
  }
}

TEST(Adam, FollowsItsSchedule) {
  AdamOptions o;
  o.rate = 0.1;
  o.total = 100;
  o.final_fraction = 0.01;
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 70), 0.1);
  o.schedule = AdamOptions::Schedule::cosine;
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 0), 0.1);
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 50), 0.5 * (0.1 + 0.001));
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 500), 0.001);
  o.schedule = AdamOptions::Schedule::exponential;
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 50), 0.01);
  EXPECT_DOUBLE_EQ(scheduled_rate(o, 100), 0.001);
}

// The first step is rate * g / (|g| + epsilon); the second follows from the definition.
TEST(Adam, TakesTheStepsOfItsDefinition) {
  auto problem = linear(Matrix::Identity(1, 1), Vector::Zero(1));
  AdamOptions options;
  options.rate = 0.25;
  Adam optimizer(options);
  Vector theta = vec({2});
  double loss = 0.0;
  optimizer.step(problem, theta, loss);
  const double first = 2 - 0.25 * 2 / (2 + 1e-8);
  EXPECT_NEAR(theta(0), first, 1e-15);
  const double g = first, m = 0.9 * 0.1 * 2 + 0.1 * g, v = 0.999 * 0.001 * 4 + 0.001 * g * g;
  optimizer.step(problem, theta, loss);
  const double m2 = m / (1 - 0.81), v2 = v / (1 - 0.999 * 0.999);
  EXPECT_NEAR(theta(0), first - 0.25 * m2 / (std::sqrt(v2) + 1e-8), 1e-13);
  EXPECT_EQ(loss, 0.5 * theta(0) * theta(0));
}
