#include "kan/symbolic/places.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace kanpde::kan {

namespace {

using Argument = EdgeFunction::Argument;
using Points = std::vector<double>;

Points steps(double first, double last, double step) {
  Points values;
  for (int k = 0; first + k * step <= last + 1e-12; ++k) values.push_back(first + k * step);
  return values;
}

/// Shifts at which t + c has its zero inside, near or far from [-1, 1].
Points shifts() {
  Points c = steps(-1, 1, 0.05);
  for (double exponent : steps(-6, 1.5, 0.25))
    for (double sign : {-1.0, 1.0}) c.push_back(sign * (1 + std::pow(10.0, exponent)));
  return c;
}

/// Arguments b t + c that run from one place within (low, high) to another.
std::vector<Place> within(double low, double high) {
  Points ends;
  for (double gap :
       {1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9})
    for (double side : {-1.0, 1.0}) ends.push_back(side * (1 - gap));
  ends.push_back(0);
  const double center = 0.5 * (low + high), half = 0.5 * (high - low);
  std::vector<Place> places;
  for (double first : ends)
    for (double last : ends)
      if (last > first)
        places.push_back({half * (last - first) / 2, center + half * (first + last) / 2, 0});
  return places;
}

std::vector<Place> affine_places(const EdgeFunction& f) {
  if (f.high < 1e300) return within(f.low, f.high);
  std::vector<Place> places;
  Points scales;
  for (double exponent : steps(-1, 0.3, 0.1)) scales.push_back(std::pow(10.0, exponent));
  for (double b : steps(2.3, 40, 0.4)) scales.push_back(b);
  for (double b : scales) {
    const double reach = f.name == "sin" ? std::numbers::pi : 1.3 * b + 2;
    const double step = f.name == "sin" ? 0.5 : 0.6;
    for (double c : steps(-reach, reach, step)) places.push_back({b, c, 0});
  }
  return places;
}

/// a sin(b z + c) with |c| at most pi/2.
EdgeFit with_small_phase(EdgeFit fit) {
  const double half_turns = std::round(fit.c / std::numbers::pi);
  fit.c -= half_turns * std::numbers::pi;
  if (std::fmod(half_turns, 2) != 0) fit.a = -fit.a;
  return fit;
}

}  // namespace

Range::Range(std::span<const double> z) {
  const auto [low, high] = std::minmax_element(z.begin(), z.end());
  center = 0.5 * (*low + *high);
  half = std::max(0.5 * (*high - *low), std::numeric_limits<double>::min());
}

std::vector<int> spread_over(std::span<const double> z, int count) {
  std::vector<int> order(z.size());
  for (std::size_t p = 0; p < z.size(); ++p) order[p] = int(p);
  std::sort(order.begin(), order.end(), [&](int p, int q) {
    const double a = z[std::size_t(p)], b = z[std::size_t(q)];
    return a != b ? a < b : p < q;
  });
  const int n = std::min(count, int(z.size()));
  std::vector<int> which;
  for (int k = 0; k < n; ++k) {
    const double place = n > 1 ? double(k) * double(order.size() - 1) / (n - 1) : 0;
    which.push_back(order[std::size_t(std::lround(place))]);
  }
  return which;
}

std::vector<Place> places_of(const EdgeFunction& f) {
  std::vector<Place> places;
  switch (f.argument) {
    case Argument::none:
      return {{1, 0, 0}};
    case Argument::scale:
      for (double exponent : steps(-1.5, 1.6, 0.05))
        for (double sign : {-1.0, 1.0}) places.push_back({sign * std::pow(10.0, exponent), 0, 0});
      return places;
    case Argument::shift:
      for (double c : shifts())
        for (double sign : {-1.0, 1.0})
          if (sign > 0 || f.low == 0) places.push_back({sign, c, 0});
      return places;
    case Argument::affine:
      return affine_places(f);
  }
  return places;
}

EdgeFit in_units(const EdgeFunction& f, EdgeFit fit, const Range& range) {
  fit.b /= range.half;
  fit.c -= fit.b * range.center;
  if (f.argument == Argument::none) {
    fit.a *= fit.b, fit.d += fit.a / fit.b * fit.c, fit.b = 1, fit.c = 0;
  } else if (f.argument == Argument::scale) {
    fit.a *= std::exp(fit.c), fit.c = 0;
  } else if (f.argument == Argument::shift) {
    const double size = std::fabs(fit.b);
    fit.b /= size, fit.c /= size;
    const Points at{1.0, 2.0}, far{size, 2 * size};  // f(size z) = factor f(z) + offset
    double one[2], other[2], slope[2];
    f.values(at, one, slope);
    f.values(far, other, slope);
    const double factor = one[0] == one[1] ? 1 : (other[1] - other[0]) / (one[1] - one[0]);
    fit.d += fit.a * (other[0] - factor * one[0]);
    fit.a *= factor;
  }
  return f.name == "sin" ? with_small_phase(fit) : fit;
}

}  // namespace kanpde::kan
