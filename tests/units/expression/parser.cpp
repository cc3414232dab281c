// What texts mean.

#include "tests/units/expression/expression_fixture.hpp"

namespace kanpde::problems {
namespace {

using Parser = ExpressionTest;

TEST_F(Parser, FollowsThePrecedenceOfMathematics) {
  EXPECT_EQ(value("2 + 3*4 - 8/4/2"), 13);
  EXPECT_EQ(value("-2^2"), -4);
  EXPECT_EQ(value("(-2)^2"), 4);
  EXPECT_EQ(value("2^-1"), 0.5);
  EXPECT_EQ(value("2^3^2"), 512);
  EXPECT_EQ(value("2*-3*4"), -24);
  EXPECT_EQ(value("12/-3*2"), -8);
  EXPECT_EQ(value("-2^-2^2"), -1.0 / 16);
  EXPECT_EQ(value("2 - -3"), 5);
  EXPECT_EQ(value("1e-3 + .5 + 1.5E+2 + 2."), 152.501);
  EXPECT_EQ(value("not 1 > 2 and 2 >= 2"), 1);
  EXPECT_EQ(value("1 < 2 or 1 < 0 and 1 < 0"), 1);
  EXPECT_EQ(value("1 + 1 < 3"), 1);
}

TEST_F(Parser, EvaluatesEveryFunction) {
  const double a = 0.37;
  const std::pair<const char*, double> expected[] = {{"sin(x)", std::sin(a)},
                                                     {"cos(x)", std::cos(a)},
                                                     {"tan(x)", std::tan(a)},
                                                     {"asin(x)", std::asin(a)},
                                                     {"acos(x)", std::acos(a)},
                                                     {"atan(x)", std::atan(a)},
                                                     {"sinh(x)", std::sinh(a)},
                                                     {"cosh(x)", std::cosh(a)},
                                                     {"tanh(x)", std::tanh(a)},
                                                     {"exp(x)", std::exp(a)},
                                                     {"log(x)", std::log(a)},
                                                     {"ln(x)", std::log(a)},
                                                     {"log10(x)", std::log10(a)},
                                                     {"sqrt(x)", std::sqrt(a)},
                                                     {"abs(-x)", a},
                                                     {"sign(-x)", -1},
                                                     {"min(x, 1, 0.1)", 0.1},
                                                     {"max(x, 1, 0.1)", 1},
                                                     {"pow(x, 2.2)", std::pow(a, 2.2)},
                                                     {"erf(x)", std::erf(a)},
                                                     {"asinh(x)", std::asinh(a)},
                                                     {"acosh(1 + x)", std::acosh(1 + a)},
                                                     {"atanh(x)", std::atanh(a)},
                                                     {"bessel_j0(-x)", std::cyl_bessel_j(0, a)},
                                                     {"bessel_j1(-x)", -std::cyl_bessel_j(1, a)},
                                                     {"step(x)", 1},
                                                     {"heaviside(-x)", 0},
                                                     {"where(x > 1, 2, 3)", 3},
                                                     {"if(x < 1, 2, 3)", 2},
                                                     {"floor(10*x)", 3},
                                                     {"atan2(x, -1)", std::atan2(a, -1)},
                                                     {"pi", M_PI},
                                                     {"e", M_E}};
  for (const auto& [source, result] : expected)
    EXPECT_NEAR(value(source, {{"x", a}}), result, 4e-16 * std::max(1.0, std::fabs(result)))
        << source;
}

TEST_F(Parser, ComputesAtan2InEveryQuadrantAndOnTheAxes) {
  for (double y : {-1.5, 0.0, 0.5})
    for (double x : {-0.7, 0.0, 2.0})
      EXPECT_NEAR(value("atan2(y, x)", {{"x", x}, {"y", y}}), std::atan2(y, x), 1e-15)
          << y << " " << x;
}

TEST_F(Parser, GivesOneOrZeroForComparisons) {
  const std::pair<const char*, double> at_half[] = {
      {"x < 0.5", 0},         {"x <= 0.5", 1},       {"x > 0.5", 0},   {"x >= 0.5", 1},
      {"x < 1 and x > 0", 1}, {"x < 0 or x > 1", 0}, {"not x < 0", 1}, {"not (x < 1 and y < 1)", 0},
      {"x and y", 1},         {"not x", 0}};
  for (const auto& [source, result] : at_half)
    EXPECT_EQ(value(source, {{"x", 0.5}, {"y", 0.5}}), result) << source;
}

TEST_F(Parser, LetsTheNamesOfTheUserComeFirst) {
  scope.definitions["pi"] = graph.constant(3);
  scope.definitions["e"] = graph.constant(2);
  scope.definitions["min"] = graph.constant(1);
  scope.definitions["u_x"] = graph.constant(5);
  EXPECT_EQ(value("pi + e + min"), 6);
  EXPECT_EQ(value("min(pi, e)"), 2);
  EXPECT_EQ(value("u_x"), 5);
  EXPECT_EQ(text(parse("diff(u, x)")), "diff(u, x)");  // u_x would be read as the definition
}

TEST_F(Parser, DifferentiatesDefinitionsBySuffix) {
  scope.definitions["flux"] = parse("u^2/2");
  EXPECT_EQ(parse("flux_x"), parse("u*u_x"));
  EXPECT_EQ(parse("flux_tx"), parse("diff(flux, x, t)"));
}

TEST_F(Parser, ReadsSuffixesOfNamesWithUnderscores) {
  scope.unknowns = {"u_a", "u"};
  EXPECT_EQ(parse("u_a_x"), parse("diff(u_a, x)"));
}

TEST_F(Parser, ReadsDerivativesOfVariablesWithLongNames) {
  scope.variables = {"theta", "t"};
  scope.space_dimension = 1;
  EXPECT_EQ(parse("diff(u, theta, 2)"), parse("laplacian(u)"));
  EXPECT_EQ(text(parse("diff(u, theta, 2)")), "diff(u, theta, 2)");
  EXPECT_EQ(text(parse("u_t + n_theta")), "n_theta + u_t");
}

TEST_F(Parser, SplitsEquations) {
  const EquationText equation = parse_equation(graph, scope, "u_t + u*u_x = D*u_xx", {});
  EXPECT_EQ(equation.left, parse("u_t + u*u_x"));
  EXPECT_EQ(equation.right, parse("D*u_xx"));
  EXPECT_EQ(equation.residual, parse("u_t + u*u_x - D*u_xx"));
  const EquationText alone = parse_equation(graph, scope, "laplacian(u)", {});
  EXPECT_EQ(alone.right, graph.constant(0));
  EXPECT_EQ(alone.residual, alone.left);
}

TEST_F(Parser, AllowsVectorsWhereTheyEndInANumber) {
  EXPECT_EQ(parse("div(-2*grad(u)/3 + [u, 0])"), parse("u_x - 2*u_xx/3 - 2*u_yy/3"));
  EXPECT_EQ(parse("dot([n_x, n_y], grad(u))"), parse("dn(u)"));
}

TEST_F(Parser, IgnoresWhiteSpace) { EXPECT_EQ(parse("  u_t\t+\n u "), parse("u_t+u")); }

TEST(NearestName, FindsSmallMistakesOnly) {
  const std::vector<std::string> names = {"diffusion", "nu", "u", "laplacian", "epsilon"};
  EXPECT_EQ(nearest_name("difusion", names), "diffusion");
  EXPECT_EQ(nearest_name("lapalcian", names), "laplacian");
  EXPECT_EQ(nearest_name("un", names), "nu");
  EXPECT_EQ(nearest_name("U", names), "u");
  EXPECT_EQ(nearest_name("Epsilon", names), "epsilon");
  EXPECT_EQ(nearest_name("v", names), "");
  EXPECT_EQ(nearest_name("temperature", names), "");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace kanpde::problems
