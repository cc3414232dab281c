#include "solver/training/stretching.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kanpde::solver {

namespace {

using problems::Problem;

constexpr int nodes = 801;              ///< at which the density is known, an axis
constexpr int lines = 24;               ///< along which it is sampled, where there are other axes
constexpr int cells = 320;              ///< of the result
constexpr int smoothings = 256;         ///< of the cells' lengths
constexpr int polishings = 64;          ///< of the cells' ends
constexpr int highest_order = 4;        ///< of the derivatives looked at
constexpr double smallest_jump = 1e-9;  ///< of a derivative, of its largest value
constexpr double finest = 1e-4;         ///< length of variation over that of the axis, at least

double along(double a, double b, int k, int n) { return a + (b - a) * k / (n - 1); }

/// Nodes of an axis on each of some lines parallel to it, line by line.
Columns sample_lines(const Problem& problem, int axis, double time, int count) {
  const problems::Box box = problem.region.space->bounding_box();
  const problems::Box& extra = problem.region.extra;
  const int d = problem.space_dimension;
  Random random(0, 31);
  const Columns others = problems::unit_points(problems::SamplingMethod::sobol, count, d, random);
  Columns x(problem.variable_count(), count * nodes);
  for (int line = 0; line < count; ++line)
    for (int k = 0; k < nodes; ++k) {
      const int p = line * nodes + k;
      for (int i = 0; i < d; ++i)
        x(i, p) = i == axis ? along(box.lower[i], box.upper[i], k, nodes)
                            : std::lerp(box.lower[i], box.upper[i], others(i, line));
      for (int i = d; i < x.columns(); ++i)
        x(i, p) =
            i == d && problem.has_time ? time : 0.5 * (extra.lower[i - d] + extra.upper[i - d]);
    }
  return x;
}

/// Raises `density` at the nodes of an axis to that of the profile on `x`.
void raise(const Profile& profile, const Columns& x, int axis, double shortest,
           std::vector<double>& density) {
  const Columns values = profile(axis, 0, x);
  std::vector<double> range(values.columns());
  for (int u = 0; u < values.columns(); ++u) {
    const auto [low, high] = std::minmax_element(values.column(u), values.column(u) + x.points());
    range[u] = *high - *low;
  }
  for (int k = 1; k <= highest_order; ++k) {
    const Columns derivative = profile(axis, k, x);
    for (int u = 0; u < values.columns(); ++u)
      for (int p = 0; p < x.points() && range[u] > 0; ++p) {
        const double size = std::pow(std::abs(derivative(u, p)) / range[u], 1.0 / k);
        double& at = density[p % nodes];
        if (std::isfinite(size)) at = std::max(at, std::min(size, 1 / shortest));
      }
  }
}

/// Raises `density` at both ends of a periodic axis where derivatives do not go on: a jump of
/// order k - 1, spread over `shortest`, in the same measure.
void raise_jumps(const Profile& profile, const Columns& x, int axis, double shortest,
                 std::vector<double>& density) {
  const Columns values = profile(axis, 0, x);
  for (int k = 1; k <= highest_order; ++k) {
    const Columns derivative = profile(axis, k - 1, x);
    for (int u = 0; u < values.columns(); ++u) {
      const auto [low, high] = std::minmax_element(values.column(u), values.column(u) + x.points());
      for (int p = 0; p < x.points() && *high > *low; p += nodes) {
        const double jump = std::abs(derivative(u, p + nodes - 1) - derivative(u, p));
        const double size = std::pow(jump / shortest / (*high - *low), 1.0 / k);
        if (!std::isfinite(size)) continue;
        for (double* end : {&density.front(), &density.back()})
          *end = std::max(*end, std::min(size, 1 / shortest));
      }
    }
  }
}

/// Spacings may grow no faster than the distance from where they are smallest.
std::vector<double> graded(const std::vector<double>& density, double length, bool periodic,
                           double even_share) {
  std::vector<double> result(nodes);
  for (int k = 0; k < nodes; ++k)
    for (int j = 0; j < nodes; ++j) {
      double distance = std::abs(k - j) * length / (nodes - 1);
      if (periodic) distance = std::min(distance, length - distance);
      result[k] = std::max(result[k], density[j] / (1 + distance * density[j]));
    }
  const double mean = std::accumulate(result.begin(), result.end(), 0.0) / nodes;
  for (double& d : result) d += even_share * mean;
  return result;
}

/// Ends of `cells` cells with equal shares of the masses spread evenly over the intervals between
/// the ends.
std::vector<double> equal_shares(const std::vector<double>& ends, const std::vector<double>& mass) {
  std::vector<double> sum(ends.size(), 0.0), points(cells + 1);
  std::partial_sum(mass.begin(), mass.end(), sum.begin() + 1);
  std::size_t k = 0;
  for (int c = 0; c <= cells; ++c) {
    const double share = sum.back() * c / cells;
    while (k + 1 < mass.size() && sum[k + 1] < share) ++k;
    points[c] = std::lerp(ends[k], ends[k + 1], (share - sum[k]) / mass[k]);
  }
  points.back() = ends.back();
  return points;
}

/// Cells of [-1, 1] for a density at the nodes.
std::vector<double> place_cells(const std::vector<double>& density) {
  std::vector<double> ends(nodes), mass(nodes - 1);
  for (int k = 0; k < nodes; ++k) ends[k] = along(-1, 1, k, nodes);
  for (int k = 0; k + 1 < nodes; ++k) mass[k] = density[k] + density[k + 1];
  return equal_shares(ends, mass);
}

/// Averages the logarithms of neighbouring lengths again and again, and places cells of such
/// lengths, up to a factor, where they were: laid end to end they would move away from what they
/// follow.
void smooth(std::vector<double>& points, bool periodic) {
  std::vector<double> length(cells), next(cells);
  for (int c = 0; c < cells; ++c) length[c] = std::log(points[c + 1] - points[c]);
  for (int pass = 0; pass < smoothings; ++pass) {
    for (int c = 0; c < cells; ++c) {
      const double before = c > 0 ? length[c - 1] : periodic ? length[cells - 1] : length[c];
      const double after = c + 1 < cells ? length[c + 1] : periodic ? length[0] : length[c];
      next[c] = 0.25 * before + 0.5 * length[c] + 0.25 * after;
    }
    std::swap(length, next);
  }
  std::vector<double> mass(cells);
  for (int c = 0; c < cells; ++c) mass[c] = (points[c + 1] - points[c]) * std::exp(-length[c]);
  points = equal_shares(points, mass);
}

/// Averages neighbouring points again and again; the ends stay. What cells of constant density
/// leave, small steps from cell to cell, would dominate the derivatives of the map.
void polish(std::vector<double>& points, bool periodic) {
  std::vector<double> next(points.size());
  const double length = points.back() - points.front();
  for (int pass = 0; pass < polishings; ++pass) {
    for (int c = 1; c < cells; ++c)
      next[c] = 0.25 * points[c - 1] + 0.5 * points[c] + 0.25 * points[c + 1];
    next[0] = periodic ? 0.25 * (points[cells - 1] - length) + 0.5 * points[0] + 0.25 * points[1]
                       : points[0];
    next[cells] = next[0] + length;
    std::swap(points, next);
  }
  const double shift = points[0] + 1;
  for (double& x : points) x -= shift;
}

/// Index of the cell at the fraction f of all cells, and the place within it.
std::pair<int, double> cell_at(const std::vector<double>& points, double f) {
  const int n = int(points.size()) - 1;
  const int c = std::clamp(int(f * n), 0, n - 1);
  return {c, f * n - c};
}

void stretch_columns(const problems::Box& box, const AxisPoints& axes, Columns& x) {
  for (int i = 0; i < box.dimension(); ++i) {
    if (axes[i].empty() || x.columns() == 0) continue;
    const double low = box.lower[i], width = box.upper[i] - low;
    for (int p = 0; p < x.points(); ++p) {
      const auto [c, rest] = cell_at(axes[i], (x(i, p) - low) / width);
      const double at = std::lerp(axes[i][c], axes[i][c + 1], rest);
      if (x(i, p) > low && x(i, p) < box.upper[i]) x(i, p) = low + 0.5 * width * (at + 1);
    }
  }
}

}  // namespace

AxisPoints product_axes(const Problem& problem, const problems::ModelSettings& model) {
  AxisPoints axes;
  for (int i = 0; i < problem.space_dimension && model.products; ++i) {
    axes.emplace_back();
    const double s = is_periodic(problem, i) ? 0 : model.axis_stretch(i);
    const int steps = 16 * model.axis_grid(i);
    for (int k = 0; k <= steps && s > 0; ++k)
      axes.back().push_back(std::tanh(s * (2.0 * k / steps - 1)) / std::tanh(s));
  }
  return axes;
}

bool is_periodic(const Problem& problem, int axis) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(),
                     [&](const problems::Condition& c) { return c.periodic_axis == axis; });
}

bool goes_on_smoothly(const Problem& problem, const Profile& profile, int axis, int highest_order) {
  const Columns x = sample_lines(problem, axis, problem.region.extra.lower[0],
                                 problem.space_dimension == 1 ? 1 : lines);
  for (int k = 0; k <= highest_order; ++k) {
    const Columns derivative = profile(axis, k, x);
    for (int u = 0; u < derivative.columns(); ++u) {
      double largest = 0, jump = 0;
      for (int p = 0; p < x.points(); ++p) largest = std::max(largest, std::abs(derivative(u, p)));
      for (int p = 0; p < x.points(); p += nodes)
        jump = std::max(jump, std::abs(derivative(u, p + nodes - 1) - derivative(u, p)));
      if (!(jump <= smallest_jump * largest)) return false;
    }
  }
  return true;
}

AxisPoints equidistribute(const Problem& problem, const Profile& profile,
                          const std::vector<double>& times, const StretchingOptions& options) {
  AxisPoints axes(problem.variable_count());
  const problems::Box box = problem.region.space->bounding_box();
  for (int i = 0; i < box.dimension(); ++i) {
    const double length = box.upper[i] - box.lower[i];
    std::vector<double> density(nodes, 1 / length);
    for (const double t : times)
      raise(profile, sample_lines(problem, i, t, box.dimension() == 1 ? 1 : lines), i,
            finest * length, density);
    const bool periodic = is_periodic(problem, i);
    for (const double t : times)
      if (periodic && options.jumps)
        raise_jumps(profile, sample_lines(problem, i, t, box.dimension() == 1 ? 1 : lines), i,
                    finest * length, density);
    axes[i] = place_cells(graded(density, length, periodic, options.even_share));
    smooth(axes[i], periodic);
    smooth(axes[i], periodic);  // placing the cells has made their lengths less smooth
    polish(axes[i], periodic);
  }
  return axes;
}

void stretch(const Problem& problem, const AxisPoints& axes, TermPoints& points) {
  if (axes.empty()) return;
  const problems::Box box = problem.region.space->bounding_box();
  stretch_columns(box, axes, points.x);
  stretch_columns(box, axes, points.partner);
}

AlignedVector<double> volume_scale(const Problem& problem, const AxisPoints& axes,
                                   const Columns& x) {
  const problems::Box box = problem.region.space->bounding_box();
  AlignedVector<double> scale(x.points(), 1.0);
  for (int i = 0; i < box.dimension(); ++i)
    for (int p = 0; p < x.points() && !axes[i].empty(); ++p) {
      const double at = -1 + 2 * (x(i, p) - box.lower[i]) / (box.upper[i] - box.lower[i]);
      const auto above = std::upper_bound(axes[i].begin() + 1, axes[i].end() - 1, at);
      scale[p] *= *above - *(above - 1);
    }
  double sum = 0;
  for (const double s : scale) sum += s * s;
  const double mean = std::sqrt(sum / std::max(1, x.points()));
  for (double& s : scale) s /= mean;
  return scale;
}

}  // namespace kanpde::solver
