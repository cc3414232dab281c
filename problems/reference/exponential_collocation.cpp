#include "problems/reference/exponential_collocation.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

namespace kanpde::problems {

namespace {

/// P_n(x) and P_n'(x); |x| < 1 for the derivative.
std::pair<double, double> legendre_and_slope(int n, double x) {
  double before = 1, now = x;
  if (n == 0) return {1, 0};
  for (int k = 2; k <= n; ++k) {
    const double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
    before = now, now = next;
  }
  return {now, n * (x * now - before) / (x * x - 1)};
}

}  // namespace

void gauss_rule(int n, std::vector<double>& nodes, std::vector<double>& weights) {
  for (int i = 0; i < n; ++i) {
    double x = -std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5));
    for (int k = 0; k < 10; ++k) {
      const auto [p, dp] = legendre_and_slope(n, x);
      x -= p / dp;
    }
    const double dp = legendre_and_slope(n, x).second;
    nodes.push_back((1 + x) / 2);
    weights.push_back(1 / ((1 - x * x) * dp * dp));
  }
}

namespace {

constexpr int gauss_count = 24;
constexpr double large = 20;  ///< |d z| above which the recursion loses nothing

}  // namespace

std::vector<double> lobatto_nodes(int s) {
  std::vector<double> nodes = {0};
  for (int i = 1; i < s; ++i) {
    double x = -std::cos(std::numbers::pi * i / s);
    for (int k = 0; k < 20; ++k) {  // Newton for P_s', with P_s'' from Legendre's equation
      const auto [p, dp] = legendre_and_slope(s, x);
      x -= dp / ((2 * x * dp - s * (s + 1) * p) / (1 - x * x));
    }
    nodes.push_back((1 + x) / 2);
  }
  nodes.push_back(1);
  return nodes;
}

ExponentialWeights::ExponentialWeights(int s) : s_(s), nodes_(lobatto_nodes(s)) {
  gauss_rule(gauss_count, gauss_, gauss_weights_);
  const auto lagrange = [&](int m, double c) {
    double product = 1;
    for (int l = 0; l <= s_; ++l)
      if (l != m) product *= (c - nodes_[l]) / (nodes_[m] - nodes_[l]);
    return product;
  };
  for (int j = 0; j < s_; ++j) {
    const double d = nodes_[j + 1] - nodes_[j];
    for (int m = 0; m <= s_; ++m) {
      for (const double r : gauss_) at_gauss_.push_back(lagrange(m, nodes_[j] + d * r));
      std::vector<double> p = {1};
      for (int l = 0; l <= s_; ++l) {
        if (l == m) continue;
        const double below = nodes_[m] - nodes_[l], a = (nodes_[j] - nodes_[l]) / below,
                     b = d / below;
        p.push_back(0);
        for (int i = int(p.size()) - 1; i > 0; --i) p[i] = a * p[i] + b * p[i - 1];
        p[0] *= a;
      }
      monomial_.insert(monomial_.end(), p.begin(), p.end());
    }
  }
  Eigen::MatrixXd values(s_ + 1, s_ + 1);
  for (int m = 0; m <= s_; ++m)
    for (int p = 0; p <= s_; ++p) {
      const double x = 2 * nodes_[m] - 1;
      values(m, p) = p == 0 ? 1 : legendre_and_slope(p, x).first;
    }
  const Eigen::MatrixXd inverse = values.inverse();
  for (int p = 0; p <= s_; ++p)
    for (int m = 0; m <= s_; ++m) legendre_.push_back(inverse(p, m));
}

void ExponentialWeights::compute(std::complex<double> z, std::complex<double>* out) const {
  using Complex = std::complex<double>;
  for (int j = 0; j < s_; ++j, out += stride()) {
    const double d = nodes_[j + 1] - nodes_[j];
    const Complex w = d * z;
    out[0] = std::exp(w);
    std::fill_n(out + 1, s_ + 2, Complex(0));
    if (std::abs(w) > large) {  // psi_p = int_0^1 exp((1 - r) w) r^p dr = (p psi_{p-1} - 1)/w
      Complex psi = (out[0] - 1.0) / w;
      out[1] = d * psi;
      for (int p = 0; p <= s_; ++p) {
        if (p > 0) psi = (double(p) * psi - 1.0) / w;
        for (int m = 0; m <= s_; ++m)
          out[2 + m] += d * monomial_[(j * (s_ + 1) + m) * (s_ + 1) + p] * psi;
      }
      continue;
    }
    for (int q = 0; q < gauss_count; ++q) {
      const Complex e = d * gauss_weights_[q] * std::exp((1 - gauss_[q]) * w);
      out[1] += e;
      for (int m = 0; m <= s_; ++m)
        out[2 + m] += e * at_gauss_[(j * (s_ + 1) + m) * gauss_count + q];
    }
  }
}

}  // namespace kanpde::problems
