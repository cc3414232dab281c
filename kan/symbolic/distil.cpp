#include "kan/symbolic/distil.hpp"

#include <algorithm>
#include <cmath>

#include "kan/symbolic/spline_values.hpp"
#include "kernels/base/error.hpp"
#include "kernels/base/random.hpp"

namespace kanpde::kan {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double smoothing = 1e-11;  ///< of roughness, relative to the sum of squares
constexpr std::uint64_t start_stream = 71;

std::span<const double> column(const Columns& x, int i) {
  return {x.column(i), std::size_t(x.points())};
}

/// (A + scale D) c = b by a factorisation that bears near dependence.
VectorXd solve(MatrixXd A, const MatrixXd& D, const VectorXd& b, double scale) {
  const double size = A.trace() / double(A.rows());
  A += scale * size * D;
  A.diagonal().array() += 1e-14 * size;
  return A.ldlt().solve(b);
}

class Trainer {
 public:
  Trainer(const Columns& x, std::span<const double> f, const DistilSettings& settings)
      : settings_(settings),
        inputs_(x.columns()),
        f_(Eigen::Map<const VectorXd>(f.data(), Index(f.size()))) {
    weights_.resize(f_.size());
    for (Index p = 0; p < f_.size(); ++p) weights_(p) = is_held_out(p) ? 0 : 1;
    for (int i = 0; i < inputs_; ++i) {
      const auto [low, high] = std::minmax_element(x.column(i), x.column(i) + x.points());
      const SplineBasis basis(*low, *high, settings.intervals);
      basis_.push_back(basis.values(column(x, i)));
      roughness_ = basis.roughness();
      x_.push_back(Eigen::Map<const VectorXd>(x.column(i), x.points()));
    }
    size_ = int(roughness_.rows());
  }

  SmallNetwork run() {
    start();
    if (settings_.link)
      take_link_steps();
    else if (settings_.product)
      sweep(f_, 40);
    return result();
  }

 private:
  VectorXd edge(int i) const { return basis_[std::size_t(i)] * inner_.col(i); }

  VectorXd node() const {
    VectorXd z = edge(0);
    for (int i = 1; i < inputs_; ++i)
      if (settings_.product)
        z.array() *= edge(i).array();
      else
        z += edge(i);
    return z;
  }

  /// Of the node with respect to edge i.
  VectorXd others(int i) const {
    VectorXd rest = VectorXd::Ones(f_.size());
    if (settings_.product)
      for (int j = 0; j < inputs_; ++j)
        if (j != i) rest.array() *= edge(j).array();
    return rest;
  }

  void start() {
    inner_ = MatrixXd::Zero(size_, inputs_);
    if (settings_.start > 0) return random_start();
    if (settings_.product) {
      product_start();
    } else {
      fit_sum(f_);
    }
  }

  /// phi_i(x_i) = a_i t + b_i t^2 with random a_i, b_i and t in [-1, 1], by its values.
  void random_start() {
    Random random(std::uint64_t(settings_.start), start_stream);
    for (int i = 0; i < inputs_; ++i) {
      const double a = random.uniform(-1, 1), b = random.uniform(-1, 1);
      const double c = settings_.product ? random.uniform(0.5, 1.5) : 0;
      for (int g = 0; g < size_; ++g) {
        const double t = -1 + 2.0 * g / (size_ - 1);
        inner_(g, i) = c + a * t + b * t * t;
      }
    }
  }

  /// The best sum for `target` by one linear least-squares problem.
  void fit_sum(const VectorXd& target) {
    MatrixXd J(f_.size(), Index(size_) * inputs_);
    MatrixXd D = MatrixXd::Zero(J.cols(), J.cols());
    for (int i = 0; i < inputs_; ++i) {
      J.middleCols(i * size_, size_) = basis_[std::size_t(i)];
      D.block(i * size_, i * size_, size_, size_) = roughness_;
    }
    const MatrixXd W = weights_.asDiagonal() * J;
    const VectorXd c = solve(J.transpose() * W, D, W.transpose() * target, smoothing);
    inner_ = Eigen::Map<const MatrixXd>(c.data(), size_, inputs_);
  }

  /// Alternating least squares for the best product.
  void sweep(const VectorXd& target, int sweeps) {
    double last = 1e300;
    for (int k = 0; k < sweeps; ++k) {
      for (int i = 0; i < inputs_; ++i) {
        const VectorXd rest = others(i);
        const MatrixXd J = rest.asDiagonal() * basis_[std::size_t(i)];
        const MatrixXd W = weights_.asDiagonal() * J;
        inner_.col(i) = solve(J.transpose() * W, roughness_, W.transpose() * target, smoothing);
        if (i + 1 < inputs_) balance(i);
      }
      const double loss = (weights_.asDiagonal() * (target - node())).squaredNorm();
      if (!(loss < last * (1 - 1e-6))) break;
      last = loss;
    }
  }

  /// Edge i to size 1: the next one takes up the size.
  void balance(int i) {
    const double size = edge(i).cwiseAbs().maxCoeff();
    if (size > 0) inner_.col(i) /= size, inner_.col(i + 1) *= size;
  }

  void product_start() {
    MatrixXd best;
    double least = 1e300;
    for (int k = 0; k < 4; ++k) {
      settings_.start = 1000 + k;
      random_start();
      sweep(f_, 12);
      const double loss = (weights_.asDiagonal() * (f_ - node())).squaredNorm();
      if (loss < least) least = loss, best = inner_;
    }
    settings_.start = 0;
    inner_ = best;
  }

  // with a link

  struct Link {
    VectorXd z, values, slopes;
    double loss = 1e300;
  };

  /// Moves z to [-1, 1] (of a product: scales it) and fits g.
  Link fit_link() {
    Link link;
    link.z = node();
    normalise(link.z);
    const std::span<const double> points(link.z.data(), std::size_t(link.z.size()));
    const SplineBasis basis(link.z.minCoeff(), link.z.maxCoeff(), settings_.intervals);
    const MatrixXd B = basis.values(points), W = weights_.asDiagonal() * B;
    const VectorXd c =
        solve(B.transpose() * W, basis.roughness(), W.transpose() * f_, 10 * smoothing);
    link.values = B * c;
    link.slopes = basis.slopes(points) * c;
    link.loss = (weights_.asDiagonal() * (f_ - link.values)).squaredNorm();
    if (!std::isfinite(link.loss)) link.loss = 1e300;
    return link;
  }

  void normalise(VectorXd& z) {
    const double low = z.minCoeff(), high = z.maxCoeff();
    const double half =
        std::max(settings_.product ? z.cwiseAbs().maxCoeff() : 0.5 * (high - low), 1e-300);
    if (settings_.product) {
      inner_.col(inputs_ - 1) /= half;
      z /= half;
      return;
    }
    const double center = 0.5 * (low + high);
    inner_ /= half;
    inner_.array() -= center / half / inputs_;  // B-splines add up to 1
    z = (z.array() - center) / half;
  }

  MatrixXd jacobian(const Link& link) const {
    MatrixXd J(f_.size(), Index(size_) * inputs_);
    for (int i = 0; i < inputs_; ++i) {
      const VectorXd slope = link.slopes.cwiseProduct(others(i));
      J.middleCols(i * size_, size_) = slope.asDiagonal() * basis_[std::size_t(i)];
    }
    return J;
  }

  /// What is left of the columns of J beside those of g: Kaufman's Jacobian.
  MatrixXd beside_link(const MatrixXd& J, const Link& link) const {
    const std::span<const double> points(link.z.data(), std::size_t(link.z.size()));
    const SplineBasis basis(link.z.minCoeff(), link.z.maxCoeff(), settings_.intervals);
    const MatrixXd B = weights_.asDiagonal() * basis.values(points);
    MatrixXd A = B.transpose() * B;
    A.diagonal().array() += 1e-12 * A.trace() / double(A.rows());
    return J - B * A.ldlt().solve(B.transpose() * J);
  }

  void take_link_steps() {
    Link link = fit_link();
    MatrixXd D = MatrixXd::Zero(Index(size_) * inputs_, Index(size_) * inputs_);
    for (int i = 0; i < inputs_; ++i) D.block(i * size_, i * size_, size_, size_) = roughness_;
    double damping = 1e-3;
    int slow = 0;
    const double target = 1e-26 * f_.squaredNorm();
    for (int step = 0; step < settings_.steps && damping < 1e8 && link.loss > target; ++step) {
      const MatrixXd J = beside_link(weights_.asDiagonal() * jacobian(link), link);
      const MatrixXd A = J.transpose() * J;
      const VectorXd g = J.transpose() * (f_ - link.values);
      const double size = A.trace() / double(A.rows());
      bool accepted = false;
      while (!accepted && damping < 1e8) {
        MatrixXd M = A + smoothing * size * D;
        M.diagonal() += damping * (A.diagonal().array() + 1e-9 * size).matrix();
        const VectorXd move = M.ldlt().solve(g);
        const MatrixXd before = inner_;
        inner_ += Eigen::Map<const MatrixXd>(move.data(), size_, inputs_);
        Link next = fit_link();
        accepted = next.loss < link.loss;
        if (!accepted) {
          inner_ = before, damping *= 6;
          continue;
        }
        slow = next.loss > 0.98 * link.loss ? slow + 1 : 0;
        link = std::move(next), damping = std::max(damping * 0.15, 1e-12);
      }
      if (slow >= 5) break;
    }
  }

  SmallNetwork result() {
    SmallNetwork network;
    network.product = settings_.product, network.link = settings_.link;
    VectorXd outer;
    if (settings_.link) {
      const Link link = fit_link();
      network.node.assign(link.z.begin(), link.z.end());
      outer = link.values;
    } else {
      outer = node();
      network.node.assign(outer.begin(), outer.end());
    }
    network.outer.assign(outer.begin(), outer.end());
    for (int i = 0; i < inputs_; ++i) {
      const VectorXd y = edge(i);
      network.inner.emplace_back(y.begin(), y.end());
    }
    network.error = held_out_error(outer);
    return network;
  }

  double held_out_error(const VectorXd& values) const {
    double misfit = 0, deviation = 0;
    const double mean = f_.mean();
    for (Index p = 0; p < f_.size(); ++p)
      if (is_held_out(p)) {
        misfit += std::pow(f_(p) - values(p), 2);
        deviation += std::pow(f_(p) - mean, 2);
      }
    return std::sqrt(misfit / std::max(deviation, 1e-300));
  }

  DistilSettings settings_;
  int inputs_, size_ = 0;
  VectorXd f_, weights_;
  std::vector<VectorXd> x_;
  std::vector<MatrixXd> basis_;
  MatrixXd roughness_, inner_;  // inner_: coefficients, a column an edge
};

}  // namespace

SmallNetwork distil(const Columns& x, std::span<const double> f, const DistilSettings& settings) {
  check(x.columns() > 0 && std::size_t(x.points()) == f.size(), "distil: {} points, {} values",
        x.points(), f.size());
  return Trainer(x, f, settings).run();
}

}  // namespace kanpde::kan
