#pragma once
/// Where to look for b and c of a f(b z + c) + d; private to kan/symbolic.

#include <span>
#include <vector>

#include "kan/symbolic/edge_fit.hpp"

namespace kanpde::kan {

/// b and c for t in [-1, 1].
struct Place {
  double b, c, error;
};

/// z in [-1, 1] is (z - center) / half.
struct Range {
  double center, half;
  explicit Range(std::span<const double> z);
};

/// Indices of `count` points at most, evenly over the order of z.
std::vector<int> spread_over(std::span<const double> z, int count);

/// A grid of b and c that is fine enough to start from, for t in [-1, 1].
std::vector<Place> places_of(const EdgeFunction& f);

/// A fit over t in [-1, 1] as one over z. Powers, roots and the logarithm keep b = 1 or -1, so that
/// a takes up the scale; sines get a phase of at most pi/2.
EdgeFit in_units(const EdgeFunction& f, EdgeFit fit, const Range& range);

}  // namespace kanpde::kan
