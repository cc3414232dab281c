#include "kan/symbolic/separated.hpp"

#include <algorithm>
#include <cmath>

#include "kan/symbolic/distil.hpp"
#include "kan/symbolic/spline_values.hpp"
#include "kernels/base/error.hpp"
#include "kernels/base/random.hpp"

namespace kanpde::kan {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_sweeps = 60, starts = 3;
constexpr std::uint64_t start_stream = 74;

class Sweeps {
 public:
  Sweeps(const Columns& x, std::span<const double> f, int rank, int intervals)
      : rank_(rank), f_(Eigen::Map<const VectorXd>(f.data(), Index(f.size()))) {
    weights_ = VectorXd::Ones(f_.size());
    for (Index p = 0; p < f_.size(); ++p)
      if (is_held_out(p)) weights_(p) = 0;
    for (int i = 0; i < 2; ++i) {
      const std::span<const double> column(x.column(i), std::size_t(x.points()));
      const auto [low, high] = std::minmax_element(column.begin(), column.end());
      const SplineBasis basis(*low, *high, intervals);
      basis_[i] = basis.values(column);
      roughness_ = basis.roughness();
    }
  }

  /// Misfit of the training points after sweeps from a random start.
  double run(int start) {
    Random random(std::uint64_t(start), start_stream);
    MatrixXd coefficients(basis_[1].cols(), rank_);
    for (int k = 0; k < rank_; ++k) {
      const double wave = random.uniform(0.5, 6), phase = random.uniform(0, 6);
      for (Index g = 0; g < coefficients.rows(); ++g)
        coefficients(g, k) = std::sin(wave * double(g) / double(coefficients.rows()) + phase);
    }
    values_[1] = basis_[1] * coefficients;
    double last = 1e300;
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      improve(0);
      improve(1);
      const double loss = misfit(true);
      if (!(loss < last * (1 - 1e-3))) return std::min(loss, last);
      last = loss;
    }
    return last;
  }

  /// Sum of squares over the training points or the others.
  double misfit(bool training) const {
    const VectorXd rest = f_ - values_[0].cwiseProduct(values_[1]).rowwise().sum();
    double sum = 0;
    for (Index p = 0; p < rest.size(); ++p)
      if (is_held_out(p) != training) sum += rest(p) * rest(p);
    return sum;
  }

  const MatrixXd& values(int i) const { return values_[i]; }

 private:
  /// The best functions of variable i, those of the other made orthonormal first.
  void improve(int i) {
    MatrixXd& other = values_[1 - i];
    const Eigen::HouseholderQR<MatrixXd> qr(other);
    other = qr.householderQ() * MatrixXd::Identity(other.rows(), rank_);
    const Index size = basis_[i].cols();
    MatrixXd J(f_.size(), size * rank_);
    MatrixXd D = MatrixXd::Zero(J.cols(), J.cols());
    for (int k = 0; k < rank_; ++k) {
      J.middleCols(k * size, size) = weights_.cwiseProduct(other.col(k)).asDiagonal() * basis_[i];
      D.block(k * size, k * size, size, size) = roughness_;
    }
    MatrixXd A = J.transpose() * J;
    const double scale = A.trace() / double(A.rows());
    A += 1e-11 * scale * D;
    A.diagonal().array() += 1e-14 * scale;
    const VectorXd c = A.ldlt().solve(J.transpose() * f_);
    values_[i] = basis_[i] * Eigen::Map<const MatrixXd>(c.data(), size, rank_);
  }

  int rank_;
  VectorXd f_, weights_;
  MatrixXd basis_[2], values_[2], roughness_;
};

Columns as_columns(const MatrixXd& values) {
  Columns columns(int(values.cols()), int(values.rows()));
  std::copy_n(values.data(), values.size(), columns.values().data());
  return columns;
}

}  // namespace

Separated separate(const Columns& x, std::span<const double> f, int rank, int intervals) {
  check(x.columns() == 2 && std::size_t(x.points()) == f.size(), "separate: {} x {}, {} values",
        x.points(), x.columns(), f.size());
  Sweeps sweeps(x, f, rank, intervals);
  Separated best;
  double least = 1e300;
  for (int start = 0; start < starts; ++start) {
    const double loss = sweeps.run(start);
    if (!(loss < least)) continue;
    least = loss;
    best.left = as_columns(sweeps.values(0)), best.right = as_columns(sweeps.values(1));
    const Eigen::Map<const VectorXd> values(f.data(), Index(f.size()));
    double deviation = 0;
    for (Index p = 0; p < values.size(); ++p)
      if (is_held_out(p)) deviation += std::pow(values(p) - values.mean(), 2);
    best.error = std::sqrt(sweeps.misfit(false) / std::max(deviation, 1e-300));
  }
  return best;
}

/// Of every fit at the points: a column each.
static MatrixXd values_of(const std::vector<EdgeFunction>& library,
                          const std::vector<EdgeFit>& fits, const double* z, int count) {
  MatrixXd values = MatrixXd::Ones(count, Index(fits.size()));
  std::vector<double> argument(static_cast<std::size_t>(count)), slope(argument.size());
  for (std::size_t k = 0; k < fits.size(); ++k) {
    if (fits[k].function < 0) continue;
    for (std::size_t p = 0; p < argument.size(); ++p) argument[p] = fits[k].b * z[p] + fits[k].c;
    library[std::size_t(fits[k].function)].values(argument, values.col(Index(k)).data(),
                                                  slope.data());
  }
  return values;
}

std::vector<double> product_coefficients(const std::vector<EdgeFunction>& library, const Columns& x,
                                         std::span<const double> f,
                                         const std::vector<EdgeFit>& left,
                                         const std::vector<EdgeFit>& right, double least) {
  const MatrixXd L = values_of(library, left, x.column(0), x.points());
  const MatrixXd R = values_of(library, right, x.column(1), x.points());
  MatrixXd J(L.rows(), L.cols() * R.cols());
  for (Index j = 0; j < L.cols(); ++j)
    for (Index k = 0; k < R.cols(); ++k) J.col(j * R.cols() + k) = L.col(j).cwiseProduct(R.col(k));
  const Eigen::Map<const VectorXd> target(f.data(), Index(f.size()));
  VectorXd c = J.allFinite() ? VectorXd(J.colPivHouseholderQr().solve(target))
                             : VectorXd(VectorXd::Zero(J.cols()));
  const double deviation = std::sqrt((target.array() - target.mean()).square().mean());
  for (Index k = 0; k < c.size(); ++k)
    if (std::fabs(c(k)) * std::sqrt(J.col(k).squaredNorm() / double(J.rows())) < least * deviation)
      c(k) = 0;
  return {c.begin(), c.end()};
}

}  // namespace kanpde::kan
