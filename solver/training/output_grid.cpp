#include <cmath>

#include "problems/geometry/triangulation.hpp"
#include "solver/training/evaluation.hpp"

namespace kanpde::solver {

namespace {

using problems::Box;
using problems::Problem;

double along(double a, double b, int k, int count) {
  return count == 1 ? 0.5 * (a + b) : k == count - 1 ? b : a + (b - a) * k / (count - 1);
}

/// A lattice over the first axes of the box; later ones stay at their middle.
void make_lattice(const Box& box, int axes, const std::vector<int>& counts, OutputGrid& grid) {
  output::Lattice lattice;
  int total = 1;
  for (int i = 0; i < axes; ++i) {
    lattice.points[i] = counts[i];
    lattice.origin[i] = box.lower[i];
    lattice.spacing[i] = counts[i] > 1 ? (box.upper[i] - box.lower[i]) / (counts[i] - 1) : 1.0;
    total *= counts[i];
  }
  grid.space = Columns(box.dimension(), total);
  for (int p = 0; p < total; ++p) {
    int rest = p;
    for (int i = 0; i < box.dimension(); ++i) {
      const int n = i < axes ? counts[i] : 1;
      grid.space(i, p) = along(box.lower[i], box.upper[i], rest % n, n);
      rest /= n;
    }
  }
  grid.lattice = lattice;
}

void take_points(const std::vector<std::array<double, 3>>& points, int dimension,
                 OutputGrid& grid) {
  grid.space = Columns(dimension, int(points.size()));
  for (std::size_t p = 0; p < points.size(); ++p)
    for (int i = 0; i < dimension; ++i) grid.space(i, int(p)) = points[p][i];
}

void make_mesh(const problems::Shape& shape, int resolution, OutputGrid& grid) {
  output::Mesh mesh;
  if (shape.dimension() == 2) {
    const problems::Triangulation t = problems::triangulate(shape, resolution);
    for (const auto& p : t.points) mesh.points.push_back({p[0], p[1], 0.0});
    for (const auto& c : t.triangles) mesh.cells.push_back({c[0], c[1], c[2]});
  } else {
    mesh.points = problems::inside_lattice(shape, resolution);
    for (int p = 0; p < int(mesh.points.size()); ++p) mesh.cells.push_back({p});
  }
  take_points(mesh.points, shape.dimension(), grid);
  grid.mesh = std::move(mesh);
}

}  // namespace

OutputGrid make_output_grid(const Problem& problem) {
  OutputGrid grid;
  const std::vector<int>& counts = problem.output.grid;
  const auto& region = problem.region;
  if (problem.has_time && region.space) {
    const int n = counts[problem.space_dimension];
    for (int k = 0; k < n; ++k)
      grid.times.push_back(along(region.extra.lower[0], region.extra.upper[0], k, n));
  }
  if (!region.space) {  // an ordinary differential equation: time is the axis of the lattice
    Box time{{region.extra.lower[0]}, {region.extra.upper[0]}};
    make_lattice(time, 1, counts, grid);
  } else if (region.space->is_box() || problem.space_dimension > 3) {
    int axes = 0;
    while (axes < problem.space_dimension && problem.has_field_axis(axes)) ++axes;
    make_lattice(region.space->bounding_box(), axes, counts, grid);
  } else {
    make_mesh(*region.space, counts[0] - 1, grid);
  }
  return grid;
}

std::string fixed_variables(const Problem& problem) {
  std::vector<std::string> values;
  for (int i = 0; i < problem.variable_count(); ++i) {
    if (problem.has_field_axis(i)) continue;
    const bool in_space = i < problem.space_dimension;
    const Box box = in_space ? problem.region.space->bounding_box() : problem.region.extra;
    const int k = in_space ? i : i - problem.space_dimension;
    values.push_back(
        fmt::format("{} = {:.4g}", problem.variables[i], 0.5 * (box.lower[k] + box.upper[k])));
  }
  return fmt::format("{}", fmt::join(values, ", "));
}

Columns frame_points(const Problem& problem, const OutputGrid& grid, int frame) {
  Columns x(problem.variable_count(), grid.space.points());
  for (int i = 0; i < problem.variable_count(); ++i) {
    double* column = x.column(i);
    if (i < grid.space.columns()) {
      std::copy_n(grid.space.column(i), grid.space.points(), column);
      continue;
    }
    const int extra = i - problem.space_dimension;
    const bool time = extra == 0 && problem.has_time;
    const Box& box = problem.region.extra;
    std::fill_n(column, grid.space.points(),
                time ? grid.times[frame] : 0.5 * (box.lower[extra] + box.upper[extra]));
  }
  return x;
}

Columns error_points(const Problem& problem, const problems::ReferenceField* reference) {
  if (reference && reference->points()) return *reference->points();
  bool has_all_axes = true;
  for (int i = 0; i < problem.variable_count(); ++i)
    has_all_axes = has_all_axes && problem.has_field_axis(i);
  if (!has_all_axes) {
    Random random(0, 20);
    return interior_points(problem, 20000, random);
  }
  const OutputGrid grid = make_output_grid(problem);
  const int n = grid.space.points();
  Columns all(problem.variable_count(), n * grid.frames());
  for (int frame = 0; frame < grid.frames(); ++frame) {
    const Columns x = frame_points(problem, grid, frame);
    for (int i = 0; i < x.columns(); ++i)
      std::copy_n(x.column(i), n, all.column(i) + long(frame) * n);
  }
  return all;
}

}  // namespace kanpde::solver
