/// solver/comparison.hpp and solver/validate.hpp: which models a run trains, and what it refuses
/// beforehand.

#include <gtest/gtest.h>

#include "solver/comparison.hpp"
#include "solver/training/surrogate.hpp"
#include "solver/validate.hpp"

namespace kanpde::solver {
namespace {

problems::Problem problem_of(const std::string& extra, const std::string& where = "boundary") {
  return problems::read_problem_text(R"(name: test
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 1]]}}
unknowns: [u]
equations: [laplacian(u) = 1]
conditions: [{where: ')" + where + R"(', require: u = 0}]
)" + extra,
                                     "test.yaml");
}

int parameters_of(const problems::Problem& problem, const Contestant& contestant) {
  return make_shape(problem, contestant.settings, 0).parameters;
}

const std::string models = "models: {a: {type: kan}, b: {type: mlp, hidden: [9, 4]}}\n";

TEST(Contestants, AreTheModelsOfTheFileInTheirOrder) {
  problems::Problem problem = problem_of(models);
  const auto all = contestants(problem, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].settings.name, "a");
  EXPECT_EQ(all[1].settings.name, "b");
  for (const Contestant& c : all) EXPECT_FALSE(c.training.stages.empty());
}

TEST(Contestants, CanBeChosenByName) {
  problems::Problem problem = problem_of(models);
  const auto all = contestants(problem, {"b"});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].settings.name, "b");
  try {
    contestants(problem, {"a", "aa"});
    FAIL() << "an unknown model was taken";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("no model 'aa'"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("there are a, b"), std::string::npos) << error.what();
  }
}

TEST(Contestants, MatchParametersAsCloselyAsAWidthAllows) {
  problems::Problem problem = problem_of(models + "compare: {match: [parameters]}\n");
  const auto all = contestants(problem, {});
  ASSERT_EQ(all.size(), 3u);
  const Contestant& matched = all[2];
  EXPECT_EQ(matched.matched, "parameters");
  ASSERT_EQ(matched.settings.hidden.size(), 2u);  // the depth of the first MLP
  const int width = matched.settings.hidden[0], wanted = parameters_of(problem, all[0]);
  EXPECT_EQ(matched.settings.hidden[1], width);
  const auto mlp_parameters = [](int w) { return 3 * w + w * (w + 1) + w + 1; };
  EXPECT_EQ(parameters_of(problem, matched), mlp_parameters(width));
  const int distance = std::abs(mlp_parameters(width) - wanted);
  EXPECT_LE(distance, std::abs(mlp_parameters(width - 1) - wanted));
  EXPECT_LE(distance, std::abs(mlp_parameters(width + 1) - wanted));
}

TEST(Contestants, MatchTheTimeOfTheFirstKan) {
  problems::Problem problem = problem_of(models + "compare: {match: [time]}\n");
  const auto all = contestants(problem, {});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].matched, "time");
  EXPECT_EQ(all[2].time_of, 0);
  EXPECT_EQ(all[2].settings.hidden, all[1].settings.hidden);
}

TEST(Contestants, OfEqualEffortAllStopAtTheTimeOfTheFirstKan) {
  const std::string match = "compare: {match: [parameters, time], effort: ";
  problems::Problem steps = problem_of(models + match + "steps}\n");
  problems::Problem time = problem_of(models + match + "time}\n");
  const auto by_steps = contestants(steps, {}), by_time = contestants(time, {});
  ASSERT_EQ(by_time.size(), 4u);
  EXPECT_EQ(by_steps[2].time_of, -1);
  for (const int k : {2, 3}) EXPECT_EQ(by_time[k].time_of, 0);
  EXPECT_EQ(by_time[2].settings.hidden, by_steps[2].settings.hidden);
  // It may take more steps than its plan where these are fast.
  EXPECT_GT(by_time[2].training.stages.back().steps, by_steps[2].training.stages.back().steps);
}

TEST(Contestants, CanBeChosenAmongTheMatchedOnesBesideTheirKan) {
  problems::Problem problem = problem_of(
      "models: {b: {type: mlp, hidden: [9, 4]}, a: {type: kan}}\n"
      "compare: {match: [parameters, time], effort: time}\n");
  const auto all = contestants(problem, {"mlp_same_time", "a", "mlp_same_parameters"});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].settings.name, "a");
  EXPECT_EQ(all[1].settings.name, "mlp_same_parameters");
  EXPECT_EQ(all[2].settings.name, "mlp_same_time");
  EXPECT_EQ(all[2].settings.hidden, (std::vector<int>{9, 4}));  // of b, which is left out
  for (const int k : {1, 2}) EXPECT_EQ(all[k].time_of, 0);      // a is the second model of the file
  EXPECT_THROW(contestants(problem, {"mlp_same_time"}), InputError);
}

TEST(Validate, RefusesAConditionThatHoldsNowhere) {
  problems::Problem good = problem_of(models, "x < 0.5"), bad = problem_of(models, "x < 0.5");
  EXPECT_NO_THROW(validate(good));
  bad.conditions[0].predicate = bad.graph.constant(-1);
  EXPECT_THROW(validate(bad), InputError);
}

}  // namespace
}  // namespace kanpde::solver
