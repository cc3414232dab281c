#pragma once
/// The dense linear algebra of one linearisation, kept where the Jacobian is computed.

#include <span>

namespace kanpde::kernels {

/// r(theta + p) ~ r + J p, with J: m x n in the memory of a device; n counts the active parameters.
/// The response to w in R^m is the p in R^n that minimises |w + J p|^2 + lambda p'D p for a
/// diagonal D.
class LinearModel {
 public:
  /// Cholesky of D^-1/2 J'J D^-1/2 + lambda I; of J D^-1 J' + lambda I, for m < n; or QR of
  /// [J D^-1/2; sqrt(lambda) I], which keeps the digits that forming J'J loses.
  enum class Method { cholesky, kernel, orthogonal };

  virtual ~LinearModel() = default;
  /// Evaluates r and J at theta (all parameters) for the columns `active` (ascending); returns
  /// 1/2 |r|^2. What was factored before is forgotten.
  virtual double linearise(std::span<const double> theta, std::span<const int> active) = 0;
  virtual void gradient(std::span<double> g) const = 0;  ///< J'r: n (written)
  virtual void diagonal(std::span<double> d) const = 0;  ///< of J'J: n (written)
  /// D^-1/2, zero for parameters that stay fixed: n.
  virtual void scale(std::span<const double> root) = 0;
  /// False when the system is not positive definite to rounding.
  virtual bool factor(Method method, double lambda) = 0;
  virtual void step(std::span<double> p) = 0;  ///< response to r: n (written)
  /// Response to 2/h ((r(theta + h p) - r) / h - J p), the second derivative of r along p.
  virtual void acceleration(std::span<const double> p, double h, std::span<double> a) = 0;
  /// A and b, A: min(m, n) x n (written), with |A p + b|^2 = |J p + r|^2 up to a constant: R and
  /// Q'r of J = Q R, or J and r themselves where m < n.
  virtual void reduce(std::span<double> a, std::span<double> b) = 0;
  virtual double squared_product(std::span<const double> p) const = 0;  ///< |J p|^2
};

}  // namespace kanpde::kernels
