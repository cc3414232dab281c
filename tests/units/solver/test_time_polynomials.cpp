/// Runs with polynomials in time against Radau's method, whose values at the ends of windows have a
/// closed form.

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "solver/comparison.hpp"
#include "solver/training/radau.hpp"
#include "solver/training/training.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Expr;
using problems::MultiIndex;
using problems::Problem;
using problems::Symbol;
constexpr double pi = std::numbers::pi;

/// On [0, 1] x [0, 1] from u = sin(pi x); splines of degree 9 on 20
/// intervals represent that to (pi/20)^10/9! or 3e-14, and second derivatives to (pi/20)^8/9! pi^2
/// or 1e-11; the fit leaves 1e-9 where boundary points are few.
std::string run_of(const std::string& equations, int degree, const std::string& training,
                   const std::string& more = "", const std::string& unknowns = "u") {
  return "name: test\nvariables: [x, t]\n"
         "domain: {space: {interval: [0, 1]}, time: [0, 1]}\nunknowns: [" +
         unknowns + "]\nequations: " + equations +
         "\nconditions:\n  - {where: initial, require: u = sin(pi*x)}\n" + more +
         "points: {interior: 400, boundary: 40, initial: 100}\n"
         "models: {kan: {type: kan, hidden: [1], degree: 9, grid: 20, base: none, time_degree: " +
         std::to_string(degree) + "}}\ntraining: " + training + "\n";
}
const std::string at_ends = "  - {where: boundary, require: u = 0}\n";

double value_at(Problem& problem, const Solution& solution, double x, double t, int unknown = 0) {
  Columns at(2, 1);
  at(0, 0) = x;
  at(1, 0) = t;
  return evaluate_fields(problem, solution, {problem.graph.unknown(unknown)}, at)(0, 0);
}

std::string windows(int count) { return "{windows: " + std::to_string(count) + "}"; }

/// Growth of u' = z u over a step of length 1 by Radau's method of 1 to 3 stages: Pade's
/// approximation of exp(z) of degrees n - 1 and n (Hairer, Wanner 1996, IV.3).
double radau_growth(int n, double z) {
  if (n == 1) return 1 / (1 - z);
  if (n == 2) return (1 + z / 3) / (1 - 2 * z / 3 + z * z / 6);
  return (1 + 2 * z / 5 + z * z / 20) / (1 - 3 * z / 5 + 3 * z * z / 20 - z * z * z / 60);
}

class OfDegree : public testing::TestWithParam<int> {};

TEST_P(OfDegree, WindowsAreStepsOfRadausMethod) {
  const int p = GetParam();
  for (const auto& [equation, conditions, rate] :
       {std::tuple{std::string("[u_t = -u]"), std::string(), -1.0},
        std::tuple{std::string("[u_t = u_xx/10]"), at_ends, -pi * pi / 10}}) {
    Problem problem = read(run_of(equation, p, windows(3), conditions));
    const Solution solution = train(problem)->solution();
    for (int k = 0; k <= 3; ++k)
      for (const double x : {0.2, 0.55})
        EXPECT_NEAR(value_at(problem, solution, x, k / 3.0),
                    std::pow(radau_growth(p, rate / 3), k) * std::sin(pi * x), 2e-8)
            << equation << " " << k;
  }
}

/// Largest error of u' = -u between the ends of windows.
double error_of(int p, int count) {
  Problem problem = read(run_of("[u_t = -u]", p, windows(count)));
  const Solution solution = train(problem)->solution();
  double largest = 0;
  for (double t = 0; t <= 1; t += 1.0 / 128)
    largest = std::max(largest, std::abs(value_at(problem, solution, 0.5, t) - std::exp(-t)));
  return largest;
}

TEST_P(OfDegree, ErrorsFallByTheOrderOfThePolynomialsWhenWindowsDouble) {
  const int p = GetParam();
  const double coarse = error_of(p, 2), fine = error_of(p, 4);
  // Of interpolation: |u^(p+1)| <= 1 times |(t - t_0) ... (t - t_p)|/(p + 1)!, which is below
  // h^(p+1)/(p+1)!; the error at the nodes is of order 2p - 1, for p = 1 as large as that of
  // Euler's method, h/2 exp(-1).
  const double h = 0.25;
  if (p == 1)
    EXPECT_LT(fine, 0.5 * h);
  else
    EXPECT_LT(fine, std::pow(h, p + 1) / std::tgamma(p + 2));
  EXPECT_NEAR(std::log2(coarse / fine), p == 1 ? 1 : p + 1, 0.4);
}

INSTANTIATE_TEST_SUITE_P(Degrees, OfDegree, testing::Values(1, 2, 3));

TEST(TimePolynomials, SolveNonlinearProblems) {
  // u = sin(pi x) (1 + t^2): in the space of degree 2, and so exact but for the splines.
  Problem problem = read(run_of(
      "['u_t + u*u_x = sin(pi*x)*2*t + pi*sin(pi*x)*cos(pi*x)*(1 + t^2)^2']", 2, windows(2)));
  const Solution solution = train(problem)->solution();
  for (const double t : {0.0, 0.3, 0.5, 0.8, 1.0})
    EXPECT_NEAR(value_at(problem, solution, 0.35, t), std::sin(0.35 * pi) * (1 + t * t), 1e-8) << t;
}

TEST(TimePolynomials, SolveEquationsOfSecondOrderInTime) {
  // u = sin(pi x) cos(pi t): |u^(7)|/7! (1/4)^7 = 4e-5 of pi^7/7!, 1e-3 of that between nodes
  Problem problem = read(
      run_of("[u_tt = u_xx]", 6, windows(4), at_ends + "  - {where: initial, require: u_t = 0}\n"));
  const Solution solution = train(problem)->solution();
  for (const double t : {0.2, 0.5, 0.77, 1.0})
    EXPECT_NEAR(value_at(problem, solution, 0.4, t), std::sin(0.4 * pi) * std::cos(pi * t), 1e-6);
}

TEST(TimePolynomials, AreFoundOverPeriodicAxesAndFromHardStarts) {
  Problem problem = read(R"(name: test
variables: [x, t]
domain: {space: {interval: [0, 2]}, time: [0, 1]}
unknowns: [u]
equations: [u_t + u_x = 0]
conditions:
  - {where: initial, require: u = sin(pi*x), hard: true}
  - {periodic: x}
points: {interior: 600, boundary: 40, initial: 100}
models: {kan: {type: kan, hidden: [1], degree: 9, grid: 24, base: none, time_degree: 6}}
training: {windows: 4}
)");
  const Solution solution = train(problem)->solution();
  EXPECT_NEAR(value_at(problem, solution, 0.3, 0), std::sin(0.3 * pi), 1e-15);
  for (const double t : {0.1, 0.5, 1.0})
    EXPECT_NEAR(value_at(problem, solution, 0.3, t), std::sin(pi * (0.3 - t)), 1e-6) << t;
}

TEST(TimePolynomials, GiveUnknownsThatDoNotEvolveTheirValueAtTheStart) {
  Problem problem = read(run_of("[u_t = v_x/10, v = u_x]", 4, windows(2), at_ends, "u, v"));
  const Solution solution = train(problem)->solution();
  const double rate = pi * pi / 10;
  for (const double t : {0.0, 0.01, 0.5, 0.51, 1.0})
    for (const double x : {0.15, 0.6}) {
      EXPECT_NEAR(value_at(problem, solution, x, t, 0), std::exp(-rate * t) * std::sin(pi * x),
                  1e-5);
      EXPECT_NEAR(value_at(problem, solution, x, t, 1), std::exp(-rate * t) * pi * std::cos(pi * x),
                  1e-4)
          << t;
    }
}

TEST(TimePolynomials, OfOneWindowAreSolvedOnStretchedEdges) {
  Problem problem = read(run_of("[u_t = -u]", 8, "{windows: 1}"));
  const auto training = train(problem);
  EXPECT_EQ(training->solution().pieces.size(), 1u);
  EXPECT_NEAR(value_at(problem, training->solution(), 0.5, 1), std::exp(-1), 1e-9);
}

TEST(TimePolynomials, NeedNoTimeInTheNetwork) {
  Problem problem =
      read(run_of("['u_t + u*u_x = u_xx/10']", 3, "{windows: 2, adapt_edges: 1}", at_ends));
  const auto training = train(problem);
  const Surrogate& s = training->surrogate();
  const kan::LayerShape& layer = s.shape.layers[0];
  ASSERT_EQ(layer.inputs, 2);
  for (int j = 0; j < layer.outputs; ++j)
    for (int k = 0; k < layer.features(); ++k)
      EXPECT_EQ(s.theta[layer.weights + j * layer.columns() + layer.features() + k], 0);
}

TEST(TimePolynomials, CountWhatIsTrainedAndWhatIsHeld) {
  Problem problem = read(run_of("[u_t = -u]", 3, windows(2)));
  const Contestant contestant = contestants(problem, {}).front();
  const int features = 20 + 9, inner = 2 * features, outer = 4 * features;
  EXPECT_EQ(parameters(problem, contestant), 2 * (inner + outer));
  EXPECT_EQ(train(problem)->solution().parameters(), 2 * (inner + outer));
  EXPECT_NE(description(problem, contestant).find(", polynomials of degree 3 in time, 2 windows"),
            std::string::npos)
      << description(problem, contestant);
}

TEST(TimePolynomials, LeaveTheModelBesideThemAsItIs) {
  const std::string mlp =
      "{kan: {type: kan, hidden: [1], degree: 5, grid: 12, time_degree: 3},"
      " mlp: {type: mlp, hidden: [6]}}";
  std::string both = run_of("[u_t = -u]", 3, "{windows: 2, stages: [{optimizer: output_layer}]}");
  const std::size_t from = both.find("models: ") + 8;
  both.replace(from, both.find('\n', from) - from, mlp);
  std::string alone = both;
  alone.erase(alone.find("kan: "), alone.find("mlp: ") - alone.find("kan: "));
  std::vector<std::vector<double>> found;
  for (const std::string& text : {both, alone}) {
    Problem problem = read(text + "compare: {match: [parameters]}\n");
    const auto all = contestants(problem, {});
    for (const Contestant& c : all) {
      if (c.settings.type == problems::ModelSettings::Type::mlp) {
        EXPECT_EQ(make_shape(problem, c.settings, 0).outputs, 1) << c.settings.name;
      }
      if (c.settings.name != "mlp") continue;
      Training training(problem, c.settings, c.training, 0);
      while (training.advance()) {
      }
      found.push_back(training.surrogate().theta);
    }
  }
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], found[1]);
}

TEST(TimePolynomials, GoOnFromEveryStateWithTheSameBits) {
  const std::string text =
      run_of("['u_t + u*u_x = u_xx/20']", 3, "{windows: 3, adapt_edges: 1}", at_ends);
  Problem problem = read(text);
  const auto whole = train(problem);
  for (long stop = 1; stop < whole->steps(); stop += 2) {
    Problem first = read(text), second = read(text);
    const auto before = start(first), after = start(second);
    while (before->steps() < stop && before->advance()) {
    }
    output::Store store;
    before->save(store, "run");
    after->load(store, "run");
    while (after->advance()) {
    }
    ASSERT_EQ(after->steps(), whole->steps()) << stop;
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_EQ(after->solution().pieces[k].surrogate.theta,
                whole->solution().pieces[k].surrogate.theta)
          << stop << " " << k;
  }
}

/// exp(-t) sin(pi x) at some points, none of them at a node.
class Measured : public testing::Test {
 protected:
  Measured() : file_(std::filesystem::temp_directory_path() / "kanpde_time_polynomials.csv") {
    std::ofstream out(file_);
    out.precision(17);
    out << "x,t,u\n";
    for (int i = 1; i < 10; ++i)
      for (int k = 1; k < 8; ++k)
        out << i / 10.0 << "," << k / 8.0 << "," << std::exp(-k / 8.0) * std::sin(pi * i / 10)
            << "\n";
  }
  ~Measured() override { std::filesystem::remove(file_); }
  std::string problem(const std::string& more) const {
    return run_of(
        "['u_t = D*u_xx']", 6, "{windows: 1}",
        at_ends + "data: [{file: " + file_.string() + "}]\nparameters: {D: " + more + "}\n");
  }
  std::filesystem::path file_;
};

TEST_F(Measured, ValuesAndAParameterAreFitted) {
  Problem p = read(problem("{initial: 0.3}"));
  const auto training = train(p);
  // exp(-t) by degree 6: 1/7! of a product of seven distances below 1, 1e-3 of it
  EXPECT_NEAR(training->surrogate().theta.back(), 1 / (pi * pi), 1e-5);
  EXPECT_NEAR(value_at(p, training->solution(), 0.5, 0.4), std::exp(-0.4), 1e-5);
}

TEST_F(Measured, ParametersStayWithinTheirBounds) {
  Problem p = read(problem("{initial: 0.3, min: 0.2, max: 0.4}"));
  const auto training = start(p);
  do {
    EXPECT_GE(training->surrogate().theta.back(), 0.2);
    EXPECT_LE(training->surrogate().theta.back(), 0.4);
  } while (training->advance());
  EXPECT_NEAR(training->surrogate().theta.back(), 0.2, 1e-6);
}

// --- windows

TEST(WindowGrading, EndsWindowKAtAPowerOfItsShare) {
  Problem problem = read(run_of("[u_t = -u]", 4, "{windows: 4, window_grading: 2}"));
  const Solution solution = train(problem)->solution();
  ASSERT_EQ(solution.pieces.size(), 4u);
  for (int k = 0; k < 4; ++k)
    EXPECT_NEAR(solution.pieces[k].end, (k + 1) * (k + 1) / 16.0, 1e-15) << k;
  EXPECT_EQ(solution.pieces.back().end, 1);
  EXPECT_NEAR(value_at(problem, solution, 0.5, 1), std::exp(-1), 1e-7);
}

TEST(Windows, OfNonlinearProblemsStartAlongTheSlopeOfTheOneBefore) {
  // u = sin(pi x) (1 + t) goes straight on: the fit to it is the solution.
  Problem problem =
      read(run_of("['u_t + u*u_x = sin(pi*x) + pi*sin(pi*x)*cos(pi*x)*(1 + t)^2']", 2, windows(2)));
  const auto training = start(problem);
  while (training->window() == 0 && training->advance()) {
  }
  ASSERT_EQ(training->window(), 1);
  for (const double t : {0.5001, 0.7, 1.0})
    EXPECT_NEAR(value_at(problem, training->solution(), 0.3, t), std::sin(0.3 * pi) * (1 + t), 1e-7)
        << t;
}

}  // namespace
}  // namespace kanpde::solver
