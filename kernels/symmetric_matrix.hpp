#pragma once
/// A dense symmetric matrix where an evaluator computes: the inverse Hessian of quasi-Newton
/// methods.

#include <span>

namespace kanpde::kernels {

/// n x n, column-major in both triangles.
class SymmetricMatrix {
 public:
  /// A = scale (A + cu u u' + cv v v') + cs s s'; vectors of length n.
  struct Update {
    double scale, cu, cv, cs;
    std::span<const double> u, v, s;
  };

  virtual ~SymmetricMatrix() = default;
  virtual int size() const = 0;                          ///< n
  virtual void set(std::span<const double> values) = 0;  ///< n^2
  virtual void get(std::span<double> values) const = 0;  ///< n^2 (written)
  virtual void multiply(std::span<const double> x, std::span<double> y) const = 0;  ///< y = A x
  virtual void update(const Update& update) = 0;
};

}  // namespace kanpde::kernels
