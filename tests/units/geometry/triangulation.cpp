#include "problems/geometry/triangulation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numbers>

#include "tests/units/geometry/helpers.hpp"

namespace kanpde::problems {
namespace {

constexpr double pi = std::numbers::pi;

double triangle_area(const Triangulation& mesh, const std::array<int, 3>& t) {
  const auto &a = mesh.points[t[0]], &b = mesh.points[t[1]], &c = mesh.points[t[2]];
  return ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
}

double total_area(const Triangulation& mesh) {
  double sum = 0;
  for (const auto& t : mesh.triangles) sum += triangle_area(mesh, t);
  return sum;
}

/// Vertices - edges + triangles: 1 less the number of holes, when nothing overlaps or gapes.
int euler_characteristic(const Triangulation& mesh) {
  std::map<std::pair<int, int>, int> edges;
  for (const auto& t : mesh.triangles)
    for (int k = 0; k < 3; ++k) ++edges[std::minmax(t[k], t[(k + 1) % 3])];
  for (const auto& [edge, uses] : edges) EXPECT_LE(uses, 2);
  return int(mesh.points.size()) - int(edges.size()) + int(mesh.triangles.size());
}

/// Vertices in or on the shape, ends of boundary edges on the boundary, triangles counterclockwise,
/// not thin.
void expect_sound(const Shape& shape, const Triangulation& mesh, double h) {
  for (const auto& x : mesh.points) EXPECT_LE(shape.signed_distance(x), 1e-10);
  std::map<std::pair<int, int>, int> directed;
  for (const auto& t : mesh.triangles) {
    EXPECT_GT(triangle_area(mesh, t), 1e-3 * h * h);
    for (int k = 0; k < 3; ++k) ++directed[{t[k], t[(k + 1) % 3]}];
  }
  for (const auto& [edge, uses] : directed) {
    EXPECT_EQ(uses, 1);  // else two triangles lie on the same side
    if (directed.count({edge.second, edge.first})) continue;
    EXPECT_NEAR(shape.signed_distance(mesh.points[edge.first]), 0, 1e-10);
    EXPECT_NEAR(shape.signed_distance(mesh.points[edge.second]), 0, 1e-10);
  }
}

double size_of(const Shape& shape) {
  const Box bounds = shape.bounding_box();
  return std::max(bounds.upper[0] - bounds.lower[0], bounds.upper[1] - bounds.lower[1]);
}

/// Total area must meet the true one within `constant` h^2 at every resolution.
void expect_second_order(const Shape& shape, double area, double constant, int holes) {
  for (int resolution : {16, 25, 40, 77, 160}) {
    const double h = size_of(shape) / resolution;
    const Triangulation mesh = triangulate(shape, resolution);
    expect_sound(shape, mesh, h);
    // 1e-11: rounding of a sum of 1e5 triangles.
    EXPECT_NEAR(total_area(mesh), area, constant * h * h + 1e-11) << resolution;
    EXPECT_EQ(euler_characteristic(mesh), 1 - holes) << resolution;
  }
}

// Chords of length c on a circle lose c^2 / (12 R) of area a unit of length; chords are at most 1.6
// h long.
double chord_loss(double circumference, double radius) {
  return circumference * 1.6 * 1.6 / (12 * radius);
}

TEST(Triangulation, OfADiskConvergesWithSecondOrder) {
  const ShapePointer disk = make_ball({0.1, 0.2}, 1);
  expect_second_order(*disk, pi, chord_loss(2 * pi, 1), 0);
  for (int resolution : {20, 40, 80, 160}) {  // no faster either: chords are not curves
    const double h = 2.0 / resolution;
    EXPECT_GT(pi - total_area(triangulate(*disk, resolution)), 0.1 * h * h);
  }
}

TEST(Triangulation, OfAnAnnulusConvergesWithSecondOrder) {
  const ShapePointer annulus = make_difference(make_ball({0, 0}, 1), {make_ball({0, 0}, 0.4)});
  expect_second_order(*annulus, pi * 0.84, chord_loss(2 * pi, 1), 1);
}

TEST(Triangulation, OfABoxWithHolesConvergesWithSecondOrder) {
  const ShapePointer one =
      make_difference(make_box(box({0, 0}, {2, 1})), {make_ball({0.5, 0.5}, 0.3)});
  expect_second_order(*one, 2 - pi * 0.09, chord_loss(2 * pi * 0.3, 0.3), 1);
  const ShapePointer two = make_difference(one, {make_ball({1.4, 0.45}, 0.35)});
  expect_second_order(*two, 2 - pi * (0.09 + 0.1225), 2 * chord_loss(2 * pi * 0.3, 0.3), 2);
}

TEST(Triangulation, OfALensMeetsItsCorners) {
  const ShapePointer lens = make_intersection({make_ball({0, 0}, 1), make_ball({1, 0}, 1)});
  expect_second_order(*lens, 2 * pi / 3 - std::sqrt(3.0) / 2, chord_loss(4 * pi / 3, 1), 0);
  double nearest = 1;
  for (const auto& x : triangulate(*lens, 20).points)
    nearest = std::min(nearest, std::hypot(x[0] - 0.5, x[1] - std::sqrt(0.75)));
  EXPECT_LT(nearest, 1e-7);
}

// Straight edges between vertices that are met: exact but for the rounding of a sum.
TEST(Triangulation, OfPolygonsIsExact) {
  const ShapePointer aligned = make_polygon({{-1, -1}, {0, -1}, {0, 0}, {1, 0}, {1, 1}, {-1, 1}});
  const ShapePointer skew =
      make_polygon({{-1, -1}, {0.03, -1}, {0.013, 0.017}, {1, 0.1}, {1, 1}, {-1, 1}});
  const ShapePointer cut =
      make_difference(make_box(box({0, 0}, {1, 1})), {make_box(box({0.37, 0.51}, {1, 1}))});
  expect_second_order(*aligned, 3, 0, 0);
  expect_second_order(*skew, 2.963905, 0, 0);
  expect_second_order(*cut, 1 - 0.63 * 0.49, 0, 0);
  expect_second_order(*make_box(box({0, 0}, {1, 0.3})), 0.3, 0, 0);
}

TEST(Triangulation, OfAWedgeMeetsItsSharpCorner) {
  const ShapePointer wedge = make_polygon({{0.5, 0}, {1, 2}, {0, 2}});
  for (int resolution : {20, 35, 100}) {
    const auto points = triangulate(*wedge, resolution).points;
    EXPECT_EQ(std::count(points.begin(), points.end(), std::array<double, 2>{0.5, 0}), 1)
        << resolution;
  }
  expect_second_order(*wedge, 1, 1, 0);  // at worst the tip, over 2 h thinner than a cell
}

TEST(Triangulation, IgnoresSeamsOfUnitedShapes) {
  const ShapePointer shape = make_union(
      {make_box(box({0, 0}, {1, 1})), make_box(box({1, 0.2}, {2, 0.8})), make_ball({0, 0}, 0.35)});
  expect_second_order(*shape, 1.6 + 0.75 * pi * 0.35 * 0.35, chord_loss(1.5 * pi * 0.35, 0.35), 0);
}

TEST(Triangulation, RefusesWhatItCannotDo) {
  EXPECT_THROW(triangulate(*make_ball({0, 0, 0}, 1), 10), std::invalid_argument);
  EXPECT_THROW(triangulate(*make_ball({0, 0}, 1), 0), std::invalid_argument);
  EXPECT_THROW(
      triangulate(*make_difference(make_ball({0, 0}, 0.5), {make_box(box({-1, -1}, {1, 1}))}), 10),
      std::runtime_error);
  EXPECT_THROW(inside_lattice(*make_ball({0, 0}, 1), 10), std::invalid_argument);
}

TEST(InsideLattice, HoldsTheLatticePointsOfTheShape) {
  const ShapePointer shape =
      make_difference(make_box(box({0, 0, 0}, {2, 1, 1})), {make_box(box({1, 0, 0}, {2, 1, 1}))});
  // The unit cube in steps of 1/4; points of the removed half are gone, also those on its outer
  // faces.
  EXPECT_EQ(inside_lattice(*shape, 8).size(), 125u);
  const auto ball = inside_lattice(*make_ball({0, 0, 0}, 1), 40);
  for (const auto& x : ball) EXPECT_LE(std::hypot(x[0], x[1], x[2]), 1 + 1e-12);
  // Volume by counting: the error is below surface * spacing / 2.
  EXPECT_NEAR(double(ball.size()) * 0.05 * 0.05 * 0.05, 4 * pi / 3, 4 * pi * 0.025);
}

}  // namespace
}  // namespace kanpde::problems
