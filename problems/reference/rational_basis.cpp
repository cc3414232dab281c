#include "problems/reference/rational_basis.hpp"

#include <Eigen/Dense>

namespace kanpde::problems {

namespace {

using Complex = std::complex<double>;
using Matrix = Eigen::MatrixXcd;
using Vector = Eigen::VectorXcd;

/// Derivatives 0, 1, ... of one function at all points.
using Derivatives = std::vector<Vector>;

/// (z q)^(m) = z q^(m) + m q^(m-1)
Derivatives times(const Vector& z, const Derivatives& q) {
  Derivatives out;
  for (std::size_t m = 0; m < q.size(); ++m) {
    out.push_back(z.cwiseProduct(q[m]));
    if (m > 0) out[m] += double(m) * q[m - 1];
  }
  return out;
}

/// r = q / z: z r^(m) = q^(m) - m r^(m-1)
Derivatives divided(const Vector& z, const Derivatives& q) {
  const Vector inverse = z.cwiseInverse();
  Derivatives out;
  for (std::size_t m = 0; m < q.size(); ++m)
    out.push_back(inverse.cwiseProduct(m == 0 ? q[0] : Vector(q[m] - double(m) * out[m - 1])));
  return out;
}

std::size_t row_begin(int k) { return std::size_t(k) * (k + 3) / 2; }

}  // namespace

RationalBasis::RationalBasis(const std::vector<Complex>& samples, Complex center, int degree,
                             const std::vector<std::vector<Complex>>& poles)
    : center_(center), size_(degree + 1) {
  families_.push_back({degree, {}, {}});
  for (const auto& group : poles) {
    families_.push_back({int(group.size()), group, {}});
    size_ += int(group.size());
  }
  for (Family& family : families_) orthogonalise(family, samples);
}

void RationalBasis::orthogonalise(Family& family, const std::vector<Complex>& samples) const {
  const Eigen::Map<const Vector> z(samples.data(), Eigen::Index(samples.size()));
  const double points = double(z.size());
  Matrix q(z.size(), family.count + 1);
  q.col(0).setOnes();
  for (int k = 0; k < family.count; ++k) {
    const Vector shifted = z.array() - (family.poles.empty() ? center_ : family.poles[k]);
    Vector next =
        family.poles.empty() ? times(shifted, {q.col(k)})[0] : divided(shifted, {q.col(k)})[0];
    Vector parts = Vector::Zero(k + 1);
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough to keep orthogonality
      const Vector h = q.leftCols(k + 1).adjoint() * next / points;
      next -= q.leftCols(k + 1) * h;
      parts += h;
    }
    const double norm = next.norm() / std::sqrt(points);
    q.col(k + 1) = next / norm;
    family.weights.insert(family.weights.end(), parts.begin(), parts.end());
    family.weights.emplace_back(norm);
  }
}

std::vector<Complex> RationalBasis::run(const Family& family, const std::vector<Complex>& samples,
                                        int orders) const {
  const Eigen::Map<const Vector> z(samples.data(), Eigen::Index(samples.size()));
  const Eigen::Index points = z.size(), count = family.count + 1;
  std::vector<Complex> values(std::size_t(orders * count * points));
  std::vector<Eigen::Map<Matrix>> q;
  for (int m = 0; m < orders; ++m) {
    q.emplace_back(values.data() + m * count * points, points, count);
    q[m].col(0).setConstant(m == 0 ? 1 : 0);
  }
  for (int k = 0; k < family.count; ++k) {
    const Vector shifted = z.array() - (family.poles.empty() ? center_ : family.poles[k]);
    Derivatives last;
    for (int m = 0; m < orders; ++m) last.push_back(q[m].col(k));
    const Derivatives next = family.poles.empty() ? times(shifted, last) : divided(shifted, last);
    const Eigen::Map<const Vector> parts(family.weights.data() + row_begin(k), k + 1);
    const double norm = family.weights[row_begin(k) + k + 1].real();
    for (int m = 0; m < orders; ++m)
      q[m].col(k + 1) = (next[m] - q[m].leftCols(k + 1) * parts) / norm;
  }
  return values;
}

void RationalBasis::evaluate(const std::vector<Complex>& z, int orders,
                             std::vector<Complex>& values) const {
  const std::size_t points = z.size();
  values.resize(orders * size_ * points);
  std::size_t function = 0;
  for (const Family& family : families_) {
    const std::vector<Complex> q = run(family, z, orders);
    const std::size_t skipped = family.poles.empty() ? 0 : 1, count = family.count + 1 - skipped;
    for (int m = 0; m < orders; ++m)
      std::copy_n(q.data() + (std::size_t(m) * (family.count + 1) + skipped) * points,
                  count * points, values.data() + (std::size_t(m) * size_ + function) * points);
    function += count;
  }
}

}  // namespace kanpde::problems
