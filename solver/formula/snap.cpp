#include "solver/formula/snap.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kanpde::solver {

namespace {

constexpr double furthest = 1e-3;  ///< relative; no constant is rounded by more

struct Unit {
  double value;
  int cost;
};

constexpr Unit units[] = {{1, 0},
                          {std::numbers::pi, 2},
                          {std::numbers::inv_pi, 4},
                          {std::numbers::pi * std::numbers::pi, 4},
                          {std::numbers::e, 5},
                          {std::numbers::sqrt2, 5},
                          {std::numbers::sqrt3, 6}};

struct Nice {
  double value;
  int cost;
};

std::optional<Nice> nicest(double value, double tolerance) {
  if (std::fabs(value) <= tolerance) return Nice{0, 0};
  std::optional<Nice> best;
  for (const Unit& unit : units)
    for (int q = 1; q <= 16; ++q) {
      const double p = std::round(value * q / unit.value);
      const double candidate = p * unit.value / q;
      if (p == 0 || std::fabs(p) > 1000 || std::fabs(candidate - value) > tolerance) continue;
      const int cost = unit.cost + 2 * (q - 1) + int(2 * std::log10(std::fabs(p)) + 1);
      if (!best || cost < best->cost) best = Nice{candidate, cost};
    }
  return best;
}

class Snapper {
 public:
  Snapper(const ConstantsFit& problem, std::vector<Constant>& constants, double rounding)
      : problem_(problem), constants_(constants), rounding_(rounding) {
    for (const Constant& c : constants) values_.push_back(c.value);
    moves_.assign(values_.size(), true);
  }

  SnapResult run() {
    outcome_ = problem_.fit(values_, moves_);
    for (std::size_t k = 0; k < values_.size(); ++k)
      if (constants_[k].free) hold(k, constants_[k].wish);
    tried_.assign(values_.size(), false);
    while (snap_simplest()) {
    }
    for (std::size_t k = 0; k < values_.size(); ++k) constants_[k].value = values_[k];
    SnapResult result{outcome_, {}};
    for (bool moves : moves_) result.snapped.push_back(!moves);
    return result;
  }

 private:
  /// Fixes constant k, where the misfit stays what it was.
  bool hold(std::size_t k, double value) {
    std::vector<double> next = values_;
    std::vector<bool> moves = moves_;
    next[k] = value, moves[k] = false;
    const auto outcome = problem_.fit(next, moves);
    if (!(outcome.rms <= 1.02 * outcome_.rms + rounding_)) return false;
    values_ = std::move(next), moves_ = std::move(moves);
    outcome_.rms = std::min(outcome.rms, outcome_.rms), outcome_.largest = outcome.largest;
    return true;
  }

  /// False when nothing is left to try.
  bool snap_simplest() {
    const std::vector<double> sigma = problem_.uncertainty(values_, moves_, outcome_.rms);
    std::size_t best = values_.size();
    std::optional<Nice> chosen;
    for (std::size_t k = 0; k < values_.size(); ++k) {
      if (!moves_[k] || tried_[k]) continue;
      const double size = 1 + std::fabs(values_[k]);
      const double tolerance = std::min(furthest * size, 30 * sigma[k] + 1e-11 * size);
      const std::optional<Nice> nice = nicest(values_[k], tolerance);
      if (nice && (!chosen || nice->cost < chosen->cost)) chosen = nice, best = k;
    }
    if (!chosen) return false;
    tried_[best] = true;
    if (hold(best, chosen->value)) tried_.assign(values_.size(), false);
    return true;
  }

  const ConstantsFit& problem_;
  std::vector<Constant>& constants_;
  double rounding_;
  std::vector<double> values_;
  std::vector<bool> moves_, tried_;
  ConstantsFit::Outcome outcome_;
};

}  // namespace

std::optional<double> nice_number(double value, double tolerance) {
  const auto nice = nicest(value, tolerance);
  return nice ? std::optional(nice->value) : std::nullopt;
}

SnapResult snap_constants(const ConstantsFit& problem, std::vector<Constant>& constants,
                          double rounding) {
  SnapResult result = Snapper(problem, constants, rounding).run();
  std::vector<double> values;
  for (const Constant& c : constants) values.push_back(c.value);
  result.outcome = problem.measure(values);
  return result;
}

}  // namespace kanpde::solver
