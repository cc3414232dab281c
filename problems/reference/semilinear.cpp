#include "problems/reference/semilinear.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>

#include "problems/reference/equation_form.hpp"

namespace kanpde::problems {

namespace {

const char* const expected =
    "equations of first order in time, as many as unknowns, linear in the derivatives along time "
    "with constant coefficients, on an interval or a rectangle that is periodic along each axis";

bool is_periodic(const Problem& problem, int axis) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(),
                     [axis](const Condition& c) { return c.periodic_axis == axis; });
}

/// The axes and their ends, or a refusal.
void take_domain(const Problem& problem, SemilinearForm& form) {
  form.unknowns = int(problem.unknowns.size());
  form.axes = problem.space_dimension;
  const bool fits = problem.has_time && problem.region.space && problem.region.space->is_box() &&
                    form.axes >= 1 && form.axes <= 2 && problem.variable_count() == form.axes + 1 &&
                    int(problem.equations.size()) == form.unknowns;
  if (!fits) refuse(problem, expected);
  for (int axis = 0; axis < form.axes; ++axis)
    if (!is_periodic(problem, axis)) refuse(problem, expected);
  const Box box = problem.region.space->bounding_box();
  form.lower = box.lower, form.upper = box.upper;
  form.lower.push_back(problem.region.extra.lower[0]);
  form.upper.push_back(problem.region.extra.upper[0]);
}

bool is_unknown(const Symbol& s) { return s.kind == Symbol::Kind::unknown && s.copy == 0; }

/// The inverse of the matrix of coefficients of u_t.
Eigen::MatrixXd inverse_mass(const Problem& problem, Graph& graph, int axes) {
  const int n = int(problem.unknowns.size());
  Eigen::MatrixXd mass(n, n);
  MultiIndex once;
  once.count[axes] = 1;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const Expr d =
          graph.partial(problem.equations[i].parsed.residual, {Symbol::Kind::unknown, j, 0, once});
      if (!graph.is_constant(d)) refuse(problem, expected);
      mass(i, j) = graph.constant_value(d);
    }
  const Eigen::FullPivLU<Eigen::MatrixXd> factors(mass);
  if (!factors.isInvertible()) refuse(problem, expected);
  return factors.inverse();
}

/// What the equations demand of u_t: expressions without derivatives along time.
std::vector<Expr> solved_for_rate(const Problem& problem, Graph& graph, int axes) {
  const Eigen::MatrixXd inverse = inverse_mass(problem, graph, axes);
  const auto without_rate = [&](const Symbol& s) {
    return is_unknown(s) && s.alpha.count[axes] == 1 && s.alpha.order() == 1 ? graph.constant(0)
                                                                             : Expr{};
  };
  std::vector<Expr> rest, rates;
  for (const Equation& equation : problem.equations)
    rest.push_back(graph.substitute(equation.parsed.residual, without_rate));
  for (int i = 0; i < int(rest.size()); ++i) {
    Expr sum = graph.constant(0);
    for (int j = 0; j < int(rest.size()); ++j)
      if (inverse(i, j) != 0)
        sum = graph.sub(sum, graph.mul(graph.constant(inverse(i, j)), rest[j]));
    rates.push_back(sum);
  }
  for (const Symbol& s : graph.symbols(rates))
    if (s.kind != Symbol::Kind::coordinate && !(is_unknown(s) && s.alpha.count[axes] == 0))
      refuse(problem, expected);
  return rates;
}

/// Moves what is linear with a constant coefficient from `rates` to the terms.
void split_linear(Graph& graph, std::vector<Expr>& rates, SemilinearForm& form) {
  for (int i = 0; i < form.unknowns; ++i)
    for (const Symbol& s : graph.symbols(std::span(&rates[i], 1))) {
      if (!is_unknown(s)) continue;
      const Expr d = graph.partial(rates[i], s);
      if (!graph.is_constant(d)) continue;
      form.linear.push_back({i, s.index, s.alpha, graph.constant_value(d)});
      rates[i] = graph.substitute(
          rates[i], [&](const Symbol& other) { return other == s ? graph.constant(0) : Expr{}; });
    }
}

Expr initial_value(const Problem& problem, int unknown) {
  for (const Condition& c : problem.conditions)
    if (c.where == Condition::Where::initial && c.dirichlet_unknown == unknown)
      return c.parsed.right;
  throw InputError(problem.reference.where,
                   fmt::format("the generator '{}' needs an initial condition '{} = ...'",
                               problem.reference.name, problem.unknowns[unknown]));
}

}  // namespace

SemilinearForm semilinear_form(const Problem& problem) {
  SemilinearForm form;
  take_domain(problem, form);
  Graph graph = problem.graph;
  std::vector<Expr> rates = solved_for_rate(problem, graph, form.axes);
  std::vector<Symbol> coordinates;
  for (int i = 0; i <= form.axes; ++i) coordinates.push_back({Symbol::Kind::coordinate, i, 0, {}});
  for (int i = 0; i <= form.axes; ++i)
    form.text += fmt::format("{:a} {:a} ", form.lower[i], form.upper[i]);
  for (int i = 0; i < form.unknowns; ++i) {
    const Expr u0 = initial_value(problem, i);
    for (const Symbol& s : graph.symbols(std::span(&u0, 1)))
      if (s.kind != Symbol::Kind::coordinate) refuse(problem, expected);
    form.text +=
        "\n" + to_text(graph, problem.scope, rates[i]) + "\n" + to_text(graph, problem.scope, u0);
    auto& tapes = form.initial.emplace_back();
    tapes.push_back(graph.compile(std::span(&u0, 1), coordinates));
    for (int axis = 0; axis < form.axes; ++axis) {
      const Expr d = graph.derivative(u0, axis);
      tapes.push_back(graph.compile(std::span(&d, 1), coordinates));
    }
  }
  split_linear(graph, rates, form);
  for (const Symbol& s : graph.symbols(rates))
    if (is_unknown(s)) form.fields.push_back(s);
  std::vector<Symbol> inputs = coordinates;
  inputs.insert(inputs.end(), form.fields.begin(), form.fields.end());
  form.rest = graph.compile(rates, inputs);
  return form;
}

}  // namespace kanpde::problems
