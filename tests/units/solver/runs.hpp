#pragma once
/// Problems from text, and training of their first model with seed 0.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "solver/comparison.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

inline problems::Problem read(const std::string& text) {
  return problems::read_problem_text(text, "test.yaml");
}

inline std::unique_ptr<Training> start(problems::Problem& problem) {
  const Contestant contestant = contestants(problem, {}).front();
  return std::make_unique<Training>(problem, contestant.settings, contestant.training, 0);
}

inline std::unique_ptr<Training> train(problems::Problem& problem) {
  auto training = start(problem);
  while (training->advance()) {
  }
  EXPECT_EQ(training->status(), "ok");
  return training;
}

/// Largest difference of unknown 0 from `exact` at points of the unit cube of the variables.
template <class Exact>
double error_of(problems::Problem& problem, const Solution& solution, Exact exact) {
  const int d = problem.variable_count();
  Random random(4);
  Columns x(d, 200);
  for (double& value : x.values()) value = random.uniform();
  const Columns u = evaluate_fields(problem, solution, {problem.graph.unknown(0)}, x);
  double worst = 0;
  for (int p = 0; p < x.points(); ++p) {
    std::vector<double> at;
    for (int i = 0; i < d; ++i) at.push_back(x(i, p));
    worst = std::max(worst, std::abs(u(0, p) - exact(at)));
  }
  return worst;
}

}  // namespace kanpde::solver
