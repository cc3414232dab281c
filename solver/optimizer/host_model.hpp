#pragma once
/// The linear algebra of Levenberg-Marquardt in the memory of the host.

#include <optional>

#include "solver/optimizer/damped_model.hpp"
#include "solver/optimizer/householder.hpp"

namespace kanpde::solver {

/// Responses come from the Cholesky factor of D^-1/2 J'J D^-1/2 + lambda I, of
/// J D^-1 J' + lambda I when m < n, or from QR of [J D^-1/2; sqrt(lambda) I], which keeps the
/// digits that forming J'J loses. Where J is too large to be held the objective is asked for J'J
/// and J'r instead.
class HostModel : public DampedModel {
 public:
  HostModel(Objective& objective, double jacobian_bytes)
      : objective_(objective), jacobian_bytes_(jacobian_bytes) {}
  void linearise(const Vector& theta, bool orthogonal) override;
  bool use_orthogonal() override;
  bool factor(double lambda) override;
  Vector step() override;
  Vector acceleration(const Vector& p, double h) override;
  double reduction(const Vector& p) const override;

 protected:
  void set_root(const Vector& root) override;

 private:
  bool factor_cholesky(double lambda);
  bool factor_kernel(double lambda);
  void factor_rows();
  Vector response(const Vector& w) const;
  Vector response_to_gradient(const Vector& Jtw) const;
  Vector response_kernel(const Vector& w) const;
  Vector response_tall(const Vector& w) const;
  Vector response_wide(const Vector& w) const;
  Vector product(const Vector& p) const;

  Objective& objective_;
  double jacobian_bytes_;
  bool holds_ = true;                  // J, not only J'J
  Vector theta_;                       // of the linearisation
  Matrix jacobian_, gram_, factor_;    // gram_: J'J, or J D^-1 J'; factor_: its Cholesky factor
  Vector residual_, root_;             // root_: D^-1/2, zero for fixed parameters
  std::optional<HouseholderQr> rows_;  // of J D^-1/2 (m >= n) or of its transpose
  HouseholderQr damped_;               // of the triangle of rows_ above sqrt(lambda) I
};

}  // namespace kanpde::solver
