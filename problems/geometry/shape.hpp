#pragma once
/// Space domains: primitives and their unions, differences and intersections, with named boundary
/// parts.

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/base/array.hpp"

namespace kanpde::problems {

/// Axis-aligned bounds, lower[i] <= upper[i].
struct Box {
  std::vector<double> lower, upper;
  int dimension() const { return int(lower.size()); }
};

/// One smooth piece of a boundary that can be sampled uniformly by area.
/// A CSG shape lists the patches of its operands; samplers reject points that are not on its
/// boundary.
struct Patch {
  std::string name;  ///< "left", "right", "bottom", "top", "back", "front", "circle", "edge3", ...
  double area = 0;   ///< length in 2-D, 1 in 1-D
};

/// Where a boundary point lies.
struct BoundaryPoint {
  std::vector<double> x, normal;  ///< outward unit normal of the whole shape
  int patch = 0;                  ///< index into patches()
};

/// A bounded region of 1 to 10 dimensions, boxes of up to most_box_dimensions. Immutable.
class Shape {
 public:
  virtual ~Shape() = default;
  virtual int dimension() const = 0;
  virtual Box bounding_box() const = 0;
  /// Negative inside, positive outside, zero on the boundary; exact distance for primitives,
  /// the min/max combination for CSG. Used for membership and tolerance, not for differentiation.
  virtual double signed_distance(std::span<const double> x) const = 0;
  virtual const std::vector<Patch>& patches() const = 0;
  /// The point of patch `patch` at parameters s in [0,1)^(dimension-1), uniform in area, with the
  /// operand's outward normal (already flipped for the subtracted operand of a difference).
  virtual BoundaryPoint boundary_point(int patch, std::span<const double> s) const = 0;
  /// Whether a point of boundary_point() lies on the boundary of the whole shape and belongs to its
  /// patch: false for the hidden part of an operand's boundary, and for all but one of the patches
  /// that coincide there.
  virtual bool on_boundary(const BoundaryPoint& point) const;
  /// Whether the shape is exactly its bounding box (then tensor grids and closed forms apply).
  virtual bool is_box() const { return false; }
  bool contains(std::span<const double> x) const { return signed_distance(x) <= 0; }
};

using ShapePointer = std::shared_ptr<const Shape>;

inline constexpr int most_box_dimensions = 100;

// All throw std::invalid_argument for input that is no shape, saying what is wrong.

/// 1 to most_box_dimensions, an interval in 1-D. Patches: left, right (axis 0), bottom, top, back,
/// front, then axis4_low, axis4_high, axis5_low, ...; areas are lengths in 2-D, 1 in 1-D.
ShapePointer make_box(Box box);
/// Disk in 2-D (patch "circle"), ball in 3 to 10 dimensions (patch "sphere"), interval in 1-D.
ShapePointer make_ball(std::vector<double> center, double radius);
/// Simple polygon of either orientation; patch edge<i> joins vertices i and i+1. Throws when it
/// crosses itself.
ShapePointer make_polygon(std::vector<std::array<double, 2>> vertices);
// Operands of one dimension. Their patches keep their names; names that collide get the operand's
// number as a prefix: shape1_circle, shape2_circle.
ShapePointer make_union(std::vector<ShapePointer> shapes);
ShapePointer make_intersection(std::vector<ShapePointer> shapes);
ShapePointer make_difference(ShapePointer first, std::vector<ShapePointer> subtracted);

}  // namespace kanpde::problems
