#pragma once
/// Gauss-Newton for columns that are nearly dependent: exact in one step where residuals are
/// linear.

#include "solver/optimizer/optimizer.hpp"

namespace kanpde::solver {

struct GaussNewtonOptions {
  double threshold = 0;  ///< relative rank threshold; 0: see LeastSquaresOptions
  int halvings = 12;     ///< of the step, until the loss falls
};

/// theta += s p with p the minimum-norm solution of min |J p + r| and s = 1, 1/2, ... until F
/// falls; converged once the loss is what the linear model predicts. With the parameters of a
/// network's last layer alone this is variable projection's inner solve (Golub and Pereyra 1973,
/// doi:10.1137/0710036).
class GaussNewton : public Optimizer {
 public:
  explicit GaussNewton(GaussNewtonOptions options = {}) : options_(options) {}
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override {}
  OptimizerState save() const override { return {}; }
  void load(const OptimizerState&) override {}
  std::string_view name() const override { return "gauss_newton"; }

 private:
  GaussNewtonOptions options_;
};

}  // namespace kanpde::solver
