#include "problems/expression/simplify.hpp"

#include <cmath>
#include <numbers>

#include "kernels/base/error.hpp"

namespace kanpde::problems {

namespace {

bool is_odd(Op op) {
  return op == Op::sin || op == Op::tan || op == Op::asin || op == Op::atan || op == Op::sinh ||
         op == Op::tanh || op == Op::erf || op == Op::sign || op == Op::asinh || op == Op::atanh ||
         op == Op::bessel_j1;
}

bool is_even(Op op) {
  return op == Op::cos || op == Op::cosh || op == Op::abs || op == Op::bessel_j0;
}

bool is_binary(Op op) { return op >= Op::add && op <= Op::max; }

}  // namespace

Expr Simplifier::apply(Op op, Expr a, Expr b, Expr c) {
  check(op != Op::constant && op != Op::input, "apply: a leaf is not an operation");
  check(a.valid() && (b.valid() || !(is_binary(op) || op == Op::powi || op == Op::select)),
        "apply: operation {} lacks an operand", int(op));
  switch (op) {
    case Op::add:
      return sum(a, b, 1);
    case Op::sub:
      return sum(a, b, -1);
    case Op::neg:
      return negate(a);
    case Op::mul:
      return product(op, a, b, 1, 1);
    case Op::div:
      return product(op, a, b, 1, -1);
    case Op::square:
      return powi(a, 2);
    case Op::powi:
      return powi(a, int(graph_.constant_value(b)));
    case Op::pow:
      return pow(a, b);
    case Op::min:
    case Op::max:
      return extremum(op, a, b);
    case Op::select:
      return select(a, b, c);
    default:
      return function(op, a);
  }
}

Expr Simplifier::fold_or_make(Op op, Expr a, Expr b, double value) {
  if (!is_constant(a) || (b.valid() && !is_constant(b))) return make(op, a, b, {}, value);
  const double y = b.valid() ? graph_.constant_value(b) : 0;
  return graph_.constant(compute(op, graph_.constant_value(a), y, 0, value));
}

Expr Simplifier::pow(Expr a, Expr b) {
  if (is_constant(b)) {
    const double exponent = graph_.constant_value(b);
    if (exponent == std::floor(exponent) && std::fabs(exponent) <= 1 << 30)
      return powi(a, int(exponent));
    if (exponent == 0.5) return function(Op::sqrt, a);
    if (exponent == -0.5) return powi(function(Op::sqrt, a), -1);
  }
  if (is_constant(a, 1)) return a;
  if (is_constant(a, std::numbers::e)) return function(Op::exp, b);
  return make(Op::pow, a, b);
}

Expr Simplifier::function(Op op, Expr a) {
  if (is_constant(a)) return graph_.constant(compute(op, graph_.constant_value(a), 0, 0, 0));
  if (op == Op::abs && node(a).op == Op::abs) return a;
  if ((is_odd(op) || is_even(op)) && split(a).c.p < 0) {
    const Expr mirrored = function(op, negate(a));
    return is_odd(op) ? negate(mirrored) : mirrored;
  }
  return make(op, a);
}

Expr Simplifier::extremum(Op op, Expr a, Expr b) {
  if (a == b) return a;
  if (compare(graph_, a, b) > 0) std::swap(a, b);
  return make(op, a, b);
}

Expr Simplifier::select(Expr a, Expr b, Expr c) {
  check(c.valid(), "apply: select lacks an operand");
  // select(select(d, 1, 0), b, c) = select(d, b, c)
  for (Graph::Node n = node(a); n.op == Op::select && is_constant(n.b) && is_constant(n.c);
       n = node(a)) {
    const bool yes = graph_.constant_value(n.b) > 0, no = graph_.constant_value(n.c) > 0;
    if (yes == no) return yes ? b : c;
    if (no) std::swap(b, c);
    a = n.a;
  }
  if (is_constant(a)) return graph_.constant_value(a) > 0 ? b : c;
  return b == c ? b : make(Op::select, a, b, c);
}

}  // namespace kanpde::problems
