#pragma once
/// Text to expression, with positions in every error; and back to text and LaTeX.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/error.hpp"
#include "problems/expression/graph.hpp"

namespace kanpde::problems {

/// Names that an expression may use.
struct Scope {
  std::vector<std::string> variables;  ///< coordinates, in column order
  int space_dimension = 0;  ///< the first so many variables are space: laplacian, grad, div
  std::vector<std::string> unknowns;
  std::vector<std::string> parameters;      ///< trainable scalars
  std::map<std::string, Expr> definitions;  ///< constants and named expressions
  bool normals = false;                     ///< dn(e), n_x, n_y ... are allowed (boundaries)
};

/// Parses one expression. `where` is the place of text[0] in the user's file: errors carry the
/// exact column, the offending text and the nearest valid name. Throws InputError.
/// Grammar: + - * / ^ (right associative, binds tighter than unary minus), calls, comparisons
/// (< <= > >=, and, or, not) that give 0 or 1, numbers, pi, e.
/// Derivatives: u_x, u_xy (one-letter variables), diff(e, x, 2), diff(e, x, y), laplacian(e),
/// biharmonic(e), grad(e), div([a, b]), dot([..], [..]), dn(e).
Expr parse_expression(Graph& graph, const Scope& scope, std::string_view text,
                      const SourceLocation& where);

/// Parses `left = right` (or an expression alone, meaning = 0) to left - right; `left` and `right`
/// are also returned.
struct EquationText {
  Expr left, right, residual;
};
EquationText parse_equation(Graph& graph, const Scope& scope, std::string_view text,
                            const SourceLocation& where);

std::string to_text(const Graph& graph, const Scope& scope, Expr e);
std::string to_latex(const Graph& graph, const Scope& scope, Expr e);
/// A function `double name(double x, ...)` of the variables, for a C compiler with math.h (and, for
/// Bessel functions, POSIX). Precondition: e holds coordinates and numbers only.
std::string to_c(const Graph& graph, const Scope& scope, Expr e, const std::string& name);

/// The nearest of `names` to `name` by edit distance, or "" when none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string>& names);

}  // namespace kanpde::problems
