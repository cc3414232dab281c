#pragma once
/// Pairs of vectors where an evaluator computes: the memory of L-BFGS.

#include <span>

namespace kanpde::kernels {

/// (s_i, y_i), i = 0, 1, ...: the n x 2k matrix P = [s_0 y_0 s_1 y_1 ...] of the first k pairs,
/// which must have been set.
class VectorPairs {
 public:
  virtual ~VectorPairs() = default;
  virtual int size() const = 0;  ///< n
  virtual void set(int i, std::span<const double> s, std::span<const double> y) = 0;
  virtual void get(int i, std::span<double> s, std::span<double> y) const = 0;  ///< (written)
  /// products = P'x; its length is 2k (written).
  virtual void project(std::span<const double> x, std::span<double> products) const = 0;
  /// y = P c; the length of c is 2k; y: n (written).
  virtual void combine(std::span<const double> c, std::span<double> y) const = 0;
};

}  // namespace kanpde::kernels
