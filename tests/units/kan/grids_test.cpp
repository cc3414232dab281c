/// Extension of grids: where new break points lie, and that the functions stay the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kan/edges.hpp"
#include "kan/network.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {
namespace {

struct Sample {
  NetworkShape shape;
  std::vector<double> theta;
};

Sample random_kan(Features basis, int degree, int grid, int seed) {
  Random random{std::uint64_t(seed)};
  KanOptions options;
  options.hidden = {3};
  options.basis = basis;
  options.degree = degree;
  options.grid = grid;
  Sample s{make_kan({{-1, -1}, {1, 1}, {}, 0, 1, {}}, options, 1, random), {}};
  initialise(s.shape, random, s.theta);
  for (double& t : s.theta) t += random.normal();
  return s;
}

std::vector<double> points_of(const Sample& s, int layer, int input) {
  const double* grid = s.shape.grids.data() + s.shape.layers[std::size_t(layer)].grid +
                       std::size_t(input) * s.shape.layers[std::size_t(layer)].grid_size;
  std::vector<double> z;
  for (int k = 0; k <= 200; ++k)  // beyond the ends as well, where edges go on linearly
    z.push_back(grid[0] + (grid[1] - grid[0]) * (k - 20) / 160.0);
  return z;
}

double largest_change(const Sample& before, const Sample& after) {
  double change = 0;
  for (int l = 0; l < 2; ++l) {
    const LayerShape& layer = before.shape.layers[std::size_t(l)];
    for (int i = 0; i < layer.inputs; ++i) {
      const std::vector<double> z = points_of(before, l, i);
      for (int j = 0; j < layer.outputs; ++j) {
        const auto a = edge_values(before.shape, before.theta, l, j, i, z);
        const auto b = edge_values(after.shape, after.theta, l, j, i, z);
        for (std::size_t p = 0; p < z.size(); ++p) change = std::max(change, std::abs(a[p] - b[p]));
      }
    }
  }
  return change;
}

class Extension : public ::testing::TestWithParam<Knots> {};

/// 3 -> 5 -> 10 -> 20 -> 50: the same functions at each step, within the error that is returned
/// and a few roundings of values up to 10.
TEST_P(Extension, OfSplinesKeepsTheFunctions) {
  for (const int degree : {1, 2, 3, 5, 7, 11}) {
    Sample s = random_kan(Features::bspline, degree, 3, degree);
    Columns x(2, 500);
    Random random(9);
    for (int p = 0; p < 500; ++p)
      for (int i = 0; i < 2; ++i) x(i, p) = std::pow(2 * random.uniform() - 1, 3);
    for (const int grid : {5, 10, 20, 50}) {
      const Sample before = s;
      const Transfer transfer = extend_grids(s.shape, s.theta, grid, GetParam(), x);
      EXPECT_EQ(s.shape.layers[0].basis_count, grid + degree);
      EXPECT_LT(transfer.error, 1e-12) << degree << " " << grid;
      EXPECT_LT(largest_change(before, s), 1e-12) << degree << " " << grid;
    }
  }
}

/// The same for the derivatives that equations take.
TEST_P(Extension, OfSplinesKeepsDerivatives) {
  for (const int degree : {3, 5}) {
    Sample s = random_kan(Features::bspline, degree, 3, degree);
    Columns x(2, 400);
    Random random(9);
    for (int p = 0; p < 400; ++p)
      for (int i = 0; i < 2; ++i) x(i, p) = 2 * random.uniform() - 1;
    kernels::JetPlan plan;
    plan.dimension = 2;
    plan.add({1, 0}, 2);
    plan.add({0, 1}, 2);
    Columns before, after;
    for (const int grid : {5, 10, 20, 50}) {
      kernels::network_jets(s.shape, s.theta, plan, x, before);
      extend_grids(s.shape, s.theta, grid, GetParam(), x);
      kernels::network_jets(s.shape, s.theta, plan, x, after);
      for (int c = 0; c < before.columns(); ++c)
        for (int p = 0; p < 400; ++p)
          EXPECT_NEAR(after(c, p), before(c, p), 1e-10 * (1 + std::abs(before(c, p))))
              << degree << " " << grid << " " << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Extension,
                         ::testing::Values(Knots::uniform, Knots::quantile, Knots::curvature));

/// Gaussians of another width are other functions: the error is that of the fit.
TEST(Extension, OfGaussiansChangesNoMoreThanItSays) {
  Sample s = random_kan(Features::rbf, 0, 6, 2);
  const Sample before = s;
  const Transfer transfer = extend_grids(s.shape, s.theta, 14);
  double within = 0;
  for (int k = 0; k <= 300; ++k) {
    const std::vector<double> z{-1 + k / 150.0};
    for (int j = 0; j < 3; ++j)
      within = std::max(within, std::abs(edge_values(s.shape, s.theta, 0, j, 0, z)[0] -
                                         edge_values(before.shape, before.theta, 0, j, 0, z)[0]));
  }
  EXPECT_GT(transfer.error, 0);
  EXPECT_LT(within, 1.5 * transfer.error + 1e-12);
}

/// Ranges of the activations that enter the second layer, an entry an input.
std::vector<std::pair<double, double>> ranges(const Sample& s, const Columns& x) {
  Columns in;
  kernels::layer_inputs(s.shape, s.theta, 1, x, in);
  std::vector<std::pair<double, double>> result;
  for (int i = 0; i < in.columns(); ++i) {
    const auto [low, high] = std::minmax_element(in.column(i), in.column(i) + in.points());
    result.emplace_back(*low, *high);
  }
  return result;
}

/// Grids as wide as the activations: both ends of each move out by 5 % of the width, once, and jets
/// stay. Where activations are over an end, it moves between those on its sides.
TEST(ReachedEnds, MoveOutwardAndKeepDerivatives) {
  for (const int degree : {3, 5, 7}) {
    SCOPED_TRACE(degree);
    Sample s = random_kan(Features::bspline, degree, 6, degree);
    Columns x(2, 300);
    Random random(4);
    for (int p = 0; p < 300; ++p)
      for (int i = 0; i < 2; ++i) x(i, p) = 2 * random.uniform() - 1;
    adapt_grids(s.shape, s.theta, x, false);
    const auto within = ranges(s, x);
    kernels::JetPlan plan;
    plan.dimension = 2;
    plan.add({1, 0}, 2);
    plan.add({0, 1}, 2);
    Columns before, after;
    kernels::network_jets(s.shape, s.theta, plan, x, before);
    const LayerShape& layer = s.shape.layers[1];
    const auto ends = [&](int i) {
      const double* grid = s.shape.grids.data() + layer.grid + std::size_t(i) * layer.grid_size;
      return std::pair(grid[0], grid[1]);
    };
    const Transfer transfer = move_reached_ends(s.shape, s.theta, x);
    EXPECT_LT(transfer.error, 1e-12);
    for (int i = 0; i < layer.inputs; ++i) {
      const auto [low, high] = within[std::size_t(i)];
      EXPECT_NEAR(ends(i).first, low - 0.05 * (high - low), 1e-6 * (high - low));
      EXPECT_NEAR(ends(i).second, high + 0.05 * (high - low), 1e-6 * (high - low));
    }
    kernels::network_jets(s.shape, s.theta, plan, x, after);
    for (int c = 0; c < before.columns(); ++c)
      for (int p = 0; p < 300; ++p)
        EXPECT_NEAR(after(c, p), before(c, p), 1e-10 * (1 + std::abs(before(c, p)))) << c;
    const auto grids = s.shape.grids;
    move_reached_ends(s.shape, s.theta, x);
    EXPECT_EQ(s.shape.grids, grids);

    // An activation at the upper end to the last bit, others over it: they keep to their sides.
    Columns in;
    kernels::layer_inputs(s.shape, s.theta, 1, x, in);
    std::sort(in.column(0), in.column(0) + in.points());
    const double low = in(0, 0), at = in(0, 270), width = at - low;
    std::vector<double> breaks;
    for (int k = 0; k <= 6; ++k) breaks.push_back(k < 6 ? low + width * k / 6 : at);
    kernels::fill_grid(layer.basis, layer.basis_count, layer.degree, breaks,
                       s.shape.grids.data() + layer.grid);
    kernels::network_jets(s.shape, s.theta, plan, x, before);
    move_reached_ends(s.shape, s.theta, x);
    EXPECT_LT(ends(0).first, low);
    EXPECT_GT(ends(0).second, at);
    EXPECT_LE(ends(0).second, at + 1.001e-9 * width);
    kernels::network_jets(s.shape, s.theta, plan, x, after);
    for (int c = 0; c < before.columns(); ++c)
      for (int p = 0; p < 300; ++p)
        // those over the end: f'' of some 1e3 times 1e-9; f'' itself if one changed sides
        EXPECT_NEAR(after(c, p), before(c, p), 1e-4 * (1 + std::abs(before(c, p)))) << c;
  }
}

TEST(Halved, SpreadsWhatIsAlike) {
  const Density even({0, 1}, {1});
  EXPECT_EQ(halved({0, 0.5, 1}, even, 4), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  const auto five = halved({0, 1.0 / 3, 2.0 / 3, 1}, even, 5);
  EXPECT_EQ(five.size(), 6u);
  EXPECT_DOUBLE_EQ(five[1], 1.0 / 6);  // the first and the last of three
  EXPECT_DOUBLE_EQ(five[4], 5.0 / 6);
}

TEST(Halved, FollowsTheDensity) {
  std::vector<double> values;
  for (int k = 0; k < 1000; ++k) values.push_back(0.9 + 0.1 * k / 1000);
  const auto breaks = halved({0, 0.5, 1}, density_of(values, 0, 1, 0.2), 12);
  EXPECT_GE(std::count_if(breaks.begin(), breaks.end(), [](double b) { return b > 0.85; }), 6);
}

/// A cubic spline with one kink in its third derivative: break points gather there.
TEST(CurvatureDensity, IsLargestWhereThePthDerivativeJumps) {
  std::vector<double> knots;
  for (int k = -3; k <= 13; ++k) knots.push_back(k / 10.0);
  std::vector<double> c;  // blossom of |x - 0.5|^3 / 6 at the knots
  for (int g = 0; g < 13; ++g) {
    const double a = knots[g + 1] - 0.5, b = knots[g + 2] - 0.5, d = knots[g + 3] - 0.5;
    c.push_back((b < 0 || (b == 0 && a < 0 && d < 0) ? -1 : 1) * a * b * d / 6);
  }
  const Density density = curvature_density(knots, 3, {c}, 0.1);
  EXPECT_GT(density.mass(0.4, 0.6), 3 * density.mass(0.1, 0.3));
}

/// Against the closed form: D^2 of a parabola in splines of degree 2.
TEST(Refined, KeepsAParabola) {
  std::vector<double> knots{-2, -1, 0, 1, 2, 3, 4, 5}, finer{-1, -0.5, 0, 0.5, 1, 2, 2.5, 3, 4, 5};
  const auto blossom = [](double a, double b) { return a * b - 2 * (a + b) / 2 + 3; };
  std::vector<double> c, expected;  // of x^2 - 2 x + 3
  for (int g = 0; g + 3 < int(knots.size()); ++g) c.push_back(blossom(knots[g + 1], knots[g + 2]));
  for (int g = 0; g + 3 < int(finer.size()); ++g)
    expected.push_back(blossom(finer[g + 1], finer[g + 2]));
  const auto got = refined(knots, 2, c, finer);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t g = 0; g < got.size(); ++g) EXPECT_NEAR(got[g], expected[g], 1e-13) << g;
}

}  // namespace
}  // namespace kanpde::kan
