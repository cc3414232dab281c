#pragma once
/// Mathematical expressions as a hash-consed directed acyclic graph: equal expressions are one
/// node.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernels/tape.hpp"

namespace kanpde::problems {

using kernels::Op;

/// A node of a Graph; cheap to copy; equal handles are equal expressions.
struct Expr {
  std::int32_t id = -1;
  bool valid() const { return id >= 0; }
  auto operator<=>(const Expr&) const = default;
};

inline constexpr int max_variables = 100;

/// Number of derivatives with respect to each variable: u_xxy is {2, 1}.
struct MultiIndex {
  std::array<std::uint8_t, max_variables> count{};
  int order() const;
  auto operator<=>(const MultiIndex&) const = default;
};

/// What a leaf that is not a constant stands for.
struct Symbol {
  enum class Kind : std::uint8_t {
    coordinate,  ///< independent variable `index`
    normal,      ///< component `index` of the outward unit normal
    parameter,   ///< trainable scalar `index`
    unknown,     ///< derivative `alpha` of unknown `index`, at the point itself (copy 0) or at its
                 ///< partner (copy 1)
    column,      ///< value `index` given with each point (measured data)
    quantity,  ///< entry `index` of a list that the caller keeps (components of jets); constant in
               ///< every variable
  };
  Kind kind;
  int index = 0;
  int copy = 0;
  MultiIndex alpha{};
  auto operator<=>(const Symbol&) const = default;
};

/// Owns all nodes. Deterministic: the same calls give the same ids. Not thread-safe.
/// Every builder simplifies (constant folding, 0 and 1, -(-a), x-x, like terms, powers, canonical
/// order).
class Graph {
 public:
  struct Node {
    Op op;
    Expr a, b, c;
    double value = 0;  ///< constant's value, powi's exponent
    int symbol = -1;   ///< index into symbols for Op::input
  };

  Expr constant(double value);
  Expr symbol(const Symbol& symbol);
  Expr coordinate(int i) { return symbol({Symbol::Kind::coordinate, i, 0, {}}); }
  Expr unknown(int u, const MultiIndex& alpha = {}, int copy = 0) {
    return symbol({Symbol::Kind::unknown, u, copy, alpha});
  }

  Expr apply(Op op, Expr a, Expr b = {}, Expr c = {});
  Expr add(Expr a, Expr b) { return apply(Op::add, a, b); }
  Expr sub(Expr a, Expr b) { return apply(Op::sub, a, b); }
  Expr mul(Expr a, Expr b) { return apply(Op::mul, a, b); }
  Expr div(Expr a, Expr b) { return apply(Op::div, a, b); }
  Expr neg(Expr a) { return apply(Op::neg, a); }
  Expr pow(Expr a, Expr b) { return apply(Op::pow, a, b); }
  Expr powi(Expr a, int n);

  /// Total derivative with respect to variable i: unknowns depend on every variable, normals,
  /// parameters and columns on none. By the chain rule, memoised.
  Expr derivative(Expr e, int variable);
  Expr derivative(Expr e, const MultiIndex& alpha);
  /// Partial derivative with respect to one symbol, all other symbols held.
  Expr partial(Expr e, const Symbol& symbol);
  /// Replaces unknown u and each of its derivatives by `value` and its total derivatives,
  /// at the point itself (copy 0); values at the partner point stay.
  Expr substitute_unknown(Expr e, int u, Expr value);
  /// Replaces symbols one for one; symbols for which `map` returns an invalid Expr stay.
  Expr substitute(Expr e, const std::function<Expr(const Symbol&)>& map);

  /// A graph of the first `nodes` nodes under the same ids.
  Graph first(std::size_t nodes) const;

  std::vector<Symbol> symbols(std::span<const Expr> roots) const;  ///< sorted, each once
  bool depends_on(Expr e, Symbol::Kind kind) const;
  bool is_constant(Expr e) const { return node(e).op == Op::constant; }
  double constant_value(Expr e) const { return node(e).value; }
  const Node& node(Expr e) const { return nodes_[e.id]; }
  const Symbol& symbol_of(Expr e) const { return symbols_[node(e).symbol]; }
  std::size_t size() const { return nodes_.size(); }

  /// Value with symbols bound by `value`; NaN where undefined.
  double evaluate(Expr e, const std::function<double(const Symbol&)>& value) const;

  /// Compiles expressions to a tape whose input i is inputs[i]; common subexpressions are computed
  /// once. Throws std::logic_error when an expression needs a symbol that is not among the inputs.
  kernels::Tape compile(std::span<const Expr> outputs, std::span<const Symbol> inputs) const;

 private:
  friend class Simplifier;
  struct NodeHash {
    std::size_t operator()(const Node& node) const;
  };
  struct NodeEqual {
    bool operator()(const Node& x, const Node& y) const;
  };

  Expr intern(const Node& node);  ///< the node of this content, as it is: no simplification
  Expr rebuild(const Node& node, Expr a, Expr b, Expr c);
  /// `wrt`: a variable's index, or max_variables + the index of a symbol for a partial derivative.
  Expr differentiate(Expr e, int wrt);
  Expr derivative_of_node(Expr self, int wrt);
  Expr derivative_of_function(const Node& node, Expr self, Expr da);
  Expr derivative_of_power(const Node& node, Expr self, Expr da, Expr db);
  Expr derivative_of_symbol(int symbol, int wrt);

  std::vector<Node> nodes_;
  std::vector<unsigned> kinds_;  // of the symbols that each node depends on, a bit each
  std::vector<Symbol> symbols_;
  std::unordered_map<Node, std::int32_t, NodeHash, NodeEqual> interned_;
  std::map<Symbol, int> symbol_index_;
  std::unordered_map<std::uint64_t, Expr> derivatives_;  ///< key: wrt << 32 | id
};

/// Ids of the nodes that `roots` need, ascending: an operand always comes before its user.
std::vector<std::int32_t> reachable(const Graph& graph, std::span<const Expr> roots);

/// One operation on numbers; `n` is powi's exponent. The meaning of every Op in one place.
double compute(Op op, double a, double b, double c, double n);
long double compute(Op op, long double a, long double b, long double c, double n);

}  // namespace kanpde::problems
