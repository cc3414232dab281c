/// kan::initialise_stretched: first-layer edges against the map that the points were made from.

#include <gtest/gtest.h>

#include <cmath>

#include "kan/network.hpp"

namespace kanpde::kan {
namespace {

constexpr double steepness = 4;  ///< of the map: slope 27 times as large at 0 as at the ends

/// x at the stretched coordinate xi, and back; both map [-1, 1] onto itself.
double place(double xi) { return std::sinh(steepness * xi) / std::sinh(steepness); }
double stretched(double x) { return std::asinh(x * std::sinh(steepness)) / steepness; }

std::vector<double> points(int count) {
  std::vector<double> result(count);
  for (int k = 0; k < count; ++k) result[k] = place(-1 + 2.0 * k / (count - 1));
  return result;
}

NetworkShape shape_of(int inputs, KanOptions options) {
  Random random(0);
  InputMap map{std::vector<double>(inputs, -1), std::vector<double>(inputs, 1), {}, 0, 1};
  return make_kan(map, options, 1, random);
}

KanOptions wide() {
  KanOptions options;
  options.hidden = {7};
  options.degree = 5;
  options.grid = 40;
  return options;
}

/// sum_g c_g B_g(x) by de Boor's algorithm (A Practical Guide to Splines, ch. X).
double spline(const double* t, int count, int degree, const double* c, double x) {
  int k = degree;
  while (k < count - 1 && x >= t[k + 1]) ++k;
  std::vector<double> d(c + k - degree, c + k + 1);
  for (int r = 1; r <= degree; ++r)
    for (int j = degree; j >= r; --j) {
      const double low = t[j + k - degree], a = (x - low) / (t[j + 1 + k - r] - low);
      d[j] = (1 - a) * d[j - 1] + a * d[j];
    }
  return d[degree];
}

struct Stretched : testing::Test {
  Stretched() : shape(shape_of(3, wide())) {
    Random random(5);
    stretching.points = {points(321), {}, {}};
    stretching.slow = 2;
    stretching.slow_weight = 0.04;
    initialise_stretched(shape, stretching, random, theta);
  }
  const LayerShape& layer() const { return shape.layers[0]; }
  /// Edge from input i to unit j.
  double edge(int j, int i, double x) const {
    const double* t = shape.grids.data() + layer().grid + i * layer().grid_size + 2;
    return spline(t, layer().basis_count, layer().degree,
                  theta.data() + layer().weights + j * layer().columns() + i * layer().features(),
                  x);
  }
  /// What the edge multiplies a map of [-1, 1] onto itself by.
  double weight(int j, int i) const { return (edge(j, i, 1) - edge(j, i, -1)) / 2; }

  NetworkShape shape;
  Stretching stretching;
  std::vector<double> theta;
};

TEST_F(Stretched, EdgesTakeThePointsToEqualSteps) {
  for (int j = 0; j < layer().outputs; ++j)
    for (double x = -0.995; x < 1; x += 0.01)  // 40 intervals of 1/20: errors of a twentieth of one
      EXPECT_NEAR(edge(j, 0, x) / weight(j, 0), stretched(x), 0.0025) << x;
}

TEST_F(Stretched, EdgesOfOtherAxesAreLinear) {
  for (int j = 0; j < layer().outputs; ++j)
    for (int i : {1, 2})
      for (double x = -0.95; x < 1; x += 0.1) EXPECT_NEAR(edge(j, i, x), x * weight(j, i), 1e-14);
}

TEST_F(Stretched, WeightsAreUnitVectorsAndSmallInTime) {
  double largest = 0;
  for (int j = 0; j < layer().outputs; ++j) {
    EXPECT_NEAR(std::hypot(weight(j, 0), weight(j, 1)), 1, 1e-3);
    largest = std::max(largest, std::abs(weight(j, 2)));
  }
  EXPECT_LE(largest, stretching.slow_weight * (1 + 1e-12));
  EXPECT_GT(largest, 0.25 * stretching.slow_weight);
}

TEST_F(Stretched, EdgesRiseAndBendNoMoreThanTheMap) {
  const double h = 1e-3;
  double bend = 0, bend_of_map = 0;  // largest second derivatives
  for (double x = -1 + h; x < 1 - h; x += h) {
    EXPECT_GT((edge(0, 0, x + h) - edge(0, 0, x)) / weight(0, 0), 0) << x;
    const auto second = [&](auto&& f) {
      return std::abs(f(x + h) - 2 * f(x) + f(x - h)) / (h * h);
    };
    bend = std::max(bend, second([&](double y) { return edge(0, 0, y) / weight(0, 0); }));
    bend_of_map = std::max(bend_of_map, second(stretched));
  }
  EXPECT_LT(bend, 1.1 * bend_of_map);
  EXPECT_GT(bend, 0.8 * bend_of_map);
}

TEST_F(Stretched, GridsHaveThePointsAtEqualSteps) {
  const std::vector<double> breaks = kernels::grid_breaks(
      layer().basis, layer().basis_count, layer().degree, shape.grids.data() + layer().grid);
  ASSERT_EQ(breaks.size(), 41u);
  for (int k = 0; k <= 40; ++k) EXPECT_NEAR(breaks[k], place(-1 + k / 20.0), 1e-12);
}

TEST_F(Stretched, TheOutputLayerIsZero) {
  for (int k = shape.layers[1].weights; k < shape.parameters; ++k) EXPECT_EQ(theta[k], 0);
}

TEST(CanStretch, OneHiddenLayerOfSplinesOnTheCoordinatesAlone) {
  EXPECT_TRUE(can_stretch(shape_of(2, wide())));
  KanOptions deep = wide(), chebyshev = wide(), linear = wide();
  deep.hidden = {7, 7};
  chebyshev.basis = Features::chebyshev;
  linear.hidden = {};
  EXPECT_FALSE(can_stretch(shape_of(2, deep)));
  EXPECT_FALSE(can_stretch(shape_of(2, chebyshev)));
  EXPECT_FALSE(can_stretch(shape_of(2, linear)));
  Random random(0);
  const InputMap box{{-1, -1}, {1, 1}, {}, 0, 1};
  EXPECT_FALSE(can_stretch(make_mlp(box, {{7}, Features::tanh}, 1, random)));
  InputMap periodic = box, lifted = box;
  periodic.harmonics = {1, 0};
  lifted.fourier_features = 3;
  EXPECT_FALSE(can_stretch(make_kan(periodic, wide(), 1, random)));
  EXPECT_FALSE(can_stretch(make_kan(lifted, wide(), 1, random)));
}

}  // namespace
}  // namespace kanpde::kan
