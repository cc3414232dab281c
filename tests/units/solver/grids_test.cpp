/// Grids that grow between stages: the loss goes on where it was.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/comparison.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {
namespace {

std::string poisson(const std::string& knots) {
  std::string stages = "{optimizer: output_layer, steps: 1}";
  for (const int grid : {5, 10, 20, 50})
    stages += fmt::format(", {{optimizer: levenberg_marquardt, steps: 2, grid: {}, knots: {}}}",
                          grid, knots);
  return R"(name: test
variables: [x, y]
domain: {space: {box: [[-1, 1], [-1, 1]]}}
unknowns: [u]
equations: [laplacian(u) = -pi^2*sin(pi*x)]
conditions: [{where: boundary, require: u = sin(pi*x)}]
points: {interior: 80, boundary: 20}
models: {kan: {type: kan, hidden: [2], degree: 4, grid: 3}}
training: {stages: [)" +
         stages + "]}\n";
}

struct Extension {
  double before, after;
};

std::vector<Extension> extensions(const std::vector<std::string>& notes) {
  std::vector<Extension> all;
  for (const std::string& note : notes) {
    const auto at = note.find("loss from ");
    if (at == std::string::npos) continue;
    Extension e{};
    EXPECT_EQ(std::sscanf(note.c_str() + at, "loss from %lf to %lf", &e.before, &e.after), 2);
    all.push_back(e);
  }
  return all;
}

TEST(GridExtension, LeavesTheLossAsItIsAndEndsFiner) {
  for (const char* knots : {"uniform", "quantile", "curvature", "auto"}) {
    problems::Problem problem = problems::read_problem_text(poisson(knots), "test.yaml");
    const Contestant contestant = contestants(problem, {}).front();
    Training training(problem, contestant.settings, contestant.training, 1);
    while (training.advance()) continue;
    const std::vector<Extension> all = extensions(training.notes());
    ASSERT_EQ(all.size(), 4u) << knots;
    for (const Extension& e : all) EXPECT_NEAR(e.after, e.before, 1e-6 * e.before) << knots;
    EXPECT_EQ(training.surrogate().shape.layers.back().basis_count, 54);
    EXPECT_LT(training.loss(), all.front().before);
    EXPECT_EQ(parameters(problem, contestant), training.surrogate().shape.parameters);
    EXPECT_EQ(description(problem, contestant), "[2,2,1] bspline k=4 G=50 + silu");
  }
}

/// Every candidate is tried from the same state: trying leaves no trace but the choice.
TEST(GridExtension, ByTheBestKnotsIsThatOfTheKindChosen) {
  problems::Problem problem = problems::read_problem_text(poisson("auto"), "test.yaml");
  const Contestant contestant = contestants(problem, {}).front();
  Training training(problem, contestant.settings, contestant.training, 1);
  while (training.stage() < 1 && training.advance()) continue;
  const std::string note = training.notes().back();
  for (const char* knots : {"uniform", "quantile", "curvature"}) {
    if (note.find(std::string(", ") + knots + " knots") == std::string::npos) continue;
    problems::Problem other = problems::read_problem_text(poisson(knots), "test.yaml");
    const Contestant same = contestants(other, {}).front();
    Training direct(other, same.settings, same.training, 1);
    while (direct.stage() < 1 && direct.advance()) continue;
    EXPECT_EQ(training.surrogate().theta, direct.surrogate().theta);
    return;
  }
  FAIL() << note;
}

}  // namespace
}  // namespace kanpde::solver
