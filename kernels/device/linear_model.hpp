#pragma once
/// LinearModel on a device; the same methods as the host's in solver/optimizer/damped_model.cpp.

#include <cmath>
#include <functional>

#include "kernels/device/algebra.hpp"
#include "kernels/device/array.hpp"
#include "kernels/device/reductions.hpp"
#include "kernels/linear_model.hpp"

namespace kanpde::kernels::device {

/// out[i + ld * j] = a[i + rows * j] * root[j].
struct ScaleColumns {
  static constexpr bool cooperative = false;
  long rows, columns;
  Span<const double> a, root;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t);
    if (k < rows * columns) out[k] = a[k] * root[k / rows];
  }
};

/// Lower triangle of out = diag(root) G diag(root) + lambda I; root empty: of G + lambda I.
struct DampGram {
  static constexpr bool cooperative = false;
  long n;
  double lambda;
  Span<const double> gram, root;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), i = k % n, j = k / n;
    if (k >= n * n || i < j) return;
    const double value = root.empty() ? gram[k] : root[i] * root[j] * gram[k];
    out[k] = i == j ? value + lambda : value;
  }
};

/// out: 2n x n = [R; sqrt(lambda) I], R: the upper triangle of a, leading dimension lda.
struct StackDamping {
  static constexpr bool cooperative = false;
  long n, lda;
  double root_lambda;
  Span<const double> a;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), i = k % (2 * n), j = k / (2 * n);
    if (j >= n) return;
    out[k] = i <= j ? a[j * lda + i] : (i == j + n ? root_lambda : 0.0);
  }
};

/// out: n x n, the upper triangle of a, leading dimension lda, and zeros.
struct UpperTriangle {
  static constexpr bool cooperative = false;
  long n, lda;
  Span<const double> a;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), i = k % n, j = k / n;
    if (k < n * n) out[k] = i <= j ? a[j * lda + i] : 0.0;
  }
};

/// out = a'; a: rows x columns.
struct Transpose {
  static constexpr bool cooperative = false;
  long rows, columns;
  Span<const double> a;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t);
    if (k < rows * columns) out[k % rows * columns + k / rows] = a[k];
  }
};

/// out[i] = factor * a[i] * root[i]^power for i < a.size(), zeros behind; root empty: 1.
struct ScaleVector {
  static constexpr bool cooperative = false;
  double factor;
  int power;
  Span<const double> a, root;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long i = item(t);
    if (i >= long(out.size())) return;
    double value = i < long(a.size()) ? factor * a[i] : 0.0;
    for (int k = 0; k < power && i < long(a.size()); ++k) value *= root[i];
    out[i] = value;
  }
};

/// w = 2/h ((ahead - r)/h - w).
struct SecondDifference {
  static constexpr bool cooperative = false;
  double h;
  Span<const double> r, ahead;
  Span<double> w;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long i = item(t);
    if (i < long(w.size())) w[i] = 2 / h * ((ahead[i] - r[i]) / h - w[i]);
  }
};

/// Where r and J come from.
struct Linearised {
  /// Writes r (m) and J (m x n, column-major).
  std::function<void(std::span<const double> theta, std::span<const int> active, Span<double> r,
                     Span<double> j)>
      jacobian;
  std::function<void(std::span<const double> theta, Span<double> r)> residuals;
};

template <class R>
class DeviceLinearModel : public LinearModel {
 public:
  DeviceLinearModel(R& runtime, long rows, Linearised source)
      : runtime_(runtime), m_(rows), source_(std::move(source)) {
    for (Vector* v : {&r_, &ahead_, &w_, &j_, &g_, &root_, &p_, &gram_, &factor_, &rows_, &tau_,
                      &damped_, &damped_tau_, &stacked_, &sums_})
      *v = Vector(runtime, 0);
  }

  double linearise(std::span<const double> theta, std::span<const int> active) override {
    n_ = long(active.size());
    theta_.assign(theta.begin(), theta.end());
    active_.assign(active.begin(), active.end());
    r_.reserve(m_);
    j_.reserve(m_ * n_);
    source_.jacobian(theta, active, r(), j());
    g_.reserve(n_);
    multiply_transposed(r(), g_.first(n_));
    has_gram_ = has_rows_ = false;
    return 0.5 * squared_norm(r());
  }

  void gradient(std::span<double> g) const override { get(g_.first(n_), g); }

  void diagonal(std::span<double> d) const override {
    sums_.reserve(n_);
    runtime_.launch({int(n_), sum_threads, sum_threads * sizeof(double)},
                    SumPieces<double, Transform::square>{j(), m_, sums_.first(n_)});
    get(sums_.first(n_), d);
  }

  void scale(std::span<const double> root) override {
    root_.assign(root);
    has_rows_ = false;
    if (m_ < n_) has_gram_ = false;
  }

  bool factor(Method method, double lambda) override {
    method_ = method;
    if (method == Method::cholesky) return factor_cholesky(lambda);
    if (method == Method::kernel) return factor_kernel(lambda);
    factor_orthogonal(lambda);
    return true;
  }

  void step(std::span<double> p) override {
    if (method_ == Method::cholesky)
      respond_to_gradient(g_.first(n_));
    else
      respond(r());
    get(p_.first(n_), p);
  }

  void acceleration(std::span<const double> p, double h, std::span<double> a) override {
    std::vector<double> theta = theta_;
    for (long k = 0; k < n_; ++k) theta[active_[k]] += h * p[k];
    ahead_.reserve(m_);
    source_.residuals(theta, ahead_.first(m_));
    multiply(p);
    const auto w = w_.first(m_);
    runtime_.launch(one_thread_each(m_), SecondDifference{h, r(), ahead_.first(m_), w});
    respond(w);
    get(p_.first(n_), a);
  }

  void reduce(std::span<double> a, std::span<double> b) override {
    if (wide()) {
      get(j(), a);
      return get(r(), b);
    }
    has_rows_ = false;  // their place is taken
    rows_.reserve(m_ * n_);
    tau_.reserve(n_);
    stacked_.reserve(m_ + n_ * n_);
    const auto factors = rows_.first(m_ * n_), rotated = stacked_.first(m_),
               triangle = stacked_.span().part(m_, n_ * n_);
    scale_into(1, 0, j(), factors);
    runtime_.qr(m_, n_, factors, tau_.first(n_));
    scale_into(1, 0, r(), rotated);
    runtime_.apply_q(true, m_, n_, factors, tau_.first(n_), rotated);
    runtime_.launch(one_thread_each(n_ * n_), UpperTriangle{n_, m_, factors, triangle});
    get(triangle, a);
    get(rotated.part(0, n_), b);
  }

  double squared_product(std::span<const double> p) const override {
    multiply(p);
    return squared_norm(w_.first(m_));
  }

 private:
  using Vector = Array<R, double>;

  Span<double> r() const { return r_.first(m_); }
  Span<double> j() const { return j_.first(m_ * n_); }
  Span<const double> root() const { return root_.first(n_); }
  bool wide() const { return m_ < n_; }

  void get(Span<const double> from, std::span<double> to) const {
    runtime_.download(to.data(), from);
  }

  double squared_norm(Span<const double> v) const {
    const long pieces = (long(v.size()) + sum_piece - 1) / sum_piece;
    sums_.reserve(pieces + 1);
    const auto partial = sums_.first(pieces), total = sums_.span().part(pieces, 1);
    const std::size_t shared = sum_threads * sizeof(double);
    runtime_.launch({int(pieces), sum_threads, shared},
                    SumPieces<double, Transform::square>{v, sum_piece, partial});
    runtime_.launch({1, sum_threads, shared},
                    SumPieces<double, Transform::none>{partial, pieces, total});
    double sum = 0;
    runtime_.download(&sum, Span<const double>(total));
    return sum;
  }

  /// y = J'x.
  void multiply_transposed(Span<const double> x, Span<double> y) const {
    Product g;
    g.transpose_a = true;
    g.m = n_, g.n = 1, g.k = m_;
    g.lda = g.ldb = m_, g.ldc = n_;
    runtime_.template multiply<double>(g, j(), x, y);
  }

  /// w_ = J p.
  void multiply(std::span<const double> p) const {
    p_.assign(p);
    w_.reserve(m_);
    Product y;
    y.m = m_, y.n = 1, y.k = n_;
    y.lda = y.ldc = m_, y.ldb = n_;
    runtime_.template multiply<double>(y, j(), p_.first(n_), w_.first(m_));
  }

  bool factor_cholesky(double lambda) {
    gram_.reserve(n_ * n_);
    if (!has_gram_) runtime_.gram(m_, n_, j(), gram_.first(n_ * n_));
    has_gram_ = true;
    return factor_damped(n_, lambda, root());
  }

  bool factor_kernel(double lambda) {
    gram_.reserve(m_ * m_);
    if (!has_gram_) {
      has_rows_ = false;  // their place is taken
      rows_.reserve(m_ * n_);
      runtime_.launch(one_thread_each(m_ * n_),
                      ScaleColumns{m_, n_, j(), root(), rows_.first(m_ * n_)});
      Product k;
      k.transpose_b = true;
      k.m = k.n = m_, k.k = n_;
      k.lda = k.ldb = k.ldc = m_;
      const auto scaled = rows_.read().part(0, m_ * n_);
      runtime_.template multiply<double>(k, scaled, scaled, gram_.first(m_ * m_));
    }
    has_gram_ = true;
    return factor_damped(m_, lambda, {});
  }

  bool factor_damped(long n, double lambda, Span<const double> root) {
    factor_.reserve(n * n);
    runtime_.launch(one_thread_each(n * n),
                    DampGram{n, lambda, gram_.first(n * n), root, factor_.first(n * n)});
    return runtime_.cholesky(n, factor_.first(n * n));
  }

  /// QR of J D^-1/2 (of its transpose where m < n), then of its triangle above sqrt(lambda) I.
  void factor_orthogonal(double lambda) {
    const long rows = std::max(m_, n_), columns = std::min(m_, n_);
    if (!has_rows_) {
      rows_.reserve(m_ * n_);
      tau_.reserve(columns);
      const auto scaled = rows_.first(m_ * n_);
      runtime_.launch(one_thread_each(m_ * n_), ScaleColumns{m_, n_, j(), root(), scaled});
      if (wide()) {
        damped_.reserve(m_ * n_);
        runtime_.launch(one_thread_each(m_ * n_),
                        Transpose{m_, n_, scaled, damped_.first(m_ * n_)});
        std::swap(rows_, damped_);
      }
      runtime_.qr(rows, columns, rows_.first(rows * columns), tau_.first(columns));
    }
    has_rows_ = true;
    damped_.reserve(2 * columns * columns);
    damped_tau_.reserve(columns);
    const auto damped = damped_.first(2 * columns * columns);
    runtime_.launch(
        one_thread_each(2 * columns * columns),
        StackDamping{columns, rows, std::sqrt(lambda), rows_.first(rows * columns), damped});
    runtime_.qr(2 * columns, columns, damped, damped_tau_.first(columns));
  }

  /// p_ = response to w; w is kept.
  void respond(Span<const double> w) {
    p_.reserve(std::max(m_, n_));
    if (method_ == Method::cholesky) {
      multiply_transposed(w, p_.first(n_));
      respond_to_gradient(p_.first(n_));
    } else if (method_ == Method::kernel) {
      respond_kernel(w);
    } else if (wide()) {
      respond_wide(w);
    } else {
      respond_tall(w);
    }
  }

  void scale_into(double factor, int power, Span<const double> a, Span<double> out) {
    runtime_.launch(one_thread_each(long(out.size())),
                    ScaleVector{factor, power, a, power > 0 ? root() : Span<const double>(), out});
  }

  void respond_to_gradient(Span<const double> g) {
    p_.reserve(n_);
    const auto p = p_.first(n_);
    scale_into(-1, 1, g, p);
    runtime_.cholesky_solve(n_, factor_.first(n_ * n_), p);
    scale_into(1, 1, p, p);
  }

  /// p = -D^-1 J' (J D^-1 J' + lambda I)^-1 w.
  void respond_kernel(Span<const double> w) {
    stacked_.reserve(m_);
    const auto y = stacked_.first(m_), p = p_.first(n_);
    scale_into(-1, 0, w, y);
    runtime_.cholesky_solve(m_, factor_.first(m_ * m_), y);
    multiply_transposed(y, p);
    scale_into(1, 2, p, p);
  }

  /// With J D^-1/2 = Q R and [R; sqrt(lambda) I] = Q2 R2: R2 D^1/2 p = -Q2'[Q'w; 0].
  void respond_tall(Span<const double> w) {
    stacked_.reserve(m_ + 2 * n_);
    const auto rotated = stacked_.first(m_), c = stacked_.span().part(m_, 2 * n_);
    scale_into(-1, 0, w, rotated);
    runtime_.apply_q(true, m_, n_, rows_.first(m_ * n_), tau_.first(n_), rotated);
    scale_into(1, 0, rotated.part(0, n_), c);
    const auto damped = damped_.first(2 * n_ * n_);
    runtime_.apply_q(true, 2 * n_, n_, damped, damped_tau_.first(n_), c);
    runtime_.triangular_solve(false, n_, damped, 2 * n_, c.part(0, n_));
    scale_into(1, 1, c.part(0, n_), p_.first(n_));
  }

  /// For m < n, with (J D^-1/2)' = Q R and [R; sqrt(lambda) I] = Q2 R2: D^1/2 p is the first part
  /// of the shortest solution (D^1/2 p, z) of [J D^-1/2, sqrt(lambda) I] (D^1/2 p, z) = -w.
  void respond_wide(Span<const double> w) {
    stacked_.reserve(2 * m_);
    const auto z = stacked_.first(2 * m_), p = p_.first(n_);
    scale_into(-1, 0, w, z);
    const auto damped = damped_.first(2 * m_ * m_);
    runtime_.triangular_solve(true, m_, damped, 2 * m_, z.part(0, m_));
    runtime_.apply_q(false, 2 * m_, m_, damped, damped_tau_.first(m_), z);
    scale_into(1, 0, z.part(0, m_), p);
    runtime_.apply_q(false, n_, m_, rows_.first(m_ * n_), tau_.first(m_), p);
    scale_into(1, 1, p, p);
  }

  R& runtime_;
  long m_, n_ = 0;
  Linearised source_;
  std::vector<double> theta_;
  std::vector<int> active_;
  Method method_ = Method::cholesky;
  bool has_gram_ = false, has_rows_ = false;
  Vector r_, ahead_, j_, g_, root_, gram_, factor_, rows_, tau_, damped_, damped_tau_, stacked_;
  mutable Vector w_, p_, sums_;
};

}  // namespace kanpde::kernels::device
