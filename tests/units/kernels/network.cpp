/// Jets of networks against series arithmetic in long double, through the public network_jets.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/base/random.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_networks.hpp"
#include "tests/units/kernels/naive_network.hpp"

namespace kanpde::kernels {
namespace {

using oracle::LayerSketch;
using oracle::Real;

/// Points in [-1.8, 1.8]^d, so that many lie outside the grids, and one at the origin.
Columns draw_points(int dimension, int points, std::uint64_t seed) {
  Random random(seed, 3);
  Columns x(dimension, points);
  for (double& value : x.values()) value = random.uniform(-1.8, 1.8);
  for (int i = 0; i < dimension; ++i) x(i, 0) = 0;
  return x;
}

/// Largest error of a component relative to the largest value of that component over the points.
void expect_jets(const NetworkShape& shape, const JetPlan& plan, int points, double tolerance,
                 double scale = 1) {
  const auto theta = oracle::draw_parameters(shape, 7, scale);
  const std::vector<Real> exact(theta.begin(), theta.end());
  const Columns x = draw_points(shape.inputs, points, 11);
  Columns out;
  network_jets(shape, theta, plan, x, out);
  ASSERT_EQ(out.columns(), shape.outputs * plan.components());
  std::vector<Real> error(out.columns()), size(out.columns());
  for (int p = 0; p < points; ++p) {
    std::vector<double> at;
    for (int i = 0; i < shape.inputs; ++i) at.push_back(x(i, p));
    const auto expected = oracle::jets(shape, exact, plan, at);
    for (int c = 0; c < out.columns(); ++c) {
      error[c] =
          std::max(error[c], std::isnan(out(c, p)) ? INFINITY : std::abs(out(c, p) - expected[c]));
      size[c] = std::max(size[c], std::abs(expected[c]));
    }
  }
  for (int c = 0; c < out.columns(); ++c)
    EXPECT_LE(error[c], tolerance * size[c] + 1e-300L)
        << "component " << c << " of order " << plan.orders[c % plan.components()];
}

// float64 has 1e-16; a derivative of order k of a spline on intervals of width h loses about
// (p/h)^k of it relative to the values, but its own size grows alike: what is left is the condition
// of the sums.
constexpr double tolerance = 1e-12;

class BsplineJets : public testing::TestWithParam<int> {};

TEST_P(BsplineJets, AgreeWithSeriesInEveryOrderTheDegreeAllows) {
  const int degree = GetParam();
  for (int order = 0; order <= std::min(4, degree); ++order)
    for (const Features base : {Features::none, Features::silu}) {
      SCOPED_TRACE(testing::Message() << "order " << order << " base " << int(base));
      const auto shape =
          oracle::make_network(2,
                               {{3, Features::bspline, degree, degree + 4, base},
                                {2, Features::bspline, degree, degree + 3, base, true}},
                               100 + degree);
      expect_jets(shape, oracle::mixed_plan(2, order, 5), degree < 8 ? 83 : 21,
                  degree < 8 ? tolerance : 1e-10);
    }
}
INSTANTIATE_TEST_SUITE_P(Degree, BsplineJets, testing::Range(1, 12));

TEST(Jets, OfABsplineAboveItsDegreeAreThePiecewiseDerivatives) {
  const auto shape = oracle::make_network(1, {{1, Features::bspline, 2, 6}}, 3);
  expect_jets(shape, oracle::mixed_plan(1, 4, 5), 40, 1e-10);
}

TEST(Jets, OfOtherBasesAgreeWithSeries) {
  for (const Features basis :
       {Features::rbf, Features::chebyshev, Features::fourier, Features::rational})
    for (const Features base : {Features::tanh, Features::identity, Features::none})
      for (int order = 0; order <= 4; ++order) {
        SCOPED_TRACE(testing::Message() << int(basis) << " order " << order);
        const auto shape = oracle::make_network(
            3, {{4, basis, 0, 6, base}, {5, basis, 0, 7, base}, {1, basis, 0, 1, base}}, 21);
        expect_jets(shape, oracle::mixed_plan(3, order, 9), 61, 1e-11);
      }
}

TEST(Jets, OfPerceptronsAgreeWithSeriesForEveryActivation) {
  for (const Features f : {Features::tanh, Features::sin, Features::silu, Features::gelu})
    for (int order = 0; order <= 4; ++order) {
      SCOPED_TRACE(testing::Message() << int(f) << " order " << order);
      const auto shape = oracle::make_network(3,
                                              {{13, Features::identity, 0, 1, Features::none, true},
                                               {11, f, 0, 1, Features::none, true},
                                               {7, f, 0, 1, Features::none, true},
                                               {3, f, 0, 1, Features::none, true}},
                                              31);
      expect_jets(shape, oracle::mixed_plan(3, order, 2), 77, tolerance, 2);
    }
}

TEST(Jets, OfPureBaseLayersAgreeWithSeries) {
  for (const Features base :
       {Features::identity, Features::tanh, Features::sin, Features::silu, Features::gelu}) {
    const auto shape = oracle::make_network(
        2, {{4, Features::none, 0, 0, base, true}, {2, Features::none, 0, 0, base}}, 41);
    expect_jets(shape, oracle::mixed_plan(2, 4, 2), 19, tolerance);
  }
}

TEST(Jets, PassThroughHarmonicEmbeddingsAndFrozenLayers) {
  for (int order = 0; order <= 4; ++order) {
    const auto shape = oracle::make_network(3,
                                            {{6, Features::sin, 0, 1, Features::none, true, true},
                                             {4, Features::bspline, 5, 9, Features::silu},
                                             {1, Features::bspline, 5, 8, Features::silu}},
                                            51, {2, 0, 3});
    expect_jets(shape, oracle::mixed_plan(3, order, 2), 43, 1e-11, 0.5);
  }
}

TEST(Jets, OfLaplacianAndBiharmonicCollapseToWeightedSums) {
  for (const int dimension : {2, 5}) {
    JetPlan plan;
    plan.dimension = dimension;
    std::vector<std::vector<double>> axes;
    for (int i = 0; i < dimension; ++i) {
      axes.emplace_back(dimension, 0.0);
      axes.back()[i] = 1;
    }
    EXPECT_EQ(plan.add_collapsed(axes, std::vector<double>(dimension, 1.0), 2), 1 + dimension);
    const auto shape = oracle::make_network(dimension,
                                            {{9, Features::bspline, 5, 8, Features::silu},
                                             {1, Features::bspline, 5, 8, Features::silu}},
                                            61);
    expect_jets(shape, plan, 90, tolerance);
  }
  JetPlan
      plan;  // u_xxxx + u_yyyy - (a combination of diagonals) and two more sums of order 3 and 2
  plan.dimension = 2;
  plan.add_collapsed({{1, 0}, {0, 1}, {1, 1}, {1, -1}}, {4.0 / 6, 4.0 / 6, 1.0 / 6, -1.0 / 6}, 4);
  plan.add({0.3, 0.4}, 1);
  plan.add_collapsed({{1, 0}, {0, 1}}, {-2, 3}, 3);
  plan.add_collapsed({{1, 0}, {0, 1}}, {0.5, -1}, 2);
  const auto shape = oracle::make_network(
      2, {{7, Features::tanh, 0, 1, Features::none, true}, {2, Features::bspline, 6, 10}}, 62);
  expect_jets(shape, plan, 71, 1e-11);
}

TEST(Jets, OfCommonPlansAgreeWithSeries) {
  const auto shape = oracle::make_network(3,
                                          {{5, Features::bspline, 3, 7, Features::silu},
                                           {4, Features::tanh, 0, 1, Features::none, true},
                                           {2, Features::rbf, 0, 5}},
                                          73);
  for (const JetPlan& plan : oracle::common_plans(3)) {
    SCOPED_TRACE(testing::Message() << plan.directions.size() << " directions, "
                                    << plan.components() << " components");
    expect_jets(shape, plan, 75, tolerance);
  }
}

TEST(Jets, AreTheSameForAnyNumberOfPointsAndThreads) {
  const auto shape = oracle::make_network(
      2,
      {{5, Features::bspline, 3, 8, Features::silu}, {1, Features::bspline, 3, 8, Features::silu}},
      71);
  const auto theta = oracle::draw_parameters(shape, 1);
  const JetPlan plan = oracle::mixed_plan(2, 2, 1);
  const Columns x = draw_points(2, 300, 1);
  Columns all;
  network_jets(shape, theta, plan, x, all);
  for (const int points : {1, 7, 8, 9, 63, 64, 65, 299}) {
    Columns some(2, points), out;
    for (int i = 0; i < 2; ++i) std::copy_n(x.column(i), points, some.column(i));
    network_jets(shape, theta, plan, some, out);
    for (int c = 0; c < out.columns(); ++c)
      for (int p = 0; p < points; ++p) EXPECT_EQ(out(c, p), all(c, p));
  }
}

TEST(LayerInputs, AreTheValuesThatEnterALayer) {
  const auto shape = oracle::make_network(2,
                                          {{5, Features::bspline, 3, 8, Features::silu},
                                           {4, Features::bspline, 3, 7},
                                           {1, Features::tanh, 0, 1}},
                                          81, {1, 0});
  const auto theta = oracle::draw_parameters(shape, 1);
  const std::vector<Real> exact(theta.begin(), theta.end());
  const Columns x = draw_points(2, 37, 1);
  for (int layer = 0; layer < int(shape.layers.size()); ++layer) {
    Columns out;
    layer_inputs(shape, theta, layer, x, out);
    ASSERT_EQ(out.columns(), shape.layers[layer].inputs);
    for (int p = 0; p < x.points(); ++p) {
      const auto expected = oracle::evaluate(shape, exact, {x(0, p), x(1, p)}, {0, 0}, layer);
      for (int i = 0; i < out.columns(); ++i)
        EXPECT_NEAR(out(i, p), double(expected[i].c[0]), 1e-14 * 8);
    }
  }
}

}  // namespace
}  // namespace kanpde::kernels
