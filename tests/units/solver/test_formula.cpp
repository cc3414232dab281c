// Constants, rewriting, verdicts and whole searches of formulas.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "kernels/base/random.hpp"
#include "solver/formula/constants_fit.hpp"
#include "solver/formula/directions.hpp"
#include "solver/formula/rewrite.hpp"
#include "solver/formula/search.hpp"
#include "solver/formula/snap.hpp"
#include "solver/formula/user_functions.hpp"
#include "solver/formula/verdict.hpp"

namespace kanpde::solver {

namespace {

constexpr double pi = std::numbers::pi;

class FormulaTest : public ::testing::Test {
 protected:
  FormulaTest() { scope.variables = {"x", "y"}; }
  Expr parse(const std::string& text) {
    return problems::parse_expression(graph, scope, text, {"test", 1, 1});
  }
  std::string text(Expr e) { return problems::to_text(graph, scope, e); }
  std::string rewritten(const std::string& source) { return text(rewrite(graph, parse(source))); }

  Graph graph;
  problems::Scope scope;
};

template <class F>
Samples sample(int count, double low, double high, F f) {
  Random random(5);
  Samples s;
  s.x = Columns(2, count);
  double mean = 0, square = 0;
  for (int p = 0; p < count; ++p) {
    for (int i = 0; i < 2; ++i) s.x(i, p) = random.uniform(low, high);
    s.f.push_back(f(s.x(0, p), s.x(1, p)));
    mean += s.f.back() / count;
    square += s.f.back() * s.f.back() / count;
  }
  s.deviation = std::sqrt(square - mean * mean);
  return s;
}

TEST_F(FormulaTest, ConstantsAreFittedToRounding) {
  scope.parameters = {"a", "b", "c"};
  const Samples s =
      sample(200, -1, 1, [](double x, double y) { return 2.5 * std::exp(-1.5 * x) + 0.75 * y; });
  TermPoints points;
  points.x = s.x;
  points.data = Columns(1, 200);
  std::copy(s.f.begin(), s.f.end(), points.data.column(0));
  const Expr misfit =
      graph.sub(parse("a*exp(b*x) + c*y"), graph.symbol({Symbol::Kind::column, 0, 0, {}}));
  const ConstantsFit fit(graph, {{{misfit}, points, 1}}, 0, 3);
  std::vector<double> values{1, -1, 0};
  const auto outcome = fit.fit(values, {true, true, true});
  EXPECT_LT(outcome.rms, 1e-14);
  EXPECT_NEAR(values[0], 2.5, 1e-13);
  EXPECT_NEAR(values[1], -1.5, 1e-13);
  EXPECT_NEAR(values[2], 0.75, 1e-13);
  // what is held stays
  values = {1, -1, 0.5};
  EXPECT_GT(fit.fit(values, {true, true, false}).rms, 1e-2);
  EXPECT_EQ(values[2], 0.5);
}

TEST(NiceNumber, FindsRationalsAndMultiplesOfPi) {
  EXPECT_EQ(nice_number(0.33333333, 1e-6), 1.0 / 3);
  EXPECT_EQ(nice_number(-1.5707963, 1e-6), -pi / 2);
  EXPECT_EQ(nice_number(9.8696044, 1e-6), pi * pi);
  EXPECT_EQ(nice_number(1e-9, 1e-6), 0.0);
  EXPECT_FALSE(nice_number(0.7390851332151607, 1e-9).has_value());
}

TEST_F(FormulaTest, ConstantsAreNotRoundedWhereTheMisfitGrows) {
  scope.parameters = {"a", "b"};
  const Samples s = sample(100, -1, 1, [](double x, double y) {
    return 0.7390851332151607 * x + 0.333333333333333333 * y;
  });
  TermPoints points;
  points.x = s.x;
  points.data = Columns(1, 100);
  std::copy(s.f.begin(), s.f.end(), points.data.column(0));
  const Expr misfit = graph.sub(parse("a*x + b*y"), graph.symbol({Symbol::Kind::column, 0, 0, {}}));
  std::vector<Constant> constants{{0.739, false, 0}, {0.334, false, 0}};
  snap_constants(ConstantsFit(graph, {{{misfit}, points, 1}}, 0, 2), constants, 1e-15);
  EXPECT_NEAR(constants[0].value, 0.7390851332151607, 1e-14);
  EXPECT_EQ(constants[1].value, 1.0 / 3);
}

TEST_F(FormulaTest, RewritingShortensFormulas) {
  EXPECT_EQ(rewritten("exp(log(x) - log(y))"), text(parse("x/y")));
  EXPECT_EQ(rewritten("exp(x + 2*log(y))"), text(parse("y^2*exp(x)")));
  EXPECT_EQ(rewritten("tanh(atanh(x) + atanh(y))"), text(parse("(x + y)/(1 + x*y)")));
  EXPECT_EQ(rewritten("sin(2*x + pi/2)"), text(parse("cos(2*x)")));
  EXPECT_EQ(rewritten("sin(x - pi)"), text(parse("-sin(x)")));
  EXPECT_EQ(rewritten("(x + y)^2/4 - (x - y)^2/4"), text(parse("x*y")));
  EXPECT_EQ(rewritten("sin(x + 1)"), text(parse("sin(x + 1)")));
}

TEST_F(FormulaTest, RewritingKeepsValues) {
  for (const char* source :
       {"exp(log(x) - 0.5*log(y) + sin(x))", "tan(atan(x) - atan(y))", "cos(x - 3*pi/2)*y",
        "tanh(atanh(x/2) - atanh(y/3))", "(x + 2*y)^3 - (x - y)^2", "exp(0.3*log(x))"}) {
    const Expr e = parse(source), other = rewrite(graph, e);
    for (double x : {0.2, 0.7, 0.9}) {
      const auto bind = [&](const Symbol& s) { return s.index == 0 ? x : 1.3 - x; };
      EXPECT_NEAR(graph.evaluate(e, bind), graph.evaluate(other, bind), 1e-13) << source;
    }
  }
}

TEST(ActiveDirections, AreSparseAndRounded) {
  Random random(1);
  Columns gradient(4, 100);  // of a function of x1 - x2 and x3 + 2 x4
  for (int p = 0; p < 100; ++p) {
    const double a = random.normal(), b = random.normal();
    gradient(0, p) = a, gradient(1, p) = -a, gradient(2, p) = b, gradient(3, p) = 2 * b;
  }
  const std::vector<std::vector<double>> expected{{1, -1, 0, 0}, {0, 0, 1, 2}};
  EXPECT_EQ(active_directions(gradient, 0.05), expected);
}

TEST_F(FormulaTest, SearchFindsAProductAndSaysItsError) {
  const Samples s = sample(400, -1, 1, [](double x, double y) { return x * y; });
  const auto found = search_formula(graph, s, {});
  ASSERT_FALSE(found.empty());
  EXPECT_LT(found.front().error, 1e-13);
  EXPECT_EQ(found.front().formula.shape, "[2,1*]");
}

TEST_F(FormulaTest, SearchDoesNotCallAnApproximationExact) {
  SearchSettings settings;
  settings.library = chosen_library({"x", "x^2", "x^3"}, {});
  const Samples s = sample(400, -1, 1, [](double x, double y) { return std::sin(3 * x) + y; });
  const auto found = search_formula(graph, s, settings);
  ASSERT_FALSE(found.empty());
  EXPECT_GT(found.front().error, 1e-3);
}

TEST_F(FormulaTest, SearchTakesFunctionsOfTheUser) {
  SearchSettings settings;
  settings.library = chosen_library({"x", "x^2"}, {"bump(s)=s*exp(-s)"});
  const Samples s =
      sample(400, 0, 2, [](double x, double y) { return 3 * x * std::exp(-x) + y * y; });
  const auto found = search_formula(graph, s, settings);
  ASSERT_FALSE(found.empty());
  EXPECT_LT(found.front().error, 1e-12);
}

TEST(UserFunction, PointsAtTheColumnOfAnError) {
  const auto message = [](const std::string& definition) -> std::string {
    try {
      parse_function(definition);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message("f(x)=x*exq(-x)"), testing::HasSubstr("--function:1:8"));
  EXPECT_THAT(message("f(x)=x*exq(-x)"), testing::HasSubstr("did you mean 'exp'"));
  EXPECT_THAT(message("f(x)=2"), testing::HasSubstr("does not depend on x"));
  EXPECT_THAT(message("x*exp(-x)"), testing::HasSubstr("expected a function of one argument"));
  EXPECT_THAT(message("f(2)=x"), testing::HasSubstr("'2' is not the name of an argument"));
}

TEST(Library, NamesTheNearestFunction) {
  try {
    chosen_library({"sine"}, {});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'sin'"));
  }
  EXPECT_EQ(chosen_library({"sin", "x"}, {"g(t)=t^5"}).size(), 3u);
}

TEST(Library, TextsAndValuesAreTheSameFunctions) {
  Graph graph;
  problems::Scope scope;
  scope.variables = {"z"};
  for (const kan::EdgeFunction& f : kan::edge_library()) {
    const Expr e = problems::parse_expression(graph, scope, f.text, {});
    for (double z : {0.3, 0.8}) {
      double value, slope;
      f.values(std::span(&z, 1), &value, &slope);
      const auto bind = [&](const Symbol&) { return z; };
      EXPECT_NEAR(graph.evaluate(e, bind), value, 1e-14) << f.name;
      EXPECT_NEAR(graph.evaluate(graph.derivative(e, 0), bind), slope, 1e-13) << f.name;
    }
  }
}

constexpr const char* poisson = R"Y(name: poisson
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 1]]}}
unknowns: [u]
equations: ["laplacian(u) = -2*pi^2*sin(pi*x)*sin(pi*y)"]
conditions:
  - {where: boundary, require: u = 0}
)Y";

TEST(Verdict, TellsASolutionFromAnApproximation) {
  problems::Problem problem = problems::read_problem_text(poisson, "test.yaml");
  const auto verdict = [&](const std::string& formula) {
    const Expr u =
        problems::parse_expression(problem.graph, problem.scope, formula, {"test", 1, 1});
    return check_formulas(problem, {u});
  };
  const auto exact = verdict("sin(pi*x)*sin(pi*y)");
  ASSERT_EQ(exact.size(), 2u);
  EXPECT_TRUE(exact[0].zero);
  EXPECT_TRUE(exact[1].met());
  const auto near = verdict("sin(3.1415926535*x)*sin(pi*y)");
  EXPECT_FALSE(near[0].met());
  EXPECT_GT(near[0].largest, 1e-11);
  const auto wrong_boundary = verdict("sin(pi*x)*sin(pi*y) + x");
  EXPECT_TRUE(wrong_boundary[0].zero);
  EXPECT_FALSE(wrong_boundary[1].met());
}

TEST(Verdict, MeasuresResidualsBesideTheirTerms) {
  const auto solves = [](const std::string& equation, const std::string& formula) {
    problems::Problem problem = problems::read_problem_text(
        "name: line\nvariables: [x]\ndomain: {space: {interval: [0, 1]}}\nunknowns: [u]\n"
        "equations: [\"" +
            equation + "\"]\nconditions: [{where: boundary, require: u = 0}]\n",
        "test.yaml");
    const Expr u =
        problems::parse_expression(problem.graph, problem.scope, formula, {"test", 1, 1});
    bool all = true;
    for (const Requirement& r : check_formulas(problem, {u})) all = all && r.met();
    return all;
  };
  EXPECT_TRUE(solves("u_xx = -1e4*pi^2*sin(pi*x)", "1e4*sin(pi*x)"));
  EXPECT_FALSE(solves("u_xx = -1e4*pi^2*sin(pi*x)", "1e4*sin(pi*x) + 1e-6*x"));
  EXPECT_FALSE(solves("u_xx = -1e-13*sin(pi*x)", "0"));
  EXPECT_TRUE(solves("u_xx = -1e-13*sin(pi*x)", "1e-13*sin(pi*x)/pi^2"));
}

TEST(Verdict, ComparesPartnersOfPeriodicConditions) {
  problems::Problem problem = problems::read_problem_text(
      "name: wave\nvariables: [x, t]\ndomain: {space: {interval: [0, 1]}, time: [0, 1]}\n"
      "unknowns: [u]\nequations: [u_t + u_x = 0]\nconditions:\n"
      "  - {where: initial, require: \"u = sin(2*pi*x)\"}\n  - {periodic: x}\n",
      "test.yaml");
  const auto met = [&](const std::string& formula) {
    const Expr u =
        problems::parse_expression(problem.graph, problem.scope, formula, {"test", 1, 1});
    std::vector<bool> result;
    for (const Requirement& r : check_formulas(problem, {u})) result.push_back(r.met());
    return result;
  };
  for (bool b : met("sin(2*pi*(x - t))")) EXPECT_TRUE(b);
  EXPECT_FALSE(met("sin(3*pi*(x - t))").back());
}

TEST_F(FormulaTest, CTextIsOneFunction) {
  EXPECT_EQ(problems::to_c(graph, scope, parse("x^2/(1 + y) - 3*bessel_j0(x)"), "f"),
            "double f(double x, double y) {\n"
            "  return pow(x, 2.0)/(y + 1.0) - 3.0*j0(x);\n}\n");
  EXPECT_EQ(problems::to_c(graph, scope, parse("-x/(y*x^3)"), "g").find("inf"), std::string::npos);
}

TEST_F(FormulaTest, CTextHasNoNamesOfC) {
  scope.variables = {"j0", "x"};
  EXPECT_EQ(problems::to_c(graph, scope, parse("j0 + bessel_j0(x)"), "double"),
            "double double_(double j0_, double x) {\n  return j0_ + j0(x);\n}\n");
}

}  // namespace

}  // namespace kanpde::solver
