#pragma once
/// A closed formula with constants that can still move.

#include <string>
#include <vector>

#include "problems/expression/parser.hpp"

namespace kanpde::solver {

using problems::Expr;
using problems::Graph;
using problems::Symbol;

/// One constant of a formula.
struct Constant {
  double value = 0;
  /// Where other constants can make up for any value of this one: the value that reads best.
  bool free = false;
  double wish = 0;
};

/// An expression in the coordinates and in parameters first, first + 1, ...: its constants.
struct Formula {
  Expr expression;
  std::vector<Constant> constants;
  int first = 0;
  std::string shape;  ///< "[2,1,1]", "[2,*]" for a product node
};

/// Makes expressions with new constants.
class FormulaBuilder {
 public:
  FormulaBuilder(Graph& graph, int first) : graph_(graph), first_(first) {}
  Expr constant(double value) { return add({value, false, 0}); }
  Expr free_constant(double value, double wish) { return add({value, true, wish}); }
  Formula build(Expr e, std::string shape) const {
    return {e, constants_, first_, std::move(shape)};
  }
  Graph& graph() { return graph_; }

 private:
  Expr add(const Constant& c) {
    constants_.push_back(c);
    const int index = first_ + int(constants_.size()) - 1;
    return graph_.symbol({Symbol::Kind::parameter, index, 0, {}});
  }
  Graph& graph_;
  int first_;
  std::vector<Constant> constants_;
};

/// The expression with the values of its constants.
Expr with_values(Graph& graph, const Formula& formula);

/// Number of operations, functions, variables and constants other than 1 in e, counted as a tree.
int complexity(const Graph& graph, Expr e);

}  // namespace kanpde::solver
