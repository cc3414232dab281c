#include "problems/expression/graph.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "kernels/base/error.hpp"
#include "problems/expression/simplify.hpp"

namespace kanpde::problems {

namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
  h = (h ^ value) * 0x9e3779b97f4a7c15ull;  // odd constant near 2^64 / golden ratio
  return h ^ (h >> 29);
}

}  // namespace

int MultiIndex::order() const { return std::accumulate(count.begin(), count.end(), 0); }

std::size_t Graph::NodeHash::operator()(const Node& node) const {
  std::uint64_t h = mix(0, std::uint64_t(node.op));
  h = mix(h, std::uint32_t(node.a.id));
  h = mix(h, std::uint32_t(node.b.id));
  h = mix(h, std::uint32_t(node.c.id));
  h = mix(h, std::bit_cast<std::uint64_t>(node.value));
  return mix(h, std::uint32_t(node.symbol));
}

bool Graph::NodeEqual::operator()(const Node& x, const Node& y) const {
  return x.op == y.op && x.a == y.a && x.b == y.b && x.c == y.c && x.symbol == y.symbol &&
         std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y.value);
}

Expr Graph::intern(const Node& node) {
  const auto [entry, added] = interned_.try_emplace(node, std::int32_t(nodes_.size()));
  if (added) {
    nodes_.push_back(node);
    unsigned kinds = node.op == Op::input ? 1u << int(symbols_[node.symbol].kind) : 0u;
    for (const Expr operand : {node.a, node.b, node.c})
      if (operand.valid()) kinds |= kinds_[operand.id];
    kinds_.push_back(kinds);
  }
  return {entry->second};
}

Expr Graph::constant(double value) {
  if (value == 0) value = 0;  // -0 and 0 are one node
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return intern({Op::constant, {}, {}, {}, value, -1});
}

Expr Graph::symbol(const Symbol& symbol) {
  const auto [entry, added] = symbol_index_.try_emplace(symbol, int(symbols_.size()));
  if (added) symbols_.push_back(symbol);
  return intern({Op::input, {}, {}, {}, 0, entry->second});
}

Expr Graph::apply(Op op, Expr a, Expr b, Expr c) { return Simplifier(*this).apply(op, a, b, c); }

Expr Graph::powi(Expr a, int n) { return Simplifier(*this).powi(a, n); }

Expr Graph::rebuild(const Node& node, Expr a, Expr b, Expr c) {
  return node.op == Op::powi ? powi(a, int(node.value)) : apply(node.op, a, b, c);
}

std::vector<std::int32_t> reachable(const Graph& graph, std::span<const Expr> roots) {
  std::vector<std::int32_t> ids, stack;
  std::unordered_set<std::int32_t> seen;
  const auto visit = [&](Expr e) {
    if (e.valid() && seen.insert(e.id).second) stack.push_back(e.id);
  };
  for (Expr root : roots) visit(root);
  while (!stack.empty()) {
    const Graph::Node& node = graph.node({stack.back()});
    ids.push_back(stack.back());
    stack.pop_back();
    for (Expr operand : {node.a, node.b, node.c}) visit(operand);
  }
  std::sort(ids.begin(), ids.end());  // operands are older than their users
  return ids;
}

Expr Graph::substitute(Expr e, const std::function<Expr(const Symbol&)>& map) {
  const std::vector<std::int32_t> ids = reachable(*this, std::span(&e, 1));
  std::unordered_map<std::int32_t, Expr> replaced;
  const auto image = [&](Expr x) { return x.valid() ? replaced.at(x.id) : x; };
  for (std::int32_t id : ids) {
    const Node node = nodes_[id];  // a copy: building may move nodes_
    Expr result{id};
    if (node.op == Op::input) {
      const Symbol leaf = symbols_[node.symbol];
      if (const Expr value = map(leaf); value.valid()) result = value;
    } else if (node.op != Op::constant) {
      const Expr a = image(node.a), b = image(node.b), c = image(node.c);
      if (a != node.a || b != node.b || c != node.c) result = rebuild(node, a, b, c);
    }
    replaced[id] = result;
  }
  return replaced.at(e.id);
}

Expr Graph::substitute_unknown(Expr e, int u, Expr value) {
  return substitute(e, [&](const Symbol& s) {
    const bool replace = s.kind == Symbol::Kind::unknown && s.index == u && s.copy == 0;
    return replace ? derivative(value, s.alpha) : Expr{};
  });
}

Graph Graph::first(std::size_t nodes) const {
  Graph part;
  part.nodes_.assign(nodes_.begin(), nodes_.begin() + std::ptrdiff_t(nodes));
  part.kinds_.assign(kinds_.begin(), kinds_.begin() + std::ptrdiff_t(nodes));
  part.symbols_ = symbols_;
  part.symbol_index_ = symbol_index_;
  for (std::size_t id = 0; id < nodes; ++id) part.interned_.emplace(nodes_[id], std::int32_t(id));
  return part;
}

std::vector<Symbol> Graph::symbols(std::span<const Expr> roots) const {
  std::vector<Symbol> result;
  for (std::int32_t id : reachable(*this, roots))
    if (nodes_[id].op == Op::input) result.push_back(symbols_[nodes_[id].symbol]);
  std::sort(result.begin(), result.end());
  return result;
}

bool Graph::depends_on(Expr e, Symbol::Kind kind) const {
  return (kinds_[e.id] >> int(kind) & 1u) != 0;
}

}  // namespace kanpde::problems
