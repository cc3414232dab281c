#include "kernels/emulated/runtime.hpp"

#include <Eigen/Dense>

#include "kernels/base/error.hpp"

namespace kanpde::kernels::emulated {

using device::Product;
using device::Span;

namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using View = Eigen::Map<Matrix<std::remove_const_t<T>>, 0, Eigen::OuterStride<>>;
template <class T>
using ConstView = Eigen::Map<const Matrix<T>, 0, Eigen::OuterStride<>>;

template <class T>
void require(Span<T> values, long size, const char* name) {
  check(long(values.size()) >= size, "operand {} holds {} values, {} are needed", name,
        values.size(), size);
}

/// Householder vectors below the diagonal, H = I - tau v v'.
void reflect(ConstView<double> a, long j, double tau, Eigen::Ref<Eigen::VectorXd> b) {
  const long m = a.rows();
  const auto v = a.col(j).segment(j + 1, m - j - 1);
  const double s = tau * (b(j) + v.dot(b.segment(j + 1, m - j - 1)));
  b(j) -= s;
  b.segment(j + 1, m - j - 1) -= s * v;
}

template <class T>
void product(const Product& p, Span<const T> a, Span<const T> b, Span<T> c) {
  for (int i = 0; i < p.batch; ++i) {
    const ConstView<T> left(a.data() + i * p.stride_a, p.transpose_a ? p.k : p.m,
                            p.transpose_a ? p.m : p.k, Eigen::OuterStride<>(p.lda));
    const ConstView<T> right(b.data() + i * p.stride_b, p.transpose_b ? p.n : p.k,
                             p.transpose_b ? p.k : p.n, Eigen::OuterStride<>(p.ldb));
    View<T> out(c.data() + i * p.stride_c, p.m, p.n, Eigen::OuterStride<>(p.ldc));
    Matrix<T> product;
    if (p.transpose_a && p.transpose_b)
      product = left.transpose() * right.transpose();
    else if (p.transpose_a)
      product = left.transpose() * right;
    else if (p.transpose_b)
      product = left * right.transpose();
    else
      product = left * right;
    if (p.beta == 0)
      out = T(p.alpha) * product;
    else
      out = T(p.alpha) * product + T(p.beta) * out;
  }
}

}  // namespace

void Runtime::require_no_recording() const {
  check(!recorder_, "not to be recorded: memory, copies, factors");
}

template <class T>
void Runtime::multiply(const Product& p, Span<const T> a, Span<const T> b, Span<T> c) {
  require(a, p.size_a(), "a");
  require(b, p.size_b(), "b");
  require(c, p.size_c(), "c");
  submit([=] { product(p, a, b, c); });
}

template void Runtime::multiply(const Product&, Span<const double>, Span<const double>,
                                Span<double>);
template void Runtime::multiply(const Product&, Span<const float>, Span<const float>, Span<float>);

void Runtime::gram(long m, long n, Span<const double> j, Span<double> g) {
  require_no_recording();
  require(j, m * n, "j");
  require(g, n * n, "g");
  const Access access;
  const ConstView<double> rows(j.data(), m, n, Eigen::OuterStride<>(m));
  View<double> out(g.data(), n, n, Eigen::OuterStride<>(n));
  out.triangularView<Eigen::Lower>() = rows.transpose() * rows;
}

bool Runtime::cholesky(long n, Span<double> a) {
  require_no_recording();
  require(a, n * n, "a");
  const Access access;
  View<double> matrix(a.data(), n, n, Eigen::OuterStride<>(n));
  const Eigen::LLT<Matrix<double>, Eigen::Lower> factor(matrix);
  if (factor.info() != Eigen::Success) return false;
  matrix.triangularView<Eigen::Lower>() = factor.matrixLLT().triangularView<Eigen::Lower>();
  return matrix.diagonal().allFinite();
}

void Runtime::cholesky_solve(long n, Span<const double> l, Span<double> x) {
  require_no_recording();
  require(l, n * n, "l");
  require(x, n, "x");
  const Access access;
  const ConstView<double> factor(l.data(), n, n, Eigen::OuterStride<>(n));
  Eigen::Map<Eigen::VectorXd> solution(x.data(), n);
  factor.triangularView<Eigen::Lower>().solveInPlace(solution);
  factor.triangularView<Eigen::Lower>().transpose().solveInPlace(solution);
}

void Runtime::qr(long m, long n, Span<double> a, Span<double> tau) {
  require_no_recording();
  check(m >= n, "QR of {} x {}", m, n);
  require(a, m * n, "a");
  require(tau, n, "tau");
  const Access access;
  View<double> matrix(a.data(), m, n, Eigen::OuterStride<>(m));
  const Eigen::HouseholderQR<Matrix<double>> factors(matrix);
  matrix = factors.matrixQR();
  Eigen::Map<Eigen::VectorXd>(tau.data(), n) = factors.hCoeffs();
}

void Runtime::apply_q(bool transposed, long m, long n, Span<const double> a, Span<const double> tau,
                      Span<double> b) {
  require_no_recording();
  require(a, m * n, "a");
  require(tau, n, "tau");
  require(b, m, "b");
  const Access access;
  const ConstView<double> matrix(a.data(), m, n, Eigen::OuterStride<>(m));
  Eigen::Map<Eigen::VectorXd> vector(b.data(), m);
  for (long k = 0; k < n; ++k) {
    const long j = transposed ? k : n - 1 - k;
    reflect(matrix, j, tau.data()[j], vector);
  }
}

void Runtime::triangular_solve(bool transposed, long n, Span<const double> a, long lda,
                               Span<double> x) {
  require_no_recording();
  require(a, (n - 1) * lda + n, "a");
  require(x, n, "x");
  const Access access;
  const ConstView<double> matrix(a.data(), n, n, Eigen::OuterStride<>(lda));
  Eigen::Map<Eigen::VectorXd> solution(x.data(), n);
  if (transposed)
    matrix.triangularView<Eigen::Upper>().transpose().solveInPlace(solution);
  else
    matrix.triangularView<Eigen::Upper>().solveInPlace(solution);
}

}  // namespace kanpde::kernels::emulated
