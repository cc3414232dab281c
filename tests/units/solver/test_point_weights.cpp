/// Weights of single points against the formulas of their papers.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/training/point_weights.hpp"

namespace kanpde::solver {
namespace {

using Sizes = std::vector<double>;
constexpr double rounding = 1e-14;  // a few operations on numbers of order one

problems::TrainingSettings settings(const std::string& attention, std::vector<double> causal = {},
                                    int slices = 4) {
  problems::TrainingSettings s;
  s.attention = attention;
  s.causal = std::move(causal);
  s.causal_slices = slices;
  return s;
}

double mean_square(const AlignedVector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return sum / double(v.size());
}

TEST(PointWeights, AreNoneWithoutMethod) {
  PointWeights weights(settings("none"));
  EXPECT_FALSE(weights.any());
  weights.attend({{1, 2}}, 0.5);
  EXPECT_TRUE(weights.factors(0).empty());
}

TEST(Rba, IsAnExponentialMeanOfResidualsOverTheirLargest) {
  PointWeights weights(settings("rba"));
  const Sizes first = {1, 2, 4}, second = {9, 3, 0};
  weights.attend({first, {5}}, 0.75);
  weights.attend({second, {5}}, 0.75);
  const AlignedVector<double> factors = weights.factors(0);
  ASSERT_EQ(factors.size(), 3u);
  const Sizes lambda = {0.75 * 0.25 + 0.25, 0.75 * 0.5 + 0.25 / 3, 0.75};
  for (int p = 1; p < 3; ++p)  // up to the common scale
    EXPECT_NEAR(factors[p] / factors[0], lambda[p] / lambda[0], rounding);
  EXPECT_NEAR(mean_square(factors), 1, rounding);
  EXPECT_EQ(weights.factors(1)[0], 1);
}

TEST(Rba, LeavesPointsAlikeWhereEveryResidualIsZero) {
  PointWeights weights(settings("rba"));
  weights.attend({{0, 0}}, 0.1);
  for (const double f : weights.factors(0)) EXPECT_EQ(f, 1);
}

TEST(Vrba, IsTheExponentialOfResidualsOverTheAnnealedTemperature) {
  const Sizes r = {0.3, 2.5, 0, 1.1};
  for (const long k : {0L, 1L, 9L, 500L}) {
    const double epsilon = 2.5 / std::log(double(k) + 2);
    const Sizes target = vrba_target(r, k);
    for (std::size_t p = 0; p < r.size(); ++p)
      EXPECT_NEAR(target[p], std::exp(r[p] / epsilon) / std::exp(2.5 / epsilon), rounding) << k;
  }
}

TEST(Vrba, SharpensFromUpdateToUpdate) {
  PointWeights weights(settings("vrba"));
  double before = 0;
  for (int k = 0; k < 5; ++k) {
    weights.attend({{1, 0.5}}, 0);
    const AlignedVector<double> f = weights.factors(0);
    EXPECT_NEAR(f[0] / f[1], std::sqrt(k + 2.0), 1e-13);  // (k + 2)^(1 - 1/2)
    EXPECT_GT(f[0] / f[1], before);
    before = f[0] / f[1];
  }
}

TEST(Attention, ForgetsRedrawnPoints) {
  PointWeights weights(settings("rba"));
  weights.attend({{1, 2}, {1, 3}}, 0.5);
  weights.forget(0);
  EXPECT_TRUE(weights.factors(0).empty());
  weights.attend({{4, 1}, {1, 3}}, 0.5);
  EXPECT_NEAR(weights.factors(0)[1] / weights.factors(0)[0], 0.25, rounding);
}

TEST(Causal, WeightsFallByTheLossesBefore) {
  const Sizes losses = {0.5, 0, 2, 1};
  const Sizes w = causal_weights(losses, 0.25, 3);
  const Sizes expected = {std::exp(-0.75), std::exp(-2.25), std::exp(-2.25), std::exp(-8.25)};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(w[i], expected[i], rounding);
  for (const double one : causal_weights({0, 0, 0}, 0, 100)) EXPECT_EQ(one, 1);
}

TEST(Causal, FactorsAreRootsOfTheWeightsOfTheSlices) {
  PointWeights weights(settings("none", {2}, 3));
  // means of slices: 2, 0 (empty), 5
  weights.hold_back(0, {1, 3, 5}, {0, 0, 2}, 0.5);
  const AlignedVector<double> f = weights.factors(0);
  ASSERT_EQ(f.size(), 3u);
  EXPECT_NEAR(f[0] * f[0], std::exp(-2 * 0.5), rounding);
  EXPECT_NEAR(f[1] * f[1], std::exp(-2 * 0.5), rounding);
  EXPECT_NEAR(f[2] * f[2], std::exp(-2 * 2.5), rounding);
  EXPECT_NEAR(weights.least(), std::exp(-5), rounding);
  EXPECT_TRUE(weights.factors(1).empty());
}

TEST(Causal, TolerancesFollowOneAnotherOnceEveryWeightIsNearOne) {
  PointWeights weights(settings("none", {1, 10, 100}, 2));
  weights.hold_back(0, {0.02, 0}, {0, 1}, 0);  // exp(-0.02) < 0.99: stays at 1
  EXPECT_NEAR(weights.least(), std::exp(-0.02), rounding);
  weights.hold_back(0, {0.005, 0}, {0, 1}, 0);  // exp(-0.005) > 0.99: on to 10
  EXPECT_NEAR(weights.least(), std::exp(-0.05), rounding);
  weights.hold_back(0, {0.0005, 0}, {0, 1}, 0);  // on to 100, the last
  EXPECT_NEAR(weights.least(), std::exp(-0.05), rounding);
  weights.hold_back(0, {0, 0}, {0, 1}, 0);
  EXPECT_EQ(weights.least(), 1);
}

TEST(PointWeights, OfBothKindsMultiply) {
  PointWeights both(settings("rba", {1}, 2)), attention(settings("rba"));
  both.attend({{1, 2}}, 0);
  attention.attend({{1, 2}}, 0);
  both.hold_back(0, {0.3, 0.1}, {0, 1}, 0);
  EXPECT_NEAR(both.factors(0)[0], attention.factors(0)[0], rounding);
  EXPECT_NEAR(both.factors(0)[1], attention.factors(0)[1] * std::exp(-0.15), rounding);
}

TEST(PointWeights, GoOnTheSameAfterSavingAndLoading) {
  PointWeights one(settings("vrba", {1, 10}, 2)), two(settings("vrba", {1, 10}, 2));
  one.attend({{1, 2}, {3, 1, 1}}, 0.3);
  one.hold_back(0, {1e-3, 1e-4}, {0, 1}, 0);
  output::Store store;
  one.save(store, "w");
  two.load(store, "w");
  for (PointWeights* w : {&one, &two}) {
    w->attend({{5, 1}, {1, 1, 4}}, 0.3);
    w->hold_back(0, {2e-3, 1e-4}, {0, 1}, 0);
  }
  for (int t = 0; t < 2; ++t) EXPECT_EQ(one.factors(t), two.factors(t));
  EXPECT_EQ(one.least(), two.least());
}

}  // namespace
}  // namespace kanpde::solver
