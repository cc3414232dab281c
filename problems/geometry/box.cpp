#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "problems/geometry/shape.hpp"

namespace kanpde::problems {

bool Shape::on_boundary(const BoundaryPoint&) const { return true; }

namespace {
std::string face_name(int axis, bool high) {
  static const char* names[3][2] = {{"left", "right"}, {"bottom", "top"}, {"back", "front"}};
  if (axis < 3) return names[axis][high];
  return fmt::format("axis{}_{}", axis + 1, high ? "high" : "low");
}

/// Patch 2a is the lower face of axis a, 2a+1 the upper.
class BoxShape : public Shape {
 public:
  explicit BoxShape(Box box) : box_(std::move(box)) {
    for (int axis = 0; axis < dimension(); ++axis) {
      double area = 1;
      for (int i = 0; i < dimension(); ++i)
        if (i != axis) area *= box_.upper[i] - box_.lower[i];
      for (bool high : {false, true}) patches_.push_back({face_name(axis, high), area});
    }
  }
  int dimension() const override { return box_.dimension(); }
  Box bounding_box() const override { return box_; }
  const std::vector<Patch>& patches() const override { return patches_; }
  bool is_box() const override { return true; }

  // q = |x - center| - half width: the largest component inside, the norm of the positive parts
  // outside.
  double signed_distance(std::span<const double> x) const override {
    double inside = -INFINITY, outside = 0;
    for (int i = 0; i < dimension(); ++i) {
      const double q = std::max(box_.lower[i] - x[i], x[i] - box_.upper[i]);
      inside = std::max(inside, q);
      if (q > 0) outside = std::hypot(outside, q);
    }
    return inside > 0 ? outside : inside;
  }

  BoundaryPoint boundary_point(int patch, std::span<const double> s) const override {
    const int d = dimension(), axis = patch / 2;
    const bool high = patch % 2 == 1;
    BoundaryPoint point{std::vector<double>(d), std::vector<double>(d), patch};
    for (int i = 0, k = 0; i < d; ++i)
      if (i != axis) point.x[i] = box_.lower[i] + s[k++] * (box_.upper[i] - box_.lower[i]);
    point.x[axis] = high ? box_.upper[axis] : box_.lower[axis];
    point.normal[axis] = high ? 1 : -1;
    return point;
  }

 private:
  Box box_;
  std::vector<Patch> patches_;
};
}  // namespace

ShapePointer make_box(Box box) {
  const int d = box.dimension();
  if (d < 1 || d > most_box_dimensions)
    throw std::invalid_argument(
        fmt::format("a box has 1 to {} dimensions, this one has {}", most_box_dimensions, d));
  if (int(box.upper.size()) != d)
    throw std::invalid_argument(
        fmt::format("a box has {} lower and {} upper bounds", d, box.upper.size()));
  for (int i = 0; i < d; ++i)
    if (!(box.lower[i] < box.upper[i]) || !std::isfinite(box.upper[i] - box.lower[i]))
      throw std::invalid_argument(fmt::format("the box is empty along axis {}: [{}, {}]", i + 1,
                                              box.lower[i], box.upper[i]));
  return std::make_shared<BoxShape>(std::move(box));
}

}  // namespace kanpde::problems
