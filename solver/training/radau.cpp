#include "solver/training/radau.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace kanpde::solver {

namespace {

/// P_n - P_(n-1) at x and its derivative.
std::pair<double, double> radau_polynomial(int n, double x) {
  double before = 1, p = x, d_before = 0, d = 1;  // P_0, P_1
  for (int k = 2; k <= n; ++k) {
    const double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
    const double d_next = ((2 * k - 1) * (p + x * d) - (k - 1) * d_before) / k;
    before = std::exchange(p, next);
    d_before = std::exchange(d, d_next);
  }
  return {p - before, d - d_before};
}

}  // namespace

std::vector<double> radau_nodes(int n) {
  std::vector<double> nodes(n, 1.0);
  for (int k = 0; k + 1 < n; ++k) {
    double x = -std::cos(std::numbers::pi * (2 * k + 1) / (2 * n - 1));  // near the root
    for (int step = 0; step < 100; ++step) {
      const auto [p, d] = radau_polynomial(n, x);
      x -= p / d;
      if (std::abs(p / d) < 1e-16) break;
    }
    nodes[k] = 0.5 * (1 + x);
  }
  return nodes;
}

std::vector<double> nodes_within(double begin, double end, int n) {
  std::vector<double> nodes = {begin};
  for (const double c : radau_nodes(n)) nodes.push_back(std::lerp(begin, end, c));
  return nodes;
}

}  // namespace kanpde::solver
