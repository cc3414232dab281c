#include "solver/formula/formula.hpp"

#include <map>

namespace kanpde::solver {

Expr with_values(Graph& graph, const Formula& formula) {
  return graph.substitute(formula.expression, [&](const Symbol& s) {
    const int k = s.index - formula.first;
    const bool ours =
        s.kind == Symbol::Kind::parameter && k >= 0 && k < int(formula.constants.size());
    return ours ? graph.constant(formula.constants[std::size_t(k)].value) : Expr{};
  });
}

int complexity(const Graph& graph, Expr e) {
  std::map<std::int32_t, int> counts;
  for (std::int32_t id : problems::reachable(graph, std::span(&e, 1))) {
    const Graph::Node& node = graph.node({id});
    int count = 1;
    for (Expr operand : {node.a, node.b, node.c})
      if (operand.valid()) count += counts.at(operand.id);
    counts[id] = count;
  }
  return counts.at(e.id);
}

}  // namespace kanpde::solver
