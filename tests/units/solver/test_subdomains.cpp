/// Networks on overlapping subdomains: the partition of unity, the ansatz, a solution.

#include <gtest/gtest.h>

#include <cmath>

#include "solver/objective/subdomains.hpp"
#include "tests/units/solver/runs.hpp"

namespace kanpde::solver {
namespace {

using problems::Expr;
using problems::MultiIndex;
using problems::Problem;
using problems::Symbol;

Problem plate(const std::string& model) {
  return read(
      "name: test\nvariables: [x, y]\ndomain: {space: {box: [[0, 3], [-1, 1]]}}\n"
      "unknowns: [u, v]\n"
      "equations: [laplacian(u) = 0, laplacian(v) = 0]\n"
      "conditions:\n  - {where: boundary, require: u = x}\n  - {where: boundary, require: v = y}\n"
      "models:\n  kan: {type: kan, hidden: [4], " +
      model + "}\n");
}

double at(const Problem& problem, Expr e, double x, double y) {
  return problem.graph.evaluate(e, [&](const Symbol& s) {
    EXPECT_EQ(s.kind, Symbol::Kind::coordinate);
    return s.index == 0 ? x : y;
  });
}

TEST(Subdomains, AreCellsWidenedWhereTheyHaveNeighbours) {
  Problem problem = plate("subdomains: [3, 2], overlap: 0.4");
  const auto all = subdomains(problem, problem.models[0]);
  ASSERT_EQ(all.size(), 6u);
  EXPECT_DOUBLE_EQ(all[0].lower[0], 0);
  EXPECT_DOUBLE_EQ(all[0].upper[0], 1.2);
  EXPECT_DOUBLE_EQ(all[0].lower[1], -1);
  EXPECT_DOUBLE_EQ(all[0].upper[1], 0.2);
  EXPECT_DOUBLE_EQ(all[3].lower[0], 0.8);  // cell 1 along x, 1 along y
  EXPECT_DOUBLE_EQ(all[3].upper[0], 2.2);
  EXPECT_DOUBLE_EQ(all[3].lower[1], -0.2);
  EXPECT_DOUBLE_EQ(all[3].upper[1], 1);
  EXPECT_TRUE(subdomains(problem, problems::ModelSettings{}).empty());
}

TEST(Subdomains, HaveWeightsThatSumToOneAndVanishOutside) {
  Problem problem = plate("subdomains: [3, 2], overlap: 0.4");
  const auto boxes = subdomains(problem, problem.models[0]);
  const auto weights = partition_of_unity(problem.graph, problem, problem.models[0]);
  ASSERT_EQ(weights.size(), boxes.size());
  for (double x = 0; x <= 3; x += 0.06)
    for (double y = -1; y <= 1; y += 0.05) {
      double sum = 0;
      for (std::size_t b = 0; b < boxes.size(); ++b) {
        const double w = at(problem, weights[b], x, y);
        EXPECT_TRUE(w >= -1e-13 && w <= 1 + 1e-13);
        const bool outside = x < boxes[b].lower[0] || x > boxes[b].upper[0] ||
                             y < boxes[b].lower[1] || y > boxes[b].upper[1];
        if (outside) {
          EXPECT_NEAR(w, 0, 1e-13);
        }
        sum += w;
      }
      EXPECT_NEAR(sum, 1, 1e-13);
    }
}

TEST(Subdomains, HaveWeightsWithFourContinuousDerivatives) {
  Problem problem = plate("subdomains: [3, 1], overlap: 0.4");
  Expr w = partition_of_unity(problem.graph, problem, problem.models[0])[1];
  double slope = 0;
  for (int order = 0; order <= 4; ++order) {
    double largest = 0;
    for (double x = 0.7; x < 1.3; x += 0.01)
      largest = std::max(largest, std::abs(at(problem, w, x, 0)));
    for (const double edge : {0.8, 1.2, 1.8, 2.2})
      EXPECT_NEAR(at(problem, w, edge - 1e-9, 0), at(problem, w, edge + 1e-9, 0), 1e-5 * largest);
    if (order == 1) slope = at(problem, w, 1.0, 0);
    w = problem.graph.derivative(w, 0);
  }
  EXPECT_NEAR(slope, 630.0 / 256 / 0.4, 1e-12);  // of z^5 (126 - 420 z + ..) at z = 1/2, over 0.4
}

TEST(AnsatzOfSubdomains, AddsTheOutputsOfEveryNetworkTimesItsWeight) {
  Problem problem = plate("subdomains: [2, 2]");
  const auto weights = partition_of_unity(problem.graph, problem, problem.models[0]);
  const Ansatz ansatz(problem, {1, 2}, {}, weights);
  const auto output = [](int k) { return 0.3 + k * k; };
  const double x = 1.4, y = 0.2;  // where all four overlap
  for (int u = 0; u < 2; ++u) {
    double expected = 0;
    for (int b = 0; b < 4; ++b)
      expected += (u + 1) * at(problem, weights[std::size_t(b)], x, y) * output(2 * b + u);
    const double found = problem.graph.evaluate(ansatz.unknown(u), [&](const Symbol& s) {
      if (s.kind == Symbol::Kind::coordinate) return s.index == 0 ? x : y;
      return output(s.index);
    });
    EXPECT_NEAR(found, expected, 1e-13);
  }
}

TEST(AnsatzOfSubdomains, HasAsManyParametersAsItsNetworks) {
  Problem one = plate("degree: 5, grid: 4");
  Problem four = plate("degree: 5, grid: 4, subdomains: [2, 2]");
  EXPECT_EQ(start(four)->surrogate().parameters(), 4 * start(one)->surrogate().parameters());
}

/// u = sin(7x) y is not what one ridge function a subdomain could be by chance.
std::string wave(const std::string& model) {
  return "name: test\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
         "unknowns: [u]\nequations: [laplacian(u) = -49*sin(7*x)*y]\n"
         "conditions:\n  - {where: boundary, require: u = sin(7*x)*y}\n"
         "points: {interior: 600, boundary: 200}\nmodels:\n  net: {" +
         model + "}\n";
}

TEST(TrainingOnSubdomains, OfKansAndMlpsFindsTheSolution) {
  const std::pair<const char*, double> models[] = {
      {"type: kan, hidden: [12], degree: 7, grid: 4, subdomains: [2, 1], training: {stages: "
       "[{optimizer: output_layer, steps: 2}]}",
       1e-5},
      {"type: kan, hidden: [6, 6], degree: 5, grid: 3, base: tanh, subdomains: [2, 1], training: "
       "{stages: [{optimizer: levenberg_marquardt, steps: 40, freeze_splines: true}, "
       "{optimizer: levenberg_marquardt, steps: 20}]}",
       1e-2},
      {"type: mlp, hidden: [8, 8], subdomains: [2, 1], overlap: 0.3, training: {stages: "
       "[{optimizer: levenberg_marquardt, steps: 60}]}",
       1e-2}};
  for (const auto& [model, bound] : models) {
    Problem problem = read(wave(model));
    const auto training = train(problem);
    const double error = error_of(problem, training->solution(),
                                  [](const auto& x) { return std::sin(7 * x[0]) * x[1]; });
    EXPECT_LT(error, bound) << model;
  }
}

}  // namespace
}  // namespace kanpde::solver
