#include "solver/training/window.hpp"

#include <algorithm>

namespace kanpde::solver {

using problems::Condition;
using problems::MultiIndex;
using problems::Problem;
using problems::Symbol;

std::unique_ptr<Problem> make_window(Problem& problem, double begin, double end, bool later) {
  auto window = std::make_unique<Problem>(problems::copy_as_read(problem));
  window->region.extra.lower[0] = begin;
  window->region.extra.upper[0] = end;
  if (later)
    std::erase_if(window->conditions,
                  [](const Condition& c) { return c.where == Condition::Where::initial; });
  return window;
}

std::vector<StartValue> start_values(const Problem& problem) {
  const int time = problem.space_dimension;
  std::vector<problems::Expr> residuals;
  for (const auto& e : problem.equations) residuals.push_back(e.parsed.residual);
  std::vector<int> order(problem.unknowns.size(), 0);
  for (const Symbol& s : problem.graph.symbols(residuals))
    if (s.kind == Symbol::Kind::unknown)
      order[s.index] = std::max<int>(order[s.index], s.alpha.count[time]);
  std::vector<StartValue> values;
  for (int u = 0; u < int(order.size()); ++u)
    for (int k = 0; k < order[u]; ++k) {
      MultiIndex alpha;
      alpha.count[time] = std::uint8_t(k);
      values.push_back({u, alpha});
    }
  return values;
}

TermSpec start_term(Problem& window, const Ansatz& ansatz) {
  TermSpec term{TermSpec::Kind::start, 0, "start of the window", {}, 1.0};
  problems::Graph& g = window.graph;
  int column = 0;
  for (const StartValue& v : start_values(window))
    term.residuals.push_back(g.sub(ansatz.unknown(v.unknown, v.alpha),
                                   g.symbol({Symbol::Kind::column, column++, 0, {}})));
  return term;
}

}  // namespace kanpde::solver
