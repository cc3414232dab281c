#include "kernels/network_shape.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "kernels/base/error.hpp"

namespace kanpde::kernels {

SplineAxis make_axis(int degree, const std::vector<double>& breaks, bool periodic) {
  const int n = int(breaks.size()) - 1, p = degree;
  check(n >= 1 && std::is_sorted(breaks.begin(), breaks.end(), std::less_equal<>()),
        "{} break points that do not ascend", breaks.size());
  check(!periodic || n > p, "{} intervals of a period for splines of degree {}", n, p);
  const double length = breaks.back() - breaks.front();
  SplineAxis axis{periodic ? n : n + p, periodic, std::vector<double>(std::size_t(n + 2 * p + 1))};
  for (int k = 0; k < int(axis.knots.size()); ++k) {
    const int at = k - p;
    if (at >= 0 && at <= n)
      axis.knots[k] = breaks[at];
    else if (periodic)
      axis.knots[k] = at < 0 ? breaks[at + n] - length : breaks[at - n] + length;
    else
      axis.knots[k] = at < 0 ? breaks.front() : breaks.back();
  }
  return axis;
}

int grid_size(Features basis, int basis_count, int degree) {
  const int knots = basis_count + degree + 1;
  if (basis == Features::bspline) return 2 + knots + (degree + 1) * knots;
  if (basis == Features::rbf) return 2 + basis_count + 1;
  if (basis == Features::rational) return 2 + basis_count;
  return basis == Features::chebyshev || basis == Features::fourier ? 2 : 0;
}

void fill_knots(int basis_count, int degree, const std::vector<double>& knots, double* grid) {
  const int count = basis_count + degree + 1;
  check(int(knots.size()) == count, "{} knots for {} splines of degree {}", knots.size(),
        basis_count, degree);
  grid[0] = knots[degree];
  grid[1] = knots[basis_count];
  double* t = grid + 2;
  std::copy(knots.begin(), knots.end(), t);
  double* inverse = t + count;
  for (int r = 0; r <= degree; ++r)
    for (int g = 0; g < count; ++g)
      inverse[r * count + g] = r > 0 && g + r < count ? 1.0 / (t[g + r] - t[g]) : 0.0;
}

namespace {

/// Beyond the ends knots repeat the width of the end intervals, so that the basis stays well
/// conditioned there.
std::vector<double> continued(int n, int p, const std::vector<double>& breaks) {
  const int intervals = n - p;
  check(int(breaks.size()) == intervals + 1, "{} break points for {} intervals", breaks.size(),
        intervals);
  const double first = breaks[1] - breaks[0];
  const double last = breaks[intervals] - breaks[intervals - 1];
  std::vector<double> knots(n + p + 1);
  for (int g = 0; g < int(knots.size()); ++g) {
    if (g < p)
      knots[g] = breaks[0] - (p - g) * first;
    else if (g <= n)
      knots[g] = breaks[g - p];
    else
      knots[g] = breaks[intervals] + (g - n) * last;
  }
  return knots;
}

}  // namespace

namespace {

/// Floater and Hormann 2007, eq. 18, divided by 2^degree.
void fill_weights(int n, int degree, double* w) {
  const int d = std::min(degree, n - 1);
  std::vector<double> binomial(d + 1, std::ldexp(1.0, -d));
  for (int k = 1; k <= d; ++k) binomial[k] = binomial[k - 1] * (d - k + 1) / k;
  for (int g = 0; g < n; ++g) {
    double sum = 0;
    for (int k = std::max(0, g - (n - 1 - d)); k <= std::min(d, g); ++k) sum += binomial[k];
    w[g] = g % 2 == 0 ? sum : -sum;
  }
}

}  // namespace

void fill_grid(Features basis, int basis_count, int degree, const std::vector<double>& breaks,
               double* grid) {
  const double a = breaks.front(), b = breaks.back();
  check(a < b, "a grid from {} to {}", a, b);
  if (grid_size(basis, basis_count, degree) == 0) return;
  grid[0] = a;
  grid[1] = b;
  if (basis == Features::bspline)
    fill_knots(basis_count, degree, continued(basis_count, degree, breaks), grid);
  if (basis == Features::rational) fill_weights(basis_count, degree, grid + 2);
  if (basis == Features::rbf) {
    const double h = basis_count > 1 ? (b - a) / (basis_count - 1) : b - a;
    for (int g = 0; g < basis_count; ++g) grid[2 + g] = a + g * h;
    grid[2 + basis_count] = 1.0 / h;
  }
}

std::vector<double> grid_breaks(Features basis, int basis_count, int degree, const double* grid) {
  if (basis != Features::bspline) return {grid[0], grid[1]};
  const double* t = grid + 2;
  return {t + degree, t + basis_count + 1};
}

}  // namespace kanpde::kernels
