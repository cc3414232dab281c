/// Windows in time over a periodic axis, whose output layer is periodic by ties.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver/comparison.hpp"
#include "solver/objective/problem_objective.hpp"
#include "solver/training/stretching.hpp"
#include "solver/training/training.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;
constexpr double pi = std::numbers::pi;

std::string on_circle(const std::string& equation, const std::string& start,
                      const std::string& more = "{periodic: x}") {
  return "name: test\nvariables: [x, t]\n"
         "domain: {space: {interval: [-1, 1]}, time: [0, 1]}\nunknowns: [u]\nequations: [" +
         equation + "]\nconditions: [{where: initial, require: u = " + start + "}, " + more +
         "]\npoints: {interior: 400, boundary: 20, initial: 100}\n"
         "models: {kan: {hidden: [1], degree: 9, grid: 40, base: none, time_degree: 6}}\n"
         "training: {windows: 10}\n";
}

problems::MultiIndex in_x(int order) {
  problems::MultiIndex alpha;
  alpha.count[0] = std::uint8_t(order);
  return alpha;
}

double value(Problem& problem, const Solution& solution, double x, double t, int order = 0) {
  Columns at(2, 1);
  at(0, 0) = x;
  at(1, 0) = t;
  return evaluate_fields(problem, solution, {problem.graph.unknown(0, in_x(order))}, at)(0, 0);
}

TEST(PeriodicWindows, FollowAWaveOverTheEndsOfTheAxis) {
  Problem problem = read(on_circle("u_t + u_x = 0", "exp(sin(pi*x))"));
  const Solution solution = train(problem)->solution();
  for (const double x : {-1.0, -0.5, 0.0, 0.3, 0.99, 1.0})
    EXPECT_NEAR(value(problem, solution, x, 1), std::exp(std::sin(pi * (x - 1))), 1e-7) << x;
}

TEST(PeriodicWindows, AreSmoothOverTheEndsBeyondWhatTheConditionAsks) {
  Problem problem = read(on_circle("u_t + u_x = 0", "exp(sin(pi*x))"));
  const Solution solution = train(problem)->solution();
  double scale = 1;
  for (int k = 0; k <= 4; ++k, scale *= 360)  // 2 k / h = 360 for each derivative
    EXPECT_NEAR(value(problem, solution, -1, 0.7, k), value(problem, solution, 1, 0.7, k),
                1e-11 * scale)
        << "derivative " << k;
}

TEST(PeriodicWindows, KeepAKinkThatTheStartHasAtTheEnds) {
  // u = u0(x) exp(-t): the slopes at the ends differ for ever. Ties would make them 0.
  Problem problem = read(on_circle("u_t = -u", "x^2"));
  const Solution solution = train(problem)->solution();
  EXPECT_NEAR(value(problem, solution, 1, 1), std::exp(-1.0), 1e-7);
  EXPECT_NEAR(value(problem, solution, 1, 1, 1), 2 * std::exp(-1.0), 1e-3);
  EXPECT_NEAR(value(problem, solution, -1, 1, 1), -2 * std::exp(-1.0), 1e-3);
}

TEST(GoesOnSmoothly, SeesJumpsOfAnyOrder) {
  const auto profile_of = [](double power) -> Profile {
    return [power](int, int order, const Columns& x) {  // derivatives of x^power
      Columns values(1, x.points());
      for (int p = 0; p < x.points(); ++p) {
        const double z = x(0, p);
        double factor = 1;
        for (int k = 0; k < order; ++k) factor *= power - k;
        values(0, p) = order > power ? 0 : factor * std::pow(z, power - order);
      }
      return values;
    };
  };
  const Problem problem = read(on_circle("u_t + u_x = 0", "sin(pi*x)"));
  EXPECT_TRUE(goes_on_smoothly(problem, profile_of(0), 0, 8)) << "a constant";
  EXPECT_FALSE(goes_on_smoothly(problem, profile_of(1), 0, 8)) << "the value jumps";
  EXPECT_TRUE(goes_on_smoothly(problem, profile_of(2), 0, 0));
  EXPECT_FALSE(goes_on_smoothly(problem, profile_of(2), 0, 1)) << "the slope jumps";
}

TEST(TiedParameters, HaveOneColumnAndOneValue) {
  Problem problem = read(on_circle("u_t + u*u_x = 0", "sin(pi*x)"));
  const Contestant contestant = contestants(problem, {}).front();
  const Ansatz ansatz(problem, {1.0});
  const std::vector<TermSpec> specs = list_terms(problem, ansatz);
  problems::ModelSettings settings = contestant.settings;
  settings.time_degree = 0;
  Random random(1);
  const Surrogate surrogate =
      make_surrogate(problem, settings, 0, Start::glorot, grid_fit_points(problem, 100, random));
  std::vector<kernels::Term> terms;
  terms.push_back(
      build_term(problem.graph, specs[0].residuals, draw_points(problem, specs[0], random), 2, 1));
  ProblemObjective objective(kernels::make_cpu_evaluator(surrogate.shape, std::move(terms), 0));
  const int first = surrogate.last_layer(), n = surrogate.shape.parameters;
  std::vector<int> active;
  for (int k = first; k < n; ++k)
    if (k != first + 20 && k != first + 3) active.push_back(k);
  objective.activate(active, surrogate.theta, {{first + 20, first + 5}, {first + 3, first + 5}});
  Vector theta = objective.pack(surrogate.theta);
  for (double& x : theta) x = random.normal();
  const std::vector<double> full = objective.unpack(theta);
  EXPECT_EQ(full[first + 20], full[first + 5]);
  EXPECT_EQ(full[first + 3], full[first + 5]);

  Vector r, ahead, behind, sparse_r, gradient;
  Matrix jacobian;
  objective.jacobian(theta, r, jacobian);
  ASSERT_EQ(jacobian.cols(), Eigen::Index(active.size()));
  const double h = 1e-6;
  for (const int k : {0, 4, 5, 17}) {
    Vector moved = theta;
    moved(k) += h;
    objective.residual(moved, ahead);
    moved(k) -= 2 * h;
    objective.residual(moved, behind);
    EXPECT_LT(((ahead - behind) / (2 * h) - jacobian.col(k)).norm(),
              1e-8 * jacobian.col(k).norm() + 1e-8 * r.norm())
        << k;
  }
  objective.gradient(theta, gradient);
  EXPECT_LT((gradient - jacobian.transpose() * r).norm(), 1e-12 * jacobian.norm() * r.norm());

  kernels::SparseRows sparse;
  ASSERT_TRUE(objective.sparse_jacobian(theta, sparse_r, sparse));
  Matrix dense = Matrix::Zero(jacobian.rows(), jacobian.cols());
  for (int i = 0; i < sparse.rows(); ++i)
    for (auto k = sparse.begin[i]; k < sparse.begin[i + 1]; ++k)
      dense(i, sparse.column[k]) += sparse.value[k];
  EXPECT_LT((dense - jacobian).norm(), 1e-14 * jacobian.norm());
  EXPECT_LT((sparse_r - r).norm(), 1e-14 * r.norm());
}

}  // namespace
}  // namespace kanpde::solver
