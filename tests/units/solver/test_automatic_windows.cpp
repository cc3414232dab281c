/// problems/spec/pace.hpp and automatic_windows(): what is read from the equations at the start,
/// and how many windows follow from it.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "problems/spec/pace.hpp"
#include "solver/comparison.hpp"
#include "solver/training/automatic.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;
using problems::start_pace;
constexpr double pi = std::numbers::pi;

const std::string long_grid = "kan: {type: kan, hidden: [8], degree: 9, grid: 60, base: none}";

/// On [-1, 1] x [0, 2].
Problem evolution(const std::string& equation, const std::string& initial,
                  const std::string& models = long_grid, const std::string& rest = "") {
  return problems::read_problem_text(
      "name: test\nvariables: [x, t]\n"
      "domain: {space: {interval: [-1, 1]}, time: [0, 2]}\n"
      "unknowns: [u]\nequations: ['" +
          equation + "']\nconditions:\n  - {where: initial, require: " + initial + "}\nmodels: {" +
          models + "}\n" + rest,
      "test.yaml");
}

/// Largest value on a fine grid over [-1, 1], ends included.
double largest(const std::function<double(double)>& f) {
  double most = 0;
  for (int k = 0; k <= 20000; ++k) most = std::max(most, std::abs(f(-1 + k * 1e-4)));
  return most;
}

// Maxima over 401 points miss those of the fine grid by (spacing k)^2/8 at most, k the largest wave
// number: 1e-3 for k = 4 pi and a spacing of 0.005.
constexpr double sampling = 2e-3;

TEST(Pace, OfBurgersIsThatOfItsSteepening) {
  const auto pace = start_pace(evolution("u_t + u*u_x = 0.1*u_xx", "u = -sin(pi*x)"));
  ASSERT_TRUE(pace);
  const double rate = largest([](double x) {
    return pi * std::sin(pi * x) * std::cos(pi * x) - 0.1 * pi * pi * std::sin(pi * x);
  });
  EXPECT_NEAR(pace->phase, 2 * rate / 2, sampling * pace->phase);  // T rate / range
  const double transport = pi / 2, viscous = 0.1 * pi * pi;
  EXPECT_NEAR(pace->nonlinear, transport / (transport + viscous), sampling);
}

TEST(Pace, OfAWaveIsItsWaveNumberInScaledTime) {
  // u = sin(4 pi x) cos(12 pi t): T/2 = 1, and 12 pi radians in it.
  const auto pace = start_pace(evolution("u_tt = 9*u_xx", "u = sin(4*pi*x)"));
  ASSERT_TRUE(pace);
  EXPECT_NEAR(pace->phase, 12 * pi, sampling * pace->phase);
  EXPECT_EQ(pace->nonlinear, 0);
}

TEST(Pace, TakesTheEquationAtTheStartWithAFactorBeforeTheTimeDerivative) {
  // 2 u_t = u_x + cos(t) (1 - x^2)/10 at t = 0 with u = sin(pi x), of range 2
  const auto pace = start_pace(evolution("2*u_t = u_x + cos(t)*(1 - x^2)/10", "u = sin(pi*x)"));
  ASSERT_TRUE(pace);
  const double rate =
      largest([](double x) { return (pi * std::cos(pi * x) + (1 - x * x) / 10) / 2; });
  EXPECT_NEAR(pace->phase, rate, sampling * rate);
}

TEST(Pace, CallsASmallNonlinearTermWeak) {
  const auto pace = start_pace(evolution("u_tt - u_xx + u^3 = 0", "u = sin(4*pi*x)"));
  ASSERT_TRUE(pace);
  EXPECT_NEAR(pace->nonlinear, 1 / (1 + 16 * pi * pi), 1e-4);
}

TEST(Pace, IsUnknownWithoutInitialValuesOrASolvableDerivative) {
  EXPECT_FALSE(start_pace(evolution("u_t = u_xx", "u_t = 1")));
  EXPECT_FALSE(start_pace(evolution("u_t - diff(u_t, x, 2) = u", "u = sin(pi*x)")));
  EXPECT_FALSE(start_pace(evolution("u_t = u_xx + 1", "u = 0")));  // no size to compare with
}

int windows_of(Problem problem) { return contestants(problem, {}).front().training.window_count(); }

TEST(AutomaticWindows, CutNonlinearEvolutionAndSolveEachTwice) {
  Problem problem = evolution("u_t + u*u_x = 0.01*u_xx", "u = -sin(pi*x)");
  const Contestant kan = contestants(problem, {}).front();
  EXPECT_EQ(kan.training.windows, 20);
  EXPECT_EQ(kan.training.more_passes(), 1);
  EXPECT_EQ(kan.windows_reason.rfind("20 windows: nonlinear", 0), 0u) << kan.windows_reason;
  EXPECT_NE(description(problem, kan).find(", 20 windows"), std::string::npos);
}

TEST(AutomaticWindows, AreMoreWhereTheSolutionChangesFaster) {
  // 5 (u - u^3) 2/(range 2 * 0.9) is some 2 radians, 50 (u - u^3) ten times as many
  EXPECT_EQ(windows_of(evolution("u_t = 50*(u - u^3)", "u = 0.9*sin(pi*x)")), 100);
  EXPECT_GT(windows_of(evolution("u_t = 8*(u - u^3)", "u = 0.9*sin(pi*x)")), 20);
  EXPECT_EQ(windows_of(evolution("u_t = u - u^3", "u = 0.9*sin(pi*x)")), 20);
}

TEST(AutomaticWindows, OfALinearEquationAreFewer) {
  EXPECT_EQ(windows_of(evolution("u_tt = 9*u_xx", "u = sin(pi*x)")), 24);  // 2.5 * 3 pi, rounded up
  EXPECT_EQ(windows_of(evolution("u_t = 0.1*u_xx", "u = sin(pi*x)")), 3);  // 2.5 * pi^2/10
  EXPECT_EQ(windows_of(evolution("u_t = u_xx + 1", "u = 0")), 2);  // nothing to see at the start
}

TEST(AutomaticWindows, AreTwiceAsManyForPolynomialsInTime) {
  const std::string model =
      "kan: {type: kan, hidden: [1], degree: 9, grid: 60, base: none, time_degree: 6}";
  EXPECT_EQ(windows_of(evolution("u_t + u*u_x = 0.01*u_xx", "u = -sin(pi*x)", model)), 40);
  EXPECT_EQ(windows_of(evolution("u_tt = 9*u_xx", "u = sin(pi*x)", model)), 48);  // 5 * 3 pi
}

TEST(AutomaticWindows, NeedLongGrids) {
  const std::string equation = "u_t + u*u_x = 0.01*u_xx", start = "u = -sin(pi*x)";
  const auto of_grid = [&](int grid) {
    return windows_of(evolution(equation, start,
                                fmt::format("kan: {{type: kan, hidden: [20], grid: {}}}", grid)));
  };
  EXPECT_EQ(of_grid(39), 1);
  EXPECT_EQ(of_grid(40), 20);
}

TEST(AutomaticWindows, AreOneWhereTheFileSaysSoOrGivesStages) {
  const std::string equation = "u_t + u*u_x = 0.01*u_xx", start = "u = -sin(pi*x)";
  EXPECT_EQ(windows_of(evolution(equation, start, long_grid, "training: {windows: 1}\n")), 1);
  EXPECT_EQ(windows_of(evolution(equation, start, long_grid, "training: {windows: 3}\n")), 3);
  EXPECT_EQ(windows_of(evolution(equation, start, long_grid,
                                 "training: {stages: [{optimizer: output_layer}]}\n")),
            1);
  Problem once = evolution(equation, start, long_grid, "training: {adapt_edges: 0}\n");
  EXPECT_EQ(contestants(once, {}).front().training.windows, 20);
  EXPECT_EQ(contestants(once, {}).front().training.more_passes(), 0);
}

TEST(AutomaticWindows, NeedAKanOfOneHiddenLayerOfSplines) {
  const std::string equation = "u_t + u*u_x = 0.01*u_xx", start = "u = -sin(pi*x)";
  for (const char* model : {"mlp: {type: mlp, hidden: [20]}", "kan: {type: kan, hidden: [8, 8]}",
                            "kan: {type: kan, hidden: [8], basis: chebyshev}"})
    EXPECT_EQ(windows_of(evolution(equation, start, model)), 1) << model;
}

TEST(AutomaticWindows, OfTheKanAreThoseOfMlpsThatAreMatchedToIt) {
  Problem problem = evolution("u_t + u*u_x = 0.01*u_xx", "u = -sin(pi*x)",
                              long_grid + ", mlp: {type: mlp, hidden: [20, 20]}",
                              "compare: {match: [parameters, time]}\n");
  const auto all = contestants(problem, {});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].training.window_count(), 1);  // of the file
  for (const int k : {2, 3}) EXPECT_EQ(all[k].training.window_count(), 20);
  const double ratio = double(parameters(problem, all[2])) / parameters(problem, all[0]);
  EXPECT_NEAR(ratio, 1, 0.05);
}

TEST(AutomaticWindows, LeaveOtherProblemsAlone) {
  Problem steady = problems::read_problem_text(R"(name: test
variables: [x, y, t]
domain: {space: {box: [[0, 1], [0, 1]]}, time: [0, 1]}
unknowns: [u]
equations: [u_t + u*u_x = laplacian(u)]
conditions: [{where: initial, require: u = sin(pi*x)}]
models: {kan: {type: kan, hidden: [8], degree: 9, grid: 60, base: none}}
)",
                                               "test.yaml");
  const Contestant kan = contestants(steady, {}).front();
  EXPECT_EQ(kan.training.window_count(), 1);
  EXPECT_EQ(kan.windows_reason, "");
}

TEST(AutomaticKan, GivenByItsTypeAloneFitsEquationsThatEvolve) {
  const auto kan = [](const std::string& equation, const std::string& rest = "") {
    return evolution(equation, "u = sin(pi*x)", "kan: {type: kan}", rest).models.front();
  };
  const problems::ModelSettings plain, chosen = kan("u_t + u*u_x = u_xx");
  EXPECT_EQ(chosen.hidden, (std::vector<int>{1}));
  EXPECT_EQ(chosen.grid, 120);
  EXPECT_EQ(chosen.time_degree, 6);
  EXPECT_EQ(chosen.base, problems::BaseFunction::none);
  EXPECT_EQ(kan("u_t = u_xx").grid, 120);
  // Not where windows are ruled out or the file describes the KAN.
  EXPECT_EQ(kan("u_t + u*u_x = u_xx", "training: {windows: 1}\n").hidden, plain.hidden);
  EXPECT_EQ(
      evolution("u_t + u*u_x = u_xx", "u = 0", "kan: {type: kan, hidden: [7]}").models.front().grid,
      plain.grid);
}

}  // namespace
}  // namespace kanpde::solver
