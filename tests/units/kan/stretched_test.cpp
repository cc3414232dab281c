/// kan::initialise_stretched: first-layer edges against the map that the points were made from.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

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
  InputMap map{std::vector<double>(inputs, -1), std::vector<double>(inputs, 1), {}, 0, 1, {}};
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
    for (double x = -0.995; x < 1; x += 0.01)  // 40 intervals of 1/20: errors of a quarter of one
      EXPECT_NEAR(edge(j, 0, x) / weight(j, 0), stretched(x), 0.0125) << x;
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

/// d^m/dx^m of the spline: de Boor's differences of the coefficients, m times.
double spline_derivative(std::vector<double> t, int degree, std::vector<double> c, int m,
                         double x) {
  for (; m > 0; --m, --degree) {
    std::vector<double> d(c.size() - 1);
    for (std::size_t g = 0; g < d.size(); ++g)
      d[g] = degree * (c[g + 1] - c[g]) / (t[g + 1 + degree] - t[g + 1]);
    c = std::move(d);
    t = {t.begin() + 1, t.end() - 1};
  }
  return spline(t.data(), int(c.size()), degree, c.data(), x);
}

/// xi + a/pi (sin(pi xi + phase) - sin(phase - pi)) and its derivatives in xi: periodic, and its
/// own mirror image about both ends where the phase is 0.
struct Wavy {
  double a, phase;
  double operator()(double xi, int m = 0) const {
    const double pi = std::numbers::pi;
    const double wave = a * std::pow(pi, m - 1) * std::sin(pi * xi + phase + m * pi / 2);
    return m == 0 ? xi + wave - a / pi * std::sin(phase - pi) : wave + (m == 1 ? 1 : 0);
  }
  /// First four derivatives of the inverse map at x(xi), from those of the map.
  std::array<double, 4> of_inverse(double xi) const {
    const double p = (*this)(xi, 1), q = (*this)(xi, 2), r = (*this)(xi, 3), s = (*this)(xi, 4);
    return {1 / p, -q / std::pow(p, 3), (3 * q * q - p * r) / std::pow(p, 5),
            (10 * p * q * r - p * p * s - 15 * q * q * q) / std::pow(p, 7)};
  }
};

struct Ends {
  bool periodic;
  double phase;
};

class SmoothMap : public testing::TestWithParam<Ends> {
 protected:
  /// Largest distance of the first four derivatives of an edge on `grid` intervals from those of
  /// the inverse map, over the largest of these.
  std::array<double, 4> errors(int grid) const;
};

std::array<double, 4> SmoothMap::errors(int grid) const {
  const Wavy map{0.8, GetParam().phase};  // the slope of the inverse is between 0.56 and 5
  KanOptions options;
  options.hidden = {1};
  options.degree = 9;
  options.grid = grid;
  options.base = Features::none;
  NetworkShape shape = shape_of(1, options);
  Stretching s;
  s.points = {{}};
  s.periodic = {GetParam().periodic};
  for (int k = 0; k <= 320; ++k) s.points[0].push_back(map(-1 + k / 160.0));
  Random random(0);
  std::vector<double> theta;
  initialise_stretched(shape, s, random, theta);
  const LayerShape& layer = shape.layers[0];
  const double* knots = shape.grids.data() + layer.grid + 2;
  const std::vector<double> t(knots, knots + layer.basis_count + layer.degree + 1);
  const double* w = theta.data() + layer.weights;
  const std::vector<double> c(w, w + layer.basis_count);
  std::array<double, 4> largest = {}, off = {};
  for (int k = 0; k <= 4000; ++k) {
    const double xi = -1 + k / 2000.0;
    const auto exact = map.of_inverse(xi);
    for (int m = 0; m < 4; ++m) {
      const double x = std::clamp(map(xi), -1.0, 1.0);
      const double found = spline_derivative(t, layer.degree, c, m + 1, x);
      largest[m] = std::max(largest[m], std::abs(exact[m]));
      off[m] = std::max(off[m], std::abs(found - exact[m]));
    }
  }
  for (int m = 0; m < 4; ++m) off[m] /= largest[m];
  return off;
}

TEST_P(SmoothMap, GivesEdgesWithItsDerivativesUpToTheFourth) {
  // Knots and indices are averaged over 9 of them, at steps of 1/60 and 1/120: errors are of second
  // order in that. Broken lines through the points would have fourth derivatives without bound.
  const auto coarse = errors(120), fine = errors(240);
  for (int m = 0; m < 4; ++m) {
    EXPECT_LT(coarse[m], 0.25) << m + 1;
    EXPECT_NEAR(std::log2(coarse[m] / fine[m]), 2, 0.2) << m + 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Ends, SmoothMap,
                         testing::Values(Ends{false, 0}, Ends{true, 0}, Ends{true, 1}),
                         [](const auto& ends) {
                           return std::string(ends.param.periodic ? "Periodic" : "Mirrored") +
                                  (ends.param.phase == 0 ? "" : "Shifted");
                         });

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
  const InputMap box{{-1, -1}, {1, 1}, {}, 0, 1, {}};
  EXPECT_FALSE(can_stretch(make_mlp(box, {{7}, Features::tanh}, 1, random)));
  InputMap periodic = box, lifted = box;
  periodic.harmonics = {1, 0};
  lifted.fourier_features = 3;
  EXPECT_FALSE(can_stretch(make_kan(periodic, wide(), 1, random)));
  EXPECT_FALSE(can_stretch(make_kan(lifted, wide(), 1, random)));
}

}  // namespace
}  // namespace kanpde::kan
