#include "problems/reference/cavity.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/base/disk_cache.hpp"
#include "problems/reference/cavity_flow.hpp"
#include "problems/reference/equation_form.hpp"

namespace kanpde::problems {

namespace {

constexpr double largest_reynolds = 5000;
const char* const expected =
    "u*u_x + v*u_y + p_x = laplacian(u)/Re, u*v_x + v*v_y + p_y = laplacian(v)/Re, u_x + v_y = 0 "
    "(in this order, unknowns u, v, p) on the unit square with Re at most 5000, u = 1 at the top, "
    "u = 0 at the other sides, v = 0 on the boundary";

/// Whether unknown = value is demanded on this side.
bool demands_on(const Problem& problem, const std::string& side, int unknown, double value) {
  for (const Condition& c : problem.conditions) {
    const bool there = c.where == Condition::Where::boundary ||
                       (c.where == Condition::Where::part && c.part == side);
    if (there && c.dirichlet_unknown == unknown)
      return problem.graph.is_constant(c.parsed.right) &&
             problem.graph.constant_value(c.parsed.right) == value;
  }
  return false;
}

bool is_unit_square(const Problem& problem) {
  if (problem.variable_count() != 2 || problem.has_time || !problem.region.space ||
      !problem.region.space->is_box())
    return false;
  const Box box = problem.region.space->bounding_box();
  return box.lower == std::vector<double>{0, 0} && box.upper == std::vector<double>{1, 1};
}

double reynolds_of(const Problem& problem) {
  if (!is_unit_square(problem) || problem.unknowns.size() != 3 || problem.equations.size() != 3)
    refuse(problem, expected);
  Graph graph = problem.graph;
  const MultiIndex x{{1, 0}}, y{{0, 1}}, xx{{2, 0}}, yy{{0, 2}};
  const auto residual = [&](int i) { return problem.equations[i].parsed.residual; };
  const Expr nu =
      graph.neg(graph.div(graph.partial(residual(0), {Symbol::Kind::unknown, 0, 0, xx}),
                          graph.partial(residual(0), {Symbol::Kind::unknown, 2, 0, x})));
  if (!graph.is_constant(nu)) refuse(problem, expected);
  const auto momentum = [&](int w, const MultiIndex& along) {
    const Expr transport = graph.add(graph.mul(graph.unknown(0), graph.unknown(w, x)),
                                     graph.mul(graph.unknown(1), graph.unknown(w, y)));
    const Expr laplacian = graph.add(graph.unknown(w, xx), graph.unknown(w, yy));
    return graph.sub(graph.add(transport, graph.unknown(2, along)), graph.mul(nu, laplacian));
  };
  const double reynolds = 1 / graph.constant_value(nu);
  bool fits = reynolds > 0 && reynolds <= largest_reynolds * (1 + 1e-12) &&
              proportional(graph, residual(0), momentum(0, x)) &&
              proportional(graph, residual(1), momentum(1, y)) &&
              proportional(graph, residual(2), graph.add(graph.unknown(0, x), graph.unknown(1, y)));
  for (const char* side : {"left", "right", "bottom", "top"})
    fits = fits && demands_on(problem, side, 0, std::string(side) == "top") &&
           demands_on(problem, side, 1, 0);
  if (!fits) refuse(problem, expected);
  return reynolds;
}

bool is_lid_end(double x, double y) { return y == 1 && (x == 0 || x == 1); }

struct Change {
  double relative = 0, largest = 0;
};

Change compare(const CavityFlow& a, const CavityFlow& b) {
  constexpr int n = 128;
  double square = 0, size = 0, from_a[25], from_b[25];
  Change change;
  for (int i = 0; i <= n; ++i)
    for (int j = 0; j <= n; ++j) {
      const double x = double(i) / n, y = double(j) / n;
      if (is_lid_end(x, y)) continue;
      a.derivatives(x, y, from_a), b.derivatives(x, y, from_b);
      for (const int k : {1, 5}) {
        const double d = from_a[k] - from_b[k];
        square += d * d, size += from_b[k] * from_b[k];
        change.largest = std::max(change.largest, std::abs(d));
      }
    }
  change.relative = std::sqrt(square / size);
  return change;
}

/// Spans of 1e-5 at the walls, so that the lid starts within 2e-5.
CavityFlow flow_of_level(int level) {
  constexpr double ratio[] = {1.2, 1.15, 1.1, 1.075}, largest[] = {0.04, 0.03, 0.02, 0.015};
  return CavityFlow(5, {1e-5, 2, ratio[level], largest[level]});
}
constexpr int levels = 4;

struct Solution {
  int level;
  double error;
  std::vector<double> coefficients;
};

Solution generate(const Problem& problem, double reynolds) {
  CavityFlow flow = flow_of_level(0);
  bool solved = true;
  for (double now = std::min(reynolds, 100.0); solved; now = std::min(2.5 * now, reynolds)) {
    solved = flow.solve(now);
    if (now == reynolds) break;
  }
  for (int level = 1; solved && level < levels; ++level) {
    CavityFlow finer = flow_of_level(level);
    finer.start_from(flow);
    solved = finer.solve(reynolds);
    const Change change = compare(flow, finer);
    flow = std::move(finer);
    if (solved && (change.relative < 1e-5 || level == levels - 1))
      return {level, change.largest, flow.coefficients()};
  }
  throw InputError(problem.reference.where,
                   fmt::format("the generator '{}' finds no steady flow", problem.reference.name));
}

Solution generate_once(const Problem& problem, double reynolds) {
  const DiskCache cache;
  const std::string key = fmt::format("cavity 1\n{:a}", reynolds);
  Solution s{};
  constexpr std::size_t head = sizeof s.level + sizeof s.error;
  if (const auto found = cache.load(key)) {
    std::memcpy(&s.level, found->data(), sizeof s.level);
    std::memcpy(&s.error, found->data() + sizeof s.level, sizeof s.error);
    s.coefficients.resize((found->size() - head) / sizeof(double));
    std::memcpy(s.coefficients.data(), found->data() + head, found->size() - head);
    return s;
  }
  s = generate(problem, reynolds);
  std::string content(head + s.coefficients.size() * sizeof(double), '\0');
  std::memcpy(content.data(), &s.level, sizeof s.level);
  std::memcpy(content.data() + sizeof s.level, &s.error, sizeof s.error);
  std::memcpy(content.data() + head, s.coefficients.data(), content.size() - head);
  cache.store(key, content);
  return s;
}

class CavityReference final : public ReferenceField {
 public:
  explicit CavityReference(Solution solution) : flow_(flow_of_level(solution.level)) {
    flow_.set_coefficients(std::move(solution.coefficients));
    stated_error = solution.error;
  }
  bool has(int unknown) const override { return unknown < 2; }
  void values(const Columns& x, int unknown, double* out) const override {
    evaluate(x, unknown, 0, 0, out);
  }
  bool derivatives(const Columns& x, int unknown, int variable, double* out) const override {
    evaluate(x, unknown, variable == 0, variable == 1, out);
    return true;
  }

 private:
  /// u = psi_y, v = -psi_x, or their derivatives i along x and j along y.
  void evaluate(const Columns& x, int unknown, int i, int j, double* out) const {
    double all[25];
    for (int p = 0; p < x.points(); ++p) {
      out[p] = std::numeric_limits<double>::quiet_NaN();
      const double a = x(0, p), b = x(1, p);
      if (!(a >= -1e-9 && a <= 1 + 1e-9 && b >= -1e-9 && b <= 1 + 1e-9) || is_lid_end(a, b))
        continue;
      flow_.derivatives(a, b, all);
      out[p] = unknown == 0 ? all[i * 5 + j + 1] : -all[(i + 1) * 5 + j];
    }
  }
  CavityFlow flow_;
};

}  // namespace

std::unique_ptr<ReferenceField> make_cavity_reference(const Problem& problem) {
  return std::make_unique<CavityReference>(generate_once(problem, reynolds_of(problem)));
}

}  // namespace kanpde::problems
