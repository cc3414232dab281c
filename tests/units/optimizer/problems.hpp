#pragma once
/// Least-squares problems with known solutions for the tests of the optimizers.

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "kernels/base/random.hpp"
#include "solver/optimizer/linear_algebra.hpp"
#include "solver/optimizer/objective.hpp"

namespace kanpde::solver::testing {

inline Vector vec(std::initializer_list<double> list) {
  return Eigen::Map<const Vector>(list.begin(), Eigen::Index(list.size()));
}

/// An Objective from one function r(theta) with Jacobian; counts what is asked of it.
class Residuals : public Objective {
 public:
  using Function = std::function<void(const Vector& theta, Vector& r, Matrix* J)>;
  Residuals(int n, int m, Function function) : n_(n), m_(m), function_(std::move(function)) {}
  int parameters() const override { return n_; }
  int residuals() const override { return m_; }
  double value(const Vector& theta) override {
    ++values;
    Vector r(m_);
    function_(theta, r, nullptr);
    return 0.5 * r.squaredNorm();
  }
  double gradient(const Vector& theta, Vector& gradient) override {
    Vector r(m_);
    Matrix J(m_, n_);
    ++gradients;
    function_(theta, r, &J);
    gradient = J.transpose() * r;
    return 0.5 * r.squaredNorm();
  }
  void residual(const Vector& theta, Vector& r) override {
    r.resize(m_);
    function_(theta, r, nullptr);
  }
  void jacobian(const Vector& theta, Vector& r, Matrix& J) override {
    ++jacobians;
    r.resize(m_);
    J.resize(m_, n_);
    function_(theta, r, &J);
  }
  double normal_equations(const Vector& theta, Matrix& G, Vector& gradient) override {
    Vector r;
    Matrix J;
    ++normals;
    Residuals::jacobian(theta, r, J);
    --jacobians;
    gram(J, G);
    gradient = J.transpose() * r;
    return 0.5 * r.squaredNorm();
  }

  int values = 0, gradients = 0, jacobians = 0, normals = 0;

 private:
  int n_, m_;
  Function function_;
};

/// Minimum 0 at (1, 1); start (-1.2, 1).
inline Residuals rosenbrock() {
  return {2, 2, [](const Vector& t, Vector& r, Matrix* J) {
            r << 10 * (t(1) - t(0) * t(0)), 1 - t(0);
            if (J) *J << -20 * t(0), 10, -1, 0;
          }};
}

/// Powell's singular function: minimum 0 at 0, where J has rank 2; start (3, -1, 0, 1).
inline Residuals powell_singular() {
  return {4, 4, [](const Vector& t, Vector& r, Matrix* J) {
            const double s5 = std::sqrt(5.0), s10 = std::sqrt(10.0);
            const double a = t(1) - 2 * t(2), b = t(0) - t(3);
            r << t(0) + 10 * t(1), s5 * (t(2) - t(3)), a * a, s10 * b * b;
            if (J)
              *J << 1, 10, 0, 0, 0, 0, s5, -s5, 0, 2 * a, -4 * a, 0, 2 * s10 * b, 0, 0,
                  -2 * s10 * b;
          }};
}

/// Wood's function: minimum 0 at (1, 1, 1, 1); start (-3, -1, -3, -1).
inline Residuals wood() {
  return {4, 6, [](const Vector& t, Vector& r, Matrix* J) {
            const double s90 = std::sqrt(90.0), s10 = std::sqrt(10.0);
            r << 10 * (t(1) - t(0) * t(0)), 1 - t(0), s90 * (t(3) - t(2) * t(2)), 1 - t(2),
                s10 * (t(1) + t(3) - 2), (t(1) - t(3)) / s10;
            if (J)
              *J << -20 * t(0), 10, 0, 0, -1, 0, 0, 0, 0, 0, -2 * s90 * t(2), s90, 0, 0, -1, 0, 0,
                  s10, 0, s10, 0, 1 / s10, 0, -1 / s10;
          }};
}

/// r = J theta - b.
inline Residuals linear(Matrix A, Vector b) {
  const int m = int(A.rows()), n = int(A.cols());
  return {n, m, [A = std::move(A), b = std::move(b)](const Vector& t, Vector& r, Matrix* J) {
            r = A * t - b;
            if (J) *J = A;
          }};
}

inline Matrix random_matrix(int m, int n, std::uint64_t seed) {
  Random random(seed);
  Matrix A(m, n);
  for (double& a : A.reshaped()) a = random.normal();
  return A;
}

inline Vector random_vector(int n, std::uint64_t seed) { return random_matrix(n, 1, seed); }

/// u(x) = sum_k c_k tanh(w_k x + b_k) + c_0 fitted to sin(pi x) + 0.3 x^2 at `points` in [-1, 1];
/// theta = (w, b, c, c_0): 3 hidden + 1.
inline Residuals tanh_network(int hidden, int points) {
  return {3 * hidden + 1, points, [=](const Vector& t, Vector& r, Matrix* J) {
            const int H = hidden;
            for (int i = 0; i < points; ++i) {
              const double x = -1 + 2.0 * i / (points - 1), scale = 1 / std::sqrt(double(points));
              double u = t(3 * H);
              for (int k = 0; k < H; ++k) {
                const double g = std::tanh(t(k) * x + t(H + k)), d = t(2 * H + k) * (1 - g * g);
                u += t(2 * H + k) * g;
                if (!J) continue;
                (*J)(i, k) = scale * d * x;
                (*J)(i, H + k) = scale * d;
                (*J)(i, 2 * H + k) = scale * g;
              }
              if (J) (*J)(i, 3 * H) = scale;
              r(i) = scale * (u - std::sin(std::numbers::pi * x) - 0.3 * x * x);
            }
          }};
}

inline Vector tanh_start(int hidden, std::uint64_t seed) {
  Vector t = random_vector(3 * hidden + 1, seed);
  t.head(hidden) *= 2.0;
  return t;
}

}  // namespace kanpde::solver::testing
