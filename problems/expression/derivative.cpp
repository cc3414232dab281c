#include <cmath>
#include <numbers>

#include "kernels/base/error.hpp"
#include "problems/expression/graph.hpp"

namespace kanpde::problems {

namespace {

std::uint64_t memo_key(std::int32_t id, int wrt) {
  return std::uint64_t(std::uint32_t(wrt)) << 32 | std::uint32_t(id);
}

}  // namespace

Expr Graph::derivative(Expr e, int variable) {
  check(variable >= 0 && variable < max_variables, "derivative: variable {} of {}", variable,
        max_variables);
  return differentiate(e, variable);
}

Expr Graph::derivative(Expr e, const MultiIndex& alpha) {
  for (int i = 0; i < max_variables; ++i)
    for (int k = 0; k < alpha.count[i]; ++k) e = differentiate(e, i);
  return e;
}

Expr Graph::partial(Expr e, const Symbol& wrt) {
  const auto entry = symbol_index_.find(wrt);
  return entry == symbol_index_.end() ? constant(0)
                                      : differentiate(e, max_variables + entry->second);
}

/// Bottom up over the nodes whose derivative is not known yet; no recursion.
Expr Graph::differentiate(Expr e, int wrt) {
  if (const auto known = derivatives_.find(memo_key(e.id, wrt)); known != derivatives_.end())
    return known->second;
  for (std::int32_t id : reachable(*this, std::span(&e, 1))) {
    if (derivatives_.contains(memo_key(id, wrt))) continue;
    const Expr result = derivative_of_node({id}, wrt);
    derivatives_[memo_key(id, wrt)] = result;
  }
  return derivatives_.at(memo_key(e.id, wrt));
}

Expr Graph::derivative_of_symbol(int index, int wrt) {
  if (wrt >= max_variables) return constant(index == wrt - max_variables ? 1 : 0);
  Symbol s = symbols_[index];
  if (s.kind == Symbol::Kind::coordinate) return constant(s.index == wrt ? 1 : 0);
  if (s.kind != Symbol::Kind::unknown) return constant(0);
  ++s.alpha.count[wrt];
  return symbol(s);
}

Expr Graph::derivative_of_node(Expr self, int wrt) {
  const Node node = nodes_[self.id];  // a copy: building may move nodes_
  const auto known = [&](Expr x) {
    return x.valid() ? derivatives_.at(memo_key(x.id, wrt)) : Expr{};
  };
  const Expr a = node.a, b = node.b, zero = constant(0);
  const Expr da = known(a), db = known(b), dc = known(node.c);
  switch (node.op) {
    case Op::constant:
      return zero;
    case Op::input:
      return derivative_of_symbol(node.symbol, wrt);
    case Op::add:
      return add(da, db);
    case Op::sub:
      return sub(da, db);
    case Op::mul:
      return add(mul(da, b), mul(a, db));
    case Op::div:
      return sub(div(da, b), div(mul(a, db), powi(b, 2)));
    case Op::min:
      return da == db ? da : apply(Op::select, sub(b, a), da, db);
    case Op::max:
      return da == db ? da : apply(Op::select, sub(a, b), da, db);
    case Op::select:
      return apply(Op::select, a, db, dc);
    default:
      break;
  }
  if (da == zero && (!b.valid() || db == zero)) return zero;
  return node.op == Op::pow ? derivative_of_power(node, self, da, db)
                            : derivative_of_function(node, self, da);
}

/// d(a^b) = b a^(b-1) da + a^b log(a) db; the first term alone where b does not vary, so that a
/// zero base gives a finite value whenever b > 1.
Expr Graph::derivative_of_power(const Node& node, Expr self, Expr da, Expr db) {
  if (node.a == constant(0)) return node.a;
  const Expr first = mul(mul(node.b, pow(node.a, sub(node.b, constant(1)))), da);
  const Expr second = mul(mul(self, apply(Op::log, node.a)), db);
  if (da == constant(0)) return second;
  return db == constant(0) ? first : add(first, second);
}

Expr Graph::derivative_of_function(const Node& node, Expr self, Expr da) {
  const Expr a = node.a, one = constant(1);
  const double two_over_sqrt_pi = 2 * std::numbers::inv_sqrtpi;
  switch (node.op) {
    case Op::neg:
      return neg(da);
    case Op::abs:
      return mul(apply(Op::sign, a), da);
    case Op::sqrt:
      return div(da, mul(constant(2), self));
    case Op::square:
      return mul(mul(constant(2), a), da);
    case Op::powi:
      return mul(mul(constant(node.value), powi(a, int(node.value) - 1)), da);
    case Op::exp:
      return mul(self, da);
    case Op::log:
      return div(da, a);
    case Op::sin:
      return mul(apply(Op::cos, a), da);
    case Op::cos:
      return neg(mul(apply(Op::sin, a), da));
    case Op::tan:
      return mul(add(one, powi(self, 2)), da);
    case Op::asin:
      return div(da, apply(Op::sqrt, sub(one, powi(a, 2))));
    case Op::acos:
      return neg(div(da, apply(Op::sqrt, sub(one, powi(a, 2)))));
    case Op::atan:
      return div(da, add(one, powi(a, 2)));
    case Op::sinh:
      return mul(apply(Op::cosh, a), da);
    case Op::cosh:
      return mul(apply(Op::sinh, a), da);
    case Op::tanh:
      return mul(sub(one, powi(self, 2)), da);
    case Op::erf:
      return mul(mul(constant(two_over_sqrt_pi), apply(Op::exp, neg(powi(a, 2)))), da);
    case Op::asinh:
      return div(da, apply(Op::sqrt, add(powi(a, 2), one)));
    case Op::acosh:
      return div(da, apply(Op::sqrt, sub(powi(a, 2), one)));
    case Op::atanh:
      return div(da, sub(one, powi(a, 2)));
    case Op::bessel_j0:
      return neg(mul(apply(Op::bessel_j1, a), da));
    case Op::bessel_j1:  // not at a = 0
      return mul(sub(apply(Op::bessel_j0, a), div(self, a)), da);
    default:
      return constant(0);  // sign, step, floor: piecewise constant
  }
}

}  // namespace kanpde::problems
