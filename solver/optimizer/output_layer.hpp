#pragma once
/// The output layer of a nonlinear problem: Levenberg-Marquardt from afar, Gauss-Newton at the end.

#include "solver/optimizer/gauss_newton.hpp"
#include "solver/optimizer/levenberg_marquardt.hpp"

namespace kanpde::solver {

/// Steps of Levenberg-Marquardt until one takes away less than a tenth of the loss or none is
/// found, then of Gauss-Newton: J'J has half of the digits, and columns nearly depend on each
/// other.
class OutputLayer : public Optimizer {
 public:
  OutputLayer(LevenbergMarquardtOptions far, GaussNewtonOptions near) : far_(far), near_(near) {}
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override;
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "output_layer"; }

 private:
  LevenbergMarquardt far_;
  GaussNewton near_;
  bool is_near_ = false;
};

}  // namespace kanpde::solver
