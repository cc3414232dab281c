#include "kan/symbolic/edge_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "kan/symbolic/places.hpp"
#include "kernels/base/error.hpp"

namespace kanpde::kan {

namespace {

using Argument = EdgeFunction::Argument;
using Points = std::vector<double>;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int scan_points = 48;  ///< over which the grid is searched
constexpr int fit_points = 240;  ///< over which the best are refined
constexpr int highest_degree = 6;
constexpr int starts = 6;  ///< places of the grid that are refined

/// Points (t, y) with t in [-1, 1], `count` of them at most, evenly over the order of t.
struct Sample {
  Points t, y;
  double mean = 0, norm = 0;  ///< of y: mean, and root of the sum of squares about it
};

Sample take(std::span<const double> z, std::span<const double> y, const Range& range, int count) {
  const std::vector<int> which = spread_over(z, count);
  Sample s;
  for (int k : which) {
    const auto p = std::size_t(k);
    s.t.push_back((z[p] - range.center) / range.half);
    s.y.push_back(y[p]);
    s.mean += y[p] / double(which.size());
  }
  for (double v : s.y) s.norm += (v - s.mean) * (v - s.mean);
  s.norm = std::sqrt(s.norm);
  return s;
}

/// |y - a f - d| / |y - mean y| with the best a and d; infinite where f is not finite.
double projected_error(const Sample& s, const Points& f) {
  const double n = double(f.size());
  double mean = 0, square = 0, product = 0;
  for (double v : f) mean += v / n;
  if (!std::isfinite(mean)) return infinity;
  for (std::size_t p = 0; p < f.size(); ++p) {
    square += (f[p] - mean) * (f[p] - mean);
    product += (f[p] - mean) * (s.y[p] - s.mean);
  }
  if (!(square > 1e-24 * n * (1 + mean * mean)) || !std::isfinite(square)) return infinity;
  const double share = product * product / (square * s.norm * s.norm);
  return std::sqrt(std::max(0.0, 1 - share));
}

/// Values and derivatives at b t + c.
void evaluate(const EdgeFunction& f, const Sample& s, double b, double c, Points& y, Points& dy) {
  Points z(s.t.size());
  for (std::size_t p = 0; p < z.size(); ++p) z[p] = b * s.t[p] + c;
  y.resize(z.size());
  dy.resize(z.size());
  f.values(z, y.data(), dy.data());
}

/// The best places, each better than its neighbours in the list.
std::vector<Place> scan(const EdgeFunction& f, const Sample& s) {
  std::vector<Place> places = places_of(f);
  Points y, dy;
  for (Place& place : places) {
    evaluate(f, s, place.b, place.c, y, dy);
    place.error = projected_error(s, y);
  }
  std::vector<Place> best;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const bool left = k == 0 || places[k].error <= places[k - 1].error;
    const bool right = k + 1 == places.size() || places[k].error <= places[k + 1].error;
    if (left && right && places[k].error < infinity) best.push_back(places[k]);
  }
  std::stable_sort(best.begin(), best.end(),
                   [](const Place& p, const Place& q) { return p.error < q.error; });
  if (best.size() > starts) best.resize(starts);
  return best;
}

/// Levenberg-Marquardt on b and c, a and d eliminated; Kaufman's Jacobian (1975,
/// doi:10.1007/BF01932995).
class Refinement {
 public:
  Refinement(const EdgeFunction& f, const Sample& s) : f_(f), s_(s) {
    moves_[0] = f.argument == Argument::scale || f.argument == Argument::affine;
    moves_[1] = f.argument == Argument::shift || f.argument == Argument::affine;
  }

  EdgeFit run(const Place& start) {
    EdgeFit fit = at(start.b, start.c);
    double damping = 1e-3;
    for (int step = 0; step < 60 && damping < 1e8 && fit.error > 1e-15; ++step) {
      const auto [db, dc] = direction(fit, damping);
      const EdgeFit next = at(fit.b + db, fit.c + dc);
      const bool better = next.error < fit.error;
      const bool settled = better && next.error > fit.error * (1 - 1e-9);
      damping *= better ? 0.2 : 5;
      if (better) fit = next;
      if (settled) break;
    }
    return fit;
  }

 private:
  /// The fit with the best a and d.
  EdgeFit at(double b, double c) const {
    Points y, dy;
    evaluate(f_, s_, b, c, y, dy);
    EdgeFit fit;
    fit.b = b, fit.c = c, fit.error = infinity;
    if (projected_error(s_, y) == infinity) return fit;
    const auto n = Eigen::Index(y.size());
    const Eigen::Map<const VectorXd> f(y.data(), n), target(s_.y.data(), n);
    const double mean = f.mean();
    const VectorXd centered = f.array() - mean;
    fit.a = centered.dot((target.array() - s_.mean).matrix()) / centered.squaredNorm();
    fit.d = s_.mean - fit.a * mean;
    const VectorXd rest = (target.array() - s_.mean).matrix() - fit.a * centered;
    fit.error = rest.norm() / s_.norm;
    return fit;
  }

  std::pair<double, double> direction(const EdgeFit& fit, double damping) const {
    Points y, dy;
    evaluate(f_, s_, fit.b, fit.c, y, dy);
    const auto n = Eigen::Index(y.size());
    Eigen::MatrixXd J(n, 2), linear(n, 2);
    VectorXd rest(n);
    for (Eigen::Index p = 0; p < n; ++p) {
      const auto q = std::size_t(p);
      J(p, 0) = moves_[0] ? fit.a * dy[q] * s_.t[q] : 0;
      J(p, 1) = moves_[1] ? fit.a * dy[q] : 0;
      linear(p, 0) = y[q], linear(p, 1) = 1;
      rest(p) = s_.y[q] - fit.a * y[q] - fit.d;
    }
    if (!J.allFinite()) return {0, 0};
    J -= linear * linear.colPivHouseholderQr().solve(J);
    Eigen::Matrix2d A = J.transpose() * J;
    for (int k = 0; k < 2; ++k) A(k, k) += damping * A(k, k) + 1e-300;
    const Eigen::Vector2d g = J.transpose() * rest;
    for (int k = 0; k < 2; ++k)
      if (!moves_[k]) A.row(k).setZero(), A.col(k).setZero(), A(k, k) = 1;
    const Eigen::Vector2d step = A.fullPivLu().solve(g);
    return {moves_[0] ? step(0) : 0, moves_[1] ? step(1) : 0};
  }

  const EdgeFunction& f_;
  const Sample& s_;
  bool moves_[2];
};

bool has_powers(const std::vector<EdgeFunction>& library) {
  const auto has = [&](const char* name) {
    return std::any_of(library.begin(), library.end(),
                       [&](const EdgeFunction& f) { return f.name == name; });
  };
  return has("x") && has("x^2");
}

}  // namespace

EdgeFit fit_function(const EdgeFunction& f, std::span<const double> z, std::span<const double> y) {
  check(z.size() == y.size() && !z.empty(), "fit_function: {} points, {} values", z.size(),
        y.size());
  const Range range(z);
  const Sample few = take(z, y, range, scan_points), many = take(z, y, range, fit_points);
  EdgeFit best;
  best.error = infinity;
  for (const Place& place : scan(f, few)) {
    const EdgeFit fit = Refinement(f, many).run(place);
    if (fit.error < best.error) best = fit;
  }
  return best.error < infinity ? in_units(f, best, range) : best;
}

std::vector<EdgeFit> fit_edge(const std::vector<EdgeFunction>& library, std::span<const double> z,
                              std::span<const double> y, double noise) {
  std::vector<EdgeFit> fits;
  for (std::size_t k = 0; k < library.size(); ++k) {
    EdgeFit fit = fit_function(library[k], z, y);
    if (fit.error == infinity) continue;
    fit.function = int(k);
    fit.score = library[k].complexity + 2 * std::log10(fit.error + noise + 1e-15);
    fits.push_back(fit);
  }
  if (has_powers(library)) {
    for (int degree = 2; degree <= highest_degree; ++degree) {
      EdgeFit fit = fit_polynomial(degree, z, y);
      if (!std::isfinite(fit.error) || fit.a == 0) continue;
      fit.score = 1.5 + degree + 2 * std::log10(fit.error + noise + 1e-15);
      fits.push_back(std::move(fit));
    }
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const EdgeFit& x, const EdgeFit& w) { return x.score < w.score; });
  return fits;
}

}  // namespace kanpde::kan
