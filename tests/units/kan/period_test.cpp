#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "kan/edges.hpp"
#include "kan/network.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {
namespace {

/// Derivatives of order 0 .. 4 of the only output at x.
std::vector<double> derivatives_at(const NetworkShape& shape, const std::vector<double>& theta,
                                   double x) {
  kernels::JetPlan plan;
  plan.dimension = 1;
  plan.add({1.0}, 4);
  Columns at(1, 1), out;
  at(0, 0) = x;
  kernels::network_jets(shape, theta, plan, at, out);
  std::vector<double> d;
  for (int k = 0; k <= 4; ++k) d.push_back(out(k, 0));
  return d;
}

// Inner knots that go on periodically give a unit that does up to its period.
TEST(Period, TiesMakeANetworkSmoothOverItsEnds) {
  Random random(3);
  InputMap map;
  map.lower = {-1};
  map.upper = {1};
  KanOptions options;
  options.hidden = {1};
  options.degree = 9;
  options.grid = 30;
  options.base = Features::none;
  NetworkShape shape = make_kan(map, options, 1, random);
  Stretching s;
  for (int k = 0; k <= 320; ++k) {
    const double z = -1 + k / 160.0;
    s.points.resize(1);
    s.points[0].push_back(z + 0.1 * std::sin(std::numbers::pi * (z + 1)));
  }
  s.periodic = {true};
  std::vector<double> theta;
  initialise_stretched(shape, s, random, theta);
  Columns ends(1, 2);
  ends(0, 0) = -1;
  ends(0, 1) = 1;
  close_period(shape, theta, ends);
  for (int k = shape.layers.back().weights; k < shape.parameters; ++k) theta[k] = random.normal();
  const std::vector<double> untied_low = derivatives_at(shape, theta, -1);
  EXPECT_GT(std::abs(untied_low[0] - derivatives_at(shape, theta, 1)[0]), 0.01);
  const auto ties = period_ties(shape);
  ASSERT_EQ(ties.size(), 10u);
  for (const auto& [tied, to] : ties) theta[tied] = theta[to];
  const std::vector<double> low = derivatives_at(shape, theta, -1);
  const std::vector<double> high = derivatives_at(shape, theta, 1);
  double size =
      1;  // of what is added up: a coefficient is about 1, each derivative 2k/h = 270 more
  for (int k = 0; k <= 4; ++k, size *= 270)
    EXPECT_NEAR(low[k], high[k], 1e-9 * size) << "derivative " << k;
}

}  // namespace
}  // namespace kanpde::kan
