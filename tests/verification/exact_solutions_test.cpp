/// Problems whose solution the network represents, or nearly so: every path from YAML to the error
/// must be right.

#include <gtest/gtest.h>

#include <memory>

#include "problems/reference/reference.hpp"
#include "solver/comparison.hpp"
#include "solver/training/evaluation.hpp"

namespace kanpde::solver {
namespace {

/// Model 0 with seed 0 after its whole training.
std::unique_ptr<Training> train(problems::Problem& problem) {
  const Contestant contestant = contestants(problem, {}).front();
  auto training = std::make_unique<Training>(problem, contestant.settings, contestant.training, 0);
  while (training->advance()) {
  }
  return training;
}

/// Largest relative L2 error over the unknowns after training.
double error_of(const std::string& yaml) {
  problems::Problem problem = problems::read_problem_text(yaml, "test.yaml");
  const auto training = train(problem);
  const auto reference = problems::make_reference(problem);
  Evaluation evaluation(problem, reference.get(), error_points(problem, reference.get()));
  output::RunResult result;
  evaluation.measure(training->solution(), result);
  double largest = 0;
  for (const auto& [name, error] : result.rel_l2) largest = std::max(largest, error);
  return largest;
}

const std::string kan = "models:\n  kan: {type: kan, hidden: [20], degree: 9, grid: 4}\n";

TEST(ExactSolutions, HardConditionsOnTwoSidesOfABox) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 2]]}}
unknowns: [u]
equations: [laplacian(u) = 0]
conditions:
  - {where: left, require: u = sin(y), hard: true}
  - {where: right, require: u = exp(1)*sin(y), hard: true}
  - {where: top, require: u = exp(x)*sin(2)}
  - {where: bottom, require: u = 0}
reference: {exact: {u: exp(x)*sin(y)}}
output: {grid: [21, 21]}
)" + kan),
            1e-8);
}

TEST(ExactSolutions, APredicateHoldsOnAllSidesThatItNames) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 1]]}}
unknowns: [u]
equations: [laplacian(u) = 0]
conditions:
  - {where: y < 1, require: u = x^2 - y^2}
  - {where: top, require: dn(u) = -2}
reference: {exact: {u: x^2 - y^2}}
output: {grid: [21, 21]}
)" + kan),
            1e-9);
}

TEST(ExactSolutions, PeriodicPairsOfAScaledUnknown) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 0.2]}
unknowns: [u]
equations: [u_t + u_x = 0]
conditions:
  - {where: initial, require: u = 3 + 5*sin(2*pi*x)}
  - {periodic: x}
reference: {exact: {u: 3 + 5*sin(2*pi*(x - t))}}
output: {grid: [21, 21]}
)" + kan),
            1e-5);
}

TEST(ExactSolutions, MixedDerivativesInASystem) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 1]]}}
unknowns: [u, v]
equations:
  - 2*u_xx + u_yy + v_xy = 4 + 2 + 6*y
  - v_xx + 2*v_yy + u_xy = 12*x + 0
conditions:
  - {where: boundary, require: u = x^2 + y^2}
  - {where: boundary, require: v = 3*x*y^2}
reference: {exact: {u: x^2 + y^2, v: 3*x*y^2}}
output: {grid: [21, 21]}
)" + kan),
            1e-9);
}

/// Bounds are ten times the error measured, or more.
const std::string windows = R"(points: {interior: 1000, boundary: 60, initial: 100}
models: {kan: {type: kan, hidden: [8], degree: 8, grid: 40}}
training: {windows: 3}
output: {grid: [41, 31]}
)";

/// Harmonics and polynomials depend nearly on each other; the first layer moves nevertheless.
TEST(ExactSolutions, AllLayersTrainInEveryBasis) {
  for (const char* basis : {"basis: bspline, degree: 7, grid: 5", "basis: chebyshev, degree: 12",
                            "basis: fourier, degree: 6", "basis: rational, degree: 4, grid: 12"}) {
    SCOPED_TRACE(basis);
    EXPECT_LT(error_of(R"(name: t
variables: [x, y]
domain: {space: {box: [[-1, 1], [-1, 1]]}}
unknowns: [u]
equations: [laplacian(u) = -2*pi^2*sin(pi*x)*sin(pi*y)]
conditions: [{where: boundary, require: u = 0}]
reference: {exact: {u: sin(pi*x)*sin(pi*y)}}
points: {interior: 400, boundary: 80}
output: {grid: [21, 21]}
models: {kan: {type: kan, hidden: [6], base: tanh, )" +
                       std::string(basis) + "}}\n"),
              1e-4);
  }
}

TEST(ExactSolutions, AFrontMovesThroughThreeWindows) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, t]
domain: {space: {interval: [-1, 1]}, time: [0, 0.6]}
constants: {nu: 0.02}
definitions: {front: 0.5 - 0.5*tanh((x - t/2)/(4*nu))}
unknowns: [u]
equations: [u_t + u*u_x = nu*u_xx]
conditions:
  - {where: initial, require: u = front}
  - {where: boundary, require: u = front}
reference: {exact: {u: front}}
)" + windows),
            4e-5);
}

TEST(ExactSolutions, ValuesAndVelocitiesAreCarriedOverThreeWindows) {  // sine-Gordon kink
  EXPECT_LT(error_of(R"(name: t
variables: [x, t]
domain: {space: {interval: [-3, 3]}, time: [0, 1.5]}
definitions: {kink: 4*atan(exp((x - t/2)/sqrt(0.75)))}
unknowns: [u]
equations: [u_tt - u_xx + sin(u) = 0]
conditions:
  - {where: initial, require: u = kink}
  - where: initial
    require: u_t = diff(kink, t)
  - {where: boundary, require: u = kink}
reference: {exact: {u: kink}}
)" + windows),
            4e-7);
}

TEST(ExactSolutions, HardConditionsInThreeWindows) {
  EXPECT_LT(error_of(R"(name: t
variables: [x, t]
domain: {space: {interval: [0, pi]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = u_xx + u*u_x - exp(-2*t)*sin(2*x)/2]
conditions:
  - {where: initial, require: u = sin(x), hard: true}
  - {where: boundary, require: u = 0, hard: true}
reference: {exact: {u: exp(-t)*sin(x)}}
)" + windows),
            2e-8);
}

TEST(ExactSolutions, AnMlpGoesOnFromTheWindowBefore) {
  problems::Problem problem = problems::read_problem_text(R"(name: t
variables: [t]
domain: {time: [0, 2]}
unknowns: [u]
equations: [u_t = -u^2]
conditions: [{where: initial, require: u = 1}]
reference: {exact: {u: 1/(1 + t)}}
points: {interior: 20}
models: {mlp: {type: mlp, hidden: [8]}}
training: {windows: 3, stages: [{optimizer: levenberg_marquardt, steps: 20}]}
)",
                                                          "test.yaml");
  const Contestant contestant = contestants(problem, {}).front();
  Training training(problem, contestant.settings, contestant.training, 0);
  const std::vector<double> random = training.surrogate().theta;
  for (int window = 0; training.advance(); window = training.window()) {
    if (training.window() == window) continue;
    const Surrogate& before = training.done().pieces.back().surrogate;
    EXPECT_EQ(training.surrogate().theta, before.theta);
    EXPECT_NE(training.surrogate().theta, random);
    EXPECT_NE(training.surrogate().shape.input_shift, before.shape.input_shift);
  }
  EXPECT_EQ(training.window(), 2);
  EXPECT_LE(training.steps(), 60);
  const auto reference = problems::make_reference(problem);
  Evaluation evaluation(problem, reference.get(), error_points(problem, reference.get()));
  output::RunResult result;
  evaluation.measure(training.solution(), result);
  EXPECT_LT(result.rel_l2.at("u"), 1e-4);
}

TEST(ExactSolutions, ATrainedCoefficientIsFound) {
  problems::Problem problem = problems::read_problem_text(R"(name: t
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
parameters: {D: {initial: 1, min: 0.1, max: 10}}
equations: [D*u_xx + 6*x = 0]
conditions:
  - {where: boundary, require: u = 2 - 2*x^3}
  - {where: right, require: dn(u) = -6}
)" + kan,
                                                          "test.yaml");
  EXPECT_NEAR(train(problem)->surrogate().theta.back(), 0.5,
              1e-8);  // u = 2 - 2 x^3: D u_xx = -12 D x
}

}  // namespace
}  // namespace kanpde::solver
