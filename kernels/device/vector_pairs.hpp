#pragma once
/// VectorPairs on a device.

#include "kernels/device/algebra.hpp"
#include "kernels/device/array.hpp"
#include "kernels/vector_pairs.hpp"

namespace kanpde::kernels::device {

/// Keeps a runtime of its own, for it may outlive the evaluator that made it.
template <class R>
class DeviceVectorPairs : public VectorPairs {
 public:
  DeviceVectorPairs(const R& runtime, int n, int pairs)
      : runtime_(runtime),
        n_(n),
        values_(runtime_, 2L * n * pairs),
        vector_(runtime_, n),
        coefficients_(runtime_, 2L * pairs) {}

  int size() const override { return int(n_); }
  void set(int i, std::span<const double> s, std::span<const double> y) override {
    host_.assign(s.begin(), s.end());
    host_.insert(host_.end(), y.begin(), y.end());
    runtime_.upload(pair(i), host_.data());
  }
  void get(int i, std::span<double> s, std::span<double> y) const override {
    host_.resize(std::size_t(2 * n_));
    runtime_.download(host_.data(), Span<const double>(pair(i)));
    std::copy_n(host_.begin(), n_, s.begin());
    std::copy_n(host_.begin() + n_, n_, y.begin());
  }
  void project(std::span<const double> x, std::span<double> products) const override {
    vector_.assign(x);
    Product p;
    p.transpose_a = true;
    p.m = p.ldc = long(products.size()), p.n = 1, p.k = p.lda = p.ldb = n_;
    const auto result = coefficients_.first(products.size());
    runtime_.template multiply<double>(p, values_.read(), vector_.read(), result);
    runtime_.download(products.data(), Span<const double>(result));
  }
  void combine(std::span<const double> c, std::span<double> y) const override {
    coefficients_.assign(c);
    Product p;
    p.m = p.lda = p.ldc = n_, p.n = 1, p.k = p.ldb = long(c.size());
    runtime_.template multiply<double>(p, values_.read(), coefficients_.read(), vector_.span());
    runtime_.download(y.data(), vector_.read());
  }

 private:
  Span<double> pair(int i) const { return values_.span().part(2L * n_ * i, 2L * n_); }

  mutable R runtime_;
  long n_;
  Array<R, double> values_;
  mutable Array<R, double> vector_, coefficients_;
  mutable std::vector<double> host_;
};

}  // namespace kanpde::kernels::device
