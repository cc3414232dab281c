/// kan::edge_values and kan::importance against the network itself.

#include <gtest/gtest.h>

#include <cmath>

#include "kan/edges.hpp"
#include "kan/importance.hpp"
#include "kan/network.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {
namespace {

struct Sample {
  NetworkShape shape;
  std::vector<double> theta;
  Columns x;
};

Sample random_network(NetworkShape shape, int points) {
  Random random(5);
  Sample s{std::move(shape), {}, {}};
  initialise(s.shape, random, s.theta);
  for (double& t : s.theta) t += 0.3 * random.normal();
  s.x = Columns(s.shape.inputs, points);
  for (int i = 0; i < s.shape.inputs; ++i)
    for (int p = 0; p < points; ++p) s.x(i, p) = 2 * random.uniform() - 1;
  return s;
}

NetworkShape small_kan(Features basis, Features base) {
  Random random(4);
  KanOptions options;
  options.hidden = {3};
  options.basis = basis;
  options.base = base;
  return make_kan({{-1, -1}, {1, 1}, {}, 0, 1, {}}, options, 2, random);
}

/// Sums of edge values are what enters the next layer, for every basis.
TEST(EdgeValues, SumToTheNodes) {
  for (const Features basis : {Features::bspline, Features::rbf, Features::chebyshev})
    for (const Features base :
         {Features::silu, Features::tanh, Features::identity, Features::none}) {
      const Sample s = random_network(small_kan(basis, base), 20);
      Columns in, out;
      kernels::layer_inputs(s.shape, s.theta, 0, s.x, in);
      kernels::layer_inputs(s.shape, s.theta, 1, s.x, out);
      for (int j = 0; j < 3; ++j) {
        std::vector<double> sum(20, 0.0);
        for (int i = 0; i < 2; ++i) {
          const auto v = edge_values(s.shape, s.theta, 0, j, i, {in.column(i), 20});
          for (int p = 0; p < 20; ++p) sum[std::size_t(p)] += v[std::size_t(p)];
        }
        for (int p = 0; p < 20; ++p) EXPECT_NEAR(sum[std::size_t(p)], out(j, p), 1e-12);
      }
    }
}

TEST(Importance, OfAnEdgeThatIsZeroIsZero) {
  Sample s = random_network(small_kan(Features::bspline, Features::silu), 50);
  const LayerShape& last = s.shape.layers.back();
  for (int j = 0; j < 2; ++j)  // hidden unit 1 reaches no output
    std::fill_n(s.theta.begin() + last.weights + last.edge(j, 1), last.features(), 0.0);
  const auto scores = importance(s.shape, s.theta, s.x);
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_EQ(scores[1].nodes[1], 0);
  EXPECT_GT(scores[1].nodes[0], 0);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(scores[0].edge(1, i), 0);
  for (int i = 0; i < 2; ++i) EXPECT_GT(scores[0].edge(0, i), 0);
}

/// y = 3 x_0 + 4 x_1 without correlation: shares 3 a and 4 a with (3a)^2 + (4a)^2 = 1.
TEST(Importance, OfALinearMapIsItsShareOfTheDeviation) {
  NetworkShape shape = make_mlp({{-1, -1}, {1, 1}, {}, 0, 1, {}}, {{}, Features::tanh}, 1,
                                *std::make_unique<Random>(1));
  std::vector<double> theta(std::size_t(shape.parameters), 0.0);
  theta[std::size_t(shape.layers.back().edge(0, 0))] = 3;
  theta[std::size_t(shape.layers.back().edge(0, 1))] = 4;
  Columns x(2, 4);
  const double corners[4][2] = {{-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
  for (int p = 0; p < 4; ++p)
    for (int i = 0; i < 2; ++i) x(i, p) = corners[p][i];
  const auto scores = importance(shape, theta, x);
  EXPECT_NEAR(scores.back().edge(0, 0), 0.6, 1e-14);
  EXPECT_NEAR(scores.back().edge(0, 1), 0.8, 1e-14);
}

}  // namespace
}  // namespace kanpde::kan
