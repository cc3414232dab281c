/// Problems solved by models of products, against exact solutions.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver/training/training.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;
constexpr double pi = std::numbers::pi;

std::string on_square(const std::string& equation, const std::string& conditions,
                      const std::string& model) {
  return "name: test\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
         "unknowns: [u]\nequations: [" +
         equation + "]\nconditions: [" + conditions +
         "]\npoints: {interior: 900, boundary: 200}\nmodels: {kan: {products: true, " + model +
         "}}\n";
}

// Splines of degree 9 on intervals h = 1/8 miss sin(pi x) by (pi h)^10 / 10! 2^-9 or 5e-14, and its
// second derivative by about (pi h)^8 pi^2 / 8! or 1e-7 at most: the error of u lies between.
TEST(ProductModels, SolvePoissonsEquation) {
  Problem problem = read(on_square("laplacian(u) = -2*pi^2*sin(pi*x)*sin(pi*y)",
                                   "{where: boundary, require: u = 0}", "degree: 9, grid: 8"));
  const auto training = train(problem);
  const double error = error_of(problem, training->solution(), [](const auto& x) {
    return std::sin(pi * x[0]) * std::sin(pi * x[1]);
  });
  EXPECT_LE(error, 1e-10);
  EXPECT_GT(error, 0);
}

TEST(ProductModels, SolveExactlyWhatTheyContain) {  // Stokes' colliding flow, up to rounding
  Problem problem = read(
      "name: test\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
      "unknowns: [u, v, p]\n"
      "equations: [laplacian(u) = p_x, laplacian(v) = p_y, u_x + v_y = 0]\n"
      "conditions:\n"
      "  - {where: boundary, require: u = 4*x*y^3}\n"
      "  - {where: boundary, require: v = x^4 - y^4}\n"
      "  - {where: left, require: p = -4*y^3}\n"
      "points: {interior: 400, boundary: 120}\n"
      "models: {kan: {products: true, degree: 5, grid: [2, 3], stretch: [0, 1]}}\n");
  const auto training = train(problem);
  EXPECT_LE(error_of(problem, training->solution(),
                     [](const auto& x) { return 4 * x[0] * std::pow(x[1], 3); }),
            1e-12);
}

// Splines of a period on h = 1/12: (2 pi h)^10 / 10! or 4e-10 of the size of u, halved by 2^-9.
TEST(ProductModels, MeetPeriodicConditionsAsTheyAre) {
  for (const std::string hard : {"", ", hard: true"}) {
    Problem problem = read(on_square("laplacian(u) - u = -4*pi^2*sin(2*pi*x)*exp(y)",
                                     "{periodic: x" + hard + "}, \"u = sin(2*pi*x)*exp(y)\"",
                                     "degree: 9, grid: [16, 4]"));
    const auto training = train(problem);
    EXPECT_EQ(training->surrogate().shape.parameters, 16 * 13);
    const Solution solution = training->solution();
    EXPECT_LE(error_of(problem, solution,
                       [](const auto& x) { return std::sin(2 * pi * x[0]) * std::exp(x[1]); }),
              1e-8);
    Columns ends(2, 2);
    ends(0, 0) = 0;
    ends(0, 1) = 1;
    ends(1, 0) = ends(1, 1) = 0.3;
    problems::MultiIndex slope;
    slope.count[0] = 3;
    const Columns at = evaluate_fields(problem, solution, {problem.graph.unknown(0, slope)}, ends);
    EXPECT_NEAR(at(0, 0), at(0, 1), 1e-8 * std::abs(at(0, 0)));
  }
}

std::string heat(const std::string& model, const std::string& training) {
  return "name: test\nvariables: [x, y, t]\n"
         "domain: {space: {box: [[0, 1], [0, 1]]}, time: [0, 1]}\nunknowns: [u]\n"
         "equations: [u_t = laplacian(u)/20]\n"
         "conditions:\n  - {where: initial, require: u = sin(2*pi*x)*sin(pi*y)}\n"
         "  - {periodic: x}\n"
         "  - {where: bottom, require: u = 0}\n  - {where: top, require: u = 0}\n"
         "points: {interior: 1500, boundary: 300, initial: 300}\n"
         "models: {kan: {products: true, degree: 7, " +
         model + "}}\ntraining: " + training + "\n";
}

double decay(const std::vector<double>& x) {
  return std::exp(-pi * pi / 4 * x[2]) * std::sin(2 * pi * x[0]) * std::sin(pi * x[1]);
}

// Between the nodes of a window of length 1/2 polynomials of degree 5 miss exp(-z t), z = pi^2/4,
// by (z/2)^6 / 6! 2^-11 or 2e-6, splines of a period on h = 1/9 the sine by (2 pi h)^8 / 8! 2^-7 or
// 1e-8.
TEST(ProductModels, GoThroughWindowsWithPolynomialsInTime) {
  Problem problem = read(heat("grid: [9, 4], time_degree: 5", "{windows: 2}"));
  const auto training = train(problem);
  EXPECT_EQ(training->surrogate().shape.outputs, 6);
  EXPECT_EQ(training->surrogate().shape.parameters, 6 * 9 * 11);
  EXPECT_LE(error_of(problem, training->solution(), decay), 1e-5);
}

/// 700 / 5 places, or 11 x 11 of the tensor product, for 9 x 11 functions.
TEST(ProductModels, TakeTensorPointsInSpaceAlone) {
  Problem problem = read(heat("grid: [9, 4], time_degree: 5", "{windows: 2}"));
  problem.points.interior = 700;
  for (const auto method :
       {problems::SamplingMethod::lattice, problems::SamplingMethod::gauss_legendre}) {
    problem.points.method = method;
    EXPECT_LE(error_of(problem, train(problem)->solution(), decay), 1e-4) << int(method);
  }
}

TEST(ProductModels, TakeTimeAsOneMoreAxis) {
  Problem problem = read(heat("grid: [9, 2, 1]", "{seeds: [0]}"));
  const auto training = train(problem);
  EXPECT_EQ(training->surrogate().shape.parameters, 9 * 9 * 8);
  EXPECT_LE(error_of(problem, training->solution(), decay), 1e-5);
}

TEST(ProductModels, GoOnFromACheckpoint) {
  const std::string text = heat("grid: [9, 2], time_degree: 3", "{windows: 3}");
  Problem problem = read(text), other = read(text);
  const auto whole = start(problem);
  while (whole->window() < 2 && whole->advance()) {
  }
  output::Store store;
  whole->save(store, "run");
  const auto again = start(other);
  again->load(store, "run");
  for (Training* run : {whole.get(), again.get()})
    while (run->advance()) {
    }
  EXPECT_EQ(whole->surrogate().theta, again->surrogate().theta);
}

TEST(ProductModels, SolveNonlinearProblemsByContinuation) {
  Problem problem = read(
      "name: test\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
      "constants: {c: 6}\nunknowns: [u]\n"
      "definitions: {v: sin(pi*x)*sin(pi*y)}\n"
      "equations: [laplacian(u) + c*u^3 = -2*pi^2*v + c*v^3]\n"
      "conditions: [{where: boundary, require: u = 0}]\n"
      "points: {interior: 600, boundary: 120}\n"
      "models: {kan: {products: true, degree: 7, grid: 4}}\n"
      "training: {continuation: {c: [1, 6]}}\n");
  const auto training = train(problem);
  EXPECT_LE(error_of(problem, training->solution(),
                     [](const auto& x) { return std::sin(pi * x[0]) * std::sin(pi * x[1]); }),
            1e-6);
}

// u = 1 + exp(-(1 + 2 pi^2/50) t) cos(pi x) cos(pi y) on the torus. Radau's method with three
// stages and steps of 1/4: z = -0.35, error z^6/7200 a step or 1e-6; splines: (pi/8)^10/10! or
// 2e-11.
TEST(ProductModels, GoFromWindowToWindowByTheEndOfTheOneBefore) {
  Problem problem = read(
      "name: test\nvariables: [x, y, t]\ndomain: {space: {box: [[-1, 1], [-1, 1]]}, time: [0, 1]}\n"
      "unknowns: [u]\nequations: [u_t = laplacian(u)/50 - u + 1]\n"
      "conditions: [{where: initial, require: u = 1 + cos(pi*x)*cos(pi*y)}, {periodic: x}, "
      "{periodic: y}]\npoints: {interior: 2400, initial: 800}\n"
      "models: {kan: {products: true, degree: 7, grid: 12, time_degree: 3}}\n"
      "training: {windows: 4}\n");
  const auto training = train(problem);
  const double rate = 1 + 2 * pi * pi / 50;
  const double error = error_of(problem, training->solution(), [&](const auto& x) {
    return 1 + std::exp(-rate * x[2]) * std::cos(pi * x[0]) * std::cos(pi * x[1]);
  });
  EXPECT_LE(error, 1e-5);
  Columns start(3, 1);
  start(0, 0) = 0.3;
  start(1, 0) = -0.7;
  start(2, 0) = 0;
  EXPECT_NEAR(
      evaluate_fields(problem, training->solution(), {problem.graph.unknown(0)}, start)(0, 0),
      1 + std::cos(0.3 * pi) * std::cos(0.7 * pi), 1e-6);
}

}  // namespace
}  // namespace kanpde::solver
