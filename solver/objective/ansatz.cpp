#include "solver/objective/ansatz.hpp"

#include <algorithm>
#include <optional>

namespace kanpde::solver {

namespace {

using problems::Box;
using problems::Condition;
using problems::Expr;
using problems::Graph;
using problems::Problem;
using problems::Symbol;

/// Vanishes on one side of an axis, 1 on the other: (x - a) / (b - a) or (b - x) / (b - a).
Expr ramp(Graph& g, int axis, double a, double b, bool upper) {
  const Expr x = g.coordinate(axis);
  const Expr width = g.constant(b - a);
  return upper ? g.div(g.sub(g.constant(b), x), width) : g.div(g.sub(x, g.constant(a)), width);
}

/// Vanishes on the whole boundary of a box, 1 in its center.
Expr box_bubble(Graph& g, const Box& box) {
  Expr bubble = g.constant(1);
  for (int i = 0; i < box.dimension(); ++i) {
    const Expr low = ramp(g, i, box.lower[i], box.upper[i], false);
    const Expr high = ramp(g, i, box.lower[i], box.upper[i], true);
    bubble = g.mul(bubble, g.mul(g.constant(4), g.mul(low, high)));
  }
  return bubble;
}

/// One side of a box, by the name of its patch.
struct Side {
  const Condition* condition;
  int axis;
  bool upper;
};

/// Hard conditions of one unknown, sorted by where they hold.
struct HardConditions {
  const Condition* initial = nullptr;
  const Condition* boundary = nullptr;
  std::vector<Side> sides;
};

std::optional<Side> side_of_box(const Problem& problem, const Condition& c) {
  static constexpr const char* names[] = {"left", "right", "bottom", "top", "back", "front"};
  if (c.where != Condition::Where::part || !problem.region.space->is_box()) return {};
  for (int k = 0; k < 2 * std::min(3, problem.space_dimension); ++k)
    if (c.part == names[k]) return Side{&c, k / 2, k % 2 == 1};
  return {};
}

HardConditions collect(const Problem& problem, int u) {
  HardConditions hard;
  for (const Condition& c : problem.conditions) {
    if (!c.hard || c.periodic_axis >= 0 || c.dirichlet_unknown != u) continue;
    if (c.where == Condition::Where::initial)
      hard.initial = &c;
    else if (c.where == Condition::Where::boundary)
      hard.boundary = &c;
    else if (const auto side = side_of_box(problem, c))
      hard.sides.push_back(*side);
    else
      throw InputError(c.location,
                       "a hard condition is possible for `initial`, the whole `boundary`, and the "
                       "sides of a box; remove `hard: true` here");
  }
  if (hard.boundary && !hard.sides.empty())
    throw InputError(hard.boundary->location, "hard conditions on `boundary` and on a part of it");
  if (hard.boundary && problem.region.space && !problem.region.space->is_box())
    throw InputError(hard.boundary->location,
                     "a hard condition on the whole boundary needs a box or an interval");
  return hard;
}

/// The values on the sides, continued into the box: one expression for all, or a linear blend
/// between two opposite sides.
Expr blend_sides(Graph& g, const Box& box, const std::vector<Side>& sides) {
  const Expr first = sides[0].condition->parsed.right;
  if (std::all_of(sides.begin(), sides.end(),
                  [&](const Side& s) { return s.condition->parsed.right == first; }))
    return first;
  if (sides.size() != 2 || sides[0].axis != sides[1].axis)
    throw InputError(sides[1].condition->location,
                     "hard conditions on sides that meet need one expression for all of them; "
                     "write them alike or remove `hard: true` from one");
  Expr sum = g.constant(0);
  for (const Side& s : sides) {
    const Expr weight = ramp(g, s.axis, box.lower[s.axis], box.upper[s.axis], !s.upper);
    sum = g.add(sum, g.mul(weight, s.condition->parsed.right));
  }
  return sum;
}

Expr at_time(Graph& g, Expr e, int time, double t0) {
  return g.substitute(e, [&](const Symbol& s) {
    return s.kind == Symbol::Kind::coordinate && s.index == time ? g.constant(t0) : Expr{};
  });
}

/// The polynomial that is 1 at node j and 0 at the others.
Expr lagrange(Graph& g, Expr t, const std::vector<double>& nodes, std::size_t j) {
  Expr product = g.constant(1);
  for (std::size_t k = 0; k < nodes.size(); ++k)
    if (k != j)
      product =
          g.mul(product, g.div(g.sub(t, g.constant(nodes[k])), g.constant(nodes[j] - nodes[k])));
  return product;
}

/// What the network gives for an unknown whose first output is `output`.
Expr network_value(Graph& g, int time, const std::vector<double>& nodes, int output) {
  if (nodes.empty()) return g.unknown(output);
  Expr sum = g.constant(0);
  for (std::size_t j = 0; j < nodes.size(); ++j)
    sum = g.add(sum, g.mul(lagrange(g, g.coordinate(time), nodes, j), g.unknown(output + int(j))));
  return sum;
}

}  // namespace

Ansatz::Ansatz(Graph& graph, const Problem& problem, const std::vector<double>& output_scale,
               const std::vector<double>& nodes, const std::vector<Expr>& partition)
    : graph_(graph), still_axis_(nodes.empty() ? -1 : problem.space_dimension) {
  Graph& g = graph_;
  const int time = problem.space_dimension, unknowns = int(problem.unknowns.size());
  const int outputs = nodes.empty() ? 1 : int(nodes.size());
  const std::vector<Expr> weights = partition.empty() ? std::vector{g.constant(1)} : partition;
  for (int u = 0; u < unknowns; ++u) {
    const HardConditions hard = collect(problem, u);
    Expr bubble = g.constant(output_scale[u]);
    std::optional<Expr> boundary;
    if (hard.boundary) {
      boundary = hard.boundary->parsed.right;
      bubble = g.mul(bubble, box_bubble(g, problem.region.space->bounding_box()));
    } else if (!hard.sides.empty()) {
      const Box box = problem.region.space->bounding_box();
      for (const Side& s : hard.sides)
        bubble = g.mul(bubble, ramp(g, s.axis, box.lower[s.axis], box.upper[s.axis], s.upper));
      boundary = blend_sides(g, box, hard.sides);
    }
    Expr fixed = boundary.value_or(g.constant(0));
    if (hard.initial) {
      const double t0 = problem.region.extra.lower[0], t1 = problem.region.extra.upper[0];
      const Expr start = hard.initial->parsed.right;
      fixed = boundary ? g.add(start, g.sub(*boundary, at_time(g, *boundary, time, t0))) : start;
      bubble = g.mul(bubble, ramp(g, time, t0, t1, false));
    }
    Expr value = g.constant(0);
    for (int b = 0; b < int(weights.size()); ++b)
      value = g.add(value, g.mul(weights[std::size_t(b)],
                                 network_value(g, time, nodes, (b * unknowns + u) * outputs)));
    values_.push_back(g.add(fixed, g.mul(bubble, value)));
  }
}

Expr Ansatz::unknown(int u, const problems::MultiIndex& alpha) const {
  const Expr e = graph_.derivative(values_[u], alpha);
  if (still_axis_ < 0) return e;
  return graph_.substitute(e, [&](const Symbol& s) -> Expr {
    const bool zero = s.kind == Symbol::Kind::unknown && s.alpha.count[still_axis_] > 0;
    return zero ? graph_.constant(0) : Expr{};
  });
}

Expr Ansatz::apply(Expr e) const {
  return graph_.substitute(e, [&](const Symbol& s) -> Expr {
    return s.kind == Symbol::Kind::unknown && s.copy == 0 ? unknown(s.index, s.alpha) : Expr{};
  });
}

Expr Ansatz::apply_to_pairs(Expr e, int axis, double upper) const {
  const auto to_partner = [&](const Symbol& s) -> Expr {
    if (s.kind == Symbol::Kind::unknown) return graph_.unknown(s.index, s.alpha, 1);
    const bool moved = s.kind == Symbol::Kind::coordinate && s.index == axis;
    return moved ? graph_.constant(upper) : Expr{};
  };
  return graph_.substitute(e, [&](const Symbol& s) -> Expr {
    if (s.kind != Symbol::Kind::unknown) return {};
    const Expr value = unknown(s.index, s.alpha);
    return s.copy == 0 ? value : graph_.substitute(value, to_partner);
  });
}

}  // namespace kanpde::solver
