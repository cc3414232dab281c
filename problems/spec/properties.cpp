/// What the equations of a problem tell about how to solve it.

#include <algorithm>

#include "problems/problem.hpp"

namespace kanpde::problems {

namespace {

bool is_linear_in_unknowns(Problem& problem, Expr residual) {
  for (const Symbol& s : problem.graph.symbols(std::vector<Expr>{residual}))
    if (s.kind == Symbol::Kind::unknown &&
        problem.graph.depends_on(problem.graph.partial(residual, s), Symbol::Kind::unknown))
      return false;
  return true;
}

bool has_time_derivative(const Problem& problem) {
  std::vector<Expr> residuals;
  for (const Equation& equation : problem.equations) residuals.push_back(equation.parsed.residual);
  const auto symbols = problem.graph.symbols(residuals);
  return std::any_of(symbols.begin(), symbols.end(), [&](const Symbol& s) {
    return s.kind == Symbol::Kind::unknown &&
           s.alpha.count[std::size_t(problem.space_dimension)] > 0;
  });
}

}  // namespace

bool is_linear(Problem& problem) {
  if (!problem.parameters.empty()) return false;
  for (const auto& e : problem.equations)
    if (!is_linear_in_unknowns(problem, e.parsed.residual)) return false;
  for (const auto& c : problem.conditions)
    if (c.periodic_axis < 0 && !is_linear_in_unknowns(problem, c.parsed.residual)) return false;
  return true;
}

/// A window is a problem of its own: what belongs to the whole time has no place in it.
std::string why_no_windows(const Problem& problem) {
  if (!problem.has_time) return "the domain has no time that could be cut";
  if (!has_time_derivative(problem))
    return fmt::format(
        "no equation has a derivative in {}, so nothing goes on from one window to the next",
        problem.variables[std::size_t(problem.space_dimension)]);
  if (!problem.parameters.empty())
    return fmt::format(
        "each would find a value of its own for parameter '{}'; leave out one of the two",
        problem.parameters.front().name);
  if (!problem.data.empty())
    return "data is fitted over the whole time at once; leave out one of the two";
  return "";
}

}  // namespace kanpde::problems
