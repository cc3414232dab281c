#include "problems/reference/equation_form.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "kernels/base/random.hpp"

namespace kanpde::problems {

namespace {

constexpr int trials = 6;

double value_at_random(const Graph& graph, Expr e, Random& random,
                       std::map<Symbol, double>& values) {
  return graph.evaluate(e, [&](const Symbol& symbol) {
    const auto [at, is_new] = values.try_emplace(symbol, 0);
    if (is_new) at->second = random.uniform(0.1, 0.9);
    return at->second;
  });
}

/// `held`: values that every trial shares.
bool proportional_with(const Graph& graph, Expr a, Expr b, const std::map<Symbol, double>& held,
                       Random& random) {
  double first_a = 0, first_b = 0;
  for (int i = 0; i < trials; ++i) {
    std::map<Symbol, double> values = held;
    const double va = value_at_random(graph, a, random, values);
    const double vb = value_at_random(graph, b, random, values);
    if (i == 0) first_a = va, first_b = vb;
    // a_i b_0 = a_0 b_i for every trial, with neither side zero
    const double left = va * first_b, right = first_a * vb;
    if (!(std::abs(left - right) <= 1e-10 * (std::abs(left) + std::abs(right)))) return false;
    if (va == 0 || vb == 0) return false;
  }
  return true;
}

}  // namespace

bool proportional(const Graph& graph, Expr a, Expr b) {
  Random random(1);
  return proportional_with(graph, a, b, {}, random);
}

bool proportional_in_unknowns(const Graph& graph, Expr a, Expr b) {
  Random random(1);
  for (int place = 0; place < trials; ++place) {
    std::map<Symbol, double> held;
    for (int i = 0; i < max_variables; ++i)
      held[{Symbol::Kind::coordinate, i, 0, {}}] = random.uniform(0.1, 0.9);
    if (!proportional_with(graph, a, b, held, random)) return false;
  }
  return true;
}

bool equal(const Graph& graph, Expr a, Expr b) {
  Random random(1);
  for (int i = 0; i < trials; ++i) {
    std::map<Symbol, double> values;
    const double va = value_at_random(graph, a, random, values);
    const double vb = value_at_random(graph, b, random, values);
    if (!(std::abs(va - vb) <= 1e-12 * (std::abs(va) + std::abs(vb)))) return false;
  }
  return true;
}

double value_somewhere(const Graph& graph, Expr e) {
  Random random(1);
  std::map<Symbol, double> values;
  return value_at_random(graph, e, random, values);
}

bool demands(Graph& graph, const Problem& problem, Condition::Where where, int unknown, Expr g) {
  Random random(2);
  for (const Condition& condition : problem.conditions) {
    if (condition.where != where || condition.periodic_axis >= 0) continue;
    const Expr residual = graph.substitute_unknown(condition.parsed.residual, unknown, g);
    // The condition must depend on the unknown's value and vanish for u = g.
    bool holds = graph.depends_on(condition.parsed.residual, Symbol::Kind::unknown);
    for (int i = 0; i < trials && holds; ++i) {
      std::map<Symbol, double> values;
      holds = std::abs(value_at_random(graph, residual, random, values)) < 1e-12;
    }
    if (holds) return true;
  }
  return false;
}

void refuse(const Problem& problem, const std::string& expected) {
  throw InputError(problem.reference.where,
                   fmt::format("the generator '{}' does not fit this problem: it solves {}",
                               problem.reference.name, expected));
}

}  // namespace kanpde::problems
