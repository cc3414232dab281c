#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "tests/units/geometry/helpers.hpp"

namespace kanpde::problems {
namespace {

constexpr double pi = std::numbers::pi;
using testing::HasSubstr;

std::vector<std::string> names(const Shape& shape) {
  std::vector<std::string> result;
  for (const Patch& patch : shape.patches()) result.push_back(patch.name);
  return result;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

/// Points of every patch at random parameters must have zero distance, and the gradient of the
/// distance (differences: rounding 1e-16 / 1e-6) as their normal.
void expect_normals_are_distance_gradients(const Shape& shape, int points) {
  Random random(7);
  for (int patch = 0; patch < int(shape.patches().size()); ++patch)
    for (int k = 0; k < points; ++k) {
      std::vector<double> s(shape.dimension() - 1);
      for (double& u : s) u = random.uniform();
      const BoundaryPoint p = shape.boundary_point(patch, s);
      EXPECT_EQ(p.patch, patch);
      EXPECT_NEAR(shape.signed_distance(p.x), 0, 1e-14);
      const std::vector<double> gradient = distance_gradient(shape, p.x);
      for (int i = 0; i < shape.dimension(); ++i) EXPECT_NEAR(p.normal[i], gradient[i], 1e-8);
    }
}

const std::vector<std::array<double, 2>> l_shape = {{-1, -1}, {0, -1}, {0, 0},
                                                    {1, 0},   {1, 1},  {-1, 1}};

TEST(Box, NamesItsFacesAxisByAxis) {
  const ShapePointer shape = make_box(box({0, 0, 0, 0, 0}, {1, 2, 3, 4, 5}));
  EXPECT_THAT(names(*shape),
              testing::ElementsAre("left", "right", "bottom", "top", "back", "front", "axis4_low",
                                   "axis4_high", "axis5_low", "axis5_high"));
  EXPECT_DOUBLE_EQ(shape->patches()[0].area, 2.0 * 3 * 4 * 5);
  EXPECT_DOUBLE_EQ(shape->patches()[9].area, 1.0 * 2 * 3 * 4);
  EXPECT_TRUE(shape->is_box());
}

TEST(Box, MeasuresDistanceToFacesEdgesAndCorners) {
  const ShapePointer shape = make_box(box({0, 0}, {4, 2}));
  const auto distance = [&](double x, double y) {
    return shape->signed_distance(std::array{x, y});
  };
  EXPECT_DOUBLE_EQ(distance(1, 1), -1);
  EXPECT_DOUBLE_EQ(distance(0.25, 1), -0.25);
  EXPECT_DOUBLE_EQ(distance(5, 1), 1);
  EXPECT_DOUBLE_EQ(distance(7, 6), 5);
  EXPECT_DOUBLE_EQ(distance(4, 2), 0);
  EXPECT_TRUE(shape->contains(std::array{4.0, 2.0}));
}

TEST(Box, OfOneDimensionHasTwoEndsOfUnitArea) {
  const ShapePointer shape = make_box(box({-1}, {2}));
  ASSERT_EQ(shape->patches().size(), 2u);
  EXPECT_EQ(shape->boundary_point(0, {}).x[0], -1);
  EXPECT_EQ(shape->boundary_point(0, {}).normal[0], -1);
  EXPECT_EQ(shape->boundary_point(1, {}).x[0], 2);
  EXPECT_EQ(shape->boundary_point(1, {}).normal[0], 1);
  EXPECT_EQ(shape->patches()[1].area, 1);
}

TEST(Box, HasNormalsThatAreDistanceGradients) {
  for (int d = 1; d <= 10; ++d)
    expect_normals_are_distance_gradients(
        *make_box({std::vector<double>(d, -0.3), std::vector<double>(d, 1.1)}), 5);
}

TEST(Ball, HasNormalsThatAreDistanceGradients) {
  for (int d = 2; d <= 10; ++d)
    expect_normals_are_distance_gradients(*make_ball(std::vector<double>(d, 0.4), 0.7), 50);
}

TEST(Ball, HasTheAreaOfTheSphere) {
  EXPECT_NEAR(make_ball({0, 0}, 2)->patches()[0].area, 4 * pi, 1e-13);
  EXPECT_NEAR(make_ball({0, 0, 0}, 2)->patches()[0].area, 16 * pi, 1e-13);
  EXPECT_NEAR(make_ball({0, 0, 0, 0}, 1)->patches()[0].area, 2 * pi * pi, 1e-13);
  EXPECT_EQ(make_ball({0, 0}, 2)->patches()[0].name, "circle");
  EXPECT_EQ(make_ball({0, 0, 0}, 2)->patches()[0].name, "sphere");
  EXPECT_TRUE(make_ball({3}, 2)->is_box());
}

// On the unit sphere E x_i = 0, E x_i^2 = 1/d, E x_i^4 = 3/(d(d+2)), E x_i^2 x_j^2 = 1/(d(d+2));
// the variances follow from E x_i^8 = 105/(d(d+2)(d+4)(d+6)) and E x_i^4 x_j^4 =
// 9/(d(d+2)(d+4)(d+6)).
TEST(Ball, IsSampledUniformlyByAreaInEveryDimension) {
  const int n = 40000;
  for (int d = 2; d <= 10; ++d) {
    const ShapePointer shape = make_ball(std::vector<double>(d, 0.0), 1);
    Random random(d);
    const Columns s = unit_points(SamplingMethod::uniform, n, d - 1, random);
    std::vector<double> first(d), second(d), fourth(d), mixed(d);
    for (int p = 0; p < n; ++p) {
      const std::vector<double> x = shape->boundary_point(0, point(s, p)).x;
      for (int i = 0; i < d; ++i) {
        const double y = x[i] * x[i], z = x[(i + 1) % d] * x[(i + 1) % d];
        first[i] += x[i] / n, second[i] += y / n, fourth[i] += y * y / n, mixed[i] += y * z / n;
      }
    }
    const double e2 = 1.0 / d, e4 = 3 / (d * (d + 2.0)), e22 = e4 / 3;
    const double eighth = d * (d + 2.0) * (d + 4.0) * (d + 6.0);
    for (int i = 0; i < d; ++i) {
      EXPECT_NEAR(first[i], 0, sigmas * std::sqrt(e2 / n)) << d;
      EXPECT_NEAR(second[i], e2, sigmas * std::sqrt((e4 - e2 * e2) / n)) << d;
      EXPECT_NEAR(fourth[i], e4, sigmas * std::sqrt((105 / eighth - e4 * e4) / n)) << d;
      EXPECT_NEAR(mixed[i], e22, sigmas * std::sqrt((9 / eighth - e22 * e22) / n)) << d;
    }
  }
}

TEST(Polygon, MeasuresDistanceToEdgesAndVertices) {
  const ShapePointer shape = make_polygon(l_shape);
  const auto distance = [&](double x, double y) {
    return shape->signed_distance(std::array{x, y});
  };
  EXPECT_DOUBLE_EQ(distance(-0.5, -0.5), -0.5);
  EXPECT_DOUBLE_EQ(distance(0.5, -0.25), 0.25);
  EXPECT_DOUBLE_EQ(distance(-0.3, 0.4), -0.5);  // the reentrant corner is nearest
  EXPECT_DOUBLE_EQ(distance(4, 5), 5);
  EXPECT_EQ(distance(0, 0), 0);
}

TEST(Polygon, HasOutwardNormalsForBothOrientations) {
  auto reversed = l_shape;
  std::reverse(reversed.begin(), reversed.end());
  expect_normals_are_distance_gradients(*make_polygon(l_shape), 50);
  expect_normals_are_distance_gradients(*make_polygon(reversed), 50);
  EXPECT_THAT(names(*make_polygon({{0, 0}, {3, 0}, {0, 4}})),
              testing::ElementsAre("edge0", "edge1", "edge2"));
  EXPECT_DOUBLE_EQ(make_polygon({{0, 0}, {3, 0}, {0, 4}})->patches()[1].area, 5);
}

TEST(Shapes, RefuseDegenerateInputWithTheReason) {
  const auto refuses = [](const std::function<void()>& action, const char* reason) {
    EXPECT_THAT(message_of(action), HasSubstr(reason));
  };
  const double nan = std::nan("");
  refuses([] { make_box(box({0, 1}, {1, 1})); }, "empty along axis 2: [1, 1]");
  refuses([=] { make_box(box({0}, {nan})); }, "empty along axis 1");
  refuses([] { make_box(box({0, 0}, {1})); }, "2 lower and 1 upper");
  refuses([] { make_box({}); }, "1 to 100 dimensions");
  refuses([] { make_box({std::vector<double>(101, 0.0), std::vector<double>(101, 1.0)}); }, "101");
  refuses([] { make_ball({0, 0}, 0); }, "radius must be positive, it is 0");
  refuses([] { make_ball({0, 0}, -1); }, "radius must be positive");
  refuses([=] { make_ball({0, nan}, 1); }, "finite");
  refuses([] { make_polygon({{0, 0}, {1, 0}}); }, "3 vertices or more, it has 2");
  refuses([] { make_polygon({{0, 0}, {1, 1}, {1, 0}, {0, 1}}); }, "edges 0 and 2 meet");
  refuses([] { make_polygon({{0, 0}, {2, 0}, {2, 2}, {1, 0}, {0, 2}}); }, "crosses itself");
  refuses([] { make_polygon({{0, 0}, {1, 0}, {1, 0}, {0, 1}}); }, "same point");
  refuses([] { make_polygon({{0, 0}, {2, 0}, {1, 0}, {0, 1}}); }, "fold back");
  refuses([] { make_polygon({{0, 0}, {1, 1}, {2, 2}}); }, "fold back");
  refuses([] { make_union({}); }, "no shapes");
  refuses(
      [] {
        make_union({make_ball({0, 0}, 1), make_ball({0, 0, 0}, 1)});
      },
      "same dimension, not 2 and 3");
  refuses(
      [] {
        make_intersection({make_ball({0, 0}, 1), make_ball({5, 0}, 1)});
      },
      "intersection is empty");
}

}  // namespace
}  // namespace kanpde::problems
