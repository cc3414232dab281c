#include "kan/knots.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/base/error.hpp"

namespace kanpde::kan {

namespace {

constexpr double alike = 1e-9;  ///< relative difference of masses that counts as none

/// The values scaled to a mean of 1 - share over the length of [points], plus `share`.
Density with_share(std::vector<double> points, std::vector<double> values, double share) {
  double mass = 0;
  for (std::size_t k = 0; k < values.size(); ++k) mass += values[k] * (points[k + 1] - points[k]);
  const double length = points.back() - points.front();
  const bool is_usable = std::isfinite(mass) && mass > 0;
  for (double& v : values) v = is_usable ? share + (1 - share) * v * length / mass : 1.0;
  return {std::move(points), values};
}

/// The p-th derivative between the knots t_p .. t_n of a spline of degree p.
std::vector<double> last_derivative(const std::vector<double>& t, int p, std::vector<double> c) {
  for (int r = 1; r <= p; ++r)
    for (int g = int(c.size()) - 1; g >= r; --g)
      c[g] = (p - r + 1) * (c[g] - c[g - 1]) / (t[g + p - r + 1] - t[g]);
  return {c.begin() + p, c.end()};
}

/// The blossom of the polynomial between the knots t_m and t_(m+1), at p arguments.
double blossom(const std::vector<double>& t, int p, const std::vector<double>& c, int m,
               const double* arguments) {
  std::vector<double> d(c.begin() + (m - p), c.begin() + m + 1);
  for (int r = 1; r <= p; ++r)
    for (int j = p; j >= r; --j) {
      const double low = t[m - p + j], high = t[m + 1 + j - r], u = arguments[r - 1];
      d[j] = ((high - u) * d[j - 1] + (u - low) * d[j]) / (high - low);
    }
  return d[p];
}

/// How far an end goes outward where it is `inside` away from the nearest value within the grid and
/// `over` from the nearest beyond: by `margin` if a value has come to it and none is beyond; if
/// some are, to the middle between the values on its two sides, no farther than rounding might
/// carry one over. width: of the grid.
double end_shift(double inside, double over, double width, double margin) {
  constexpr double reach = 1e-4, rounding = 1e-9;
  if (over == INFINITY) return inside < reach * width ? margin : 0;
  if (std::min(inside, over) > rounding * width) return 0;
  return std::clamp(0.5 * (over - inside), -rounding * width, rounding * width);
}

}  // namespace

Density::Density(std::vector<double> points, const std::vector<double>& values)
    : points_(std::move(points)), sums_{0.0} {
  check(points_.size() == values.size() + 1 && !values.empty(), "{} values between {} points",
        values.size(), points_.size());
  for (std::size_t k = 0; k < values.size(); ++k)
    sums_.push_back(sums_.back() + values[k] * (points_[k + 1] - points_[k]));
}

double Density::cumulative(double x) const {
  const auto next = std::upper_bound(points_.begin() + 1, points_.end() - 1, x);
  const std::size_t k = std::size_t(next - points_.begin());
  const double at = std::clamp((x - points_[k - 1]) / (points_[k] - points_[k - 1]), 0.0, 1.0);
  return sums_[k - 1] + at * (sums_[k] - sums_[k - 1]);
}

Density density_of(std::vector<double> values, double a, double b, double share) {
  constexpr int cells = 256;
  std::vector<double> points(cells + 1), counts(cells, 0.0);
  for (int k = 0; k <= cells; ++k) points[k] = a + (b - a) * k / cells;
  for (const double v : values)
    if (v >= a && v <= b) ++counts[std::min(int((v - a) / (b - a) * cells), cells - 1)];
  return with_share(std::move(points), std::move(counts), share);
}

Density curvature_density(const std::vector<double>& knots, int degree,
                          const std::vector<std::vector<double>>& coefficients, double share) {
  const int p = degree, intervals = int(knots.size()) - 2 * p - 1;
  const std::vector<double> x(knots.begin() + p, knots.end() - p);
  std::vector<double> size(intervals, 0.0);  // of D^(p+1) f, squared
  for (const std::vector<double>& c : coefficients) {
    const std::vector<double> d = last_derivative(knots, p, c);
    for (int k = 0; k < intervals; ++k) {
      double slopes = 0;
      if (k > 0) slopes += std::abs(d[k] - d[k - 1]) / (x[k + 1] - x[k - 1]);
      if (k + 1 < intervals) slopes += std::abs(d[k + 1] - d[k]) / (x[k + 2] - x[k]);
      if (k == 0 || k + 1 == intervals) slopes *= 2;
      size[k] += slopes * slopes;
    }
  }
  for (double& s : size) s = std::pow(std::sqrt(s), 1.0 / (p + 1));
  return with_share(x, std::move(size), share);
}

bool move_reached_ends(std::vector<double>& breaks, std::span<const double> values, double margin) {
  const double begin = breaks.front(), end = breaks.back(), width = end - begin;
  double inside[2] = {INFINITY, INFINITY}, over[2] = {INFINITY, INFINITY};
  for (const double value : values)
    for (const int side : {0, 1}) {
      const double distance = side == 0 ? value - begin : end - value;
      double& nearest = distance >= 0 ? inside[side] : over[side];
      nearest = std::min(nearest, std::abs(distance));
    }
  breaks.front() -=
      end_shift(inside[0], over[0], width, std::min(margin * width, breaks[1] - begin));
  breaks.back() += end_shift(inside[1], over[1], width,
                             std::min(margin * width, end - breaks[breaks.size() - 2]));
  return breaks.front() != begin || breaks.back() != end;
}

std::vector<double> halved(std::vector<double> breaks, const Density& density, int intervals) {
  while (int(breaks.size()) - 1 < intervals) {
    const int present = int(breaks.size()) - 1;
    std::vector<double> mass(present);
    for (int k = 0; k < present; ++k) mass[k] = density.mass(breaks[k], breaks[k + 1]);
    const double most = *std::max_element(mass.begin(), mass.end());
    std::vector<int> largest;
    for (int k = 0; k < present; ++k)
      if (mass[k] >= (1 - alike) * most) largest.push_back(k);
    const int count = std::min(int(largest.size()), intervals - present);
    std::vector<double> more;
    for (int m = 0; m < count; ++m) {
      const int k = largest[std::size_t((2 * m + 1) * int(largest.size()) / (2 * count))];
      more.push_back(0.5 * (breaks[k] + breaks[k + 1]));
    }
    breaks.insert(breaks.end(), more.begin(), more.end());
    std::sort(breaks.begin(), breaks.end());
  }
  return breaks;
}

std::vector<double> refined(const std::vector<double>& knots, int degree,
                            const std::vector<double>& coefficients,
                            const std::vector<double>& finer) {
  const int p = degree, n = int(coefficients.size()), more = int(finer.size()) - p - 1;
  std::vector<double> result(more);
  for (int g = 0; g < more; ++g) {
    const int k = std::clamp(g + p / 2, p, more - 1);  // an interval of the support, in its middle
    const double middle = 0.5 * (finer[k] + finer[k + 1]);
    const auto next = std::upper_bound(knots.begin() + p + 1, knots.begin() + n, middle);
    result[g] = blossom(knots, p, coefficients, int(next - knots.begin()) - 1, &finer[g + 1]);
  }
  return result;
}

}  // namespace kanpde::kan
