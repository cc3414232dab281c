/// problems/spec/pace.hpp and automatic_windows(): what is read from the equations at the start,
/// and how many windows follow from it.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "problems/spec/pace.hpp"
#include "solver/comparison.hpp"
#include "solver/training/automatic.hpp"
#include "tests/units/solver/runs.hpp"

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

/// On [0, 2] x [-1, 1] x [0, 1], given the initial values and the boundary's.
std::string in_plane(const std::string& equation, const std::string& solution,
                     const std::string& rest) {
  return "name: test\nvariables: [x, y, t]\n"
         "domain: {space: {box: [[0, 2], [-1, 1]]}, time: [0, 1]}\nunknowns: [u]\n"
         "definitions: {w: '" +
         solution + "'}\nequations: ['" + equation +
         "']\nconditions: [{where: initial, require: u = w}, {where: boundary, require: u = w}]\n" +
         rest;
}

TEST(Pace, InThePlaneIsTakenOverBothVariables) {
  const Problem problem = problems::read_problem_text(
      in_plane("u_t = laplacian(u)", "sin(pi*x)*sin(2*pi*y)", ""), "test.yaml");
  const auto pace = start_pace(problem);
  ASSERT_TRUE(pace);
  EXPECT_NEAR(pace->phase, 5.0 / 2 * pi * pi, 2e-2 * pace->phase);  // 41 nodes along each
  EXPECT_EQ(pace->nonlinear, 0);
}

TEST(AutomaticKan, InThePlaneIsOneOfProductsAsFineAsPointsAllow) {
  const auto kan = [](const std::string& equation, const std::string& rest) {
    return problems::read_problem_text(in_plane(equation, "x*y", rest), "test.yaml");
  };
  const std::string alone = "models: {kan: {type: kan}}\n";
  const Problem plain = kan("u_t = laplacian(u)", alone);
  EXPECT_TRUE(plain.models[0].products);
  EXPECT_EQ(plain.models[0].degree, 5);
  EXPECT_EQ(plain.models[0].time_degree, 3);
  EXPECT_EQ(plain.points.interior, 20000);
  EXPECT_EQ(plain.models[0].grid, 46);  // (46 + 5)^2 functions, 3 nodes, 2.5 places for each
  const Problem coarse = kan("u_t = laplacian(u)", alone + "points: {interior: 3000}\n");
  EXPECT_EQ(coarse.points.interior, 3000);
  EXPECT_EQ(coarse.models[0].grid, 15);
  EXPECT_EQ(kan("u_t + laplacian(laplacian(u)) = 0", alone).models[0].degree, 7);
  EXPECT_FALSE(kan("u_tt = laplacian(u)", alone).models[0].products);
  EXPECT_FALSE(kan("laplacian(u) = 0", alone).models[0].products);
  EXPECT_FALSE(kan("u_t = laplacian(u)", "models: {kan: {hidden: [7]}}\n").models[0].products);
}

TEST(AutomaticKan, InThePlaneSolvesANewEquationInWindows) {
  const std::string wave = "1/(1 + exp(2*x + 2*y - 3*t))";
  Problem problem = problems::read_problem_text(
      in_plane("u_t = laplacian(u)/5 + u*(1 - u) + "
               "diff(w, t) - (diff(w, x, 2) + diff(w, y, 2))/5 - w*(1 - w)",
               wave, "points: {interior: 3000}\nmodels: {kan: {type: kan}}\n"),
      "test.yaml");
  const Contestant contestant = contestants(problem, {}).front();
  EXPECT_EQ(contestant.training.windows, 20);
  EXPECT_EQ(contestant.training.more_passes(), 0);
  const double error = error_of(problem, train(problem)->solution(), [](const auto& x) {
    return 1 / (1 + std::exp(2 * x[0] + 2 * x[1] - 3 * x[2]));
  });
  EXPECT_LT(error, 1e-4);
}

// Levenberg-Marquardt of 12,675 parameters would keep a J of gigabytes.
TEST(MatchedMlp, OfManyParametersDoesNotTakeTheStagesOfASmallOne) {
  using Optimizers = problems::StageSettings::Optimizer;
  for (const auto& [grid, optimizer] :
       {std::pair{60, Optimizers::adam}, {8, Optimizers::levenberg_marquardt}}) {
    Problem problem = problems::read_problem_text(
        in_plane("u_t = laplacian(u)", "x*y",
                 fmt::format("models:\n  kan: {{products: true, grid: {}, time_degree: 2}}\n"
                             "  mlp: {{hidden: [8, 8], training: {{stages: [{{optimizer: "
                             "levenberg_marquardt, steps: 3}}]}}}}\n"
                             "compare: {{match: [parameters]}}\n",
                             grid)),
        "test.yaml");
    const Contestant matched = contestants(problem, {}).back();
    EXPECT_EQ(matched.settings.name, "mlp_same_parameters");
    EXPECT_EQ(matched.training.stages.front().optimizer, optimizer) << grid;
  }
}

}  // namespace
}  // namespace kanpde::solver
