#include "kan/symbolic/spline_values.hpp"

#include "kernels/bodies/bases.hpp"

namespace kanpde::kan {

SplineBasis::SplineBasis(double low, double high, int intervals) : intervals_(intervals) {
  const double width = high > low ? (high - low) / intervals : 1;
  for (int g = -degree; g <= intervals + degree; ++g) knots_.push_back(low + g * width);
  const std::size_t count = knots_.size();
  inverse_.assign((degree + 1) * count, 0);
  for (int r = 1; r <= degree; ++r)
    for (std::size_t g = 0; g + std::size_t(r) < count; ++g)
      inverse_[std::size_t(r) * count + g] = 1 / (knots_[g + std::size_t(r)] - knots_[g]);
}

Eigen::MatrixXd SplineBasis::evaluate(std::span<const double> x, int derivative) const {
  const int n = size();
  Eigen::MatrixXd all(Eigen::Index(x.size()), n);
  std::vector<double> f(std::size_t(n) * 2);
  for (std::size_t p = 0; p < x.size(); ++p) {
    kernels::bspline_derivatives(x[p], degree, n, knots_.data(), inverse_.data(),
                                 int(knots_.size()), n, 2, f.data());
    for (int g = 0; g < n; ++g) all(Eigen::Index(p), g) = f[std::size_t(derivative * n + g)];
  }
  return all;
}

Eigen::MatrixXd SplineBasis::values(std::span<const double> x) const { return evaluate(x, 0); }

Eigen::MatrixXd SplineBasis::slopes(std::span<const double> x) const { return evaluate(x, 1); }

Eigen::MatrixXd SplineBasis::roughness() const {
  const int n = size(), rows = n - 4;
  Eigen::MatrixXd D = Eigen::MatrixXd::Zero(rows, n);
  for (int k = 0; k < rows; ++k) D.row(k).segment(k, 5) << 1, -4, 6, -4, 1;
  return D.transpose() * D;
}

}  // namespace kanpde::kan
