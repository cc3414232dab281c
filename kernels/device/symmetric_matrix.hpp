#pragma once
/// SymmetricMatrix on a device.

#include "kernels/device/algebra.hpp"
#include "kernels/device/array.hpp"
#include "kernels/symmetric_matrix.hpp"

namespace kanpde::kernels::device {

/// One entry a thread; vectors: u, v, s one after another.
struct UpdateSymmetric {
  static constexpr bool cooperative = false;
  long n;
  double scale, cu, cv, cs;
  Span<const double> vectors;
  Span<double> a;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), i = k % n, j = k / n;
    if (j >= n) return;
    const Span<const double> u = vectors, v = vectors.from(n), s = vectors.from(2 * n);
    a[k] = scale * (a[k] + cu * (u[j] * u[i]) + cv * (v[j] * v[i])) + cs * (s[j] * s[i]);
  }
};

/// Keeps a runtime of its own, for it may outlive the evaluator that made it.
template <class R>
class DeviceSymmetricMatrix : public SymmetricMatrix {
 public:
  DeviceSymmetricMatrix(const R& runtime, int n)
      : runtime_(runtime),
        n_(n),
        values_(runtime_, std::size_t(n) * n),
        vectors_(runtime_, 3L * n) {}

  int size() const override { return int(n_); }
  void set(std::span<const double> values) override { values_.assign(values); }
  void get(std::span<double> values) const override {
    runtime_.download(values.data(), values_.read());
  }
  void multiply(std::span<const double> x, std::span<double> y) const override {
    vectors_.assign(x);
    Product p;
    p.m = p.k = p.lda = p.ldb = p.ldc = n_, p.n = 1;
    const Span<double> product = vectors_.span().part(n_, n_);
    runtime_.template multiply<double>(p, values_.read(), vectors_.first(n_), product);
    runtime_.download(y.data(), Span<const double>(product));
  }
  void update(const Update& update) override {
    host_.assign(update.u.begin(), update.u.end());
    host_.insert(host_.end(), update.v.begin(), update.v.end());
    host_.insert(host_.end(), update.s.begin(), update.s.end());
    vectors_.assign(host_);
    runtime_.launch(one_thread_each(n_ * n_),
                    UpdateSymmetric{n_, update.scale, update.cu, update.cv, update.cs,
                                    vectors_.read(), values_.span()});
  }

 private:
  mutable R runtime_;
  long n_;
  Array<R, double> values_;
  mutable Array<R, double> vectors_;
  std::vector<double> host_;
};

}  // namespace kanpde::kernels::device
