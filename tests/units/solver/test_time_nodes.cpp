/// Polynomials in time: Radau's nodes and the ansatz in them.

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "solver/training/radau.hpp"
#include "solver/training/training.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Expr;
using problems::MultiIndex;
using problems::Problem;
using problems::Symbol;
constexpr double pi = std::numbers::pi;

// --- Radau's nodes

TEST(RadauNodes, HaveTheirClosedForms) {
  const std::vector<std::vector<double>> expected = {
      {1}, {1.0 / 3, 1}, {(4 - std::sqrt(6)) / 10, (4 + std::sqrt(6)) / 10, 1}};
  for (int n = 1; n <= 3; ++n) {
    const std::vector<double> nodes = radau_nodes(n);
    ASSERT_EQ(int(nodes.size()), n);
    for (int k = 0; k < n; ++k) EXPECT_NEAR(nodes[k], expected[n - 1][k], 2e-16) << n;
  }
}

/// Integral over [-1, 1] of P_k by the interpolatory rule on nodes of [0, 1], for k < 2n.
std::vector<double> integrals_of_legendre(const std::vector<double>& nodes) {
  const int n = int(nodes.size());
  const auto p = [&](int k, int j) { return std::legendre(unsigned(k), 2 * nodes[j] - 1); };
  Eigen::MatrixXd rows(n, n);
  for (int k = 0; k < n; ++k)
    for (int j = 0; j < n; ++j) rows(k, j) = p(k, j);
  const Eigen::VectorXd w = rows.fullPivLu().solve(2 * Eigen::VectorXd::Unit(n, 0));
  std::vector<double> integrals(2 * n, 0.0);
  for (int k = 0; k < 2 * n; ++k)
    for (int j = 0; j < n; ++j) integrals[k] += w[j] * p(k, j);
  return integrals;
}

TEST(RadauNodes, IntegrateUpToDegreeTwoNMinusTwoAndNoFurther) {
  for (int n = 1; n <= 12; ++n) {
    const std::vector<double> nodes = radau_nodes(n);
    EXPECT_TRUE(std::is_sorted(nodes.begin(), nodes.end()));
    EXPECT_GT(nodes.front(), 0);
    EXPECT_EQ(nodes.back(), 1);
    const std::vector<double> integrals = integrals_of_legendre(nodes);
    EXPECT_NEAR(integrals[0], 2, 1e-14);
    for (int k = 1; k <= 2 * n - 2; ++k) EXPECT_NEAR(integrals[k], 0, 1e-13) << n << " " << k;
    EXPECT_GT(std::abs(integrals[2 * n - 1]), 0.1) << n;
  }
}

// --- the ansatz

const std::vector<double> nodes = {2, 2.3, 3.1, 4};  // any ascending ones

/// Output k of the network and its derivatives in x.
double output(int k, double x, int order) {
  const double w = 0.7 + 0.3 * k;
  return std::pow(w, order) * std::sin(w * x + k + order * pi / 2);
}

/// d^m/dt^m of the interpolant of outputs first .. first + 3 at the nodes, each differentiated
/// `order` times in x: by its coefficients in powers of t - 2.
double interpolant(int first, double x, int order, double t, int m) {
  const int n = int(nodes.size());
  Eigen::MatrixXd powers(n, n);
  Eigen::VectorXd values(n);
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i) powers(j, i) = std::pow(nodes[j] - 2, i);
    values[j] = output(first + j, x, order);
  }
  const Eigen::VectorXd c = powers.fullPivLu().solve(values);
  double sum = 0;
  for (int i = m; i < n; ++i)
    sum += c[i] * std::tgamma(i + 1) / std::tgamma(i - m + 1) * std::pow(t - 2, i - m);
  return sum;
}

MultiIndex derivative(int in_x, int in_t) {
  MultiIndex alpha;
  alpha.count[0] = std::uint8_t(in_x);
  alpha.count[1] = std::uint8_t(in_t);
  return alpha;
}

std::string two_unknowns(const std::string& conditions) {
  return "name: test\nvariables: [x, t]\n"
         "domain: {space: {interval: [0, 1]}, time: [2, 4]}\nunknowns: [u, v]\n"
         "equations: [u_t = v_xx, v_t = u_x]\nconditions:\n" +
         conditions;
}
const std::string soft = "  - {where: initial, require: u = x}\n";

/// `e` at (x, t), with outputs of the network from output(); those of the partner (copy 1) are
/// taken at x + 1. An output's own derivative in time must not be asked for.
double evaluate(const Problem& problem, Expr e, double x, double t) {
  return problem.graph.evaluate(e, [&](const Symbol& s) {
    if (s.kind == Symbol::Kind::coordinate) return s.index == 0 ? x : t;
    EXPECT_EQ(s.kind, Symbol::Kind::unknown);
    EXPECT_EQ(s.alpha.count[1], 0);
    return output(s.index, x + s.copy, s.alpha.count[0]);
  });
}

TEST(AnsatzInNodes, IsOutputKAtNodeK) {
  Problem problem = read(two_unknowns(soft));
  const Ansatz ansatz(problem, {1, 2.5}, nodes);
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(evaluate(problem, ansatz.unknown(0), 0.3, nodes[k]), output(k, 0.3, 0), 1e-14);
    EXPECT_NEAR(evaluate(problem, ansatz.unknown(1), 0.3, nodes[k]), 2.5 * output(4 + k, 0.3, 0),
                1e-14);
  }
}

TEST(AnsatzInNodes, HasTheDerivativesOfTheInterpolant) {
  Problem problem = read(two_unknowns(soft));
  const Ansatz ansatz(problem, {1, 1}, nodes);
  for (const double t : {2.0, 2.5, 3.1, 3.9})
    for (int u = 0; u < 2; ++u)
      for (int in_x = 0; in_x < 3; ++in_x)
        for (int in_t = 0; in_t < 5; ++in_t) {  // of degree 3: the fourth one is zero
          const MultiIndex alpha = derivative(in_x, in_t);
          const double expected = in_t > 3 ? 0 : interpolant(4 * u, 0.4, in_x, t, in_t);
          const double found = evaluate(problem, ansatz.unknown(u, alpha), 0.4, t);
          EXPECT_NEAR(found, expected, 1e-12) << u << in_x << in_t;
          const Expr symbol = problem.graph.unknown(u, alpha);
          EXPECT_NEAR(evaluate(problem, ansatz.apply(symbol), 0.4, t), expected, 1e-12);
        }
}

TEST(AnsatzInNodes, GivesEquationsTheirResiduals) {
  Problem problem = read(two_unknowns(soft));
  const Ansatz ansatz(problem, {1, 1}, nodes);
  const double expected = interpolant(0, 0.6, 0, 2.7, 1) - interpolant(4, 0.6, 2, 2.7, 0);
  const Expr residual = ansatz.apply(problem.equations[0].parsed.residual);
  EXPECT_NEAR(evaluate(problem, residual, 0.6, 2.7), expected, 1e-13);
}

TEST(AnsatzInNodes, TakesBothOutputsOfPeriodicPairs) {
  Problem problem = read(two_unknowns(soft + "  - {periodic: x}\n"));
  const Ansatz ansatz(problem, {1, 1}, nodes);
  problems::Graph& g = problem.graph;
  for (const MultiIndex& alpha : {derivative(0, 0), derivative(1, 1)}) {
    const Expr pair = g.sub(g.unknown(1, alpha), g.unknown(1, alpha, 1));
    const int in_x = alpha.count[0], in_t = alpha.count[1];
    EXPECT_NEAR(evaluate(problem, ansatz.apply_to_pairs(pair, 0, 1), 0, 2.9),
                interpolant(4, 0, in_x, 2.9, in_t) - interpolant(4, 1, in_x, 2.9, in_t), 1e-13);
  }
}

TEST(AnsatzInNodes, MeetsAHardInitialConditionWhateverTheOutputs) {
  Problem problem = read(two_unknowns("  - {where: initial, require: u = x^2, hard: true}\n"));
  const Ansatz ansatz(problem, {1, 1}, nodes);
  const auto u = [&](int in_x, int in_t, double t) {
    return evaluate(problem, ansatz.unknown(0, derivative(in_x, in_t)), 0.3, t);
  };
  EXPECT_NEAR(u(0, 0, 2), 0.09, 1e-16);
  EXPECT_NEAR(u(1, 0, 2), 0.6, 1e-15);
  // x^2 + (t - 2)/2 p(t), and so in time p/2 + (t - 2)/2 p'
  const auto p = [](int m, double t) { return interpolant(0, 0.3, 0, t, m); };
  EXPECT_NEAR(u(0, 0, 2.8), 0.09 + 0.4 * p(0, 2.8), 1e-14);
  EXPECT_NEAR(u(0, 1, 2.8), 0.5 * p(0, 2.8) + 0.4 * p(1, 2.8), 1e-13);
}

}  // namespace
}  // namespace kanpde::solver
