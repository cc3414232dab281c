/// Pictures of networks: edges drawn against the network itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/evaluator.hpp"
#include "solver/network_picture.hpp"

namespace kanpde::solver {
namespace {

using kan::Features;

struct Sample {
  kan::NetworkShape shape;
  std::vector<double> theta;
  Columns x;
};

/// Random parameters; 300 random points of the inputs' box.
Sample sample_of(kan::NetworkShape shape, const kan::InputMap& map) {
  Random random(3);
  Sample s{std::move(shape), {}, Columns(int(map.lower.size()), 300)};
  kan::initialise(s.shape, random, s.theta);
  for (double& t : s.theta) t += 0.3 * random.normal();
  for (int i = 0; i < s.x.columns(); ++i)
    for (int p = 0; p < s.x.points(); ++p)
      s.x(i, p) = map.lower[std::size_t(i)] +
                  (map.upper[std::size_t(i)] - map.lower[std::size_t(i)]) * random.uniform();
  return s;
}

Sample kan_sample(const kan::InputMap& map, std::vector<int> hidden,
                  Features basis = Features::bspline) {
  Random random(1);
  kan::KanOptions options;
  options.hidden = std::move(hidden);
  options.basis = basis;
  return sample_of(kan::make_kan(map, options, 1, random), map);
}

const kan::InputMap plane{{0, -3}, {2, 5}, {}, 0, 1, {}};

/// The network of one input at its value `z` and all others at `rest`: layer 1 then differs by the
/// edge alone.
double difference(const Sample& s, int input, int output, double z, double z0) {
  Columns x(s.shape.inputs, 2), out;
  for (int i = 0; i < s.shape.inputs; ++i) x(i, 0) = x(i, 1) = 1;
  x(input, 0) = z;
  x(input, 1) = z0;
  kernels::layer_inputs(s.shape, s.theta, 1, x, out);
  return out(output, 0) - out(output, 1);
}

TEST(NetworkPicture, CurvesAreTheFunctionsInTheCoordinatesOfTheProblem) {
  for (const Features basis : {Features::bspline, Features::rbf, Features::chebyshev}) {
    const Sample s = kan_sample(plane, {3}, basis);
    const auto picture = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"});
    ASSERT_EQ(picture.layers.size(), 2u);
    ASSERT_EQ(picture.layers[0].edges.size(), 6u);
    for (const output::EdgePicture& e : picture.layers[0].edges) {
      const double step = (e.view[1] - e.view[0]) / double(e.values.size() - 1);
      const std::size_t k0 = e.values.size() / 2;
      for (std::size_t k = 0; k < e.values.size(); k += 7)
        EXPECT_NEAR(e.values[k] - e.values[k0],
                    difference(s, e.from, e.to, e.view[0] + step * double(k),
                               e.view[0] + step * double(k0)),
                    1e-11);
    }
  }
}

TEST(NetworkPicture, ShowsTheRangeOfTheDataAndTheGrid) {
  const Sample s = kan_sample(plane, {3});
  const auto picture = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"});
  for (const output::EdgePicture& e : picture.layers[0].edges) {
    double low = INFINITY, high = -INFINITY;
    for (int p = 0; p < s.x.points(); ++p)
      low = std::min(low, s.x(e.from, p)), high = std::max(high, s.x(e.from, p));
    EXPECT_NEAR(e.data[0], low, 1e-12);
    EXPECT_NEAR(e.data[1], high, 1e-12);
    EXPECT_LT(e.view[0], low);
    EXPECT_GT(e.view[1], high);
    ASSERT_EQ(e.breaks.size(), 7u);  // 6 intervals of the box
    for (int k = 0; k <= 6; ++k)
      EXPECT_NEAR(e.breaks[std::size_t(k)], e.from == 0 ? k / 3.0 : -3 + 8 * k / 6.0, 1e-12);
  }
}

TEST(NetworkPicture, OfAWideNetworkShowsTheMostImportantEdges) {
  const Sample s = kan_sample(plane, {40, 40});
  const auto all = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"}, {100'000, 0, 0});
  const auto few = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"}, {24, 0, 0});
  const std::vector<long> counts{80, 1600, 40};
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_EQ(long(all.layers[l].edges.size()), counts[l]);
    EXPECT_EQ(few.layers[l].edge_count, counts[l]);
    EXPECT_LE(few.layers[l].edges.size(), 24u);
    EXPECT_FALSE(few.layers[l].edges.empty());
  }
  double least = INFINITY;  // in the last layer: the largest of all
  for (const auto& e : few.layers[2].edges) least = std::min(least, e.importance);
  EXPECT_EQ(std::ranges::count_if(all.layers[2].edges,
                                  [&](const auto& e) { return e.importance >= least; }),
            long(few.layers[2].edges.size()));
  for (std::size_t l = 0; l < 2; ++l)  // every edge leads to a unit shown
    for (const auto& e : few.layers[l].edges)
      EXPECT_TRUE(std::ranges::any_of(few.layers[l + 1].edges,
                                      [&](const auto& next) { return next.from == e.to; }));
}

TEST(NetworkPicture, OfAnMlpGivesItsWeights) {
  Random random(1);
  const Sample s = sample_of(kan::make_mlp(plane, {{3}, Features::tanh}, 1, random), plane);
  const auto picture = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"});
  for (const output::EdgePicture& e : picture.layers[0].edges) {
    EXPECT_TRUE(e.values.empty());
    const double scale = e.from == 0 ? 1 : 4;  // half of the box's width
    EXPECT_NEAR(e.weight, difference(s, e.from, e.to, 1 + scale, 1), 1e-12);
  }
}

TEST(NetworkPicture, NamesWhatUntrainedLayersGive) {
  kan::InputMap map = plane;
  map.harmonics = {2, 0};
  const Sample s = kan_sample(map, {3});
  const auto picture = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"});
  EXPECT_EQ(picture.nodes.front(),
            (std::vector<std::string>{"cos 3.14 (x - 1)", "sin 3.14 (x - 1)", "cos 6.28 (x - 1)",
                                      "sin 6.28 (x - 1)", "y"}));
  map.harmonics = {};
  map.fourier_features = 2;
  const Sample f = kan_sample(map, {3});
  EXPECT_EQ(picture_of(f.shape, f.theta, f.x, {"x", "y"}, {"u"}).nodes.front(),
            (std::vector<std::string>{"cos w1", "sin w1", "cos w2", "sin w2"}));
}

TEST(NetworkPicture, ShowsOneOfSeveralSubdomains) {
  kan::InputMap map = plane;
  map.subdomains = {{{0, -3}, {1.2, 5}}, {{0.8, -3}, {2, 5}}};
  const Sample s = kan_sample(map, {3});
  PictureOptions options;
  options.block = 1;
  const auto picture = picture_of(s.shape, s.theta, s.x, {"x", "y"}, {"u"}, options);
  EXPECT_EQ(picture.nodes.front(), (std::vector<std::string>{"x", "y"}));
  ASSERT_EQ(picture.layers[0].edges.size(), 6u);
  const output::EdgePicture& e = picture.layers[0].edges[0];  // of x, with its subdomain's grid
  EXPECT_NEAR(e.breaks.front(), 0.8, 1e-12);
  EXPECT_NEAR(e.breaks.back(), 2, 1e-12);
}

TEST(NetworkPicture, SaysWhyProductsHaveNone) {
  const auto products = kan::make_products(plane, 3, {{4, 0, false}, {4, 0, false}}, 1);
  EXPECT_NE(why_no_picture(products).find("products"), std::string::npos);
  EXPECT_EQ(why_no_picture(kan_sample(plane, {3}).shape), "");
}

}  // namespace
}  // namespace kanpde::solver
