#include "solver/formula/verdict.hpp"

#include <cmath>

#include "solver/objective/collocation.hpp"
#include "solver/training/solution.hpp"

namespace kanpde::solver {

namespace {

constexpr std::uint64_t check_stream = 73;

struct Residual {
  TermSpec where;
  std::string text;
  Expr value;
};

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

std::vector<Expr> periodic_residuals(problems::Problem& problem, const problems::Condition& c) {
  std::vector<Expr> residuals;
  Graph& g = problem.graph;
  for (int u = 0; u < int(problem.unknowns.size()); ++u)
    for (int k = 0; k <= c.periodic_order; ++k) {
      problems::MultiIndex alpha;
      alpha.count[std::size_t(c.periodic_axis)] = std::uint8_t(k);
      residuals.push_back(g.sub(g.unknown(u, alpha, 0), g.unknown(u, alpha, 1)));
    }
  return residuals;
}

std::vector<Residual> residuals_of(problems::Problem& problem, const std::vector<Expr>& formulas) {
  std::vector<Residual> all;
  for (const problems::Equation& e : problem.equations)
    all.push_back({{TermSpec::Kind::equations, 0, "equations", {}, 1},
                   e.text,
                   substituted(problem, formulas, e.parsed.residual, -1)});
  for (int i = 0; i < int(problem.conditions.size()); ++i) {
    const problems::Condition& c = problem.conditions[std::size_t(i)];
    if (c.periodic_axis < 0) {
      all.push_back({{TermSpec::Kind::condition, i, c.text, {}, 1},
                     c.text,
                     substituted(problem, formulas, c.parsed.residual, -1)});
      continue;
    }
    for (Expr r : periodic_residuals(problem, c))
      all.push_back({{TermSpec::Kind::periodic, i, c.text, {}, 1},
                     c.text,
                     substituted(problem, formulas, r, c.periodic_axis)});
  }
  return all;
}

/// Every k-th point, so that at most `most` are left.
TermPoints thinned(const TermPoints& points, int most) {
  std::vector<int> which;
  const int step = (points.count() + most - 1) / most;
  for (int p = 0; p < points.count(); p += std::max(step, 1)) which.push_back(p);
  TermPoints some;
  some.x = take_points(points.x, which);
  if (points.normals.columns() > 0) some.normals = take_points(points.normals, which);
  return some;
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
  for (std::size_t k = 0; k < residuals.size(); ++k) {
    const bool zero = residuals[k].value == problem.graph.constant(0);
    const double largest =
        zero ? 0 : ConstantsFit(problem.graph, {blocks[k]}, 0, 0).measure({}).largest;
    requirements.push_back({residuals[k].text, zero, largest});
  }
  return requirements;
}

}  // namespace kanpde::solver
