#include "solver/optimizer/device_model.hpp"

#include "kernels/base/error.hpp"

namespace kanpde::solver {

namespace {

std::span<const double> view(const Vector& v) { return {v.data(), std::size_t(v.size())}; }
std::span<double> view(Vector& v) { return {v.data(), std::size_t(v.size())}; }

}  // namespace

DeviceModel::DeviceModel(kernels::LinearModel& linear, int rows, std::vector<int> active,
                         Unpack unpack)
    : linear_(linear), rows_(rows), active_(std::move(active)), unpack_(std::move(unpack)) {}

void DeviceModel::linearise(const Vector& theta, bool orthogonal) {
  const int n = int(active_.size());
  check(theta.size() == n, "model of {} parameters at a point of {}", n, theta.size());
  method_ = orthogonal ? Method::orthogonal : rows_ < n ? Method::kernel : Method::cholesky;
  loss_ = linear_.linearise(unpack_(theta), active_);
  gradient_.resize(n);
  diagonal_.resize(n);
  linear_.gradient(view(gradient_));
  linear_.diagonal(view(diagonal_));
}

bool DeviceModel::use_orthogonal() {
  if (method_ == Method::orthogonal) return false;
  method_ = Method::orthogonal;
  return true;
}

void DeviceModel::set_root(const Vector& root) { linear_.scale(view(root)); }

bool DeviceModel::factor(double lambda) { return linear_.factor(method_, lambda); }

Vector DeviceModel::step() {
  Vector p(gradient_.size());
  linear_.step(view(p));
  return p;
}

Vector DeviceModel::acceleration(const Vector& p, double h) {
  Vector a(p.size());
  linear_.acceleration(view(p), h, view(a));
  return a;
}

double DeviceModel::reduction(const Vector& p) const {
  return -gradient_.dot(p) - 0.5 * linear_.squared_product(view(p));
}

}  // namespace kanpde::solver
