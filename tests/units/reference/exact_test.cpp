#include "problems/reference/exact.hpp"

#include <algorithm>

#include "tests/units/reference/reference_case.hpp"

namespace kanpde::problems {
namespace {

TEST(ExactReference, GivesValuesAndDerivativesOfEveryUnknown) {
  const auto field = make_reference(read_problem(case_file("kovasznay_flow")));
  EXPECT_EQ(field->stated_error, 0);
  const double lambda = 20 - std::sqrt(400 + 4 * M_PI * M_PI), x = 0.3, y = 0.7,
               e = std::exp(lambda * x);
  EXPECT_NEAR(value_at(*field, {x, y}, 0), 1 - e * std::cos(2 * M_PI * y), 1e-15);
  EXPECT_NEAR(value_at(*field, {x, y}, 1), lambda / (2 * M_PI) * e * std::sin(2 * M_PI * y), 1e-15);
  EXPECT_NEAR(value_at(*field, {x, y}, 2), (1 - e * e) / 2, 1e-15);
  EXPECT_NEAR(derivative_at(*field, {x, y}, 1, 0), 2 * M_PI * e * std::sin(2 * M_PI * y), 1e-14);
  EXPECT_NEAR(derivative_at(*field, {x, y}, 0, 2), -lambda * e * e, 1e-14);
  EXPECT_EQ(derivative_at(*field, {x, y}, 1, 2), 0);
}

TEST(ExactReference, TakesManyPointsAtATime) {
  const auto field = make_reference(read_problem(case_file("poisson_2d")));
  const int n = 3 * kernels::tape_block + 5;
  Columns x(2, n);
  for (int p = 0; p < n; ++p) x(0, p) = std::sin(p), x(1, p) = std::cos(2 * p);
  std::vector<double> u(n + 1, 7);
  field->values(x, 0, u.data());
  for (int p = 0; p < n; ++p)
    EXPECT_NEAR(u[p], std::sin(M_PI * x(0, p)) * std::sin(M_PI * x(1, p) * x(1, p)), 2e-15);
  EXPECT_EQ(u[n], 7);
}

TEST(ExactReference, MayLeaveUnknownsOut) {
  const auto field = make_reference(problem_of(replaced(
      text_of(case_file("kovasznay_flow")), "{exact: {u: u0, v: v0, p: p0}}", "{exact: {v: v0}}")));
  EXPECT_FALSE(field->has(0));
  EXPECT_TRUE(field->has(1));
  EXPECT_FALSE(field->has(2));
  EXPECT_NEAR(value_at(*field, {0, 0.25}, 1), (20 - std::sqrt(400 + 4 * M_PI * M_PI)) / (2 * M_PI),
              1e-15);
}

TEST(Reference, IsAbsentWhereTheProblemHasNone) {
  Problem problem = read_problem(case_file("poisson_1d"));
  EXPECT_NE(make_reference(problem), nullptr);
  problem.reference = {};
  EXPECT_EQ(make_reference(problem), nullptr);
}

TEST(Reference, NamesItsGeneratorsAndRefusesOthers) {
  const auto names = generator_names();
  for (const char* name : {"burgers_cole_hopf", "cavity", "fourier", "l_shape_poisson", "ode"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end());
  Problem problem = read_problem(case_file("burgers_1d"));
  problem.reference.options["nu"] = 1;  // taken from the equation, so an option would go unread
  EXPECT_THROW(make_reference(problem), InputError);
  problem.reference.options.clear();
  problem.reference.name = "burgers";
  EXPECT_THROW(make_reference(problem), InputError);
}

/// Every case of problems/ is read and has a reference for each of its unknowns, but for the
/// pressure in the cavity.
TEST(Cases, AllHaveAReference) {
  int cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KANPDE_SOURCE_DIR) + "/problems")) {
    if (entry.path().extension() != ".yaml") continue;
    const Problem problem = read_problem(entry.path().string());
    const auto field = make_reference(problem);
    ASSERT_NE(field, nullptr) << entry.path();
    EXPECT_EQ(problem.name, entry.path().stem().string());
    for (std::size_t u = 0; u < problem.unknowns.size(); ++u)
      EXPECT_EQ(field->has(int(u)), problem.name != "lid_driven_cavity_2d" || u < 2)
          << entry.path();
    ++cases;
  }
  EXPECT_GE(cases, 25);
}

}  // namespace
}  // namespace kanpde::problems
