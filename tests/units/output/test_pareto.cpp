#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "output/report/pareto.hpp"

namespace kanpde::output {
namespace {

/// A model whose seeds have these relative errors.
ModelResult model_of(const std::string& name, int parameters, const std::vector<double>& errors) {
  ModelResult model;
  model.name = name;
  model.type = "kan";
  model.parameters = parameters;
  for (const double error : errors) {
    RunResult run;
    run.rel_l2["u"] = error;
    run.mse["u"] = error * error;
    model.runs.push_back(run);
  }
  return model;
}

std::string drawn(const ModelResult& model) {
  Summary summary;
  summary.unknowns = {"u"};
  summary.models = {model};
  return draw_pareto(pareto_front({summary})).body;
}

TEST(Pareto, EscapesNames) {
  const std::string body = drawn(model_of("a&b</title><script>", 10, {1e-2}));
  EXPECT_EQ(body.find("<script>"), std::string::npos);
  EXPECT_NE(body.find("a&amp;b&lt;/title&gt;"), std::string::npos);
}

TEST(Pareto, KeepsModelsWithFailedSeedsInThePicture) {
  const std::string body = drawn(model_of("kan", 10, {1e-5, 1e-1, INFINITY}));
  std::smatch at;
  ASSERT_TRUE(std::regex_search(body, at, std::regex("cy=\"([-0-9.]+)\"")));
  const double y = std::stod(at[1]);
  const Drawing drawing;
  EXPECT_GT(y, 0);
  EXPECT_LT(y, drawing.height);
}

}  // namespace
}  // namespace kanpde::output
