/// kan::initialise_ridge on Chebyshev edges.

#include <gtest/gtest.h>

#include <cmath>

#include "kan/network.hpp"

namespace kanpde::kan {
namespace {

/// An edge is sum_n c_n T_n on [-1, 1]: slope x has c_1 = slope and nothing else.
TEST(RidgeStart, KeepsChebyshevEdgesLinear) {
  Random random(3);
  KanOptions options;
  options.hidden = {9};
  options.basis = Features::chebyshev;
  options.degree = 12;
  options.base = Features::none;
  const InputMap map{{-1, -1}, {1, 1}, {}, 0, 1, {}};
  const NetworkShape shape = make_kan(map, options, 1, random);
  std::vector<double> theta;
  initialise_ridge(shape, 0.05, random, theta);
  const LayerShape& layer = shape.layers.at(0);
  for (int j = 0; j < layer.outputs; ++j) {
    double length = 0;
    for (int i = 0; i < layer.inputs; ++i) {
      const double* c = theta.data() + layer.weights + j * layer.columns() + i * layer.features();
      length += c[1] * c[1];
      for (int n = 0; n <= options.degree; ++n) EXPECT_NEAR(n == 1 ? 0 : c[n], 0, 1e-14) << n;
    }
    EXPECT_NEAR(length, 1, 1e-13);  // unit directions; grids are [-1, 1]
  }
}

TEST(RidgeStart, LeavesOutAnInput) {
  Random random(3);
  KanOptions options;
  options.hidden = {7};
  options.base = Features::none;
  const NetworkShape shape = make_kan({{-1, -1, -1}, {1, 1, 1}, {}, 0, 1, {}}, options, 1, random);
  std::vector<double> theta;
  initialise_ridge(shape, 0.05, random, theta, 1);
  const LayerShape& layer = shape.layers.at(0);
  for (int j = 0; j < layer.outputs; ++j)
    for (int i = 0; i < layer.inputs; ++i) {
      double most = 0;
      for (int n = 0; n < layer.features(); ++n)
        most = std::max(
            most, std::abs(theta[layer.weights + j * layer.columns() + i * layer.features() + n]));
      EXPECT_EQ(most == 0, i == 1) << j;
    }
}

}  // namespace
}  // namespace kanpde::kan
