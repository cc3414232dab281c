#include "solver/cli/tables/special_functions.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace kanpde::solver {

double elliptic_sn(double u, double m) {
  std::vector<double> a = {1}, c = {std::sqrt(m)};
  double b = std::sqrt(1 - m);
  while (std::fabs(c.back()) > 1e-16) {
    const double mean = (a.back() + b) / 2, half = (a.back() - b) / 2;
    b = std::sqrt(a.back() * b);
    a.push_back(mean);
    c.push_back(half);
  }
  double phi = std::ldexp(a.back() * u, int(a.size()) - 1);
  for (std::size_t n = a.size() - 1; n > 0; --n)
    phi = (phi + std::asin(c[n] / a[n] * std::sin(phi))) / 2;
  return std::sin(phi);
}

double elliptic_f(double phi, double m) { return std::ellint_1(std::sqrt(m), phi); }

double elliptic_e(double phi, double m) { return std::ellint_2(std::sqrt(m), phi); }

double legendre(int m, double v, double x) {
  // (-1)^m Gamma(v+m+1) / (Gamma(v-m+1) 2^m m!) (1-x^2)^(m/2) F(m-v, v+m+1; m+1; (1-x)/2)
  double factor = 1;
  for (int j = 1 - m; j <= m; ++j) factor *= v + j;
  for (int j = 1; j <= m; ++j) factor *= -std::sqrt(1 - x * x) / (2 * j);
  const double z = (1 - x) / 2;
  double term = 1, sum = 1;
  for (int k = 0; k < 10000 && std::fabs(term) > 1e-18 * std::fabs(sum); ++k) {
    term *= (m - v + k) * (v + m + 1 + k) / ((m + 1.0 + k) * (k + 1)) * z;
    sum += term;
  }
  return factor * sum;
}

double spherical_harmonic(int m, int n, double azimuth, double polar) {
  const double ratio = std::tgamma(n - m + 1) / std::tgamma(n + m + 1);
  return std::sqrt((2 * n + 1) / (4 * std::numbers::pi) * ratio) * legendre(m, n, std::cos(polar)) *
         std::cos(m * azimuth);
}

}  // namespace kanpde::solver
