#pragma once
// Random expressions, each built twice: through a Graph, which simplifies, and as a plain tree,
// which does not. The tree is the oracle for values.

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/base/random.hpp"
#include "problems/expression/graph.hpp"

namespace kanpde::problems {

/// A value with a bound for the rounding error that its computation may have made.
struct Bounded {
  double value;
  double error;
};

struct Tree {
  Op op;
  double number = 0;  ///< of a constant; exponent of powi
  Symbol symbol{};    ///< of an input
  std::vector<std::shared_ptr<Tree>> operands;
};

inline Bounded propagate(Op op, double n, const std::vector<Bounded>& x) {
  const double eps = std::numeric_limits<double>::epsilon();
  const double a = x[0].value, b = x.size() > 1 ? x[1].value : 0, c = x.size() > 2 ? x[2].value : 0;
  const double value = compute(op, a, b, c, n);
  double error = eps * std::fabs(value) * (op == Op::powi ? 1 + std::fabs(n) : 1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    // sensitivity by a difference quotient over a step well above the error
    const double size = std::fabs(x[i].value);
    const double h = std::max(size > 0 ? 1e-6 * size : 1e-6, 8 * x[i].error);
    double y[3] = {a, b, c}, z[3] = {a, b, c};
    y[i] += h, z[i] -= h;
    const double up = std::fabs(compute(op, y[0], y[1], y[2], n) - value);
    const double down = std::fabs(compute(op, z[0], z[1], z[2], n) - value);
    error += 2 * std::max(up, down) / h * (x[i].error + eps * std::fabs(x[i].value));
  }
  return {value, error};
}

/// Value and error bound of a tree; the error is infinite or NaN near a jump, a pole, or where a
/// periodic function is too fast for a difference quotient to see.
template <class Leaf>
Bounded value_of(const Tree& tree, const Leaf& leaf) {
  if (tree.op == Op::constant) return {tree.number, 0};
  if (tree.op == Op::input) return {leaf(tree.symbol), 0};
  std::vector<Bounded> x;
  for (const auto& operand : tree.operands) x.push_back(value_of(*operand, leaf));
  Bounded result = propagate(tree.op, tree.number, x);
  const bool jumps = tree.op == Op::sign || tree.op == Op::step || tree.op == Op::select;
  const double to_jump =
      tree.op == Op::floor ? std::fabs(x[0].value - std::round(x[0].value)) : std::fabs(x[0].value);
  const bool periodic = tree.op == Op::sin || tree.op == Op::cos || tree.op == Op::tan;
  if (((jumps || tree.op == Op::floor) && to_jump < 1e-5) || (periodic && !(to_jump < 1e3)) ||
      (tree.op == Op::tan && std::fabs(std::cos(x[0].value)) < 0.1))
    result.error = std::numeric_limits<double>::infinity();
  return result;
}

class RandomExpressions {
 public:
  struct Pair {
    Expr expr;
    std::shared_ptr<Tree> tree;
  };

  RandomExpressions(Graph& graph, std::uint64_t seed) : graph_(graph), random_(seed) {}

  /// Empties the graph.
  void start_again() {
    graph_ = Graph();
    last_ = {};
  }

  Pair next(int depth) {
    if (depth == 0 || random_.below(8) == 0) return leaf();
    static constexpr Op ops[] = {
        Op::add,   Op::add,       Op::sub,       Op::sub,   Op::mul,   Op::mul,    Op::mul,
        Op::div,   Op::div,       Op::neg,       Op::powi,  Op::powi,  Op::square, Op::pow,
        Op::min,   Op::max,       Op::abs,       Op::sign,  Op::step,  Op::sqrt,   Op::exp,
        Op::log,   Op::sin,       Op::cos,       Op::tan,   Op::asin,  Op::acos,   Op::atan,
        Op::sinh,  Op::cosh,      Op::tanh,      Op::erf,   Op::floor, Op::asinh,  Op::acosh,
        Op::atanh, Op::bessel_j0, Op::bessel_j1, Op::select};
    const Op op = ops[random_.below(int(std::size(ops)))];
    const int count = op == Op::select ? 3 : op >= Op::add && op <= Op::max ? 2 : 1;
    Pair result{{}, std::make_shared<Tree>(Tree{op, 0, {}, {}})};
    Expr x[3];
    for (int i = 0; i < count; ++i) {
      // Repeated operands give like terms and equal factors.
      const Pair operand = last_.tree && i > 0 && random_.below(5) == 0 ? last_ : next(depth - 1);
      last_ = operand;
      x[i] = operand.expr;
      result.tree->operands.push_back(operand.tree);
    }
    if (op == Op::powi) {
      result.tree->number = random_.below(8) - 3;
      result.expr = graph_.powi(x[0], int(result.tree->number));
    } else {
      result.expr = graph_.apply(op, x[0], x[1], x[2]);
    }
    return result;
  }

 private:
  Pair leaf() {
    if (random_.below(3) == 0) {
      static const double pi = std::acos(-1.0);
      const double nice[] = {0,           1,         -1,   2,    3,       -3,
                             0.5,         7,         10,   0.1,  pi,      pi / 3,
                             2 * pi * pi, 0.01 / pi, 1e-7, -1e5, 1.0 / 3, random_.uniform(-3, 3)};
      const double number = nice[random_.below(int(std::size(nice)))];
      return {graph_.constant(number), std::make_shared<Tree>(Tree{Op::constant, number, {}, {}})};
    }
    Symbol s{Symbol::Kind::coordinate, random_.below(3), 0, {}};
    const int kind = random_.below(6);
    if (kind == 0) s = {Symbol::Kind::normal, random_.below(2), 0, {}};
    if (kind == 1) s = {Symbol::Kind::parameter, 0, 0, {}};
    if (kind >= 4) {
      s = {Symbol::Kind::unknown, random_.below(2), 0, {}};
      for (int i = 0; i < 3; ++i) s.alpha.count[std::size_t(i)] = std::uint8_t(random_.below(3));
    }
    return {graph_.symbol(s), std::make_shared<Tree>(Tree{Op::input, 0, s, {}})};
  }

  Graph& graph_;
  Random random_;
  Pair last_{};
};

}  // namespace kanpde::problems
