#pragma once
/// Problems from text, and training of their first model with seed 0.

#include <gtest/gtest.h>

#include <memory>
#include <string>

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

}  // namespace kanpde::solver
