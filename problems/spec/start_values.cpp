#include "problems/spec/start_values.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::problems {

std::vector<Symbol> StartValues::highest_in(Expr residual) const {
  std::vector<Symbol> highest;
  for (const Symbol& s : unknowns_of(residual))
    if (const int order = s.alpha.count[time_axis()]; order > 0 && order == time_order(s.index))
      highest.push_back(s);
  return highest;
}

std::optional<StartValues::Rate> StartValues::solve(Expr residual) {
  const std::vector<Symbol> highest = highest_in(residual);
  if (highest.size() != 1) return std::nullopt;
  const Symbol& s = highest.front();
  const int order = s.alpha.order();
  const Expr factor = graph_.partial(residual, s);
  if (order > 2 || order != s.alpha.count[time_axis()] ||
      graph_.depends_on(factor, Symbol::Kind::unknown))
    return std::nullopt;
  const Expr rest = graph_.substitute(
      residual, [&](const Symbol& other) { return other == s ? graph_.constant(0) : Expr{}; });
  return Rate{s, order, rest, graph_.div(graph_.mul(graph_.constant(-1), rest), factor)};
}

int StartValues::time_order(int unknown) const {
  int order = 0;
  for (const auto& equation : problem_.equations)
    for (const Symbol& s : unknowns_of(equation.parsed.residual))
      if (s.index == unknown) order = std::max<int>(order, s.alpha.count[time_axis()]);
  return order;
}

std::vector<Symbol> StartValues::unknowns_of(Expr e) const {
  std::vector<Symbol> found = graph_.symbols(std::vector<Expr>{e});
  std::erase_if(found, [](const Symbol& s) { return s.kind != Symbol::Kind::unknown; });
  return found;
}

/// Derivative of an unknown at the start, by the initial conditions; invalid where none gives it.
Expr StartValues::initial(const Symbol& s) {
  MultiIndex in_time, in_space = s.alpha;
  in_time.count[time_axis()] = s.alpha.count[time_axis()];
  in_space.count[time_axis()] = 0;
  const Expr wanted = graph_.unknown(s.index, in_time);
  for (const Condition& c : problem_.conditions)
    if (c.where == Condition::Where::initial && c.parsed.left == wanted &&
        !graph_.depends_on(c.parsed.right, Symbol::Kind::unknown))
      return graph_.derivative(at_begin(c.parsed.right), in_space);
  return in_time.order() > 0 ? graph_.constant(0) : Expr{};
}

Expr StartValues::at_begin(Expr e) {
  return graph_.substitute(e, [&](const Symbol& s) {
    return s.kind == Symbol::Kind::coordinate && s.index == time_axis()
               ? graph_.constant(problem_.region.extra.lower[0])
               : Expr{};
  });
}

std::vector<double> StartValues::values(Expr e, const Columns& x) {
  const Expr known = at_begin(graph_.substitute(
      e, [&](const Symbol& s) { return s.kind == Symbol::Kind::unknown ? initial(s) : Expr{}; }));
  std::vector<double> v;
  for (int p = 0; p < x.points(); ++p)
    v.push_back(graph_.evaluate(known, [&](const Symbol& s) {
      return s.kind == Symbol::Kind::coordinate && s.index < x.columns() ? x(s.index, p)
                                                                         : std::nan("");
    }));
  return v;
}

}  // namespace kanpde::problems
