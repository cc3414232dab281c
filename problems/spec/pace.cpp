#include "problems/spec/pace.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::problems {

namespace {

constexpr int nodes = 401;  ///< along the interval, ends left out
constexpr int time_axis = 1;

bool is_unknown(const Symbol& s) { return s.kind == Symbol::Kind::unknown; }

/// Works on a copy of the problem's graph: what is built there leaves no trace in a training.
class Start {
 public:
  explicit Start(const Problem& problem) : problem_(problem), graph_(problem.graph) {}

  std::optional<Pace> pace() {
    Pace pace;
    const double range = largest_range();
    if (!(range > 0)) return std::nullopt;
    for (const auto& equation : problem_.equations)
      if (!add(equation.parsed.residual, range, pace)) return std::nullopt;
    return std::isfinite(pace.phase) ? std::optional(pace) : std::nullopt;
  }

 private:
  /// False where the equation cannot be solved for its highest time derivative.
  bool add(Expr residual, double range, Pace& pace) {
    const std::vector<Symbol> symbols = unknowns_of(residual);
    std::vector<Symbol> highest;
    for (const Symbol& s : symbols)
      if (s.alpha.count[time_axis] > 0 && s.alpha.count[time_axis] == time_order(s.index))
        highest.push_back(s);
    if (highest.empty()) {  // a constraint
      if (nonlinear_part(residual)) pace.nonlinear = 1;
      return true;
    }
    const int order = highest.front().alpha.order();
    const Expr factor = graph_.partial(residual, highest.front());
    if (highest.size() > 1 || order > 2 || order != highest.front().alpha.count[time_axis] ||
        graph_.depends_on(factor, Symbol::Kind::unknown))
      return false;
    const Expr rest = graph_.substitute(residual, [&](const Symbol& s) {
      return s == highest.front() ? graph_.constant(0) : Expr{};
    });
    const double rate = largest(graph_.div(rest, factor));
    if (!std::isfinite(rate)) return false;
    const double time = problem_.region.extra.upper[0] - problem_.region.extra.lower[0];
    const double frequency = order == 1 ? 2 * rate / range : std::sqrt(2 * rate / range);
    pace.phase = std::max(pace.phase, time / 2 * frequency);
    if (const std::optional<Expr> part = nonlinear_part(rest)) {
      const double size = largest(*part), others = largest(graph_.sub(rest, *part));
      pace.nonlinear = std::max(pace.nonlinear, std::isfinite(size) ? size / (size + others) : 1.0);
    }
    return true;
  }

  std::vector<Symbol> unknowns_of(Expr e) const {
    std::vector<Symbol> found = graph_.symbols(std::vector<Expr>{e});
    std::erase_if(found, [](const Symbol& s) { return !is_unknown(s); });
    return found;
  }

  int time_order(int unknown) const {
    int order = 0;
    for (const auto& equation : problem_.equations)
      for (const Symbol& s : unknowns_of(equation.parsed.residual))
        if (s.index == unknown) order = std::max<int>(order, s.alpha.count[time_axis]);
    return order;
  }

  /// What a linearisation at zero leaves out of an expression; nothing where it is linear.
  std::optional<Expr> nonlinear_part(Expr e) {
    const auto at_zero = [&](Expr f) {
      return graph_.substitute(
          f, [&](const Symbol& s) { return is_unknown(s) ? graph_.constant(0) : Expr{}; });
    };
    Expr part = graph_.sub(e, at_zero(e));
    bool linear = true;
    for (const Symbol& s : unknowns_of(e)) {
      const Expr slope = graph_.partial(e, s);
      linear = linear && !graph_.depends_on(slope, Symbol::Kind::unknown);
      part = graph_.sub(part, graph_.mul(at_zero(slope), graph_.symbol(s)));
    }
    return linear ? std::nullopt : std::optional(part);
  }

  /// Derivative of an unknown at the start, by the initial conditions; invalid where none gives it.
  Expr initial(const Symbol& s) {
    MultiIndex in_time, in_space = s.alpha;
    in_time.count[time_axis] = s.alpha.count[time_axis];
    in_space.count[time_axis] = 0;
    const Expr wanted = graph_.unknown(s.index, in_time);
    for (const Condition& c : problem_.conditions)
      if (c.where == Condition::Where::initial && c.parsed.left == wanted &&
          !graph_.depends_on(c.parsed.right, Symbol::Kind::unknown))
        return graph_.derivative(at_begin(c.parsed.right), in_space);
    return in_time.order() > 0 ? graph_.constant(0) : Expr{};
  }

  Expr at_begin(Expr e) {
    return graph_.substitute(e, [&](const Symbol& s) {
      return s.kind == Symbol::Kind::coordinate && s.index == time_axis
                 ? graph_.constant(problem_.region.extra.lower[0])
                 : Expr{};
    });
  }

  /// Values at the nodes, initial values put in.
  std::vector<double> values(Expr e) {
    const Expr known = at_begin(
        graph_.substitute(e, [&](const Symbol& s) { return is_unknown(s) ? initial(s) : Expr{}; }));
    const Box box = problem_.region.space->bounding_box();
    std::vector<double> v;
    for (int k = 1; k <= nodes; ++k)
      v.push_back(graph_.evaluate(known, [&](const Symbol& s) {
        return s.kind == Symbol::Kind::coordinate && s.index == 0
                   ? std::lerp(box.lower[0], box.upper[0], double(k) / (nodes + 1))
                   : std::nan("");
      }));
    return v;
  }

  /// Largest absolute value; not finite where some value is not.
  double largest(Expr e) {
    double most = 0;
    for (const double v : values(e)) {
      if (!std::isfinite(v)) return v;
      most = std::max(most, std::abs(v));
    }
    return most;
  }

  double largest_range() {
    double range = 0;
    for (int u = 0; u < int(problem_.unknowns.size()); ++u) {
      if (time_order(u) == 0) continue;
      const std::vector<double> v = values(graph_.unknown(u));
      const auto [low, high] = std::minmax_element(v.begin(), v.end());
      range = std::max(range, *high - *low);
    }
    return range;
  }

  const Problem& problem_;
  Graph graph_;
};

}  // namespace

std::optional<Pace> start_pace(const Problem& problem) { return Start(problem).pace(); }

}  // namespace kanpde::problems
