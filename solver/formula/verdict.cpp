#include "solver/formula/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "solver/objective/collocation.hpp"
#include "solver/training/phases.hpp"
#include "solver/training/solution.hpp"

namespace kanpde::solver {

namespace {

constexpr std::uint64_t check_stream = 73, size_stream = 74;
constexpr int size_points = 500;  ///< where the size of what a condition sets is looked for

struct Residual {
  TermSpec where;
  std::string text;
  Expr value;
  std::vector<Expr> terms;   // whose sum or difference it is
  std::vector<Expr> fields;  // what a condition sets: derivatives of unknowns
};

/// Operands of sums and differences at the top.
void list_terms_of(const Graph& g, Expr e, std::vector<Expr>& terms) {
  const Graph::Node node = g.node(e);
  if (node.op != problems::Op::add && node.op != problems::Op::sub &&
      node.op != problems::Op::neg) {
    terms.push_back(e);
    return;
  }
  for (const Expr operand : {node.a, node.b})
    if (operand.valid()) list_terms_of(g, operand, terms);
}

/// The formula's derivative at the point, or at the partner of a periodic pair.
Expr substituted(problems::Problem& problem, const std::vector<Expr>& formulas, Expr residual,
                 int periodic_axis) {
  Graph& g = problem.graph;
  const auto at_partner = [&](Expr e) {
    const double upper = problem.region.space->bounding_box().upper[std::size_t(periodic_axis)];
    return g.substitute(e, [&](const Symbol& s) {
      const bool moved = s.kind == Symbol::Kind::coordinate && s.index == periodic_axis;
      return moved ? g.constant(upper) : Expr{};
    });
  };
  return g.substitute(residual, [&](const Symbol& s) {
    if (s.kind != Symbol::Kind::unknown) return Expr{};
    const Expr value = g.derivative(formulas[std::size_t(s.index)], s.alpha);
    return s.copy == 0 ? value : at_partner(value);
  });
}

Residual make_residual(problems::Problem& problem, const std::vector<Expr>& formulas,
                       TermSpec where, const std::string& text, Expr residual, int periodic_axis) {
  const auto put_in = [&](Expr e) { return substituted(problem, formulas, e, periodic_axis); };
  Residual r{std::move(where), text, put_in(residual), {}, {}};
  std::vector<Expr> terms;
  list_terms_of(problem.graph, residual, terms);
  for (const Expr term : terms) r.terms.push_back(put_in(term));
  if (r.where.kind == TermSpec::Kind::equations) return r;
  for (const Symbol& s : problem.graph.symbols({&residual, 1}))
    if (s.kind == Symbol::Kind::unknown && s.copy == 0)
      r.fields.push_back(put_in(problem.graph.symbol(s)));
  return r;
}

std::vector<Residual> residuals_of(problems::Problem& problem, const std::vector<Expr>& formulas) {
  std::vector<Residual> all;
  const auto add = [&](TermSpec::Kind kind, int index, const std::string& text, Expr residual,
                       int axis) {
    all.push_back(
        make_residual(problem, formulas, {kind, index, text, {}, 1}, text, residual, axis));
  };
  for (const problems::Equation& e : problem.equations)
    add(TermSpec::Kind::equations, 0, e.text, e.parsed.residual, -1);
  for (int i = 0; i < int(problem.conditions.size()); ++i) {
    const problems::Condition& c = problem.conditions[std::size_t(i)];
    if (c.periodic_axis < 0) {
      add(TermSpec::Kind::condition, i, c.text, c.parsed.residual, -1);
      continue;
    }
    for (Expr r : periodic_residuals(problem, c))
      add(TermSpec::Kind::periodic, i, c.text, r, c.periodic_axis);
  }
  return all;
}

/// Every k-th point, so that at most `most` are left.
TermPoints thinned(const TermPoints& points, int most) {
  std::vector<int> which;
  const int step = (points.count() + most - 1) / most;
  for (int p = 0; p < points.count(); p += std::max(step, 1)) which.push_back(p);
  return take_points(points, which);
}

std::vector<ResidualBlock> blocks_of(problems::Problem& problem,
                                     const std::vector<Residual>& residuals, int most_points) {
  Random random(0, check_stream);
  std::vector<ResidualBlock> blocks;
  for (const Residual& r : residuals)
    blocks.push_back({{r.value}, thinned(draw_points(problem, r.where, random), most_points), 1});
  return blocks;
}

}  // namespace

std::vector<ResidualBlock> formula_residuals(problems::Problem& problem,
                                             const std::vector<Expr>& formulas, int most_points) {
  return blocks_of(problem, residuals_of(problem, formulas), most_points);
}

std::vector<Requirement> check_formulas(problems::Problem& problem,
                                        const std::vector<Expr>& formulas) {
  const std::vector<Residual> residuals = residuals_of(problem, formulas);
  const std::vector<ResidualBlock> blocks = blocks_of(problem, residuals, 5000);
  std::vector<Requirement> requirements;
  const auto largest_of = [&](const std::vector<Expr>& values, const TermPoints& at) {
    return values.empty()
               ? 0.0
               : ConstantsFit(problem.graph, {{values, at, 1}}, 0, 0).measure({}).largest;
  };
  Random random(0, size_stream);
  TermPoints inside;
  inside.x = interior_points(problem, size_points, random);
  for (std::size_t k = 0; k < residuals.size(); ++k) {
    const Residual& r = residuals[k];
    Requirement requirement{r.text, r.value == problem.graph.constant(0), 0, 0};
    if (!requirement.zero) {
      requirement.largest = largest_of({r.value}, blocks[k].points);
      requirement.size =
          std::max(largest_of(r.terms, blocks[k].points), largest_of(r.fields, inside));
    }
    requirements.push_back(std::move(requirement));
  }
  return requirements;
}

}  // namespace kanpde::solver
