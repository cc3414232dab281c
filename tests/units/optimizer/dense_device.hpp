#pragma once
/// A device of the tests: an evaluator of any residuals whose linear algebra is that of the
/// definitions, by singular values.

#include <Eigen/QR>
#include <Eigen/SVD>
#include <memory>
#include <numeric>

#include "kernels/evaluator.hpp"
#include "solver/objective/problem_objective.hpp"
#include "tests/units/optimizer/problems.hpp"

namespace kanpde::solver::testing {

class DenseDevice : public kernels::Evaluator, public kernels::LinearModel {
 public:
  explicit DenseDevice(Residuals residuals) : all_(std::move(residuals)), terms_(1) {
    terms_[0].points = all_.residuals();
    terms_[0].equations = 1;
  }
  const kernels::NetworkShape& shape() const override { return shape_; }
  const std::vector<kernels::Term>& terms() const override { return terms_; }
  int parameters() const override { return all_.parameters(); }
  double loss(std::span<const double> theta) override { return all_.value(vector(theta)); }
  double loss_gradient(std::span<const double> theta, std::span<double> gradient) override {
    Vector g;
    const double loss = all_.gradient(vector(theta), g);
    write(g, gradient);
    return loss;
  }
  void residuals(std::span<const double> theta, double* r) override {
    Vector values;
    all_.residual(vector(theta), values);
    write(values, {r, std::size_t(values.size())});
  }
  void jacobian(std::span<const double>, int, double*, double*) override { ++copies; }
  void set_scales(int, std::vector<double>, AlignedVector<double>) override {}
  kernels::LinearModel* linear_model() override { return this; }

  double linearise(std::span<const double> theta, std::span<const int> active) override {
    ++linearisations;
    theta_ = vector(theta);
    active_.assign(active.begin(), active.end());
    Matrix full;
    all_.jacobian(theta_, r_, full);
    J_ = full(Eigen::all, active_);
    return 0.5 * r_.squaredNorm();
  }
  void gradient(std::span<double> g) const override { write(J_.transpose() * r_, g); }
  void diagonal(std::span<double> d) const override { write((J_.transpose() * J_).diagonal(), d); }
  void scale(std::span<const double> root) override {
    root_ = vector(root);
    svd_.compute(J_ * root_.asDiagonal(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  }
  bool factor(Method method, double lambda) override {
    methods.push_back(method);
    lambda_ = lambda;
    return method == Method::orthogonal || positive_definite;
  }
  void step(std::span<double> p) override { write(response(r_), p); }
  void acceleration(std::span<const double> p, double h, std::span<double> a) override {
    Vector ahead = theta_, r;
    for (std::size_t k = 0; k < active_.size(); ++k) ahead(active_[k]) += h * p[k];
    all_.residual(ahead, r);
    write(response(2 / h * ((r - r_) / h - J_ * vector(p))), a);
  }
  void reduce(std::span<double> a, std::span<double> b) override {
    if (J_.rows() < J_.cols()) {
      write(J_.reshaped(), a);
      return write(r_, b);
    }
    const Eigen::HouseholderQR<Matrix> qr(J_);
    const Matrix R = qr.matrixQR().topRows(J_.cols()).triangularView<Eigen::Upper>();
    write(R.reshaped(), a);
    write((qr.householderQ().transpose() * r_).head(J_.cols()), b);
  }
  double squared_product(std::span<const double> p) const override {
    return (J_ * vector(p)).squaredNorm();
  }

  int linearisations = 0, copies = 0;  ///< copies: of J to the host
  std::vector<Method> methods;         ///< an entry a factorisation
  bool positive_definite = true;       ///< false: factorisations other than QR fail

 private:
  static Vector vector(std::span<const double> v) {
    return Eigen::Map<const Vector>(v.data(), Eigen::Index(v.size()));
  }
  static void write(const Vector& from, std::span<double> to) {
    ASSERT_EQ(std::size_t(from.size()), to.size());
    std::copy(from.begin(), from.end(), to.begin());
  }
  /// With J D^-1/2 = U S V': D^1/2 p = -V S (S^2 + lambda)^-1 U'w.
  Vector response(const Vector& w) const {
    const auto s = svd_.singularValues().array();
    const Vector filtered =
        (s / (s * s + lambda_)).matrix().asDiagonal() * (svd_.matrixU().transpose() * w).eval();
    return -root_.cwiseProduct(svd_.matrixV() * filtered);
  }

  Residuals all_;
  kernels::NetworkShape shape_;
  std::vector<kernels::Term> terms_;
  Vector theta_, r_, root_;
  std::vector<int> active_;
  Matrix J_;
  Eigen::JacobiSVD<Matrix> svd_;
  double lambda_ = 0.0;
};

/// The same residuals computed on the device, all parameters active.
struct OnDevice {
  explicit OnDevice(Residuals residuals)
      : OnDevice(std::make_unique<DenseDevice>(std::move(residuals))) {}
  explicit OnDevice(std::unique_ptr<DenseDevice> made)
      : device(*made), objective(std::move(made)) {}
  DenseDevice& device;
  ProblemObjective objective;
};

}  // namespace kanpde::solver::testing
