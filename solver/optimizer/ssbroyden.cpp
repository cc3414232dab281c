#include "solver/optimizer/ssbroyden.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "solver/optimizer/linear_algebra.hpp"
#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {
constexpr int strip = 32;       // columns of H that a task takes
constexpr double tiny = 1e-14;  // a below this: H y and s are parallel to rounding

std::span<const double> view(const Vector& v) { return {v.data(), std::size_t(v.size())}; }

int order_of(const std::vector<double>& values) {
  return int(std::lround(std::sqrt(double(values.size()))));
}

class HostMatrix : public kernels::SymmetricMatrix {
 public:
  explicit HostMatrix(int n) : values_(n, n) {}
  int size() const override { return int(values_.cols()); }
  void set(std::span<const double> values) override {
    std::copy(values.begin(), values.end(), values_.data());
  }
  void get(std::span<double> values) const override {
    std::copy_n(values_.data(), values.size(), values.data());
  }
  void multiply(std::span<const double> x, std::span<double> y) const override {
    Vector product;
    multiply_transposed(values_, vector(x), product);
    std::copy(product.begin(), product.end(), y.begin());
  }
  void update(const Update& k) override {
    const int n = size();
    const Vector u = vector(k.u), v = vector(k.v), s = vector(k.s);
    threads().run((n + strip - 1) / strip, [&](int t, int) {
      for (int j = t * strip; j < std::min(n, (t + 1) * strip); ++j)
        values_.col(j).array() = k.scale * (values_.col(j).array() + k.cu * (u(j) * u.array()) +
                                            k.cv * (v(j) * v.array())) +
                                 k.cs * (s(j) * s.array());
    });
  }

 private:
  static Vector vector(std::span<const double> v) {
    return Eigen::Map<const Vector>(v.data(), Eigen::Index(v.size()));
  }
  Matrix values_;
};
}  // namespace

BroydenScaling self_scaled_broyden(double h, double b, int n, bool first) {
  const double a = std::max(0.0, h * b - 1.0), c = std::sqrt(a / (1.0 + a));
  const double least = std::min(1.0, h * (1.0 - c));
  double theta = std::min(1.0 / least, (1.0 - b) / b);
  if (a > tiny) theta = std::max((least - 1.0) / a, theta);
  const double sigma = 1.0 + a * theta;
  const double root = n > 1 ? std::pow(sigma, 1.0 / (1.0 - n)) : 1.0;
  const double scale = std::min(1.0, 1.0 / b);
  double tau = theta > 0.0 ? scale * std::min(root, 1.0 / theta) : std::min(scale * root, sigma);
  if (first) tau = h / sigma;
  return {tau, theta, (1.0 - theta) / sigma};
}

std::unique_ptr<kernels::SymmetricMatrix> SSBroyden::make_matrix(
    int n, const std::vector<double>& values) {
  std::unique_ptr<kernels::SymmetricMatrix> matrix;
  if (objective_) matrix = objective_->device_matrix(n);
  if (!matrix) matrix = std::make_unique<HostMatrix>(n);
  matrix->set(values);
  return matrix;
}

StepStatus SSBroyden::step(Objective& objective, Vector& theta, double& loss) {
  objective_ = &objective;
  if (!loaded_.empty()) H_ = make_matrix(order_of(loaded_), loaded_);
  loaded_.clear();
  const StepStatus status = QuasiNewton::step(objective, theta, loss);
  objective_ = nullptr;
  return status;
}

Vector SSBroyden::direction(const Vector& gradient) {
  if (!H_) return -gradient;
  if (H_->size() != gradient.size()) {
    forget_curvature();
    return -gradient;
  }
  Vector d(gradient.size());
  H_->multiply(view(gradient), {d.data(), std::size_t(d.size())});
  return -d;
}

void SSBroyden::update(const Change& change) {
  const Vector &s = change.s, &y = change.y;
  const int n = int(s.size());
  const bool first = !H_;
  if (first) {
    const Matrix identity = Matrix::Identity(n, n);
    H_ = make_matrix(n, {identity.data(), identity.data() + identity.size()});
  }
  Vector u(n);
  H_->multiply(view(y), {u.data(), std::size_t(n)});
  const double yHy = y.dot(u);
  const auto k = self_scaled_broyden(yHy / change.sy, change.sBs / change.sy, n, first);
  if (!(yHy > 0) || !(k.tau > 0) || !std::isfinite(k.tau) || !std::isfinite(k.phi)) {
    forget_curvature();
    return;
  }
  const Vector v = s / change.sy - u / yHy;
  H_->update({1.0 / k.tau, -1.0 / yHy, k.phi * yHy, 1.0 / change.sy, view(u), view(v), view(s)});
}

void SSBroyden::restart() {
  forget_values();
  if (!options_.keep_curvature) forget_curvature();
}

OptimizerState SSBroyden::save() const {
  OptimizerState state = save_common();
  std::vector<double>& list = state["inverse_hessian"];
  list = loaded_;
  if (!H_) return state;
  list.resize(std::size_t(H_->size()) * H_->size());
  H_->get(list);
  return state;
}

void SSBroyden::load(const OptimizerState& state) {
  load_common(state);
  forget_curvature();
  loaded_ = entry(state, "inverse_hessian");
  const auto n = std::size_t(order_of(loaded_));
  if (n * n != loaded_.size())
    throw TrainingError("optimizer state of ssbroyden: the inverse Hessian is not square");
}

}  // namespace kanpde::solver
