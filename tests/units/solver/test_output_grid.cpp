/// solver/training/output_grid.cpp: where fields are written.

#include <gtest/gtest.h>

#include "solver/training/evaluation.hpp"

namespace kanpde::solver {
namespace {

std::string fixed_in(const std::string& variables, const std::string& domain) {
  return fixed_variables(problems::read_problem_text("name: test\nvariables: [" + variables +
                                                         "]\ndomain: {" + domain +
                                                         "}\nunknowns: [u]\nequations: [u = 1]\n"
                                                         "models: {kan: {type: kan}}\n",
                                                     "test.yaml"));
}

TEST(OutputGrid, NamesTheVariablesItDoesNotExtendAlong) {
  EXPECT_EQ(fixed_in("t", "time: [0, 1]"), "");
  EXPECT_EQ(fixed_in("x, t", "space: {interval: [0, 1]}, time: [0, 1]"), "");
  EXPECT_EQ(fixed_in("x, t, nu",
                     "space: {interval: [0, 1]}, time: [0, 1], parameters: {nu: [0.01, 0.1]}"),
            "nu = 0.055");
  EXPECT_EQ(fixed_in("a, b, c, d", "space: {box: [[0, 1], [0, 1], [0, 1], [0, 4]]}"), "d = 2");
}

TEST(OutputGrid, OfManyVariablesExtendsAlongThree) {
  std::string variables = "x1", box = "[0, 1]";
  for (int i = 2; i <= 100; ++i) variables += fmt::format(", x{}", i), box += ", [0, 1]";
  const problems::Problem problem = problems::read_problem_text(
      "name: test\nvariables: [" + variables + "]\ndomain: {space: {box: [" + box +
          "]}}\nunknowns: [u]\nequations: [u = 1]\nmodels: {kan: {type: kan}}\n",
      "test.yaml");
  const OutputGrid grid = make_output_grid(problem);
  EXPECT_EQ(grid.space.points(), 27);
  EXPECT_EQ(grid.space.columns(), 100);
}

}  // namespace
}  // namespace kanpde::solver
