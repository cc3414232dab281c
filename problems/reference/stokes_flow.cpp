#include "problems/reference/stokes_flow.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <numeric>

namespace kanpde::problems {

namespace {

using Complex = std::complex<double>;
constexpr Complex i_unit(0, 1);

struct Sample {
  int edge;
  Complex z;
};

/// Distance of the nearest of n poles from its corner, in parts of the shorter edge there. Nearer
/// ones would resolve the velocity beyond rounding and the pressure less: it is found from the
/// velocity by division by the distance.
constexpr double nearest = 3e-5;

/// j-th nearest of n: nearest^((sqrt(n) - sqrt(j)) / (sqrt(n) - 1)), denser towards the corner in
/// the logarithm too.
double pole_distance(int n, int j) {
  return std::pow(nearest,
                  (std::sqrt(double(n)) - std::sqrt(double(j))) / (std::sqrt(double(n)) - 1));
}

/// On the bisector outside the corner, far ones first.
std::vector<Complex> poles_at(Complex before, Complex corner, Complex after, int n) {
  const Complex ahead = after - corner, back = before - corner;
  double inner = std::arg(back / ahead);  // of a counterclockwise polygon, in (0, 2 pi)
  if (inner < 0) inner += 2 * std::numbers::pi;
  const Complex outward = -ahead / std::abs(ahead) * std::polar(1.0, inner / 2);
  const double size = std::min(std::abs(ahead), std::abs(back));
  std::vector<Complex> poles;
  for (int j = n; j > 0; --j) poles.push_back(corner + outward * size * pole_distance(n, j));
  return poles;
}

/// n points an edge by the logistic function, in equal ratios of the distance to its ends down to
/// 1e-2 of that of the nearest poles, and n Chebyshev points for the polynomial.
std::vector<Sample> boundary_samples(const std::vector<Complex>& corners, int n) {
  const double range = std::log(100 / nearest);
  std::vector<Sample> samples;
  for (std::size_t k = 0; k < corners.size(); ++k) {
    const Complex a = corners[k], b = corners[(k + 1) % corners.size()];
    const auto add = [&](double s) { samples.push_back({int(k), a + s * (b - a)}); };
    for (int i = 0; i < n; ++i) {
      add(1 / (1 + std::exp(range * (1 - (2 * i + 1.0) / n))));
      add((1 - std::cos(std::numbers::pi * (i + 0.5) / n)) / 2);
    }
  }
  return samples;
}

std::vector<Complex> points_of(const std::vector<Sample>& samples) {
  std::vector<Complex> z;
  for (const Sample& s : samples) z.push_back(s.z);
  return z;
}

/// Columns: real and imaginary parts of the coefficients of f, then of g without its constant;
/// rows: u, then v.
Eigen::MatrixXd velocity_matrix(const std::vector<Complex>& z, Complex center,
                                const RationalBasis& basis) {
  std::vector<Complex> q;
  basis.evaluate(z, 2, q);
  const Eigen::Index points = Eigen::Index(z.size()), n = basis.size();
  Eigen::MatrixXd a(2 * points, 4 * n - 2);
  const auto set = [&](Eigen::Index p, Eigen::Index column, Complex conjugate_velocity) {
    a(p, column) = conjugate_velocity.real();
    a(points + p, column) = -conjugate_velocity.imag();
  };
  for (Eigen::Index k = 0; k < n; ++k)
    for (Eigen::Index p = 0; p < points; ++p) {
      const Complex value = q[k * points + p], slope = q[(n + k) * points + p];
      const Complex lever = std::conj(z[p] - center) * slope;
      set(p, 2 * k, lever - std::conj(value));
      set(p, 2 * k + 1, i_unit * (lever + std::conj(value)));
      if (k == 0) continue;
      set(p, 2 * (n + k) - 2, slope);
      set(p, 2 * (n + k) - 1, i_unit * slope);
    }
  return a;
}

}  // namespace

StokesFlow::StokesFlow(std::vector<Complex> corners, const Velocity& velocity, int poles,
                       int degree)
    : corners_(std::move(corners)),
      center_(std::accumulate(corners_.begin(), corners_.end(), Complex()) /
              double(corners_.size())) {
  const std::size_t sides = corners_.size();
  std::vector<std::vector<Complex>> groups;
  for (std::size_t k = 0; k < sides; ++k)
    groups.push_back(
        poles_at(corners_[(k + sides - 1) % sides], corners_[k], corners_[(k + 1) % sides], poles));
  const int per_edge = 3 * std::max(degree, 2 * poles);
  const std::vector<Sample> samples = boundary_samples(corners_, per_edge);
  const std::vector<Complex> z = points_of(samples);
  basis_ = std::make_shared<RationalBasis>(z, center_, degree, groups);
  Eigen::MatrixXd a = velocity_matrix(z, center_, *basis_);
  Eigen::VectorXd b(a.rows());
  for (std::size_t p = 0; p < z.size(); ++p) {
    const Complex w = velocity(samples[p].edge, z[p]);
    b(p) = w.real(), b(z.size() + p) = w.imag();
  }
  const Eigen::VectorXd scale = a.colwise().norm().transpose().cwiseMax(1e-300);
  a = a * scale.cwiseInverse().asDiagonal();
  const Eigen::VectorXd c = a.completeOrthogonalDecomposition().solve(b).cwiseQuotient(scale);
  const Eigen::Index n = basis_->size();
  for (Eigen::Index k = 0; k < n; ++k) {
    f_.emplace_back(c(2 * k), c(2 * k + 1));
    g_.push_back(k == 0 ? Complex() : Complex(c(2 * (n + k) - 2), c(2 * (n + k) - 1)));
  }
  const std::vector<Sample> others = boundary_samples(corners_, 2 * per_edge + 1);
  std::vector<std::vector<double>> out;
  evaluate(points_of(others), false, out);
  for (std::size_t p = 0; p < others.size(); ++p)
    boundary_error_ = std::max(boundary_error_, std::abs(Complex(out[0][p], out[1][p]) -
                                                         velocity(others[p].edge, others[p].z)));
}

void StokesFlow::evaluate(const std::vector<Complex>& z, bool gradients,
                          std::vector<std::vector<double>>& out) const {
  constexpr std::size_t block = 512;
  const int orders = gradients ? 3 : 2, n = basis_->size();
  out.assign(gradients ? 9 : 3, std::vector<double>(z.size()));
  std::vector<Complex> q;
  for (std::size_t begin = 0; begin < z.size(); begin += block) {
    const std::vector<Complex> part(z.begin() + begin,
                                    z.begin() + std::min(z.size(), begin + block));
    basis_->evaluate(part, orders, q);
    for (std::size_t p = 0; p < part.size(); ++p) {
      Complex f[3] = {}, g[3] = {};
      for (int m = 0; m < orders; ++m)
        for (int k = 0; k < n; ++k) {
          const Complex value = q[(std::size_t(m) * n + k) * part.size() + p];
          f[m] += f_[k] * value, g[m] += g_[k] * value;
        }
      const Complex lever = std::conj(part[p] - center_);
      const Complex w = -std::conj(f[0]) + lever * f[1] + g[1];  // u - i v
      const auto set = [&](int first, Complex velocity, double pressure) {
        out[first][begin + p] = velocity.real();
        out[first + 1][begin + p] = -velocity.imag();
        out[first + 2][begin + p] = pressure;
      };
      set(0, w, 4 * f[1].real());
      if (!gradients) continue;
      const Complex slope = lever * f[2] + g[2];  // dw/dz; dw/dconj(z) = f' - conj(f')
      const Complex turn = f[1] - std::conj(f[1]);
      set(3, slope + turn, 4 * f[2].real());
      set(6, i_unit * (slope - turn), -4 * f[2].imag());
    }
  }
}

}  // namespace kanpde::problems
