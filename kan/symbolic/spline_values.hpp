#pragma once
/// B-splines at scattered points, for small fits; private to kan/symbolic.

#include <Eigen/Dense>
#include <span>

namespace kanpde::kan {

/// Splines of degree 5 over equal intervals of [low, high].
class SplineBasis {
 public:
  SplineBasis(double low, double high, int intervals);
  int size() const { return intervals_ + degree; }
  /// Points x size; beyond the ends the outermost polynomials go on.
  Eigen::MatrixXd values(std::span<const double> x) const;
  Eigen::MatrixXd slopes(std::span<const double> x) const;
  /// size x size: x'Rx is the sum of squares of the fourth differences of coefficients x, which a
  /// cubic has none of.
  Eigen::MatrixXd roughness() const;

 private:
  static constexpr int degree = 5;
  Eigen::MatrixXd evaluate(std::span<const double> x, int derivative) const;

  int intervals_;
  std::vector<double> knots_, inverse_;
};

}  // namespace kanpde::kan
