// Substitution against manufactured solutions.

#include <algorithm>

#include "kernels/base/random.hpp"
#include "tests/units/expression/expression_fixture.hpp"

namespace kanpde::problems {
namespace {

class Substitution : public ExpressionTest {
 protected:
  Expr insert(const char* equation, const char* solution) {
    const Expr residual = parse_equation(graph, scope, equation, {}).residual;
    return graph.substitute_unknown(residual, 0, parse(solution));
  }
  double largest(Expr e) {
    Random random(7);
    double result = 0;
    for (int i = 0; i < 200; ++i)
      result = std::max(result, std::fabs(value(e, {{"x", random.uniform(-1, 1)},
                                                    {"y", random.uniform(-1, 1)},
                                                    {"t", random.uniform(0, 1)}})));
    return result;
  }
};

TEST_F(Substitution, OfTheHeatSolutionLeavesNothing) {
  EXPECT_EQ(text(insert("u_t = u_xx", "sin(x)*exp(-t)")), "0");
  EXPECT_EQ(text(insert("u_t = laplacian(u)/(2*pi^2)", "sin(pi*x)*sin(pi*y)*exp(-t)")), "0");
}

TEST_F(Substitution, OfExactSolutionsLeavesRoundingErrors) {
  const std::pair<const char*, const char*> solved[] = {
      {"laplacian(u) = -2*pi^2*sin(pi*x)*sin(pi*y)", "sin(pi*x)*sin(pi*y)"},
      {"u_tt = 4*u_xx", "sin(x - 2*t) + cos(x + 2*t)"},
      {"u_t + u*u_x = 0.1*u_xx", "1 - tanh((x - t)/0.2)"},
      {"biharmonic(u) = 0", "x^3*y - x*y^3 + x^2 - y^2 + x"},
      {"u_t + 6*u*u_x + u_xxx = 0", "0.5/cosh(0.5*(x - t))^2"},
      {"div((1 + u^2)*grad(u)) = 2*x*y*(x^2 + y^2)", "x*y"},
  };
  for (const auto& [equation, solution] : solved)
    EXPECT_LT(largest(insert(equation, solution)), 5e-14) << equation;
}

TEST_F(Substitution, CommutesWithDifferentiation) {
  const Expr e = parse("u*u_x + sin(u)*x");
  const Expr solution = parse("exp(x*y)*cos(t)");
  const Expr after = graph.derivative(graph.substitute_unknown(e, 0, solution), 0);
  const Expr before = graph.substitute_unknown(graph.derivative(e, 0), 0, solution);
  EXPECT_LT(largest(graph.sub(after, before)), 1e-13);
}

TEST_F(Substitution, TouchesOnlyTheUnknownAtThePoint) {
  const Expr partner = graph.unknown(0, {}, 1), other = graph.unknown(1);
  const Expr e = graph.add(graph.add(partner, other), graph.unknown(0));
  const Expr expected = graph.add(graph.add(partner, other), parse("x^2"));
  EXPECT_EQ(graph.substitute_unknown(e, 0, parse("x^2")), expected);
}

TEST_F(Substitution, MapsSymbolsOneForOneAndSimplifies) {
  const Expr e = parse("x^2*u + y");
  const Expr result = graph.substitute(e, [&](const Symbol& s) {
    if (s.kind == Symbol::Kind::unknown) return parse("1/x");
    if (s == Symbol{Symbol::Kind::coordinate, 1, 0, {}}) return parse("-x");
    return Expr{};
  });
  EXPECT_EQ(text(result), "0");
}

TEST_F(Substitution, TheFirstNodesOfAGraphKeepTheirIds) {
  const Expr e = parse("x^2*u + sin(y)");
  const std::size_t size = graph.size();
  const std::string slope = text(graph.derivative(e, 0));
  EXPECT_GT(graph.size(), size);
  Graph part = graph.first(size);
  EXPECT_EQ(part.size(), size);
  EXPECT_EQ(to_text(part, scope, e), text(e));
  EXPECT_EQ(parse_expression(part, scope, "sin(y) + u*x^2", {"case.yaml", 1, 1}), e);
  EXPECT_EQ(part.size(), size);
  EXPECT_EQ(to_text(part, scope, part.derivative(e, 0)), slope);
}

TEST_F(Substitution, ListsSymbolsSortedAndOnce) {
  const Expr roots[] = {parse("u*x + u_x"), parse("x*D + n_y")};
  const std::vector<Symbol> symbols = graph.symbols(roots);
  std::vector<std::string> names;
  for (const Symbol& s : symbols) names.push_back(text(graph.symbol(s)));
  EXPECT_EQ(names, (std::vector<std::string>{"x", "n_y", "D", "u", "u_x"}));
  EXPECT_TRUE(std::is_sorted(symbols.begin(), symbols.end()));
}

TEST_F(Substitution, KnowsWhatAnExpressionDependsOn) {
  using Kind = Symbol::Kind;
  const Expr e = parse("x*u_t + D");
  EXPECT_TRUE(graph.depends_on(e, Kind::coordinate));
  EXPECT_TRUE(graph.depends_on(e, Kind::unknown));
  EXPECT_TRUE(graph.depends_on(e, Kind::parameter));
  EXPECT_FALSE(graph.depends_on(e, Kind::normal));
  EXPECT_FALSE(graph.depends_on(parse("u - u + 1"), Kind::unknown));
}

}  // namespace
}  // namespace kanpde::problems
