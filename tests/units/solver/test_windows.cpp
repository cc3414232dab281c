/// Windows in time: the problem of one, what joins it to the one before, and fields over several.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/comparison.hpp"
#include "solver/training/evaluation.hpp"
#include "solver/training/training.hpp"
#include "solver/training/window.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Condition;
using problems::Problem;

/// u' = -u, u(0) = 1.
std::string decay(const std::string& training) {
  return R"(name: test
variables: [t]
domain: {time: [0, 3]}
unknowns: [u]
equations: [u_t = -u]
conditions: [{where: initial, require: u = 1}]
points: {interior: 20}
models: {kan: {type: kan, hidden: [4], degree: 4, grid: 3}}
training: )" +
         training + "\n";
}

TEST(StartValues, AreAllTimeDerivativesBelowTheHighest) {
  const Problem problem = read(R"(name: test
variables: [x, t]
domain: {space: {interval: [0, 2]}, time: [1, 4]}
unknowns: [u, v, p, q]
equations:
  - u_tt = u_xx + v
  - v_t + q_x = p
  - p_xx + q = u
  - diff(q, t, 3) = v_x
conditions: [{where: initial, require: u = 1}]
)");
  std::vector<std::pair<int, int>> found;
  for (const StartValue& v : start_values(problem)) {
    EXPECT_EQ(v.alpha.order(), v.alpha.count[1]);  // of time alone
    found.push_back({v.unknown, v.alpha.count[1]});
  }
  const std::vector<std::pair<int, int>> expected = {{0, 0}, {0, 1}, {1, 0},
                                                     {3, 0}, {3, 1}, {3, 2}};  // none of p
  EXPECT_EQ(found, expected);
}

Problem heat() {
  return read(R"(name: test
variables: [x, t]
domain: {space: {interval: [0, 2]}, time: [1, 4]}
unknowns: [u]
equations: [u_t = u_xx]
conditions:
  - {where: initial, require: u = 1}
  - {where: boundary, require: u = 0}
models: {mlp: {type: mlp, hidden: [6]}}
)");
}

TEST(MakeWindow, CutsTheTimeAndDropsInitialConditionsOfLaterOnes) {
  Problem problem = heat();
  for (const bool later : {false, true}) {
    const auto window = make_window(problem, 2, 3, later);
    EXPECT_EQ(window->region.extra.lower, std::vector<double>{2});
    EXPECT_EQ(window->region.extra.upper, std::vector<double>{3});
    ASSERT_EQ(window->conditions.size(), later ? 1u : 2u);
    EXPECT_EQ(window->conditions.back().where, Condition::Where::boundary);
  }
  EXPECT_EQ(problem.conditions.size(), 2u);
  EXPECT_EQ(problem.region.extra.lower[0], 1);
}

TEST(MakeWindow, LeavesOutWhatUsersOfTheProblemAddedToItsGraph) {
  Problem problem = heat();
  const std::size_t size = make_window(problem, 2, 3, true)->graph.size();
  const Ansatz ansatz(problem, {1});
  for (const auto& equation : problem.equations)
    problem.graph.derivative(ansatz.apply(equation.parsed.residual), 0);
  EXPECT_GT(problem.graph.size(), size);
  const auto window = make_window(problem, 2, 3, true);
  EXPECT_EQ(window->graph.size(), size);
  EXPECT_EQ(window->equations.front().parsed.residual, problem.equations.front().parsed.residual);
}

TEST(StartTerm, HasAResidualForEachStartValue) {
  Problem problem = heat();
  const Ansatz ansatz(problem, {1});
  EXPECT_EQ(start_term(problem, ansatz).residuals.size(), 1u);
}

/// Two random networks, one on [1, 2], one on [2, 4].
Solution two_pieces(Problem& problem) {
  Solution solution;
  solution.time = 1;
  Random random(3);
  for (const auto& [begin, end] : {std::pair{1.0, 2.0}, std::pair{2.0, 4.0}}) {
    const auto window = make_window(problem, begin, end, begin > 1);
    const int seed = int(solution.pieces.size());
    solution.pieces.push_back({end, Ansatz(problem.graph, *window, {1}),
                               make_surrogate(*window, problem.models.front(), seed, Start::glorot,
                                              grid_fit_points(*window, 50, random))});
  }
  return solution;
}

TEST(Solution, KnowsThePieceOfATimeAndHowFarItGoes) {
  Problem problem = heat();
  Solution solution = two_pieces(problem);
  EXPECT_EQ(solution.piece_at(0.5), 0u);
  EXPECT_EQ(solution.piece_at(2), 0u);
  EXPECT_EQ(solution.piece_at(std::nextafter(2, 3)), 1u);
  EXPECT_EQ(solution.piece_at(4), 1u);
  EXPECT_EQ(solution.piece_at(9), 1u);
  EXPECT_TRUE(solution.covers(4));
  EXPECT_FALSE(solution.covers(4.001));
  EXPECT_EQ(solution.parameters(), 2 * solution.pieces[0].surrogate.parameters());
  solution.pieces.pop_back();
  EXPECT_FALSE(solution.covers(3));
  solution.time = -1;
  EXPECT_TRUE(solution.covers(3));
}

TEST(Evaluation, AGlanceSeesWhatHasChanged) {
  Problem problem = heat();
  Solution solution = two_pieces(problem);
  const Columns points = error_points(problem, nullptr);
  const auto anew = [&] {
    return Evaluation(problem, nullptr, points).glance(solution).residual_mse;
  };
  Evaluation evaluation(problem, nullptr, points);
  const double first = evaluation.glance(solution).residual_mse;
  EXPECT_EQ(first, anew());
  EXPECT_EQ(evaluation.glance(solution).residual_mse, first);
  for (Solution::Piece& piece : solution.pieces) {
    const double before = anew();
    piece.surrogate.theta.front() += 0.1;
    EXPECT_NE(anew(), before);
    EXPECT_EQ(evaluation.glance(solution).residual_mse, anew());
  }
  solution.pieces.front().end = 1.7;
  EXPECT_EQ(evaluation.glance(solution).residual_mse, anew());
  solution.pieces.pop_back();
  EXPECT_EQ(evaluation.glance(solution).residual_mse, anew());
}

TEST(Solution, IsEvaluatedByTheNetworkOfEachTime) {
  Problem problem = heat();
  const Solution solution = two_pieces(problem);
  problems::MultiIndex in_time;
  in_time.count[1] = 1;
  const std::vector<problems::Expr> fields = {problem.graph.unknown(0),
                                              problem.graph.unknown(0, in_time)};
  const double times[] = {3.5, 1.25, 2.0, 2.75, 1.0, 4.0, 1.9};  // in no order
  Columns x(2, 7);
  for (int p = 0; p < 7; ++p) {
    x(0, p) = 0.2 + 0.25 * p;
    x(1, p) = times[p];
  }
  const Columns values = evaluate_fields(problem, solution, fields, x);
  std::vector<Columns> of_piece;
  for (const Solution::Piece& piece : solution.pieces)
    of_piece.push_back(evaluate_fields(problem, {-1, {piece}}, fields, x));
  for (int p = 0; p < 7; ++p) {
    const int k = times[p] > 2, other = 1 - k;
    for (int c = 0; c < 2; ++c) {
      EXPECT_NEAR(values(c, p), of_piece[k](c, p), 1e-14) << p;
      EXPECT_GT(std::abs(values(c, p) - of_piece[other](c, p)), 1e-3) << p;
    }
  }
}

std::unique_ptr<Training> train(Problem& problem) {
  const Contestant contestant = contestants(problem, {}).front();
  auto training = std::make_unique<Training>(problem, contestant.settings, contestant.training, 0);
  while (training->advance()) {
  }
  return training;
}

TEST(TimeLimit, ThatEndsAnEarlyWindowIsNotedAndSeenInTheStatus) {
  Problem problem = read(decay("{windows: 3, time_limit: 1e-9}"));
  const auto training = train(problem);
  EXPECT_EQ(training->status(), "out of time");
  ASSERT_EQ(training->notes().size(), 2u);  // the last window ends with the run
  EXPECT_EQ(training->notes()[0].rfind("window 1 of 3: ", 0), 0u) << training->notes()[0];
  EXPECT_EQ(training->notes()[1].rfind("window 2 of 3: ", 0), 0u) << training->notes()[1];
  EXPECT_NE(training->notes()[0].find("time limit"), std::string::npos);
  EXPECT_EQ(training->solution().pieces.size(), 3u);
  EXPECT_EQ(training->solution().pieces.back().end, 3);
}

TEST(TimeLimit, ThatIsNotReachedLeavesNoTrace) {
  Problem problem = read(decay("{windows: 3, time_limit: 1000}"));
  const auto training = train(problem);
  EXPECT_EQ(training->status(), "ok");
  EXPECT_TRUE(training->notes().empty());
}

TEST(Windows, AreTrainedByTheRuleOfOneProblemWhereNothingCanBeStretched) {
  Problem whole = read(decay("{windows: 1}")), cut = read(decay("{windows: 3}"));
  const auto of = [](Problem& problem) { return contestants(problem, {}).front().training; };
  EXPECT_EQ(of(cut).stagnation, of(whole).stagnation);
  ASSERT_EQ(of(cut).stages.size(), of(whole).stages.size());
}

// u = x (1 - x) (1 + t^2 + t^3) is a polynomial in time: after one window it is known for ever.
TEST(Windows, GoOnAlongThePolynomialsOfTheOneBefore) {
  problems::Problem problem = read(
      "name: test\nvariables: [x, t]\ndomain: {space: {interval: [0, 1]}, time: [0, 0.8]}\n"
      "unknowns: [u]\ndefinitions: {s: x*(1 - x), g: 1 + t^2 + t^3}\n"
      "equations: [u_t + u^2 = s*(2*t + 3*t^2) + (s*g)^2]\n"
      "conditions: [{where: initial, require: u = s}, {where: boundary, require: u = 0}]\n"
      "points: {interior: 300, boundary: 20, initial: 60}\n"
      "models: {kan: {products: true, degree: 4, grid: 2, time_degree: 3,\n"
      "  training: {windows: 2}}}\n");
  const auto training = start(problem);
  training->advance(1);
  EXPECT_GT(training->loss(), 1e-12) << "the equation is not linear: one step is not enough";
  while (training->window() == 0) training->advance(1);
  training->advance(1);
  EXPECT_LT(training->loss(), 1e-24) << "after one step of the second window";
}

TEST(Windows, CountTheParametersOfEveryNetwork) {
  Problem problem = read(decay("{windows: 3}"));
  const Contestant contestant = contestants(problem, {}).front();
  EXPECT_EQ(parameters(problem, contestant), train(problem)->solution().parameters());
  EXPECT_NE(description(problem, contestant).find(", 3 windows"), std::string::npos);
}

TEST(Windows, DoNotMovePointsOffThePartOfTheBoundaryThatAConditionNames) {
  // Points of a predicate stay; a stretched half would reach over its end.
  Problem problem = read(R"(name: test
variables: [x, y, t]
domain: {space: {box: [[0, 1], [0, 1]]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = laplacian(u)]
conditions:
  - {where: initial, require: u = tanh(50*(x - 0.7))}
  - {where: x < 0.5, require: u = 0}
points: {interior: 30, boundary: 200, initial: 20}
models: {kan: {type: kan, hidden: [3], degree: 4, grid: 4}}
training: {windows: 2}
)");
  const auto training = train(problem);
  output::Store store;
  training->save(store, "run");
  ASSERT_FALSE(store.arrays.at("run/stretching0").empty());
  const std::vector<double>& x = store.arrays.at("run/points1/x");  // of the second window
  const auto count = store.integers.at("run/points1/count");
  ASSERT_GT(count, 50);
  for (long p = 0; p < count; ++p) EXPECT_LT(x[p], 0.5);
}

}  // namespace
}  // namespace kanpde::solver
