#include "solver/optimizer/host_model.hpp"

#include <Eigen/Dense>

#include "kernels/base/error.hpp"
#include "solver/optimizer/linear_algebra.hpp"

namespace kanpde::solver {

namespace {
/// QR of [R; sqrt(lambda) I], rows in turn, for an upper triangle R: n x n.
HouseholderQr augmented(const Matrix& R, double lambda) {
  const auto n = R.rows();
  Matrix rows = Matrix::Zero(2 * n, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = 0; i <= j; ++i) rows(2 * i, j) = R(i, j);
    rows(2 * j + 1, j) = std::sqrt(lambda);
  }
  std::vector<int> heights(n);
  for (Eigen::Index j = 0; j < n; ++j) heights[j] = 2 * int(j + 1);
  return HouseholderQr(std::move(rows), std::move(heights));
}
}  // namespace

void HostModel::linearise(const Vector& theta, bool orthogonal) {
  const int n = objective_.parameters(), m = objective_.residuals();
  check(theta.size() == n, "objective of {} parameters at a point of {}", n, theta.size());
  theta_ = theta;
  holds_ = 8.0 * n * m <= jacobian_bytes_;
  method_ = orthogonal && holds_ ? Method::orthogonal : Method::cholesky;
  if (!holds_) {
    loss_ = objective_.normal_equations(theta, gram_, gradient_);
    diagonal_ = gram_.diagonal();
    return;
  }
  if (!orthogonal && m < n) method_ = Method::kernel;
  objective_.jacobian(theta, residual_, jacobian_);
  loss_ = 0.5 * residual_.squaredNorm();
  multiply_transposed(jacobian_, residual_, gradient_);
  diagonal_ = jacobian_.colwise().squaredNorm().transpose();
  gram_.resize(0, 0);
}

bool HostModel::use_orthogonal() {
  if (!holds_ || method_ == Method::orthogonal) return false;
  method_ = Method::orthogonal;
  return true;
}

void HostModel::set_root(const Vector& root) {
  root_ = root;
  rows_.reset();
  if (method_ == Method::kernel) gram_.resize(0, 0);
}

bool HostModel::factor(double lambda) {
  if (method_ == Method::cholesky) return factor_cholesky(lambda);
  if (method_ == Method::kernel) return factor_kernel(lambda);
  if (!rows_) factor_rows();
  damped_ = augmented(rows_->r(), lambda);
  return true;
}

bool HostModel::factor_cholesky(double lambda) {
  if (gram_.size() == 0) gram(jacobian_, gram_);
  const auto n = gram_.cols();
  factor_.resize(n, n);
  for (Eigen::Index j = 0; j < n; ++j)
    factor_.col(j).tail(n - j) =
        root_(j) * root_.tail(n - j).cwiseProduct(gram_.col(j).tail(n - j));
  factor_.diagonal().array() += lambda;
  return cholesky(factor_);
}

bool HostModel::factor_kernel(double lambda) {
  if (gram_.size() == 0) gram((jacobian_ * root_.asDiagonal()).transpose(), gram_);
  factor_ = gram_;
  factor_.diagonal().array() += lambda;
  return cholesky(factor_);
}

void HostModel::factor_rows() {
  Matrix scaled = jacobian_ * root_.asDiagonal();
  if (scaled.rows() < scaled.cols()) scaled = scaled.transpose().eval();
  rows_.emplace(std::move(scaled));
}

Vector HostModel::step() {
  return method_ == Method::cholesky ? response_to_gradient(gradient_) : response(residual_);
}

Vector HostModel::acceleration(const Vector& p, double h) {
  if (!holds_) return {};
  Vector ahead;
  objective_.residual(theta_ + h * p, ahead);
  return response(2 / h * ((ahead - residual_) / h - product(p)));
}

Vector HostModel::response(const Vector& w) const {
  if (method_ == Method::kernel) return response_kernel(w);
  if (method_ == Method::orthogonal)
    return jacobian_.rows() < jacobian_.cols() ? response_wide(w) : response_tall(w);
  Vector gradient;
  multiply_transposed(jacobian_, w, gradient);
  return response_to_gradient(gradient);
}

Vector HostModel::response_to_gradient(const Vector& Jtw) const {
  Vector p = -root_.cwiseProduct(Jtw);
  cholesky_solve(factor_, p);
  return p.cwiseProduct(root_);
}

/// p = -D^-1 J' (J D^-1 J' + lambda I)^-1 w.
Vector HostModel::response_kernel(const Vector& w) const {
  Vector y = -w, p;
  cholesky_solve(factor_, y);
  multiply_transposed(jacobian_, y, p);
  return p.cwiseProduct(root_.cwiseAbs2());
}

/// With J D^-1/2 = Q R and [R; sqrt(lambda) I] = Q2 R2: R2 D^1/2 p = -Q2'[Q'w; 0].
Vector HostModel::response_tall(const Vector& w) const {
  const auto n = jacobian_.cols();
  Matrix rotated = w;
  rows_->apply_q_transposed(rotated);
  Matrix c = Matrix::Zero(2 * n, 1);
  for (Eigen::Index i = 0; i < n; ++i) c(2 * i, 0) = -rotated(i, 0);
  damped_.apply_q_transposed(c);
  Vector p = c.col(0).head(n);
  damped_.r().triangularView<Eigen::Upper>().solveInPlace(p);
  return p.cwiseProduct(root_);
}

/// For m < n, with (J D^-1/2)' = Q R and [R; sqrt(lambda) I] = Q2 R2: D^1/2 p is the first part of
/// the shortest solution (D^1/2 p, z) of [J D^-1/2, sqrt(lambda) I] (D^1/2 p, z) = -w.
Vector HostModel::response_wide(const Vector& w) const {
  const auto m = jacobian_.rows();
  Matrix z = Matrix::Zero(2 * m, 1);
  z.topRows(m) = -w;
  auto head = z.topRows(m);
  const Matrix R = damped_.r();
  R.triangularView<Eigen::Upper>().transpose().solveInPlace(head);
  damped_.apply_q(z);
  Matrix p = Matrix::Zero(jacobian_.cols(), 1);
  for (Eigen::Index i = 0; i < m; ++i) p(i, 0) = z(2 * i, 0);
  rows_->apply_q(p);
  return p.col(0).cwiseProduct(root_);
}

Vector HostModel::product(const Vector& p) const {
  Vector y;
  multiply(jacobian_, p, y);
  return y;
}

double HostModel::reduction(const Vector& p) const {
  if (holds_) return -gradient_.dot(p) - 0.5 * product(p).squaredNorm();
  Vector y;
  multiply_lower(gram_, p, y);
  return -gradient_.dot(p) - 0.5 * p.dot(y);
}

}  // namespace kanpde::solver
