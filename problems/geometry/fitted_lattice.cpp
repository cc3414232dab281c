#include "problems/geometry/fitted_lattice.hpp"

#include <algorithm>
#include <cmath>

#include "problems/geometry/corners.hpp"

namespace kanpde::problems {

double triangle_quality(std::array<double, 2> a, std::array<double, 2> b, std::array<double, 2> c) {
  const double ux = b[0] - a[0], uy = b[1] - a[1], vx = c[0] - a[0], vy = c[1] - a[1];
  const double wx = vx - ux, wy = vy - uy;
  const double squares = ux * ux + uy * uy + vx * vx + vy * vy + wx * wx + wy * wy;
  return 2 * std::sqrt(3.0) * (ux * vy - uy * vx) / squares;
}

std::array<double, 2> boundary_between(const Shape& shape, std::array<double, 2> in,
                                       std::array<double, 2> out) {
  for (int i = 0; i < 60; ++i) {
    const std::array<double, 2> middle{(in[0] + out[0]) / 2, (in[1] + out[1]) / 2};
    (shape.signed_distance(middle) < 0 ? in : out) = middle;
  }
  return in;
}

FittedLattice::FittedLattice(const Shape& shape, int resolution) : shape_(shape), side_(shape) {
  build(shape.bounding_box(), resolution);
  for (const Point& corner : corner_points(shape, spacing_)) take_corner(corner);
  for (int j = 0; j <= cells_[1]; ++j)
    for (int i = 0; i <= cells_[0]; ++i) pull_to_boundary(i, j);
}

void FittedLattice::build(const Box& box, int resolution) {
  const double longest = std::max(box.upper[0] - box.lower[0], box.upper[1] - box.lower[1]);
  spacing_ = longest / resolution;
  for (int d = 0; d < 2; ++d) {
    const double side = box.upper[d] - box.lower[d];
    const int inner = std::max(1, int(std::ceil(side / spacing_ * (1 - 1e-12))));
    step_[d] = side / inner;
    origin_[d] = box.lower[d] - step_[d];
    cells_[d] = inner + 2;
  }
  for (int j = 0; j <= cells_[1]; ++j)
    for (int i = 0; i <= cells_[0]; ++i) {
      // Exact at the upper bounds, so that sides of the bounding box are met.
      const Point x{i == cells_[0] - 1 ? box.upper[0] : origin_[0] + i * step_[0],
                    j == cells_[1] - 1 ? box.upper[1] : origin_[1] + j * step_[1]};
      nodes_.push_back({x, side_(x)});
    }
  fixed_.assign(nodes_.size(), 0);
  for (int j = 0; j < cells_[1]; ++j)
    for (int i = 0; i < cells_[0]; ++i) rising_.push_back((i + j) % 2);
}

std::array<std::array<int, 3>, 2> FittedLattice::cell_triangles(Cell c, bool rising) const {
  const int a = node(c.i, c.j), b = node(c.i + 1, c.j);
  const int d = node(c.i, c.j + 1), e = node(c.i + 1, c.j + 1);
  if (rising) return {{{a, b, e}, {a, e, d}}};
  return {{{a, b, d}, {b, e, d}}};
}

double FittedLattice::cell_quality(Cell c, bool rising) const {
  double worst = 1;
  for (const auto& t : cell_triangles(c, rising))
    worst = std::min(worst, triangle_quality(nodes_[t[0]].x, nodes_[t[1]].x, nodes_[t[2]].x));
  return worst;
}

std::vector<FittedLattice::Cell> FittedLattice::cells_around(int i, int j) const {
  std::vector<Cell> cells;
  for (int b = std::max(j - 1, 0); b <= std::min(j, cells_[1] - 1); ++b)
    for (int a = std::max(i - 1, 0); a <= std::min(i, cells_[0] - 1); ++a) cells.push_back({a, b});
  return cells;
}

std::vector<int> FittedLattice::neighbours(int i, int j) const {
  std::vector<int> result;
  const int self = node(i, j);
  for (Cell c : cells_around(i, j))
    for (const auto& t : cell_triangles(c, rising_[cell(c)]))
      if (std::find(t.begin(), t.end(), self) != t.end())
        for (int other : t)
          if (other != self) result.push_back(other);
  return result;
}

double FittedLattice::quality_with_corner(int i, int j, Point corner) {
  LatticeNode& moved = nodes_[node(i, j)];
  const LatticeNode before = moved;
  moved.x = corner;
  double worst = 1;
  for (Cell c : cells_around(i, j))
    worst = std::min(worst, std::max(cell_quality(c, false), cell_quality(c, true)));
  moved = before;
  return worst;
}

// Of the vertices of the cell around the corner, the one that leaves the best triangles is moved
// there.
void FittedLattice::take_corner(Point corner) {
  std::array<int, 2> base;
  for (int d = 0; d < 2; ++d)
    base[d] = std::clamp(int((corner[d] - origin_[d]) / step_[d]), 1, cells_[d] - 2);
  double best = least_quality;
  int best_i = -1, best_j = -1;
  for (int j : {base[1], base[1] + 1})
    for (int i : {base[0], base[0] + 1}) {
      if (fixed_[node(i, j)]) continue;
      const double quality = quality_with_corner(i, j, corner);
      if (quality > best) best = quality, best_i = i, best_j = j;
    }
  if (best_i < 0) return;
  nodes_[node(best_i, best_j)] = {corner, Side::boundary};
  fixed_[node(best_i, best_j)] = 1;
  improve_diagonals(best_i, best_j);
}

void FittedLattice::improve_diagonals(int i, int j) {
  for (Cell c : cells_around(i, j)) {
    char& rising = rising_[cell(c)];
    if (cell_quality(c, !rising) > cell_quality(c, rising) + 1e-9) rising = !rising;
  }
}

void FittedLattice::pull_to_boundary(int i, int j) {
  LatticeNode& self = nodes_[node(i, j)];
  if (self.side == Side::boundary) return;
  double nearest = INFINITY;
  Point target{};
  for (int k : neighbours(i, j)) {
    const LatticeNode& other = nodes_[k];
    if (other.side == Side::boundary || other.side == self.side) continue;
    const bool inside = self.side == Side::inside;
    const Point crossing =
        boundary_between(shape_, inside ? self.x : other.x, inside ? other.x : self.x);
    const double length = std::hypot(other.x[0] - self.x[0], other.x[1] - self.x[1]);
    const double distance = std::hypot(crossing[0] - self.x[0], crossing[1] - self.x[1]);
    if (distance < 0.3 * length && distance < nearest) nearest = distance, target = crossing;
  }
  if (nearest == INFINITY || holds_corner(i, j)) return;
  const LatticeNode before = self;
  self = {target, Side::boundary};
  for (Cell c : cells_around(i, j))
    if (cell_quality(c, rising_[cell(c)]) < least_quality || cuts_corner(c)) {
      self = before;
      return;
    }
}

bool FittedLattice::holds_corner(int i, int j) const {
  if (nodes_[node(i, j)].side != Side::inside) return false;
  for (int b = j - 1; b <= j + 1; ++b)
    for (int a = i - 1; a <= i + 1; ++a) {
      if (a < 0 || b < 0 || a > cells_[0] || b > cells_[1] || !fixed_[node(a, b)]) continue;
      const std::vector<int> around = neighbours(a, b);
      const auto inside = [&](int k) { return nodes_[k].side == Side::inside; };
      const bool own = std::find(around.begin(), around.end(), node(i, j)) != around.end();
      if (own && std::all_of(around.begin(), around.end(),
                             [&](int k) { return k == node(i, j) || !inside(k); }))
        return true;
    }
  return false;
}

bool FittedLattice::cuts_corner(Cell c) const {
  for (const auto& t : cell_triangles(c, rising_[cell(c)]))
    for (int k = 0; k < 3; ++k) {
      const LatticeNode &a = nodes_[t[k]], &b = nodes_[t[(k + 1) % 3]];
      if (a.side == b.side || a.side == Side::outside || b.side == Side::outside) continue;
      const Point middle{(a.x[0] + b.x[0]) / 2, (a.x[1] + b.x[1]) / 2};
      if (shape_.signed_distance(middle) > 0.01 * spacing_) return true;
    }
  return false;
}

std::vector<std::array<int, 3>> FittedLattice::triangles() const {
  std::vector<std::array<int, 3>> result;
  for (int j = 0; j < cells_[1]; ++j)
    for (int i = 0; i < cells_[0]; ++i)
      for (const auto& t : cell_triangles({i, j}, rising_[cell({i, j})])) result.push_back(t);
  return result;
}

}  // namespace kanpde::problems
