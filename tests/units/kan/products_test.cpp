/// Shapes of models of products.

#include <gtest/gtest.h>

#include <cmath>

#include "kan/network.hpp"

namespace kanpde::kan {
namespace {

const InputMap square{{0, -2}, {1, 2}, {}, 0, 1, {}};

TEST(Products, CountTheirParametersAndSayWhatTheyAre) {
  const NetworkShape shape = make_products(square, 5, {{8, 0, false}, {12, 0, true}}, 3);
  EXPECT_EQ(shape.parameters, 3 * (8 + 5) * 12);
  EXPECT_EQ(describe(shape), "[2 x,3] bspline k=5 G=8x12p");
  EXPECT_EQ(smoothness(shape), 4);
  EXPECT_FALSE(can_stretch(shape));
  EXPECT_EQ(shape.input_scale[1], 0.5);
}

TEST(Products, LeaveOutAnInput) {
  const InputMap cube{{0, 0, 0}, {1, 1, 1}, {}, 0, 1, {}};
  const NetworkShape shape = make_products(cube, 3, {{4}, {5}, {}}, 2);
  EXPECT_EQ(shape.inputs, 3);
  EXPECT_EQ(shape.parameters, 2 * 7 * 8);
  EXPECT_EQ(describe(shape), "[2 x,2] bspline k=3 G=4x5");
}

TEST(Products, AreGradedTowardsBothEnds) {
  const NetworkShape shape = make_products(square, 3, {{40, 1.5, false}, {4, 0, false}}, 1);
  const auto& graded = shape.layers[0].axes[0].knots;
  const auto step = [&](int g) { return graded[4 + g] - graded[3 + g]; };
  EXPECT_EQ(graded[3], -1);
  EXPECT_EQ(graded[43], 1);
  EXPECT_NEAR(step(0), step(39), 1e-15);
  // the ratio of the slopes of tanh at the middles of these intervals, up to s^2 / 40^2
  const double z = 1.5 * 39 / 40, middle = 1.5 / 40;
  EXPECT_NEAR(step(20) / step(0), std::pow(std::cosh(z) / std::cosh(middle), 2), 6e-3);
  const auto& equal = shape.layers[0].axes[1].knots;
  EXPECT_EQ(equal[4], -0.5);
}

TEST(Products, StartAtZero) {
  const NetworkShape shape = make_products(square, 3, {{4}, {4}}, 1);
  Random random(1);
  for (const bool ridge : {false, true}) {
    std::vector<double> theta;
    if (ridge)
      initialise_ridge(shape, 0.05, random, theta);
    else
      initialise(shape, random, theta);
    EXPECT_EQ(theta, std::vector<double>(49, 0.0));
  }
}

}  // namespace
}  // namespace kanpde::kan
