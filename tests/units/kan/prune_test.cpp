/// kan::keep_units and the choice of units.

#include "kan/prune.hpp"

#include <gtest/gtest.h>

#include "kan/network.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {
namespace {

struct Sample {
  NetworkShape shape;
  std::vector<double> theta;
  Columns x;
};

Sample random_network(const NetworkShape& shape) {
  Random random(5);
  Sample s{shape, {}, Columns(shape.inputs, 40)};
  initialise(s.shape, random, s.theta);
  for (double& t : s.theta) t += 0.3 * random.normal();
  for (int i = 0; i < s.x.columns(); ++i)
    for (int p = 0; p < s.x.points(); ++p) s.x(i, p) = 2 * random.uniform() - 1;
  return s;
}

Sample random_kan(std::vector<int> hidden, bool bias) {
  Random random(4);
  KanOptions options;
  options.hidden = std::move(hidden);
  options.bias = bias;
  return random_network(make_kan({{-1, -1}, {1, 1}, {}, 0, 1, {}}, options, 2, random));
}

Columns values(const Sample& s) {
  kernels::JetPlan plan;
  plan.dimension = s.shape.inputs;
  Columns out;
  kernels::network_jets(s.shape, s.theta, plan, s.x, out);
  return out;
}

/// Edges of a unit to all outputs of its layer's successor become zero.
void silence(Sample& s, int layer, int unit) {
  const LayerShape& next = s.shape.layers[std::size_t(layer) + 1];
  for (int j = 0; j < next.outputs; ++j)
    std::fill_n(s.theta.begin() + next.weights + next.edge(j, unit), next.features(), 0.0);
}

/// Units that reach nothing have the score 0, and the network is the same without them.
TEST(KeepUnits, LeavesOutUnitsThatReachNothing) {
  for (const bool bias : {false, true}) {
    Sample s = random_kan({4, 3}, bias);
    silence(s, 0, 1);
    silence(s, 0, 3);
    silence(s, 1, 0);
    const Columns before = values(s);
    const auto scores = unit_scores(s.shape, s.theta, s.x);
    ASSERT_EQ(scores.size(), 7u);
    for (std::size_t k = 0; k < 7; ++k) EXPECT_EQ(scores[k].score == 0, k < 3) << k;
    const auto kept = best_units(scores, 4);
    EXPECT_EQ(kept, (std::vector<std::vector<int>>{{0, 2}, {1, 2}}));
    const int parameters = s.shape.parameters;
    s.theta.push_back(7);  // a trainable scalar
    keep_units(s.shape, s.theta, kept);
    EXPECT_LT(s.shape.parameters, parameters);
    ASSERT_EQ(int(s.theta.size()), s.shape.parameters + 1);
    EXPECT_EQ(s.theta.back(), 7);
    const Columns after = values(s);
    for (int c = 0; c < before.columns(); ++c)
      for (int p = 0; p < before.points(); ++p) EXPECT_NEAR(after(c, p), before(c, p), 1e-12);
  }
}

TEST(KeepUnits, OfAnMlpKeepsTheRestAsItIs) {
  Random random(2);
  Sample s = random_network(
      make_mlp({{-1, -1}, {1, 1}, {}, 0, 1, {}}, {{5, 4}, Features::tanh}, 1, random));
  silence(s, 0, 2);
  const Columns before = values(s);
  keep_units(s.shape, s.theta, {{0, 1, 3, 4}, {0, 1, 2, 3}});
  const Columns after = values(s);
  for (int p = 0; p < before.points(); ++p) EXPECT_NEAR(after(0, p), before(0, p), 1e-12);
}

TEST(BestUnits, LeavesOneInEveryLayer) {
  const std::vector<UnitScore> scores{{0, 0, 0.1}, {0, 1, 0.2}, {1, 0, 0.3}, {1, 1, 0.4}};
  EXPECT_EQ(best_units(scores, 2), (std::vector<std::vector<int>>{{1}, {1}}));
  EXPECT_EQ(best_units(scores, 3), (std::vector<std::vector<int>>{{1}, {0, 1}}));
  EXPECT_EQ(best_units(scores, 0), (std::vector<std::vector<int>>{{1}, {1}}));
}

TEST(WhyNotPruned, NamesTheReason) {
  EXPECT_STREQ(why_not_pruned(random_kan({3}, false).shape), "");
  EXPECT_STRNE(why_not_pruned(random_kan({}, false).shape), "");
}

}  // namespace
}  // namespace kanpde::kan
