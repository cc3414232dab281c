#pragma once
/// The linear algebra of Levenberg-Marquardt in the memory of a device.

#include <functional>
#include <span>

#include "solver/optimizer/damped_model.hpp"

namespace kanpde::solver {

/// Forwards to a kernels::LinearModel: J, what is made of it and all vectors of length m stay
/// there; the host sees vectors of length n.
class DeviceModel : public DampedModel {
 public:
  /// Values of all parameters for those that are active.
  using Unpack = std::function<std::span<const double>(const Vector& theta)>;
  /// `rows`: length of r; `active`: which of all parameters theta holds.
  DeviceModel(kernels::LinearModel& linear, int rows, std::vector<int> active, Unpack unpack);
  void linearise(const Vector& theta, bool orthogonal) override;
  bool use_orthogonal() override;
  bool factor(double lambda) override;
  Vector step() override;
  Vector acceleration(const Vector& p, double h) override;
  double reduction(const Vector& p) const override;

 protected:
  void set_root(const Vector& root) override;

 private:
  kernels::LinearModel& linear_;
  int rows_;
  std::vector<int> active_;
  Unpack unpack_;
};

}  // namespace kanpde::solver
