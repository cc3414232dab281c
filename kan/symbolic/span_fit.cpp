#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kan/symbolic/places.hpp"
#include "kan/symbolic/separated.hpp"

namespace kanpde::kan {

namespace {

using Argument = EdgeFunction::Argument;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int scan_points = 50, span_points = 200, refined = 5, simplex_steps = 120;
constexpr double furthest = 0.05;  ///< distance of a function that is chosen nevertheless

MatrixXd orthonormal(const MatrixXd& A) {
  const Eigen::HouseholderQR<MatrixXd> qr(A);
  return qr.householderQ() * MatrixXd::Identity(A.rows(), A.cols());
}

/// The span over some of the points, and what of it is taken already.
class PointSpan {
 public:
  PointSpan(std::span<const double> z, const Columns& basis, const Range& range, int count) {
    const std::vector<int> which = spread_over(z, count);
    MatrixXd values(Index(which.size()), basis.columns());
    t_.resize(which.size());
    for (std::size_t p = 0; p < which.size(); ++p) {
      t_[p] = (z[std::size_t(which[p])] - range.center) / range.half;
      for (int k = 0; k < basis.columns(); ++k) values(Index(p), k) = basis(k, which[p]);
    }
    basis_ = orthonormal(values);
    taken_ = MatrixXd(values.rows(), 0);
  }

  VectorXd values(const EdgeFunction& f, double b, double c) const {
    std::vector<double> z(t_.size()), slopes(t_.size());
    VectorXd y(Index(t_.size()));
    for (std::size_t p = 0; p < z.size(); ++p) z[p] = b * t_[p] + c;
    f.values(z, y.data(), slopes.data());
    return y;
  }

  VectorXd constant() const { return VectorXd::Ones(Index(t_.size())); }

  double distance(const VectorXd& f) const {
    if (!f.allFinite()) return infinity;
    const VectorXd fresh = f - taken_ * (taken_.transpose() * f);
    if (!(fresh.norm() > 1e-4 * f.norm())) return infinity;
    return (f - basis_ * (basis_.transpose() * f)).norm() / fresh.norm();
  }

  void take(const VectorXd& f) {
    MatrixXd more(taken_.rows(), taken_.cols() + 1);
    more.leftCols(taken_.cols()) = taken_;
    more.col(taken_.cols()) = f;
    taken_ = orthonormal(more);
  }

 private:
  std::vector<double> t_;
  MatrixXd basis_, taken_;
};

/// One variable.
class Span {
 public:
  Span(std::span<const double> z, const Columns& basis)
      : range_(z), few_(z, basis, range_, scan_points), many_(z, basis, range_, span_points) {}

  double distance_of_constant() const { return many_.distance(many_.constant()); }

  void take_constant() {
    few_.take(few_.constant());
    many_.take(many_.constant());
  }

  void take(const EdgeFunction& f, double b, double c) {
    few_.take(few_.values(f, b, c));
    many_.take(many_.values(f, b, c));
  }

  /// The best b and c of one function.
  EdgeFit best_of(const EdgeFunction& f) const {
    EdgeFunction shape = f;
    if (f.argument == Argument::none) shape.argument = Argument::shift;  // z + c
    std::vector<Place> places = places_of(shape);
    for (Place& place : places) place.error = few_.distance(few_.values(f, place.b, place.c));
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& p, const Place& q) { return p.error < q.error; });
    EdgeFit best;
    best.error = infinity;
    for (std::size_t k = 0; k < std::min<std::size_t>(refined, places.size()); ++k) {
      if (places[k].error == infinity) break;
      const Place place = descend(shape, places[k]);
      if (place.error < best.error) best.b = place.b, best.c = place.c, best.error = place.error;
    }
    return best;
  }

  EdgeFit in_range(const EdgeFunction& f, EdgeFit fit) const {
    if (f.argument == Argument::none) {
      fit.b = 1, fit.c = fit.c * range_.half - range_.center;
    } else {
      fit = in_units(f, fit, range_);
    }
    fit.a = 1, fit.d = 0;
    return fit;
  }

 private:
  /// Downhill simplex in b and c (Nelder and Mead 1965, doi:10.1093/comjnl/7.4.308).
  Place descend(const EdgeFunction& f, const Place& start) const {
    const bool moves_b = f.argument == Argument::scale || f.argument == Argument::affine;
    const bool moves_c = f.argument == Argument::shift || f.argument == Argument::affine;
    const auto at = [&](double b, double c) {
      return Place{b, c, many_.distance(many_.values(f, b, c))};
    };
    std::vector<Place> simplex{at(start.b, start.c)};
    if (moves_b) simplex.push_back(at(start.b + 0.05 * (1 + std::fabs(start.b)) * 0.5, start.c));
    if (moves_c) simplex.push_back(at(start.b, start.c + 0.03));
    if (simplex.size() == 1) return simplex[0];
    const auto less = [](const Place& p, const Place& q) { return p.error < q.error; };
    for (int step = 0; step < simplex_steps; ++step) {
      std::stable_sort(simplex.begin(), simplex.end(), less);
      Place& worst = simplex.back();
      double b = 0, c = 0;
      for (std::size_t k = 0; k + 1 < simplex.size(); ++k)
        b += simplex[k].b / double(simplex.size() - 1),
            c += simplex[k].c / double(simplex.size() - 1);
      const auto move = [&](double s) { return at(b + s * (worst.b - b), c + s * (worst.c - c)); };
      const Place mirrored = move(-1);
      if (mirrored.error < simplex.front().error) {
        const Place further = move(-2);
        worst = further.error < mirrored.error ? further : mirrored;
      } else if (mirrored.error < simplex[simplex.size() - 2].error) {
        worst = mirrored;
      } else if (const Place nearer = move(0.5); nearer.error < worst.error) {
        worst = nearer;
      } else {
        for (std::size_t k = 1; k < simplex.size(); ++k)
          simplex[k] = at(0.5 * (simplex[k].b + simplex[0].b), 0.5 * (simplex[k].c + simplex[0].c));
      }
    }
    return *std::min_element(simplex.begin(), simplex.end(), less);
  }

  Range range_;
  PointSpan few_, many_;
};

}  // namespace

std::vector<EdgeFit> functions_in_span(const std::vector<EdgeFunction>& library,
                                       std::span<const double> z, const Columns& basis,
                                       double noise) {
  Span span(z, basis);
  std::vector<EdgeFit> chosen;
  while (int(chosen.size()) < basis.columns()) {
    EdgeFit best;
    best.function = -1, best.error = span.distance_of_constant();
    best.score = 2 * std::log10(best.error + noise + 1e-15);
    for (std::size_t k = 0; k < library.size(); ++k) {
      EdgeFit fit = span.best_of(library[k]);
      fit.function = int(k);
      fit.score = library[k].complexity + 2 * std::log10(fit.error + noise + 1e-15);
      if (fit.score < best.score) best = fit;
    }
    if (!(best.error < furthest)) break;
    if (best.function < 0) {
      span.take_constant();
    } else {
      const EdgeFunction& f = library[std::size_t(best.function)];
      span.take(f, best.b, best.c);
      best = span.in_range(f, best);
    }
    chosen.push_back(best);
  }
  return chosen;
}

}  // namespace kanpde::kan
