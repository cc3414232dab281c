#pragma once
/// The step of Levenberg-Marquardt on a device against another formula.

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "kernels/base/device_error.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::bench {

/// One step p = -(J'J + lambda D)^-1 J'r, D = diag(J'J), by Cholesky on the device. root: D^-1/2
/// (written).
inline std::vector<double> device_step(kernels::LinearModel& model,
                                       const std::vector<double>& theta, double lambda,
                                       std::vector<double>& root) {
  std::vector<int> active(theta.size());
  std::iota(active.begin(), active.end(), 0);
  std::vector<double> step(theta.size());
  root.resize(theta.size());
  model.linearise(theta, active);
  model.diagonal(root);
  for (double& d : root) d = 1 / std::sqrt(std::max(d, 1e-30));
  model.scale(root);
  if (!model.factor(kernels::LinearModel::Method::cholesky, lambda))
    throw DeviceError("not factored");
  model.step(step);
  return step;
}

/// The same by p = -D^-1 J' (J D^-1 J' + lambda I)^-1 r in long double from J and r of the CPU.
inline std::vector<double> reference_step(kernels::Evaluator& cpu, const std::vector<double>& theta,
                                          double lambda) {
  using Matrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const int m = cpu.rows(), n = int(theta.size());
  std::vector<double> r, j;
  r.resize(std::size_t(m));
  j.resize(r.size() * theta.size());
  cpu.jacobian(theta, 0, r.data(), j.data());
  const Matrix jacobian = Eigen::Map<Eigen::MatrixXd>(j.data(), m, n).cast<long double>();
  const Matrix residual = Eigen::Map<Eigen::VectorXd>(r.data(), m).cast<long double>();
  const Eigen::Matrix<long double, Eigen::Dynamic, 1> inverse =
      jacobian.colwise().squaredNorm().transpose().cwiseMax(1e-30L).cwiseInverse();
  const Matrix scaled = jacobian * inverse.asDiagonal();  // J D^-1
  Matrix kernel = scaled * jacobian.transpose();
  kernel.diagonal().array() += lambda;
  const Matrix p = -scaled.transpose() * kernel.llt().solve(residual);
  return {p.data(), p.data() + n};
}

/// Ends the program where the two differ by more than 1e-9. The scaled matrix has trace n and
/// eigenvalues of at least lambda: with n = 2007 and lambda = 1e-3 its condition is below 2e6, and
/// 1.1e-16 times that is 2e-10. On the emulated device they differ by 3e-12.
inline void check_step(const kernels::NetworkShape& shape, const std::vector<kernels::Term>& terms,
                       const kernels::Target& target) {
  auto evaluator = kernels::make_evaluator(target, shape, terms, 0);
  if (!evaluator->linear_model()) return;
  const auto theta = oracle::draw_parameters(shape, 1);
  std::vector<double> root;
  const auto step = device_step(*evaluator->linear_model(), theta, 1e-3, root);
  const auto exact = reference_step(*kernels::make_cpu_evaluator(shape, terms, 0), theta, 1e-3);
  double error = 0, size = 0;
  for (std::size_t k = 0; k < step.size(); ++k) {
    error += std::pow(step[k] - exact[k], 2);
    size += exact[k] * exact[k];
  }
  if (std::sqrt(error) <= 1e-9 * std::sqrt(size)) return;
  fmt::print("wrong: the step of Levenberg-Marquardt differs by {:.1e}\n", std::sqrt(error / size));
  std::exit(1);
}

}  // namespace kanpde::bench
