#pragma once
/// Self-scaled Broyden method with a dense inverse Hessian.

#include <vector>

#include "kernels/symmetric_matrix.hpp"
#include "solver/optimizer/quasi_newton.hpp"

namespace kanpde::solver {

struct SSBroydenOptions {
  /// restart() keeps H, as is right when points are redrawn but the problem stays the same; H is
  /// only a metric, and is dropped by itself when it gives no descent.
  bool keep_curvature = true;
  LineSearchOptions search;
};

/// The scalars of the update of H, see self_scaled_broyden().
struct BroydenScaling {
  double tau, theta, phi;
};

/// tau_k, theta_k and phi_k of the self-scaled Broyden update in Urban, Stefanou and Pons 2025
/// (arXiv:2405.04230), after Al-Baali 1998 (doi:10.1023/A:1022608410710) and Al-Baali and Khalfan
/// 2005. With h = y'Hy / y's, b = s'H^-1 s / y's, a = hb - 1 >= 0 and c = sqrt(a / (1 + a)):
///   rho- = min(1, h (1 - c)),  theta- = (rho- - 1) / a,  theta+ = 1 / rho-,
///   theta = max(theta-, min(theta+, (1 - b) / b)),  sigma = 1 + a theta,  phi = (1 - theta) /
///   sigma, tau = min(1, 1/b) * min(sigma^(1/(1-n)), 1/theta)        for theta > 0, tau =
///   min(min(1, 1/b) * sigma^(1/(1-n)), sigma)          for theta <= 0,
/// and tau = h / sigma in the first update, where H = I carries no scale yet.
BroydenScaling self_scaled_broyden(double h, double b, int n, bool first);

/// H' = 1/tau [H - Hy y'H / y'Hy + phi y'Hy v v'] + s s' / y's,  v = s / y's - Hy / y'Hy.
/// n^2 doubles, where the objective computes; two passes over H a step.
class SSBroyden : public QuasiNewton {
 public:
  explicit SSBroyden(SSBroydenOptions options = {}, Bounds bounds = {})
      : QuasiNewton(options.search, std::move(bounds)), options_(options) {}
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override;
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "ssbroyden"; }

 protected:
  Vector direction(const Vector& gradient) override;
  void update(const Change& change) override;
  void forget_curvature() override { H_.reset(); }
  bool has_curvature() const override { return H_ != nullptr; }

 private:
  std::unique_ptr<kernels::SymmetricMatrix> make_matrix(int n, const std::vector<double>& values);

  SSBroydenOptions options_;
  std::unique_ptr<kernels::SymmetricMatrix> H_;  // null: identity
  std::vector<double> loaded_;                   // values of H_ that still lack an objective
  Objective* objective_ = nullptr;               // during a step
};

}  // namespace kanpde::solver
