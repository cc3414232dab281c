#include "problems/reference/burgers.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "problems/reference/equation_form.hpp"

namespace kanpde::problems {

namespace {

constexpr double pi = std::numbers::pi;

BurgersValue initial_wave(double nu, double x) {
  const double s = std::sin(pi * x), c = std::cos(pi * x);
  return {-s, -pi * c, -pi * s * c + nu * pi * pi * s};  // u_t = nu u_xx - u u_x
}

/// Weights w and sin, cos of pi (x - s) at the nodes s.
struct Nodes {
  std::vector<double> s, sine, cosine, weight;
};

/// The integrand is below exp(-45) of its maximum for s^2/(4 nu t) > 1/(pi nu) + 45. The step is a
/// quarter of the narrowest peak's width (curvature of the exponent at most pi/(2 nu) + 1/(2 nu
/// t)): the rule converges exponentially, and is at rounding there.
Nodes weigh(double nu, double x, double t, double refinement) {
  const double reach = std::sqrt(4 * nu * t * (1 / (pi * nu) + 45));
  const double width = 1 / std::sqrt(pi / (2 * nu) + 1 / (2 * nu * t));
  const int half = int(std::ceil(4 * refinement * reach / width));
  Nodes n;
  double largest = -1e300;
  for (int i = -half; i <= half; ++i) {
    const double s = reach * i / half, angle = pi * (x - s);
    n.s.push_back(s);
    n.sine.push_back(std::sin(angle));
    n.cosine.push_back(std::cos(angle));
    n.weight.push_back(-n.cosine.back() / (2 * pi * nu) - s * s / (4 * nu * t));
    largest = std::max(largest, n.weight.back());
  }
  for (double& w : n.weight) w = std::exp(w - largest);
  return n;
}

}  // namespace

// With E the exponent of w, E_x = sin/(2 nu) and E_t = s^2/(4 nu t^2); a mean's derivative is
// <g>_x = <g_x> + cov(g, E_x). Covariances are summed about the means, so nothing cancels.
BurgersValue burgers_cole_hopf(double nu, double x, double t, double refinement) {
  if (t <= 0) return initial_wave(nu, x);
  const Nodes n = weigh(nu, x, t, refinement);
  double total = 0, sine = 0, cosine = 0, square = 0;
  for (std::size_t i = 0; i < n.s.size(); ++i) {
    total += n.weight[i];
    sine += n.weight[i] * n.sine[i];
    cosine += n.weight[i] * n.cosine[i];
    square += n.weight[i] * n.s[i] * n.s[i];
  }
  sine /= total, cosine /= total, square /= total;
  double variance = 0, covariance = 0;
  for (std::size_t i = 0; i < n.s.size(); ++i) {
    const double d = n.sine[i] - sine;
    variance += n.weight[i] * d * d;
    covariance += n.weight[i] * d * (n.s[i] * n.s[i] - square);
  }
  return {-sine, -(pi * cosine + variance / total / (2 * nu)),
          -covariance / total / (4 * nu * t * t)};
}

namespace {

class BurgersReference final : public ReferenceField {
 public:
  explicit BurgersReference(double nu) : nu_(nu) { stated_error = largest_change(); }
  bool has(int unknown) const override { return unknown == 0; }
  void values(const Columns& x, int, double* out) const override {
    for (int p = 0; p < x.points(); ++p) out[p] = burgers_cole_hopf(nu_, x(0, p), x(1, p)).u;
  }
  bool derivatives(const Columns& x, int, int variable, double* out) const override {
    for (int p = 0; p < x.points(); ++p) {
      const BurgersValue value = burgers_cole_hopf(nu_, x(0, p), x(1, p));
      out[p] = variable == 0 ? value.u_x : value.u_t;
    }
    return true;
  }

 private:
  /// Largest change of u when the nodes are doubled, over points that include the front at x = 0;
  /// at least the rounding of the exponents, eps/(2 pi nu).
  double largest_change() const {
    double largest = 2.2e-16 * (1 + 1 / (2 * pi * nu_));
    for (const double t : {1e-4, 1e-2, 0.1, 0.3, 0.5, 1.0, 2.0})
      for (const double x : {-0.97, -0.5, -0.1, -0.01, 0.001, 0.02, 0.3, 0.8})
        largest = std::max(
            largest, std::abs(burgers_cole_hopf(nu_, x, t).u - burgers_cole_hopf(nu_, x, t, 2).u));
    return largest;
  }

  double nu_;
};

}  // namespace

namespace {

bool has_burgers_domain(const Problem& problem) {
  if (problem.unknowns.size() != 1 || problem.variable_count() != 2 || !problem.has_time ||
      problem.equations.size() != 1 || !problem.region.space)
    return false;
  const Box box = problem.region.space->bounding_box();
  return box.lower[0] == -1 && box.upper[0] == 1 && problem.region.extra.lower[0] == 0;
}

bool is_periodic(const Problem& problem) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(),
                     [](const Condition& c) { return c.periodic_axis == 0; });
}

}  // namespace

std::unique_ptr<ReferenceField> make_burgers_reference(const Problem& problem) {
  const char* expected =
      "u_t + u*u_x = nu*u_xx with nu > 0 constant, x in [-1, 1], from u = -sin(pi*x) at t = 0, "
      "with u = 0 at "
      "both ends or periodic";
  if (!has_burgers_domain(problem)) refuse(problem, expected);
  Graph graph = problem.graph;
  const Expr residual = problem.equations[0].parsed.residual;
  const Symbol time{Symbol::Kind::unknown, 0, 0, {{0, 1}}},
      diffusion{Symbol::Kind::unknown, 0, 0, {{2, 0}}};
  const Expr ratio =
      graph.neg(graph.div(graph.partial(residual, diffusion), graph.partial(residual, time)));
  if (!graph.is_constant(ratio) || !(graph.constant_value(ratio) > 0)) refuse(problem, expected);
  const Expr u = graph.unknown(0), transport = graph.mul(u, graph.unknown(0, {{1, 0}}));
  const Expr form = graph.sub(graph.add(graph.symbol(time), transport),
                              graph.mul(ratio, graph.symbol(diffusion)));
  const Expr wave =
      graph.neg(graph.apply(Op::sin, graph.mul(graph.constant(pi), graph.coordinate(0))));
  if (!proportional(graph, residual, form) ||
      !demands(graph, problem, Condition::Where::initial, 0, wave) ||
      !(is_periodic(problem) ||
        demands(graph, problem, Condition::Where::boundary, 0, graph.constant(0))))
    refuse(problem, expected);
  return std::make_unique<BurgersReference>(graph.constant_value(ratio));
}

}  // namespace kanpde::problems
