#pragma once
/// Checks that a generator made for one equation is asked about that equation.

#include "problems/problem.hpp"

namespace kanpde::problems {

/// Whether a = s b for one constant s != 0, judged at random values of every symbol to 1e-10
/// relative.
bool proportional(const Graph& graph, Expr a, Expr b);

/// The same at every place: s may depend on the coordinates.
bool proportional_in_unknowns(const Graph& graph, Expr a, Expr b);

/// Whether a = b to 1e-12 relative, judged in the same way.
bool equal(const Graph& graph, Expr a, Expr b);

/// At random values of every symbol.
double value_somewhere(const Graph& graph, Expr e);

/// Whether some condition of this kind demands u = g, judged at random points by putting u = g in.
bool demands(Graph& graph, const Problem& problem, Condition::Where where, int unknown, Expr g);

/// InputError at the reference's place: the generator solves `expected` only.
[[noreturn]] void refuse(const Problem& problem, const std::string& expected);

}  // namespace kanpde::problems
