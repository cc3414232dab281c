/// solver/objective/collocation.hpp: where the points of a term lie.

#include <gtest/gtest.h>

#include <algorithm>

#include "solver/objective/collocation.hpp"

namespace kanpde::solver {
namespace {

problems::Problem heat(const std::string& domain, const std::string& variables) {
  return problems::read_problem_text(R"(name: test
variables: )" + variables +
                                         "\ndomain: " + domain + R"(
unknowns: [u]
equations: [u_xx + u_yy = 0]
conditions:
  - {where: {point: [0.25, 1]}, require: u = 1}
)",
                                     "test.yaml");
}

TermPoints points_of_condition(problems::Problem problem) {
  Random random(3);
  const Ansatz ansatz(problem, {1.0});
  return draw_points(problem, list_terms(problem, ansatz).at(1), random);
}

TEST(Collocation, TakesTheOnePointOfASteadyConditionOnce) {
  const TermPoints points = points_of_condition(heat("{space: {box: [[0, 1], [0, 1]]}}", "[x, y]"));
  ASSERT_EQ(points.count(), 1);
  EXPECT_EQ(points.x(0, 0), 0.25);
  EXPECT_EQ(points.x(1, 0), 1);
}

TEST(Collocation, TakesTheOnePointAtAllTimes) {
  const TermPoints points = points_of_condition(
      heat("{space: {disk: {center: [0, 1], radius: 1}}, time: [2, 4]}", "[x, y, t]"));
  ASSERT_GT(points.count(), 100);
  for (int p = 0; p < points.count(); ++p) {
    EXPECT_EQ(points.x(0, p), 0.25);
    EXPECT_EQ(points.x(1, p), 1);
  }
  const auto [first, last] =
      std::minmax_element(points.x.column(2), points.x.column(2) + points.count());
  EXPECT_LT(*first, 2.1);
  EXPECT_GT(*last, 3.9);
}

}  // namespace
}  // namespace kanpde::solver
