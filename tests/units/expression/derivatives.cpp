// Derivatives against hand formulas, complex steps and central differences.

#include <complex>

#include "tests/units/expression/expression_fixture.hpp"

namespace kanpde::problems {
namespace {

using Derivative = ExpressionTest;
using Complex = std::complex<double>;

Complex complex_function(Op op, Complex a) {
  switch (op) {
    case Op::neg:
      return -a;
    case Op::sqrt:
      return std::sqrt(a);
    case Op::exp:
      return std::exp(a);
    case Op::log:
      return std::log(a);
    case Op::sin:
      return std::sin(a);
    case Op::cos:
      return std::cos(a);
    case Op::tan:
      return std::tan(a);
    case Op::asin:
      return std::asin(a);
    case Op::acos:
      return std::acos(a);
    case Op::atan:
      return std::atan(a);
    case Op::sinh:
      return std::sinh(a);
    case Op::cosh:
      return std::cosh(a);
    case Op::tanh:
      return std::tanh(a);
    case Op::asinh:
      return std::asinh(a);
    case Op::acosh:
      return std::acosh(a);
    case Op::atanh:
      return std::atanh(a);
    case Op::abs:
      return a.real() < 0 ? -a : a;
    default:
      throw std::logic_error("no complex continuation");
  }
}

/// e at x + i h: an evaluation that shares nothing with Graph::evaluate but the nodes.
Complex complex_value(const Graph& graph, Expr e, Complex x) {
  const Graph::Node& n = graph.node(e);
  const auto of = [&](Expr operand) { return complex_value(graph, operand, x); };
  switch (n.op) {
    case Op::constant:
      return n.value;
    case Op::input:
      return x;
    case Op::add:
      return of(n.a) + of(n.b);
    case Op::sub:
      return of(n.a) - of(n.b);
    case Op::mul:
      return of(n.a) * of(n.b);
    case Op::div:
      return of(n.a) / of(n.b);
    case Op::square:
      return of(n.a) * of(n.a);
    case Op::powi:
      return std::pow(of(n.a), int(n.value));
    case Op::pow:
      return std::exp(of(n.b) * std::log(of(n.a)));
    case Op::min:
      return of(n.a).real() < of(n.b).real() ? of(n.a) : of(n.b);
    case Op::max:
      return of(n.a).real() > of(n.b).real() ? of(n.a) : of(n.b);
    case Op::select:
      return of(n.a).real() > 0 ? of(n.b) : of(n.c);
    default:
      return complex_function(n.op, of(n.a));
  }
}

TEST_F(Derivative, AgreesWithComplexStepsForEveryAnalyticOperation) {
  const char* functions[] = {"sin(x)*exp(-x^2)",
                             "cos(3*x)/(1 + x^2)",
                             "tan(x/2)",
                             "asin(x/2)",
                             "acos(x/3)",
                             "atan(2*x)",
                             "sinh(x) - cosh(2*x)",
                             "tanh(x^2 - 1)",
                             "log(1 + x^2)",
                             "sqrt(1 + sin(x)^2)",
                             "x^2.5",
                             "x^x",
                             "2^x",
                             "(1 + x^2)^sin(x)",
                             "x^-3",
                             "x^7/(1 - x/5)",
                             "1/sqrt(x)",
                             "log10(x)",
                             "min(x^2, sin(x))",
                             "max(x^2, sin(x))",
                             "where(x > 0.3, x^3, cos(x))",
                             "abs(x - 2)*x",
                             "exp(sin(cos(x)))^3",
                             "x*sqrt(x)",
                             "erf(0.3)*x^2",
                             "pow(x, 3) + x**4",
                             "tanh(tanh(tanh(x)))",
                             "asinh(3*x - 1)",
                             "acosh(2 + x^2)",
                             "atanh(sin(x)/2)",
                             "atan2(x, 1 + x^2)",
                             "atan2(x - 2, x - 3)"};
  const double h = 1e-40;
  for (const char* source : functions) {
    const Expr e = parse(source);
    const Expr de = graph.derivative(e, 0);
    for (double x : {0.17, 0.5, 0.83, 1.3}) {
      const double expected = complex_value(graph, e, {x, h}).imag() / h;
      // both sides round a few tens of times
      EXPECT_NEAR(value(de, {{"x", x}}), expected, 1e-13 * std::max(1.0, std::fabs(expected)))
          << source << " at " << x;
    }
  }
}

TEST_F(Derivative, AgreesWithComplexStepsToFourthOrder) {
  Expr e = parse("exp(-x^2)*sin(3*x)/(1 + x^2)");
  for (int order = 1; order <= 4; ++order) {
    const Expr de = graph.derivative(e, 0);
    for (double x : {-0.7, 0.2, 1.1}) {
      const double expected = complex_value(graph, e, {x, 1e-40}).imag() / 1e-40;
      EXPECT_NEAR(value(de, {{"x", x}}), expected, 1e-12 * std::max(1.0, std::fabs(expected)));
    }
    e = de;
  }
}

TEST_F(Derivative, OfErfAgreesWithCentralDifferencesOfOrderTwo) {
  const Expr e = parse("erf(2*x)*x");
  const double exact = value(graph.derivative(e, 0), {{"x", 0.4}});
  const auto error = [&](double h) {
    return (value(e, {{"x", 0.4 + h}}) - value(e, {{"x", 0.4 - h}})) / (2 * h) - exact;
  };
  const double slope = std::log2(error(2e-3) / error(1e-3));
  EXPECT_NEAR(slope, 2, 0.02);
  EXPECT_NEAR(error(1e-3), 0, 1e-5);
}

TEST_F(Derivative, OfBesselFunctionsSatisfiesTheirEquation) {
  const Expr e = parse("diff(bessel_j0(x), x, 2) + diff(bessel_j0(x), x)/x + bessel_j0(x)");
  EXPECT_EQ(e, graph.constant(0));
  const Expr f = parse("diff(bessel_j1(x), x, 2) + diff(bessel_j1(x), x)/x + bessel_j1(x)");
  for (double x : {0.5, 2.4, 7.9})
    EXPECT_NEAR(value(f, {{"x", x}}), std::cyl_bessel_j(1, x) / (x * x), 1e-14);
}

TEST_F(Derivative, MatchesHandFormulas) {
  const std::pair<const char*, const char*> rules[] = {
      {"diff(x^3, x)", "3*x^2"},
      {"diff(sin(x*y), y)", "x*cos(x*y)"},
      {"diff(u^2/2, x)", "u*u_x"},
      {"diff(u*v, x, 2)", "u_xx*v + 2*u_x*v_x + u*v_xx"},
      {"diff(D*u_x, x)", "D*u_xx"},
      {"diff(n_x*u, y)", "n_x*u_y"},
      {"diff(sin(u), x, 2)", "cos(u)*u_xx - sin(u)*u_x^2"},
      {"diff(exp(u), x, t)", "exp(u)*(u_xt + u_x*u_t)"},
      {"diff(abs(u), x)", "sign(u)*u_x"},
      {"diff(floor(u) + sign(u), x)", "0"},
      {"diff(step(u)*u, x)", "step(u)*u_x"},
      {"diff(where(u, v, x), x)", "where(u, v_x, 1)"},
      {"diff(max(u, v), t)", "where(u - v, u_t, v_t)"},
      {"diff(u_x, y, 2)", "u_xyy"},
      {"diff(sqrt(u), x)", "u_x/(2*sqrt(u))"},
      {"diff(u^2.5, x)", "2.5*u^1.5*u_x"},
      {"laplacian(u)", "u_xx + u_yy"},
      {"laplacian(x^2*y^3)", "2*y^3 + 6*x^2*y"},
      {"biharmonic(u)", "u_xxxx + 2*u_xxyy + u_yyyy"},
      {"div(grad(u))", "laplacian(u)"},
      {"div([u*v, x*u])", "u_x*v + u*v_x + x*u_y"},
      {"div(D*grad(u) - [u, v])", "D*laplacian(u) - u_x - v_y"},
      {"div(u^3*grad(u)/2)", "0.5*u^3*laplacian(u) + 1.5*u^2*dot(grad(u), grad(u))"},
      {"dot(grad(u), grad(v))", "u_x*v_x + u_y*v_y"},
      {"dot([x, y], -grad(u))", "-x*u_x - y*u_y"},
      {"dn(u)", "n_x*u_x + n_y*u_y"},
      {"u_yx", "u_xy"},
      {"u_ttx", "diff(u, x, t, 2)"},
  };
  for (const auto& [a, b] : rules) {
    const Expr roots[] = {parse(a), parse(b)};
    std::map<std::string, double> point;
    for (const Symbol& s : graph.symbols(roots)) {
      const std::string name = text(graph.symbol(s));
      point[name] = 0.3 + 0.17 * double(name.front() - 'a') / 26 + 0.1 * double(name.size());
    }
    EXPECT_NEAR(value(roots[0], point), value(roots[1], point), 1e-14)
        << a << " = " << normal_form(a) << ", not " << normal_form(b);
  }
}

TEST_F(Derivative, OfAPowerIsFiniteAtAZeroBase) {
  EXPECT_EQ(value("diff(x^2.5, x)", {{"x", 0}}), 0);
  EXPECT_EQ(value("diff(x^3, x, 2)", {{"x", 0}}), 0);
  EXPECT_EQ(value("diff(x^1.5, x)", {{"x", 0}}), 0);
  EXPECT_EQ(value("diff(u^D, x)", {{"u", 0}, {"u_x", 1}, {"D", 2.5}}), 0);
}

TEST_F(Derivative, PartialHoldsEveryOtherSymbol) {
  const Expr e = parse("x*u + u_x^2*v + D*x");
  const auto partial = [&](const char* name) {
    return text(graph.partial(e, graph.symbol_of(parse(name))));
  };
  EXPECT_EQ(partial("x"), "D + u");
  EXPECT_EQ(partial("u"), "x");
  EXPECT_EQ(partial("u_x"), "2*v*u_x");
  EXPECT_EQ(partial("D"), "x");
  EXPECT_EQ(partial("u_xx"), "0");
}

TEST_F(Derivative, OfTheUnknownAtThePartnerPointKeepsItsCopy) {
  const Expr partner = graph.unknown(0, {}, 1);
  MultiIndex x;
  x.count[0] = 1;
  EXPECT_EQ(graph.derivative(partner, 0), graph.unknown(0, x, 1));
  EXPECT_NE(graph.derivative(partner, 0), parse("u_x"));
}

TEST_F(Derivative, SharesWorkSoThatDeepCompositionsStaySmall) {
  const Expr e = parse("tanh(tanh(tanh(tanh(tanh(tanh(x))))))");
  graph.derivative(graph.derivative(e, 0), 0);
  EXPECT_LT(graph.size(), 400u);
}

TEST_F(Derivative, RejectsAVariableOutOfRange) {
  EXPECT_THROW(graph.derivative(parse("x"), max_variables), std::logic_error);
}

}  // namespace
}  // namespace kanpde::problems
