/// problems/spec/wave.hpp: plane waves at the start, and the hidden unit that follows them.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "problems/spec/wave.hpp"
#include "solver/comparison.hpp"
#include "solver/training/surrogate.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;
using problems::wave_direction;

/// On [0, 2] x [-1, 3], times 1 to 1.5.
Problem evolution(const std::string& equation, const std::string& initial,
                  const std::string& rest = "") {
  return problems::read_problem_text(
      "name: test\nvariables: [x, y, t]\n"
      "domain: {space: {box: [[0, 2], [-1, 3]]}, time: [1, 1.5]}\n"
      "unknowns: [u]\nequations: ['" +
          equation + "']\nconditions:\n" + initial +
          "models: {kan: {type: kan, hidden: [1], degree: 5, grid: 20, base: none}}\n" + rest,
      "test.yaml");
}

std::string start(const std::string& value) {
  return "  - {where: initial, require: '" + value + "'}\n";
}

/// Equal up to the sign. The second eigenvalue is at rounding level, so a is known to about its
/// root at worst, 1e-8; the gradients themselves are exact to 1e-15.
void expect_parallel(const std::vector<double>& a, std::vector<double> b) {
  ASSERT_EQ(a.size(), b.size());
  double norm = 0, dot = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    norm = std::hypot(norm, b[i]);
    dot += a[i] * b[i];
  }
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_NEAR(a[i], std::copysign(1.0, dot) * b[i] / norm, 1e-12) << i;
}

TEST(WaveDirection, OfATiltedFrontIsThatOfItsClosedForm) {
  // u = 1/(1 + exp(s/(2 nu))), s = 2 x + y - t, solves u_t + u u_x - u u_y = nu (u_xx + u_yy)
  // scaled so that each term is a function of s: 2 - 1 = 1, 5 nu/5.
  const Problem problem = evolution("u_t + u*u_x - u*u_y = 0.02*laplacian(u)",
                                    start("u = 1/2 - tanh((2*x + y - 2*t)/(4*0.1))/2"));
  expect_parallel(wave_direction(problem), {2, 1, -0.5});
}

TEST(WaveDirection, OfAWaveOfSecondOrderTakesItsVelocity) {
  // u = sin(3 x + 4 y - 10 t): u_tt = 4 laplacian(u)
  const std::string at = "(3*x + 4*y - 10*t)";
  const std::string travelling = start("u = sin" + at) + start("u_t = -10*cos" + at);
  expect_parallel(wave_direction(evolution("u_tt = 4*laplacian(u)", travelling)), {3, 4, -10});
  // at rest it parts into two waves
  const std::string standing = start("u = sin" + at) + start("u_t = 0");
  EXPECT_TRUE(wave_direction(evolution("u_tt = 4*laplacian(u)", standing)).empty());
}

TEST(WaveDirection, IsNoneForWhatIsNotPlane) {
  EXPECT_TRUE(wave_direction(evolution("u_t = laplacian(u)", start("u = x^2 + y"))).empty());
  EXPECT_TRUE(wave_direction(evolution("u_t = laplacian(u)", start("u = sin(x + y)"))).empty());
  EXPECT_TRUE(wave_direction(evolution("u_t + u_x = 0", start("u = sin(x + y) + 0.01*sin(x - y)")))
                  .empty());
  EXPECT_TRUE(wave_direction(evolution("u_t + u_x = 0", start("u = 1"))).empty());
  EXPECT_TRUE(wave_direction(evolution("u_t + u_x = 0", start("u_t = sin(x)"))).empty());
}

TEST(WaveDirection, MakesAKanOfOneUnitFollowTheWave) {
  // u = exp(sin(x + 2 y - 4 t)) on the ridge alone: a spline of degree 5 with 20 intervals over a
  // range of 14 holds it to about (h/pi)^6 |u^(6)|, h = 0.7: 1e-3 at most.
  Problem problem =
      evolution("u_t + 2*u_x + u_y = 0",
                start("u = exp(sin(x + 2*y - 4*(t - 1)))") +
                    "  - {where: boundary, require: 'u = exp(sin(x + 2*y - 4*(t - 1)))'}\n",
                "reference: {exact: {u: 'exp(sin(x + 2*y - 4*(t - 1)))'}}\n");
  expect_parallel(wave_direction(problem), {1, 2, -4});
  const std::vector<double> direction = wave_direction(problem);
  Columns x(3, 2);
  const double points[2][3] = {{0, -1, 1.5}, {2, 3, 1}};
  for (int p = 0; p < 2; ++p)
    for (int i = 0; i < 3; ++i) x(i, p) = points[p][i];
  const Surrogate s =
      make_surrogate(problem, problem.models.front(), 0, Start::ridge, x, direction);
  // The outer grid spans the activations a . xi, xi in [-1, 1]^3, between these two corners, and
  // 1e-8 of slack.
  const double a[3] = {1, 2 * 2, -4 * 0.25};  // over half widths 1, 2, 1/4
  const double half = (1 + 4 + 1) / std::hypot(a[0], a[1], a[2]);
  const kan::LayerShape& outer = s.shape.layers.back();
  EXPECT_NEAR(s.shape.grids[outer.grid], -half, 1e-7);
  EXPECT_NEAR(s.shape.grids[outer.grid + 1], half, 1e-7);
}

TEST(WaveDirection, LetsOneHiddenUnitSolveATiltedFront) {
  // The front of the first test; its poles are 0.2 pi off the real axis, so a spline of degree 7
  // with intervals h = 8.3/200 holds it to about 8! (h/0.2 pi^2)^8 = 1e-9, and its second
  // derivative, which the residual sees, to 1e-9/h^2 = 1e-6.
  const std::string front = "1/2 - tanh((2*x + y - (t - 1)/2)/0.4)/2";
  Problem problem =
      evolution("u_t + u*u_x - u*u_y = 0.02*laplacian(u)",
                start("u = " + front) + "  - {where: boundary, require: 'u = " + front +
                    "'}\n"
                    "  - {where: {point: [0, -1]}, require: 'u = " +
                    front +
                    "'}\n"
                    "  - {where: {point: [2, 3]}, require: 'u = " +
                    front + "'}\n",
                "training: {stages: [{optimizer: output_layer, steps: 5}]}\n");
  problem.models.front().degree = 7;
  problem.models.front().grid = 200;
  Training training(problem, problem.models.front(), problem.training, 0);
  while (training.advance()) {
  }
  Columns x(3, 125);
  for (int p = 0; p < 125; ++p) {
    x(0, p) = 0.5 * (p % 5);
    x(1, p) = -1 + p / 5 % 5;
    x(2, p) = 1 + 0.125 * (p / 25);
  }
  const Columns u = evaluate_fields(problem, training.solution(), {problem.graph.unknown(0)}, x);
  for (int p = 0; p < 125; ++p) {
    const double s = 2 * x(0, p) + x(1, p) - (x(2, p) - 1) / 2;
    EXPECT_NEAR(u(0, p), 0.5 - 0.5 * std::tanh(s / 0.4), 1e-6) << p;
  }
}

}  // namespace
}  // namespace kanpde::solver
