#pragma once
/// A lattice of triangles over a 2-D shape whose vertices near the boundary are moved onto it.

#include <array>
#include <span>
#include <vector>

#include "problems/geometry/side.hpp"

namespace kanpde::problems {

/// 4 sqrt(3) area / sum of squared edges: 1 equilateral, 0 degenerate, negative clockwise.
double triangle_quality(std::array<double, 2> a, std::array<double, 2> b, std::array<double, 2> c);

struct LatticeNode {
  std::array<double, 2> x;
  Side side;
};

class FittedLattice {
 public:
  /// `resolution` cells along the longest side, lattice lines on the sides of the bounding box and
  /// a ring of cells around it. Corners take over their nearest vertex; then a vertex moves along
  /// an edge to the boundary when it is nearer than 0.3 of the edge and no triangle gets worse than
  /// `least_quality`.
  FittedLattice(const Shape& shape, int resolution);
  const std::vector<LatticeNode>& nodes() const { return nodes_; }
  std::vector<std::array<int, 3>> triangles() const;
  double spacing() const { return spacing_; }

 private:
  using Point = std::array<double, 2>;
  struct Cell {
    int i, j;
  };
  static constexpr double least_quality = 0.2;

  int node(int i, int j) const { return j * (cells_[0] + 1) + i; }
  int cell(Cell c) const { return c.j * cells_[0] + c.i; }
  std::array<std::array<int, 3>, 2> cell_triangles(Cell c, bool rising) const;
  double cell_quality(Cell c, bool rising) const;
  std::vector<Cell> cells_around(int i, int j) const;
  std::vector<int> neighbours(int i, int j) const;
  void build(const Box& box, int resolution);
  void take_corner(Point corner);
  double quality_with_corner(int i, int j, Point corner);
  void improve_diagonals(int i, int j);
  void pull_to_boundary(int i, int j);
  /// Whether an inner vertex is the only one beside some corner, which would be lost without it.
  bool holds_corner(int i, int j) const;
  /// Whether an edge from an inner vertex to one on the boundary leaves the shape in between.
  bool cuts_corner(Cell c) const;

  const Shape& shape_;
  SideTest side_;
  double spacing_ = 0;
  std::array<int, 2> cells_{};
  std::array<double, 2> origin_{}, step_{};
  std::vector<LatticeNode> nodes_;
  std::vector<char> fixed_;   ///< a node: taken by a corner
  std::vector<char> rising_;  ///< a cell: diagonal from lower left to upper right
};

/// The point next to the boundary between `in` (inside) and `out`, on the inner side, by bisection.
std::array<double, 2> boundary_between(const Shape& shape, std::array<double, 2> in,
                                       std::array<double, 2> out);

}  // namespace kanpde::problems
