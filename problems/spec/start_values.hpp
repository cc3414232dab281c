#pragma once
/// What initial conditions and equations say about a solution at its start, without solving them.

#include <optional>
#include <vector>

#include "kernels/base/array.hpp"
#include "problems/problem.hpp"

namespace kanpde::problems {

/// Works on a copy of the problem's graph: what is built there leaves no trace in a training.
class StartValues {
 public:
  explicit StartValues(const Problem& problem) : problem_(problem), graph_(problem.graph) {}

  Graph& graph() { return graph_; }

  /// An equation solved for its highest time derivative, d^order u/dt^order = -rest / factor.
  struct Rate {
    Symbol highest;
    int order = 0;
    Expr rest, value;
  };
  /// Whether the highest time derivative of some unknown stands in the residual.
  bool evolves(Expr residual) const { return !highest_in(residual).empty(); }
  /// Nothing where there are two such derivatives, one of order above 2, or one with a factor that
  /// depends on unknowns.
  std::optional<Rate> solve(Expr residual);

  /// Order of the highest time derivative of an unknown in the equations; 0: it does not evolve.
  int time_order(int unknown) const;
  std::vector<Symbol> unknowns_of(Expr e) const;

  /// At the points, initial values put in for the unknowns; NaN where there are none. x: a column
  /// a space variable.
  std::vector<double> values(Expr e, const Columns& x);

 private:
  std::vector<Symbol> highest_in(Expr residual) const;
  Expr initial(const Symbol& s);
  Expr at_begin(Expr e);
  int time_axis() const { return problem_.space_dimension; }

  const Problem& problem_;
  Graph graph_;
};

}  // namespace kanpde::problems
