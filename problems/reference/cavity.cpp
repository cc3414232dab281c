#include "problems/reference/cavity.hpp"

#include <fmt/format.h>

#include <algorithm>
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
    "(in this order, unknowns u, v, p), u = 1 at the top, u = 0 at the other sides, v = 0 on the "
    "boundary; or psi_y*laplacian(psi_x) - psi_x*laplacian(psi_y) = biharmonic(psi)/Re, psi = 0 on "
    "the boundary, psi_y = 1 at the top, 0 at the bottom, psi_x = 0 at the other sides; on the "
    "unit square, with Re at most 5000; factors of equations may depend on the place";

const MultiIndex along_x{{1, 0}}, along_y{{0, 1}};

/// Whether e = `number` is demanded on this side.
bool demands_on(Graph& graph, const Problem& problem, const std::string& side, Expr e,
                double number) {
  const Expr wanted = graph.sub(e, graph.constant(number));
  return std::any_of(problem.conditions.begin(), problem.conditions.end(), [&](const auto& c) {
    const bool there = c.where == Condition::Where::boundary ||
                       (c.where == Condition::Where::part && c.part == side);
    return there && c.parsed.residual.valid() && proportional(graph, c.parsed.residual, wanted);
  });
}

bool is_unit_square(const Problem& problem) {
  if (problem.variable_count() != 2 || problem.has_time || !problem.region.space ||
      !problem.region.space->is_box())
    return false;
  const Box box = problem.region.space->bounding_box();
  return box.lower == std::vector<double>{0, 0} && box.upper == std::vector<double>{1, 1};
}

/// transport + forces - laplacian(w)/Re for the momentum of w, or the transport of vorticity.
struct Form {
  Expr transport, diffusion;
};

Form momentum(Graph& graph, int w, const MultiIndex& along) {
  const Expr transport = graph.add(graph.mul(graph.unknown(0), graph.unknown(w, along_x)),
                                   graph.mul(graph.unknown(1), graph.unknown(w, along_y)));
  return {graph.add(transport, graph.unknown(2, along)),
          graph.add(graph.unknown(w, {{2, 0}}), graph.unknown(w, {{0, 2}}))};
}

Form vorticity(Graph& graph) {
  const auto psi = [&](std::uint8_t i, std::uint8_t j) { return graph.unknown(0, {{i, j}}); };
  return {graph.sub(graph.mul(psi(0, 1), graph.add(psi(3, 0), psi(1, 2))),
                    graph.mul(psi(1, 0), graph.add(psi(2, 1), psi(0, 3)))),
          graph.add(graph.add(psi(4, 0), graph.mul(graph.constant(2), psi(2, 2))), psi(0, 4))};
}

/// Re of the first equation, residual = factor (transport - diffusion/Re), rounded to 12 digits;
/// anything where it has another form.
double reynolds_of(Graph& graph, const Problem& problem, bool stream) {
  const Expr residual = problem.equations[0].parsed.residual;
  const auto part = [&](const MultiIndex& alpha) {
    return graph.partial(residual, {Symbol::Kind::unknown, 0, 0, alpha});
  };
  // Of psi_xxxx and psi_xxx, or of u_xx and u_x: -factor/Re, and factor times psi_y or u.
  const Expr speed = stream ? graph.unknown(0, along_y) : graph.unknown(0);
  const Expr transport = part(stream ? MultiIndex{{3, 0}} : along_x);
  const Expr diffusion = part(stream ? MultiIndex{{4, 0}} : MultiIndex{{2, 0}});
  const double re = -value_somewhere(graph, graph.div(transport, graph.mul(speed, diffusion)));
  return std::isfinite(re) ? std::stod(fmt::format("{:.12g}", re)) : 0;
}

bool is_form(Graph& graph, const Problem& problem, int equation, const Form& form, double re) {
  const Expr scaled = graph.div(form.diffusion, graph.constant(re));
  return proportional_in_unknowns(graph, problem.equations[std::size_t(equation)].parsed.residual,
                                  graph.sub(form.transport, scaled));
}

bool is_stream_function(Graph& graph, const Problem& problem, double re) {
  bool fits = is_form(graph, problem, 0, vorticity(graph), re);
  for (const char* name : {"left", "right", "bottom", "top"}) {
    const std::string side = name;
    const Expr slope = graph.unknown(0, side == "left" || side == "right" ? along_x : along_y);
    fits = fits && demands_on(graph, problem, side, graph.unknown(0), 0) &&
           demands_on(graph, problem, side, slope, side == "top");
  }
  return fits;
}

bool is_velocity_and_pressure(Graph& graph, const Problem& problem, double re) {
  bool fits =
      is_form(graph, problem, 0, momentum(graph, 0, along_x), re) &&
      is_form(graph, problem, 1, momentum(graph, 1, along_y), re) &&
      proportional_in_unknowns(graph, problem.equations[2].parsed.residual,
                               graph.add(graph.unknown(0, along_x), graph.unknown(1, along_y)));
  for (const char* side : {"left", "right", "bottom", "top"})
    fits = fits && demands_on(graph, problem, side, graph.unknown(0), std::string(side) == "top") &&
           demands_on(graph, problem, side, graph.unknown(1), 0);
  return fits;
}

/// sign d^(i + j) psi / dx^i dy^j; sign 0: unknown.
struct Component {
  int i = 0, j = 0;
  double sign = 0;
};

struct Task {
  double reynolds;
  std::vector<Component> components;  ///< of each quantity of the problem
};

constexpr Component stream_component{0, 0, 1}, u_component{0, 1, 1}, v_component{1, 0, -1};

Task task_of(const Problem& problem) {
  const std::size_t n = problem.unknowns.size();
  if (!is_unit_square(problem) || (n != 1 && n != 3) || problem.equations.size() != n)
    refuse(problem, expected);
  Graph graph = problem.graph;
  const bool stream = n == 1;
  Task task{reynolds_of(graph, problem, stream), {}};
  if (!(task.reynolds > 0 && task.reynolds <= largest_reynolds) ||
      !(stream ? is_stream_function(graph, problem, task.reynolds)
               : is_velocity_and_pressure(graph, problem, task.reynolds)))
    refuse(problem, expected);
  if (!stream) return {task.reynolds, {u_component, v_component, {}}};
  const Expr u = graph.unknown(0, along_y), v = graph.neg(graph.unknown(0, along_x));
  task.components = {stream_component};
  for (std::size_t k = 1; k < problem.quantities.size(); ++k) {
    const Expr e = problem.quantities[k].value;
    task.components.push_back(equal(graph, e, u)   ? u_component
                              : equal(graph, e, v) ? v_component
                                                   : Component{});
  }
  return task;
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
  CavityReference(Solution solution, std::vector<Component> components)
      : flow_(flow_of_level(solution.level)), components_(std::move(components)) {
    flow_.set_coefficients(std::move(solution.coefficients));
    stated_error = solution.error;
  }
  bool has(int quantity) const override {
    return quantity < int(components_.size()) && components_[quantity].sign != 0;
  }
  void values(const Columns& x, int quantity, double* out) const override {
    evaluate(x, quantity, 0, 0, out);
  }
  bool derivatives(const Columns& x, int quantity, int variable, double* out) const override {
    evaluate(x, quantity, variable == 0, variable == 1, out);
    return true;
  }

 private:
  /// Derivatives i along x and j along y.
  void evaluate(const Columns& x, int quantity, int i, int j, double* out) const {
    const Component& c = components_[quantity];
    double all[25];
    for (int p = 0; p < x.points(); ++p) {
      out[p] = std::numeric_limits<double>::quiet_NaN();
      const double a = x(0, p), b = x(1, p);
      if (!(a >= -1e-9 && a <= 1 + 1e-9 && b >= -1e-9 && b <= 1 + 1e-9) || is_lid_end(a, b))
        continue;
      flow_.derivatives(a, b, all);
      out[p] = c.sign * all[(i + c.i) * 5 + j + c.j];
    }
  }
  CavityFlow flow_;
  std::vector<Component> components_;
};

}  // namespace

std::unique_ptr<ReferenceField> make_cavity_reference(const Problem& problem) {
  Task task = task_of(problem);
  return std::make_unique<CavityReference>(generate_once(problem, task.reynolds),
                                           std::move(task.components));
}

}  // namespace kanpde::problems
