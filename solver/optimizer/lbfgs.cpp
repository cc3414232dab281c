#include "solver/optimizer/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/base/error.hpp"
#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {

using ConstMap = Eigen::Map<const Vector>;

std::span<const double> view(const Vector& v) { return {v.data(), std::size_t(v.size())}; }
std::span<double> view(Vector& v) { return {v.data(), std::size_t(v.size())}; }
ConstMap map(std::span<const double> v) { return {v.data(), Eigen::Index(v.size())}; }

class HostPairs : public kernels::VectorPairs {
 public:
  HostPairs(int n, int pairs) : values_(n, 2 * pairs) {}
  int size() const override { return int(values_.rows()); }
  void set(int i, std::span<const double> s, std::span<const double> y) override {
    values_.col(2 * i) = map(s);
    values_.col(2 * i + 1) = map(y);
  }
  void get(int i, std::span<double> s, std::span<double> y) const override {
    std::copy_n(values_.col(2 * i).data(), s.size(), s.data());
    std::copy_n(values_.col(2 * i + 1).data(), y.size(), y.data());
  }
  void project(std::span<const double> x, std::span<double> products) const override {
    Eigen::Map<Vector>(products.data(), Eigen::Index(products.size())).noalias() =
        values_.leftCols(Eigen::Index(products.size())).transpose() * map(x);
  }
  void combine(std::span<const double> c, std::span<double> y) const override {
    Eigen::Map<Vector>(y.data(), Eigen::Index(y.size())).noalias() =
        values_.leftCols(Eigen::Index(c.size())) * map(c);
  }

 private:
  Matrix values_;
};

}  // namespace

Lbfgs::Lbfgs(LbfgsOptions options, Bounds bounds)
    : QuasiNewton(options.search, std::move(bounds)),
      memory_(options.memory),
      sy_(Matrix::Zero(memory_, memory_)),
      yy_(Matrix::Zero(memory_, memory_)) {}

void Lbfgs::make_pairs(int n) {
  pairs_.reset();
  if (objective_) pairs_ = objective_->device_pairs(n, memory_);
  if (!pairs_) pairs_ = std::make_unique<HostPairs>(n, memory_);
}

void Lbfgs::place_loaded() {
  const std::size_t n = loaded_s_.size() / std::size_t(count_);
  make_pairs(int(n));
  for (int i = 0; i < count_; ++i)
    pairs_->set(i, {loaded_s_.data() + i * n, n}, {loaded_y_.data() + i * n, n});
  loaded_s_.clear();
  loaded_y_.clear();
}

StepStatus Lbfgs::step(Objective& objective, Vector& theta, double& loss) {
  objective_ = &objective;
  if (!loaded_s_.empty()) place_loaded();
  const StepStatus status = QuasiNewton::step(objective, theta, loss);
  objective_ = nullptr;
  return status;
}

/// -H g = -(gamma g + S w - gamma Y u), u = R^-1 S'g, w = R^-T ((D + gamma Y'Y) u - gamma Y'g).
Vector Lbfgs::direction(const Vector& gradient) {
  if (count_ > 0 && pairs_->size() != gradient.size()) forget_curvature();
  if (count_ == 0) return -gradient;
  Vector products(2 * count_), p(count_), q(count_), d(gradient.size());
  pairs_->project(view(gradient), view(products));
  Matrix R = Matrix::Zero(count_, count_), Q(count_, count_);
  for (int j = 0; j < count_; ++j) {
    p(j) = products(2 * slot(j));
    q(j) = products(2 * slot(j) + 1);
    for (int i = 0; i <= j; ++i) R(i, j) = sy_(slot(i), slot(j));
    for (int i = 0; i < count_; ++i) Q(i, j) = yy_(slot(i), slot(j));
  }
  const double gamma = R(count_ - 1, count_ - 1) / Q(count_ - 1, count_ - 1);
  const Vector u = R.triangularView<Eigen::Upper>().solve(p);
  const Vector b = R.diagonal().cwiseProduct(u) + gamma * (Q * u - q);
  const Vector w = R.transpose().triangularView<Eigen::Lower>().solve(b);
  for (int j = 0; j < count_; ++j) {
    products(2 * slot(j)) = w(j);
    products(2 * slot(j) + 1) = -gamma * u(j);
  }
  pairs_->combine(view(products), view(d));
  return -(d + gamma * gradient);
}

void Lbfgs::update(const Change& change) {
  const int n = int(change.s.size());
  if (!pairs_ || pairs_->size() != n) {
    forget_curvature();
    make_pairs(n);
  }
  const int last = slot(count_);  // the oldest one where all are in use
  pairs_->set(last, view(change.s), view(change.y));
  if (count_ < memory_)
    ++count_;
  else
    oldest_ = slot(1);
  Vector products(2 * count_);
  pairs_->project(view(change.y), view(products));
  for (int i = 0; i < count_; ++i) {
    sy_(i, last) = products(2 * i);
    yy_(i, last) = yy_(last, i) = products(2 * i + 1);
  }
}

void Lbfgs::restart() {
  forget_values();
  forget_curvature();
  loaded_s_.clear();
  loaded_y_.clear();
}

/// By slots, so that a restored state adds in the same order.
OptimizerState Lbfgs::save() const {
  OptimizerState state = save_common();
  std::vector<double>&s = state["s"], &y = state["y"], &products = state["products"];
  s = loaded_s_;
  y = loaded_y_;
  state["oldest"] = {double(oldest_)};
  for (const Matrix* matrix : {&sy_, &yy_}) {
    const Matrix used = matrix->topLeftCorner(count_, count_);
    products.insert(products.end(), used.data(), used.data() + used.size());
  }
  if (count_ == 0 || !s.empty()) return state;
  const std::size_t n = std::size_t(pairs_->size());
  s.resize(n * std::size_t(count_));
  y.resize(s.size());
  for (int i = 0; i < count_; ++i)
    pairs_->get(i, {s.data() + std::size_t(i) * n, n}, {y.data() + std::size_t(i) * n, n});
  return state;
}

void Lbfgs::load(const OptimizerState& state) {
  load_common(state);
  const auto& products = entry(state, "products");
  const int count = int(std::lround(std::sqrt(double(products.size()) / 2)));
  const auto &s = entry(state, "s"), &y = entry(state, "y");
  const double oldest = entry(state, "oldest", 1)[0];
  if (std::size_t(2 * count * count) != products.size() || count > memory_ ||
      (count == 0 ? !s.empty() : s.size() % std::size_t(count) != 0) || y.size() != s.size() ||
      !(oldest >= 0 && oldest <= std::max(0, count - 1)))
    throw TrainingError("optimizer state of lbfgs: sizes do not match");
  loaded_s_ = s;
  loaded_y_ = y;
  count_ = count;
  oldest_ = int(oldest);
  for (int j = 0; j < count; ++j)
    for (int i = 0; i < count; ++i) {
      sy_(i, j) = products[std::size_t(j * count + i)];
      yy_(i, j) = products[std::size_t((count + j) * count + i)];
    }
}

}  // namespace kanpde::solver
