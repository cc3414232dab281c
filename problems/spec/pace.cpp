#include "problems/spec/pace.hpp"

#include <algorithm>
#include <cmath>

#include "problems/spec/start_values.hpp"

namespace kanpde::problems {

namespace {

/// Along each side of a box of one or two dimensions, ends left out.
constexpr int nodes[] = {401, 41};

bool is_unknown(const Symbol& s) { return s.kind == Symbol::Kind::unknown; }

Columns inner_nodes(const Box& box) {
  const int d = box.dimension(), n = nodes[d - 1];
  Columns x(d, d == 1 ? n : n * n);
  for (int p = 0; p < x.points(); ++p)
    for (int i = 0, rest = p; i < d; ++i, rest /= n)
      x(i, p) = std::lerp(box.lower[i], box.upper[i], double(rest % n + 1) / (n + 1));
  return x;
}

class Start {
 public:
  explicit Start(const Problem& problem)
      : problem_(problem),
        start_(problem),
        graph_(start_.graph()),
        nodes_(inner_nodes(problem.region.space->bounding_box())) {}

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
    if (!start_.evolves(residual)) {  // a constraint
      if (nonlinear_part(residual)) pace.nonlinear = 1;
      return true;
    }
    const auto solved = start_.solve(residual);
    if (!solved) return false;
    const double rate = largest(solved->value);
    if (!std::isfinite(rate)) return false;
    const double time = problem_.region.extra.upper[0] - problem_.region.extra.lower[0];
    const double frequency = solved->order == 1 ? 2 * rate / range : std::sqrt(2 * rate / range);
    pace.phase = std::max(pace.phase, time / 2 * frequency);
    if (const std::optional<Expr> part = nonlinear_part(solved->rest)) {
      const double size = largest(*part), others = largest(graph_.sub(solved->rest, *part));
      pace.nonlinear = std::max(pace.nonlinear, std::isfinite(size) ? size / (size + others) : 1.0);
    }
    return true;
  }

  /// What a linearisation at zero leaves out of an expression; nothing where it is linear.
  std::optional<Expr> nonlinear_part(Expr e) {
    const auto at_zero = [&](Expr f) {
      return graph_.substitute(
          f, [&](const Symbol& s) { return is_unknown(s) ? graph_.constant(0) : Expr{}; });
    };
    Expr part = graph_.sub(e, at_zero(e));
    bool linear = true;
    for (const Symbol& s : start_.unknowns_of(e)) {
      const Expr slope = graph_.partial(e, s);
      linear = linear && !graph_.depends_on(slope, Symbol::Kind::unknown);
      part = graph_.sub(part, graph_.mul(at_zero(slope), graph_.symbol(s)));
    }
    return linear ? std::nullopt : std::optional(part);
  }

  /// Largest absolute value; not finite where some value is not.
  double largest(Expr e) {
    double most = 0;
    for (const double v : start_.values(e, nodes_)) {
      if (!std::isfinite(v)) return v;
      most = std::max(most, std::abs(v));
    }
    return most;
  }

  double largest_range() {
    double range = 0;
    for (int u = 0; u < int(problem_.unknowns.size()); ++u) {
      if (start_.time_order(u) == 0) continue;
      const std::vector<double> v = start_.values(graph_.unknown(u), nodes_);
      const auto [low, high] = std::minmax_element(v.begin(), v.end());
      range = std::max(range, *high - *low);
    }
    return range;
  }

  const Problem& problem_;
  StartValues start_;
  Graph& graph_;
  const Columns nodes_;
};

}  // namespace

std::optional<Pace> start_pace(const Problem& problem) { return Start(problem).pace(); }

}  // namespace kanpde::problems
