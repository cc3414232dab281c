/// Polynomials in time that go on into the next window.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/training/going_on.hpp"
#include "solver/training/radau.hpp"

namespace kanpde::solver {
namespace {

constexpr int unknowns = 2, columns = 3;

/// Coefficient c of unknown u, a cubic in time.
double cubic(int u, int c, double t) { return 1 + u - c * t + 0.5 * t * t - (u + 0.2) * t * t * t; }
double slope(int u, int c, double t) { return -c + t - 3 * (u + 0.2) * t * t; }

template <class F>
std::vector<double> at(const std::vector<double>& times, F f) {
  std::vector<double> values;
  for (int u = 0; u < unknowns; ++u)
    for (const double t : times)
      for (int c = 0; c < columns; ++c) values.push_back(f(u, c, t));
  return values;
}

TEST(GoingOn, KeepsPolynomialsOfTheirDegree) {
  const std::vector<double> nodes = nodes_within(1, 1.5, 3), next = nodes_within(1.5, 2.4, 3);
  const std::vector<double> found = go_on(at(nodes, cubic), unknowns, nodes, next, false);
  const std::vector<double> expected = at(next, cubic);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_NEAR(found[k], expected[k], 2e-13);
}

TEST(GoingOn, OrLeavesTheEndStraight) {
  const std::vector<double> nodes = nodes_within(1, 1.5, 3), next = nodes_within(1.5, 2.4, 2);
  const std::vector<double> found = go_on(at(nodes, cubic), unknowns, nodes, next, true);
  const std::vector<double> expected = at(
      next, [](int u, int c, double t) { return cubic(u, c, 1.5) + (t - 1.5) * slope(u, c, 1.5); });
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_NEAR(found[k], expected[k], 2e-13);
}

TEST(GoingOn, StartsFromTheVeryEnd) {
  const std::vector<double> nodes = nodes_within(0.1, 0.7, 4), next = nodes_within(0.7, 0.8, 4);
  const std::vector<double> theta =
      at(nodes, [](int u, int c, double t) { return std::exp(u + c * t) / 3; });
  for (const bool straight : {false, true}) {
    const std::vector<double> found = go_on(theta, unknowns, nodes, next, straight);
    for (int u = 0; u < unknowns; ++u)
      for (int c = 0; c < columns; ++c)
        EXPECT_EQ(found[std::size_t(u * 5 * columns + c)],
                  theta[std::size_t((u * 5 + 4) * columns + c)]);
  }
}

TEST(GoingOn, KnowsTheLargestCoefficients) {
  const std::vector<double> theta = {1, -9, 2, 3, /* unknown 1 */ 4, 5, -6, 7};
  const Sizes found = sizes(theta, 2, 2);  // two nodes of two coefficients each
  EXPECT_EQ(found.at_end, 7);
  EXPECT_EQ(found.all, 9);
}

}  // namespace
}  // namespace kanpde::solver
