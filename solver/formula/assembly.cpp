#include "solver/formula/assembly.hpp"

#include <cmath>

namespace kanpde::solver {

namespace {

using kan::EdgeFit;
using kan::EdgeFunction;
using Argument = EdgeFunction::Argument;

/// t^n + c_{n-1} t^(n-1) + ... + c_1 t
Expr polynomial(FormulaBuilder& builder, const EdgeFit& fit, Expr t) {
  Graph& g = builder.graph();
  Expr sum = g.powi(t, int(fit.powers.size()) + 1);
  for (std::size_t k = 0; k < fit.powers.size(); ++k)
    sum = g.add(sum, g.mul(builder.constant(fit.powers[k]), g.powi(t, int(k) + 1)));
  return sum;
}

/// f(b t + c) with the constants that make a difference.
Expr core(FormulaBuilder& builder, const EdgeFunction& f, const EdgeFit& fit, Expr t) {
  Graph& g = builder.graph();
  switch (f.argument) {
    case Argument::none:
      return t;
    case Argument::scale:
      return function_of(g, f.text, g.mul(builder.constant(fit.b), t));
    case Argument::shift: {
      const Expr argument = fit.b < 0 ? g.neg(t) : t;
      return function_of(g, f.text, g.add(argument, builder.constant(fit.c)));
    }
    case Argument::affine:
      return function_of(g, f.text,
                         g.add(g.mul(builder.constant(fit.b), t), builder.constant(fit.c)));
  }
  return t;
}

Expr core(FormulaBuilder& builder, const std::vector<EdgeFunction>& library, const EdgeFit& fit,
          Expr t) {
  if (fit.function == kan::polynomial_edge) return polynomial(builder, fit, t);
  return core(builder, library[std::size_t(fit.function)], fit, t);
}

/// sum_i a_i f_i + offset; the offsets of the edges in one.
Expr sum_of(FormulaBuilder& builder, const std::vector<EdgeFunction>& library,
            const EdgeChoice& choice, const std::vector<Expr>& t, double scale, Expr offset) {
  Graph& g = builder.graph();
  Expr sum = offset;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const EdgeFit& fit = choice.inner[i];
    if (fit.function == kan::constant_edge) continue;
    const Expr a = builder.constant(scale * fit.a);
    sum = g.add(sum, g.mul(a, core(builder, library, fit, t[i])));
  }
  return sum;
}

double offsets(const EdgeChoice& choice) {
  double total = 0;
  for (const EdgeFit& fit : choice.inner) total += fit.d;
  return total;
}

/// scale * prod_i (f_i + d_i/a_i).
Expr product_of(FormulaBuilder& builder, const std::vector<EdgeFunction>& library,
                const EdgeChoice& choice, const std::vector<Expr>& t, double scale) {
  Graph& g = builder.graph();
  double factor = scale;
  Expr product = g.constant(1);
  for (std::size_t i = 0; i < t.size(); ++i) {
    const EdgeFit& fit = choice.inner[i];
    if (fit.function == kan::constant_edge) {
      factor *= fit.d;
      continue;
    }
    factor *= fit.a;
    const Expr f = core(builder, library, fit, t[i]);
    product = g.mul(product, g.add(f, builder.constant(fit.d / fit.a)));
  }
  return g.mul(builder.constant(factor), product);
}

/// A F(z) + D for the outer edge; free is what the scale of z can take up: A of powers and roots, D
/// of the logarithm.
Expr link_of(FormulaBuilder& builder, const EdgeFunction& f, const EdgeFit& outer, Expr z) {
  Graph& g = builder.graph();
  const double sign = outer.a < 0 ? -1 : 1;
  const Expr a = f.argument == Argument::shift && f.name != "log"
                     ? builder.free_constant(outer.a, sign)
                     : builder.constant(outer.a);
  const Expr d = f.name == "log" ? builder.free_constant(outer.d, 0) : builder.constant(outer.d);
  return g.add(g.mul(a, function_of(g, f.text, z)), d);
}

}  // namespace

Expr function_of(Graph& graph, const std::string& text, Expr argument) {
  problems::Scope scope;
  scope.definitions["z"] = argument;
  return problems::parse_expression(graph, scope, text, {});
}

Expr assemble(FormulaBuilder& builder, const std::vector<EdgeFunction>& library,
              const kan::SmallNetwork& network, const EdgeChoice& choice,
              const std::vector<Expr>& t) {
  Graph& g = builder.graph();
  if (!network.link) {
    if (network.product) return product_of(builder, library, choice, t, 1);
    return sum_of(builder, library, choice, t, 1, builder.constant(offsets(choice)));
  }
  const EdgeFit& outer = choice.outer;
  const EdgeFunction& f = library[std::size_t(outer.function)];
  // Of an exponential the offset is a factor, and of a sum the scale is in the coefficients.
  const bool offset_is_free = f.argument == Argument::scale;
  const double inside = network.product ? outer.c : outer.b * offsets(choice) + outer.c;
  const Expr offset = offset_is_free ? builder.free_constant(inside, 0) : builder.constant(inside);
  const Expr z = network.product ? g.add(product_of(builder, library, choice, t, outer.b), offset)
                                 : sum_of(builder, library, choice, t, outer.b, offset);
  return link_of(builder, f, outer, z);
}

Expr assemble_products(FormulaBuilder& builder, const std::vector<EdgeFunction>& library,
                       const std::vector<EdgeFit>& left, const std::vector<EdgeFit>& right,
                       const std::vector<double>& coefficients, Expr x, Expr y) {
  Graph& g = builder.graph();
  const auto functions = [&](const std::vector<EdgeFit>& fits, Expr t) {
    std::vector<Expr> values;
    for (const EdgeFit& fit : fits) {
      if (fit.function == kan::constant_edge) {
        values.push_back(g.constant(1));
        continue;
      }
      const EdgeFunction& f = library[std::size_t(fit.function)];
      values.push_back(f.argument == Argument::none ? g.add(t, builder.constant(fit.c))
                                                    : core(builder, f, fit, t));
    }
    return values;
  };
  const std::vector<Expr> of_x = functions(left, x), of_y = functions(right, y);
  Expr sum = g.constant(0);
  for (std::size_t j = 0; j < of_x.size(); ++j)
    for (std::size_t k = 0; k < of_y.size(); ++k)
      if (const double c = coefficients[j * of_y.size() + k]; c != 0)
        sum = g.add(sum, g.mul(builder.constant(c), g.mul(of_x[j], of_y[k])));
  return sum;
}

}  // namespace kanpde::solver
