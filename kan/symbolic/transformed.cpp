#include <algorithm>
#include <cmath>

#include "kan/symbolic/distil.hpp"

namespace kanpde::kan {

namespace {

/// The inverse of a link.
struct Transform {
  double (*inverse)(double);
  bool takes_negative;     ///< else f has one sign, and is taken as positive
  double largest = 1e300;  ///< of |f|
};

constexpr Transform transforms[] = {
    {[](double f) { return f * f; }, false},             // sqrt
    {[](double f) { return std::log(f); }, false},       // exp
    {[](double f) { return std::exp(f); }, true, 20},    // log
    {[](double f) { return 1 / f; }, false},             // 1/x
    {[](double f) { return std::sqrt(f); }, false},      // x^2
    {[](double f) { return 1 / (f * f); }, false},       // 1/sqrt
    {[](double f) { return 1 / std::sqrt(f); }, false},  // 1/x^2
    {[](double f) { return std::atanh(f); }, true, 1},   // tanh
};

}  // namespace

std::vector<SmallNetwork> distil_transformed(const Columns& x, std::span<const double> f,
                                             int intervals) {
  const auto [low, high] = std::minmax_element(f.begin(), f.end());
  const double sign = *high <= 0 ? -1 : 1, size = std::max(std::fabs(*low), std::fabs(*high));
  const bool one_sign = *low * *high > 0;
  std::vector<SmallNetwork> networks;
  for (const Transform& t : transforms) {
    if ((!t.takes_negative && !one_sign) || size >= t.largest) continue;
    std::vector<double> target;
    for (double v : f) target.push_back(t.inverse(t.takes_negative ? v : sign * v));
    DistilSettings settings;
    settings.intervals = intervals;
    SmallNetwork network = distil(x, target, settings);
    network.link = true;
    network.outer.assign(f.begin(), f.end());
    networks.push_back(std::move(network));
  }
  return networks;
}

}  // namespace kanpde::kan
