#include "problems/reference/stokes_polygon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "problems/reference/equation_form.hpp"
#include "problems/reference/stokes_flow.hpp"

namespace kanpde::problems {

namespace {

using Complex = std::complex<double>;
const char* const expected =
    "nu*laplacian(u) = p_x, nu*laplacian(v) = p_y, u_x + v_y = 0 (in this order, unknowns u, v, p) "
    "in a polygon, with u = g and v = h on every edge";

/// nu, where the equations have the form above.
double viscosity_of(const Problem& problem) {
  if (problem.unknowns.size() != 3 || problem.equations.size() != 3 ||
      problem.variable_count() != 2 || problem.has_time || !problem.parameters.empty())
    refuse(problem, expected);
  Graph graph = problem.graph;
  const MultiIndex x{{1, 0}}, y{{0, 1}}, xx{{2, 0}}, yy{{0, 2}};
  const auto residual = [&](int i) { return problem.equations[i].parsed.residual; };
  const Expr nu =
      graph.neg(graph.div(graph.partial(residual(0), {Symbol::Kind::unknown, 0, 0, xx}),
                          graph.partial(residual(0), {Symbol::Kind::unknown, 2, 0, x})));
  if (!graph.is_constant(nu) || !(graph.constant_value(nu) > 0)) refuse(problem, expected);
  const auto momentum = [&](int w, const MultiIndex& along) {
    const Expr laplacian = graph.add(graph.unknown(w, xx), graph.unknown(w, yy));
    return graph.sub(graph.unknown(2, along), graph.mul(nu, laplacian));
  };
  if (!proportional(graph, residual(0), momentum(0, x)) ||
      !proportional(graph, residual(1), momentum(1, y)) ||
      !proportional(graph, residual(2), graph.add(graph.unknown(0, x), graph.unknown(1, y))))
    refuse(problem, expected);
  return graph.constant_value(nu);
}

double value_at(const Problem& problem, Expr e, Complex z) {
  return problem.graph.evaluate(e, [&](const Symbol& s) {
    return s.kind == Symbol::Kind::coordinate ? (s.index == 0 ? z.real() : z.imag()) : std::nan("");
  });
}

/// A polygon with its conditions, corners counterclockwise.
struct Walls {
  std::vector<Complex> corners;
  std::vector<std::string> names;          ///< of the edge from corner k to the next
  std::vector<std::array<Expr, 2>> given;  ///< u and v there
};

Walls corners_of(const Problem& problem) {
  const Shape* shape = problem.region.space.get();
  Walls walls;
  if (shape == nullptr || shape->dimension() != 2) refuse(problem, expected);
  bool turned = false;
  for (int k = 0; k < int(shape->patches().size()); ++k) {
    const std::string& name = shape->patches()[k].name;
    if (name != fmt::format("edge{}", k)) refuse(problem, expected);
    const double start = 0;
    const BoundaryPoint corner = shape->boundary_point(k, {&start, 1});
    walls.corners.emplace_back(corner.x[0], corner.x[1]);
    walls.names.push_back(name);
    // the outward normal lies to the right of an edge that runs counterclockwise
    const double middle = 0.5;
    const BoundaryPoint inside = shape->boundary_point(k, {&middle, 1});
    const Complex along(inside.x[0] - corner.x[0], inside.x[1] - corner.x[1]);
    turned = along.imag() * inside.normal[0] - along.real() * inside.normal[1] < 0;
  }
  if (turned) {
    std::reverse(walls.corners.begin(), walls.corners.end());  // the last edge starts at the first
    std::reverse(walls.names.begin(), walls.names.end() - 1);
  }
  return walls;
}

/// On how much of an edge a condition holds: 0, 1, or a part of it.
double share_on(const Problem& problem, const Condition& c, const std::string& edge, Complex a,
                Complex b) {
  if (c.where == Condition::Where::boundary) return 1;
  if (c.where == Condition::Where::part && !c.predicate.valid()) return c.part == edge;
  if (!c.predicate.valid()) return 0;
  constexpr int n = 64;
  int holds = 0;
  for (int i = 0; i < n; ++i)
    holds += value_at(problem, c.predicate, a + (i + 0.5) / n * (b - a)) > 0;
  return double(holds) / n;
}

void find_conditions(const Problem& problem, Walls& walls) {
  const std::size_t n = walls.corners.size();
  for (std::size_t k = 0; k < n; ++k) {
    auto& given = walls.given.emplace_back();
    for (const Condition& c : problem.conditions) {
      const int u = c.dirichlet_unknown;
      const double share =
          share_on(problem, c, walls.names[k], walls.corners[k], walls.corners[(k + 1) % n]);
      if (share == 0) continue;
      if (share < 1 || u < 0 || u > 1) refuse(problem, expected);
      given[u] = c.parsed.right;
    }
    if (!given[0].valid() || !given[1].valid()) refuse(problem, expected);
  }
}

struct Level {
  Complex at;
  double pressure;
};

std::optional<Level> pressure_level(const Problem& problem) {
  for (const Condition& c : problem.conditions)
    if (c.where == Condition::Where::point && c.dirichlet_unknown == 2) {
      const Complex at(c.point[0], c.point[1]);
      return Level{at, value_at(problem, c.parsed.right, at)};
    }
  return {};
}

/// Towards every corner, and across the polygon between the corner and the middles of the two edges
/// that do not meet it.
std::vector<Complex> check_points(const std::vector<Complex>& corners) {
  constexpr int rings = 24, around = 8;
  const std::size_t n = corners.size();
  std::vector<Complex> points;
  for (std::size_t k = 0; k < n; ++k) {
    const Complex corner = corners[k], after = corners[(k + 1) % n] - corner,
                  before = corners[(k + n - 1) % n] - corner;
    for (int i = 0; i < rings; ++i)
      for (int j = 0; j <= around; ++j) {
        const double s = std::pow(10.0, -6.0 * i / (rings - 1)) / 2, t = double(j) / around;
        points.push_back(corner + s * ((1 - t) * after + t * before));
      }
  }
  return points;
}

class StokesReference final : public ReferenceField {
 public:
  explicit StokesReference(const Problem& problem)
      : shape_(problem.region.space),
        nu_(viscosity_of(problem)),
        level_(pressure_level(problem)),
        walls_(corners_of(problem)) {
    find_conditions(problem, walls_);
    const auto velocity = [&](int edge, Complex z) {
      return Complex(value_at(problem, walls_.given[edge][0], z),
                     value_at(problem, walls_.given[edge][1], z));
    };
    const StokesFlow coarse(walls_.corners, velocity, 20, 44);
    flow_.emplace(walls_.corners, velocity, 24, 50);
    const double coarse_shift = shift_of(coarse);
    shift_ = shift_of(*flow_);
    state_error(coarse, coarse_shift, problem);
  }
  bool has(int unknown) const override { return unknown < (level_ ? 3 : 2); }
  void values(const Columns& x, int unknown, double* out) const override {
    const auto all = evaluate(x, false);
    for (int p = 0; p < x.points(); ++p)
      out[p] = unknown < 2 ? all[unknown][p] : nu_ * all[2][p] + shift_;
    hide_outside(x, out);
  }
  bool derivatives(const Columns& x, int unknown, int variable, double* out) const override {
    const auto all = evaluate(x, true);
    for (int p = 0; p < x.points(); ++p)
      out[p] = (unknown < 2 ? 1 : nu_) * all[3 * (variable + 1) + unknown][p];
    hide_outside(x, out);
    return true;
  }

 private:
  /// What makes nu p of this flow the pressure.
  double shift_of(const StokesFlow& flow) const {
    std::vector<std::vector<double>> out;
    flow.evaluate({level_ ? level_->at : walls_.corners[0]}, false, out);
    return (level_ ? level_->pressure : 0) - nu_ * out[2][0];
  }

  void state_error(const StokesFlow& coarse, double coarse_shift, const Problem& problem) {
    const std::vector<Complex> points = check_points(walls_.corners);
    std::vector<std::vector<double>> a, b;
    coarse.evaluate(points, false, a), flow_->evaluate(points, false, b);
    double change[2] = {flow_->boundary_error(), 0}, size[2] = {};  // velocity, pressure
    for (int k = 0; k < (level_ ? 3 : 2); ++k)
      for (std::size_t p = 0; p < points.size(); ++p) {
        const double from = k < 2 ? a[k][p] : nu_ * a[k][p] + coarse_shift;
        const double to = k < 2 ? b[k][p] : nu_ * b[k][p] + shift_;
        change[k / 2] = std::max(change[k / 2], std::abs(to - from));
        size[k / 2] = std::max(size[k / 2], std::abs(to));
      }
    const Box box = shape_->bounding_box();
    size[1] = std::max(size[1], nu_ * size[0] / (box.upper[0] - box.lower[0]));
    stated_error = std::max(change[0], change[1]);
    const double worst = std::max(change[0] / size[0], change[1] / size[1]);
    if (!(worst <= 1e-8))
      throw InputError(
          problem.reference.where,
          fmt::format("the generator '{}' reaches {:.1e} of the largest value only: the velocity "
                      "jumps at a corner, a corner re-enters, or more flows in than out",
                      problem.reference.name, worst));
  }

  std::vector<std::vector<double>> evaluate(const Columns& x, bool gradients) const {
    std::vector<Complex> z;
    for (int p = 0; p < x.points(); ++p) z.emplace_back(x(0, p), x(1, p));
    std::vector<std::vector<double>> out;
    flow_->evaluate(z, gradients, out);
    return out;
  }

  void hide_outside(const Columns& x, double* out) const {
    const Box box = shape_->bounding_box();
    const double slack = 1e-9 * std::max(box.upper[0] - box.lower[0], box.upper[1] - box.lower[1]);
    for (int p = 0; p < x.points(); ++p) {
      const double at[] = {x(0, p), x(1, p)};
      if (!(shape_->signed_distance(at) <= slack))
        out[p] = std::numeric_limits<double>::quiet_NaN();
    }
  }

  ShapePointer shape_;
  double nu_;
  std::optional<Level> level_;
  Walls walls_;
  std::optional<StokesFlow> flow_;
  double shift_ = 0;  ///< p = nu (p of flow_) + shift
};

}  // namespace

std::unique_ptr<ReferenceField> make_stokes_reference(const Problem& problem) {
  return std::make_unique<StokesReference>(problem);
}

}  // namespace kanpde::problems
