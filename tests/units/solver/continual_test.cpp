/// Continual training: parts of the domain in turn.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/comparison.hpp"
#include "solver/training/evaluation.hpp"
#include "solver/training/phases.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;

Problem read(const std::string& model) {
  return problems::read_problem_text(R"(name: test
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
equations: [u = sin(7*x)]
conditions: []
reference: {exact: {u: sin(7*x)}}
points: {interior: 400}
models: {)" + model + R"(}
training: {continual: {x: 4}}
output: {grid: [201]}
)",
                                     "test.yaml");
}

struct Outcome {
  std::vector<std::vector<double>> errors;  ///< an entry a phase: over each part, then all
};

Outcome train(const std::string& model) {
  Problem problem = read(model);
  const Contestant contestant = contestants(problem, {}).front();
  Training training(problem, contestant.settings, contestant.training, 0);
  const auto reference = problems::make_reference(problem, {});
  Evaluation evaluation(problem, reference.get(), error_points(problem, reference.get()));
  Outcome outcome;
  for (int pass = 0; !training.finished();) {
    training.advance();
    if (!training.finished() && training.pass() == pass) continue;
    pass = training.pass();
    outcome.errors.push_back(
        evaluation.phase_errors(training.solution(), contestant.training.continual));
  }
  return outcome;
}

/// Splines of one input hold what they learned where no later point lies.
TEST(Continual, SplinesKeepEarlierParts) {
  const Outcome kan = train("kan: {type: kan, hidden: [], degree: 5, grid: 40, base: none}");
  ASSERT_EQ(kan.errors.size(), 4u);
  for (std::size_t phase = 0; phase < 4; ++phase)
    for (std::size_t part = 0; part < 4; ++part) {
      const double error = kan.errors[phase][part];
      if (part <= phase) {
        EXPECT_LT(error, 1e-6) << phase << part;
      } else if (part > phase + 1) {
        EXPECT_GT(error, 0.1) << phase << part;
      }
    }
  EXPECT_LT(kan.errors.back().back(), 1e-6);
}

/// An MLP, trained on the same points in the same order, does not.
TEST(Continual, AnMlpForgets) {
  const Outcome mlp = train("mlp: {type: mlp, hidden: [8]}");
  ASSERT_EQ(mlp.errors.size(), 4u);
  EXPECT_LT(mlp.errors[0][0], 1e-3);
  EXPECT_GT(mlp.errors[3][0], 100 * mlp.errors[0][0]);
}

/// Conditions count where their points lie: at one end of the first phase, at the other of the
/// last.
TEST(Continual, TakesConditionsInThePhasesOfTheirPoints) {
  Problem problem = problems::read_problem_text(R"(name: test
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
equations: ['diff(u, x, 2) = u^3 - sin(3*x)^3 - 9*sin(3*x)']
conditions: [{where: boundary, require: u = sin(3*x)}]
reference: {exact: {u: sin(3*x)}}
points: {interior: 200}
models: {kan: {type: kan, hidden: [4, 4], degree: 5, grid: 4}}
training: {continual: {x: 3}, time_limit: 20}
)",
                                                "test.yaml");
  const Contestant contestant = contestants(problem, {}).front();
  for (const problems::StageSettings& stage : contestant.training.stages)
    EXPECT_EQ(stage.resample, 0);  // would bring points of other phases
  Training training(problem, contestant.settings, contestant.training, 0);
  std::vector<std::size_t> terms;
  for (int pass = -1; !training.finished(); training.advance())
    if (training.pass() != pass) {
      pass = training.pass();
      terms.push_back(training.terms());
      EXPECT_LE(training.points().points(), 70) << pass;  // a third of 200 and an end
    }
  EXPECT_EQ(terms, (std::vector<std::size_t>{2, 1, 2}));
}

TEST(Phases, CutTheBoundsIntoEqualParts) {
  const Problem problem = read("kan: {type: kan}");
  const Phases phases(problem, problem.training.continual);
  Columns x(1, 5);
  const double at[] = {0, 0.2499, 0.2501, 0.99, 1};
  const int part[] = {0, 0, 1, 3, 3};
  for (int p = 0; p < 5; ++p) x(0, p) = at[p];
  for (int p = 0; p < 5; ++p) EXPECT_EQ(phases.of(x, p), part[p]) << at[p];
}

}  // namespace
}  // namespace kanpde::solver
