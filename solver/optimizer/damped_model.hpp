#pragma once
/// The linear algebra of one Levenberg-Marquardt linearisation: steps for any damping, one
/// Jacobian.

#include <memory>
#include <vector>

#include "kernels/linear_model.hpp"
#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// r(theta + p) ~ r + J p at a fixed theta. The response to a vector w in R^m is the p in R^n that
/// minimises |w + J p|^2 + lambda p'D p, D diagonal; the response to r is the step. What has a
/// length of m stays behind this interface, in the memory of the host or of a device.
class DampedModel {
 public:
  using Method = kernels::LinearModel::Method;

  virtual ~DampedModel() = default;
  /// Evaluates r and J at theta and chooses the method: QR where `orthogonal` asks for it and J is
  /// held, else Cholesky of the smaller of J'J and J D^-1 J'.
  virtual void linearise(const Vector& theta, bool orthogonal) = 0;
  /// Turns to QR at the same theta; false where that is the method already or J is not held.
  virtual bool use_orthogonal() = 0;
  Method method() const { return method_; }
  double loss() const { return loss_; }
  const Vector& gradient() const { return gradient_; }  ///< J'r: n
  const Vector& diagonal() const { return diagonal_; }  ///< of J'J: n
  bool finite() const;

  /// Sets D and the parameters that stay fixed; before factor().
  void scale(const Vector& D, const std::vector<int>& fixed);
  /// Factors the system for one lambda; false when it is not positive definite to rounding.
  virtual bool factor(double lambda) = 0;
  virtual Vector step() = 0;  ///< response to r
  /// Response to the second derivative of r along p, from a difference with the step h; empty where
  /// J is not held.
  virtual Vector acceleration(const Vector& p, double h) = 0;
  /// 1/2 |r|^2 - 1/2 |r + J p|^2.
  virtual double reduction(const Vector& p) const = 0;

 protected:
  virtual void set_root(const Vector& root) = 0;  ///< D^-1/2, zero for fixed parameters

  Method method_ = Method::cholesky;
  double loss_ = 0.0;
  Vector gradient_, diagonal_;
};

/// That of the device on which the objective computes, else that of the host. It refers to the
/// objective. J is held on the host when it takes no more than `host_bytes`.
std::unique_ptr<DampedModel> make_damped_model(Objective& objective, double host_bytes);

}  // namespace kanpde::solver
