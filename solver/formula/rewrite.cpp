#include "solver/formula/rewrite.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <unordered_map>

namespace kanpde::solver {

namespace {

using problems::Op;

constexpr double rounding = 1e-14;

class Rewriter {
 public:
  explicit Rewriter(Graph& graph) : g_(graph) {}

  /// Bottom up, once.
  Expr run(Expr e) {
    std::unordered_map<std::int32_t, Expr> done;
    for (std::int32_t id : problems::reachable(g_, std::span(&e, 1))) {
      const Graph::Node n = g_.node({id});
      const auto image = [&](Expr x) { return x.valid() ? done.at(x.id) : x; };
      Expr result{id};
      if (n.op != Op::constant && n.op != Op::input)
        result = shorter(n, image(n.a), image(n.b), image(n.c));
      done[id] = result;
    }
    return done.at(e.id);
  }

 private:
  struct Term {
    double factor;
    Expr value;  ///< invalid: the number alone
  };

  Expr shorter(const Graph::Node& n, Expr a, Expr b, Expr c) {
    std::optional<Expr> better;
    if (n.op == Op::sin || n.op == Op::cos) better = shifted(n.op, a);
    if (n.op == Op::exp) better = of_logarithms(a);
    if (n.op == Op::tanh) better = addition(Op::atanh, a, 1);
    if (n.op == Op::tan) better = addition(Op::atan, a, -1);
    if (better) return *better;
    return n.op == Op::powi ? g_.powi(a, int(n.value)) : g_.apply(n.op, a, b, c);
  }

  /// e as a sum of numbers times expressions.
  std::vector<Term> terms(Expr e, double factor = 1) const {
    const Graph::Node& n = g_.node(e);
    if (n.op == Op::constant) return {{factor * n.value, {}}};
    if (n.op == Op::neg) return terms(n.a, -factor);
    if (n.op == Op::add || n.op == Op::sub) {
      std::vector<Term> all = terms(n.a, factor);
      for (const Term& t : terms(n.b, n.op == Op::sub ? -factor : factor)) all.push_back(t);
      return all;
    }
    if (n.op == Op::mul && g_.is_constant(n.a)) return terms(n.b, factor * g_.constant_value(n.a));
    if (n.op == Op::div && g_.is_constant(n.b)) return terms(n.a, factor / g_.constant_value(n.b));
    return {{factor, e}};
  }

  Expr sum(const std::vector<Term>& all) {
    Expr total = g_.constant(0);
    for (const Term& t : all)
      total = g_.add(
          total, t.value.valid() ? g_.mul(g_.constant(t.factor), t.value) : g_.constant(t.factor));
    return total;
  }

  /// sin(u + k pi/2), cos(u + k pi/2).
  std::optional<Expr> shifted(Op op, Expr a) {
    std::vector<Term> all = terms(a);
    for (Term& t : all) {
      if (t.value.valid() || all.size() == 1) continue;
      const double quarters = t.factor / (std::numbers::pi / 2);
      const double k = std::round(quarters);
      if (k == 0 || std::fabs(quarters - k) > rounding * (1 + std::fabs(k))) return {};
      t.factor = 0;
      const int turn = ((int(k) + (op == Op::cos ? 1 : 0)) % 4 + 4) % 4;  // of a sine
      const Expr f = g_.apply(turn % 2 == 0 ? Op::sin : Op::cos, sum(all));
      return turn < 2 ? f : g_.neg(f);
    }
    return {};
  }

  /// exp(u + sum n_i log v_i), n_i whole or half numbers.
  std::optional<Expr> of_logarithms(Expr a) {
    std::vector<Term> rest;
    Expr factor = g_.constant(1);
    bool found = false;
    for (const Term& t : terms(a)) {
      const bool logarithm = t.value.valid() && g_.node(t.value).op == Op::log;
      if (!logarithm || std::round(2 * t.factor) != 2 * t.factor) {
        rest.push_back(t);
        continue;
      }
      found = true;
      factor = g_.mul(factor, g_.pow(g_.node(t.value).a, g_.constant(t.factor)));
    }
    if (!found) return {};
    return rest.empty() ? factor : g_.mul(factor, g_.apply(Op::exp, sum(rest)));
  }

  /// f(g(u) + g(v)) = (u + v)/(1 + sign u v), g the inverse of f.
  std::optional<Expr> addition(Op inverse, Expr a, double sign) {
    const std::vector<Term> all = terms(a);
    std::vector<Expr> arguments;
    for (const Term& t : all) {
      const bool fits =
          t.value.valid() && g_.node(t.value).op == inverse && std::fabs(t.factor) == 1;
      if (!fits) return {};
      arguments.push_back(g_.mul(g_.constant(t.factor), g_.node(t.value).a));
    }
    if (arguments.size() == 1) return arguments[0];
    if (arguments.size() != 2) return {};
    const Expr product = g_.mul(g_.constant(sign), g_.mul(arguments[0], arguments[1]));
    return g_.div(g_.add(arguments[0], arguments[1]), g_.add(g_.constant(1), product));
  }

  Graph& g_;
};

/// Multiplies products of sums and small powers of sums out.
class Expander {
 public:
  explicit Expander(Graph& graph) : g_(graph) {}

  Expr run(Expr e) {
    std::unordered_map<std::int32_t, Expr> done;
    for (std::int32_t id : problems::reachable(g_, std::span(&e, 1))) {
      const Graph::Node n = g_.node({id});
      const auto image = [&](Expr x) { return x.valid() ? done.at(x.id) : x; };
      const Expr a = image(n.a), b = image(n.b), c = image(n.c);
      Expr result{id};
      if (n.op == Op::mul)
        result = product(a, b);
      else if (n.op == Op::square)
        result = product(a, a);
      else if (n.op == Op::powi && n.value > 0 && n.value <= 4)
        result = power(a, int(n.value));
      else if (n.op == Op::powi)
        result = g_.powi(a, int(n.value));
      else if (n.op != Op::constant && n.op != Op::input)
        result = g_.apply(n.op, a, b, c);
      done[id] = result;
    }
    return done.at(e.id);
  }

 private:
  bool is_sum(Expr e) const { return g_.node(e).op == Op::add || g_.node(e).op == Op::sub; }

  Expr product(Expr a, Expr b) {
    if (is_sum(a)) {
      const Graph::Node n = g_.node(a);
      const Expr left = product(n.a, b), right = product(n.b, b);
      return g_.apply(n.op, left, right);
    }
    return is_sum(b) ? product(b, a) : g_.mul(a, b);
  }

  Expr power(Expr a, int n) {
    Expr result = a;
    for (int k = 1; k < n; ++k) result = product(result, a);
    return result;
  }

  Graph& g_;
};

}  // namespace

Expr rewrite(Graph& graph, Expr e) {
  Expr best = e;
  for (int round = 0; round < 3; ++round) {
    const Expr next = Rewriter(graph).run(best);
    if (next == best) break;
    best = next;
  }
  const Expr expanded = Expander(graph).run(best);
  return complexity(graph, expanded) < complexity(graph, best) ? expanded : best;
}

}  // namespace kanpde::solver
