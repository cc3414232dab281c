#include <Eigen/Dense>
#include <cmath>

#include "kan/symbolic/places.hpp"

namespace kanpde::kan {

namespace {

constexpr int points = 240;

/// Coefficients in z of sum_k c_k ((z - center)/half)^k, lowest first.
Eigen::VectorXd in_powers_of_z(const Eigen::VectorXd& c, const Range& range) {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(c.size());
  for (Eigen::Index k = c.size() - 1; k >= 0; --k) {  // Horner: result * (z - center)/half + c_k
    Eigen::VectorXd next = -range.center / range.half * result;
    next.tail(c.size() - 1) += result.head(c.size() - 1) / range.half;
    next(0) += c(k);
    result = next;
  }
  return result;
}

}  // namespace

EdgeFit fit_polynomial(int degree, std::span<const double> z, std::span<const double> y) {
  const Range range(z);
  const std::vector<int> which = spread_over(z, points);
  const auto n = Eigen::Index(which.size());
  Eigen::MatrixXd V(n, degree + 1);
  Eigen::VectorXd target(n);
  for (Eigen::Index p = 0; p < n; ++p) {
    const auto q = std::size_t(which[std::size_t(p)]);
    const double t = (z[q] - range.center) / range.half;
    for (int k = 0; k <= degree; ++k) V(p, k) = std::pow(t, k);
    target(p) = y[q];
  }
  const Eigen::VectorXd c = V.colPivHouseholderQr().solve(target);
  const double deviation = (target.array() - target.mean()).matrix().norm();
  const Eigen::VectorXd powers = in_powers_of_z(c, range);
  EdgeFit fit;
  fit.function = polynomial_edge;
  fit.error = (V * c - target).norm() / deviation;
  fit.a = powers(degree), fit.d = powers(0);
  for (int k = 1; k < degree; ++k) fit.powers.push_back(powers(k) / fit.a);
  return fit;
}

}  // namespace kanpde::kan
