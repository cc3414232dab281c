#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "kernels/base/error.hpp"
#include "problems/sampling/collect.hpp"
#include "problems/sampling/unit_stream.hpp"

namespace kanpde::problems {

namespace {
/// One patch times the extra axes, as an image of the unit cube: patch parameters, then extra axes.
struct PatchSlab {
  const Region& region;
  const BoundaryFilter& filter;
  int patch = 0;
  double area = 0;   ///< of the visible part that the filter takes
  double share = 1;  ///< visible part of the patch

  int unit_dimension() const { return region.space->dimension() - 1 + region.extra.dimension(); }

  /// The point of unit coordinates u, its x with the extra axes appended; nothing where hidden or
  /// refused.
  std::optional<BoundaryPoint> map(std::span<const double> u) const {
    const Box& extra = region.extra;
    const int d = region.space->dimension();
    BoundaryPoint point = region.space->boundary_point(patch, u.first(d - 1));
    if (!region.space->on_boundary(point)) return {};
    for (int i = 0; i < extra.dimension(); ++i)
      point.x.push_back(extra.lower[i] + u[d - 1 + i] * (extra.upper[i] - extra.lower[i]));
    if (filter.where && !filter.where(point.x)) return {};
    return point;
  }

  void map_all(const Columns& unit, std::vector<BoundaryPoint>& points) const {
    for (int p = 0; p < unit.points(); ++p)
      if (auto point = map(gather(unit, p))) points.push_back(std::move(*point));
  }
};

constexpr int pilot_points = 1024, most_pilot_points = 1 << 14;

/// Visible share of a patch from a fixed Sobol sequence: 1024 points, up to 16384 while none is
/// visible.
double visible_share(const PatchSlab& slab) {
  if (slab.unit_dimension() == 0) return slab.map({}) ? 1 : 0;
  Random fixed(0);
  UnitStream stream(SamplingMethod::sobol, slab.unit_dimension(), fixed);
  std::vector<BoundaryPoint> visible;
  int tries = 0;
  while (tries < pilot_points || (visible.empty() && tries < most_pilot_points)) {
    slab.map_all(stream.next(pilot_points), visible);
    tries += pilot_points;
  }
  return double(visible.size()) / tries;
}

std::vector<PatchSlab> visible_slabs(const Region& region, const BoundaryFilter& filter) {
  if (!region.space) throw std::runtime_error("a problem without space has no boundary");
  std::vector<PatchSlab> slabs;
  const std::vector<Patch>& patches = region.space->patches();
  for (int i = 0; i < int(patches.size()); ++i) {
    if (filter.patch && !filter.patch(i)) continue;
    PatchSlab slab{region, filter, i};
    slab.share = visible_share(slab);
    slab.area = slab.share * patches[i].area;
    if (slab.area > 0) slabs.push_back(slab);
  }
  if (slabs.empty())
    throw std::runtime_error("no part of the boundary meets the condition's `where`");
  return slabs;
}

double total_area(const std::vector<PatchSlab>& slabs) {
  return std::accumulate(slabs.begin(), slabs.end(), 0.0,
                         [](double sum, const PatchSlab& slab) { return sum + slab.area; });
}

/// Splits n in proportion to the areas by largest remainders, at least 1 each; with n below their
/// number the n largest get 1.
std::vector<int> allocate(int n, const std::vector<PatchSlab>& slabs) {
  const int count = int(slabs.size());
  std::vector<int> order(count), result(count, n >= count ? 1 : 0);
  std::iota(order.begin(), order.end(), 0);
  const double total = total_area(slabs);
  const auto missing = [&](int i) { return n * slabs[i].area / total - result[i]; };
  for (int i = 0; n >= count && i < count; ++i) result[i] = std::max(1, int(missing(i) + 1));
  int left = n - std::accumulate(result.begin(), result.end(), 0);
  while (left != 0) {
    const int step = left > 0 ? 1 : -1;
    int best = -1;  // the patch that is furthest from its due
    for (int i : order)
      if ((step > 0 ? n >= count || result[i] == 0 : result[i] > 1) &&
          (best < 0 || step * missing(i) > step * missing(best)))
        best = i;
    result[best] += step;
    left -= step;
  }
  return result;
}

/// n points of the visible part of a slab.
std::vector<BoundaryPoint> sample_slab(const PatchSlab& slab, SamplingMethod method, int n,
                                       Random& random) {
  std::vector<BoundaryPoint> points;
  const int dimension = slab.unit_dimension();
  if (n == 0) return points;
  if (dimension == 0) return {*slab.map({})};
  const int tries = int(std::min(std::ceil(n / slab.share), 1e6));
  if (is_tensor(method)) {
    slab.map_all(unit_points(method, tries, dimension, random), points);
    if (!points.empty()) return points;
    n = 1;  // the whole grid is hidden
  }
  UnitStream stream(is_tensor(method) ? SamplingMethod::sobol : method, dimension, random);
  while (int(points.size()) < n) slab.map_all(stream.next(tries), points);
  points.resize(n);
  return points;
}

Points pack(const std::vector<BoundaryPoint>& from, int variables, int space_dimension) {
  const int n = int(from.size());
  Points points{Columns(variables, n), Columns(space_dimension, n), std::vector<int>(n)};
  for (int p = 0; p < n; ++p) {
    for (int c = 0; c < variables; ++c) points.x(c, p) = from[p].x[c];
    for (int c = 0; c < space_dimension; ++c) points.normals(c, p) = from[p].normal[c];
    points.patch[p] = from[p].patch;
  }
  return points;
}
}  // namespace

Points sample_boundary(const Region& region, SamplingMethod method, int n, Random& random,
                       const BoundaryFilter& filter) {
  if (n < 0) throw std::invalid_argument(fmt::format("cannot draw {} points", n));
  const std::vector<PatchSlab> slabs = visible_slabs(region, filter);
  const std::vector<int> counts = allocate(n, slabs);
  std::vector<BoundaryPoint> points;
  for (std::size_t i = 0; i < slabs.size(); ++i)
    for (BoundaryPoint& point : sample_slab(slabs[i], method, counts[i], random))
      points.push_back(std::move(point));
  if (n > 0 && points.empty())
    throw std::runtime_error("no boundary point was found: the visible boundary is too small");
  return pack(points, region.dimension(), region.space->dimension());
}

double boundary_share(const Region& region, const BoundaryFilter& filter) {
  return total_area(visible_slabs(region, filter)) / total_area(visible_slabs(region, {}));
}

}  // namespace kanpde::problems
