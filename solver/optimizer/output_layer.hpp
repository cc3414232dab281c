#pragma once
/// The output layer of a nonlinear problem: Levenberg-Marquardt from afar, Gauss-Newton at the end.

#include "solver/optimizer/gauss_newton.hpp"
#include "solver/optimizer/levenberg_marquardt.hpp"

namespace kanpde::solver {

/// Steps of Levenberg-Marquardt until one takes away less than a tenth of the loss or none is
/// found, then of Gauss-Newton: J'J has half of the digits, and columns nearly depend on each
/// other. With `starts_near` Gauss-Newton has the first step, too, and Levenberg-Marquardt only
/// where that finds no way down: its steps are dense.
class OutputLayer : public Optimizer {
 public:
  OutputLayer(LevenbergMarquardtOptions far, GaussNewtonOptions near, bool starts_near = false)
      : far_(far), near_(near), starts_near_(starts_near), is_near_(starts_near) {}
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override;
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "output_layer"; }

 private:
  LevenbergMarquardt far_;
  GaussNewton near_;
  bool starts_near_;
  bool is_near_;
  bool is_first_ = true;
};

}  // namespace kanpde::solver
