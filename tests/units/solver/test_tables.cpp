/// Rows of `kanpde table`: functions against values from elsewhere, problems that can be read, and
/// what is counted from results.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "problems/reference/reference.hpp"
#include "solver/cli/tables/contest.hpp"
#include "solver/cli/tables/feynman.hpp"
#include "solver/cli/tables/scaling.hpp"
#include "solver/cli/tables/slope.hpp"
#include "solver/cli/tables/special.hpp"
#include "solver/cli/tables/special_functions.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {
namespace {

// mpmath 1.3 with 15 digits, spherical harmonics by scipy.special.sph_harm_y.
TEST(SpecialFunctions, AgreeWithOtherPrograms) {
  EXPECT_NEAR(elliptic_sn(3.1, 0.7), 0.809498962616392, 1e-13);
  EXPECT_NEAR(elliptic_sn(0.4, 0), std::sin(0.4), 1e-15);
  EXPECT_NEAR(elliptic_f(1.2, 0.6), 1.38132268788186, 1e-13);
  EXPECT_NEAR(elliptic_e(1.2, 0.6), 1.05629232777862, 1e-13);
  EXPECT_NEAR(legendre(0, 2.3, 0.4), -0.377918090982423, 1e-13);
  EXPECT_NEAR(legendre(1, 3.7, -0.6), -1.5269623056245, 1e-12);
  EXPECT_NEAR(legendre(2, 4.2, 0.85), 9.6221792527659, 1e-12);
  EXPECT_NEAR(legendre(2, 0.5, -0.9), -6.2573516441949, 1e-12);
  EXPECT_NEAR(spherical_harmonic(0, 1, 0.7, 1.1), 0.22162820431795893, 1e-14);
  EXPECT_NEAR(spherical_harmonic(1, 1, 0.7, 1.1), -0.2355002089547009, 1e-14);
  EXPECT_NEAR(spherical_harmonic(0, 2, 2.0, 0.4), 0.48729891200066255, 1e-14);
  EXPECT_NEAR(spherical_harmonic(1, 2, 4.0, 2.2), -0.24026588535007853, 1e-14);
  EXPECT_NEAR(spherical_harmonic(2, 2, 4.0, 2.2), -0.03673795545866673, 1e-14);
}

TEST(SpecialFunctions, OfTheTableTakeOrderAndArgumentAsSciPyDoes) {
  const auto value = [](const std::string& name, double x, double y) {
    for (const SpecialFunction& f : special_functions())
      if (f.name == name) return f.value(x, y);
    return double(NAN);
  };
  EXPECT_NEAR(value("jv", 1.3, 2.7), 0.50392776194613, 1e-13);
  EXPECT_NEAR(value("yv", 1.3, 2.7), 0.0644536582875984, 1e-13);
  EXPECT_NEAR(value("kv", 1.3, 2.7), 0.064360408999714, 1e-13);
  EXPECT_NEAR(value("iv", 1.3, 2.7), 2.58909961897719, 1e-13);
  EXPECT_NEAR(value("lpmv_1", 3.7, -0.6), -1.5269623056245, 1e-12);
}

TEST(SpecialFunctions, AreFiniteInAllCornersOfTheirDomains) {
  EXPECT_EQ(special_functions().size(), 15u);
  for (const SpecialFunction& f : special_functions())
    for (const double x : {f.lower[0], f.upper[0]})
      for (const double y : {f.lower[1], f.upper[1]})
        EXPECT_TRUE(std::isfinite(f.value(x, y))) << f.name << " at " << x << ", " << y;
}

TEST(Feynman, EveryFormulaIsFiniteOnItsDomain) {
  ASSERT_EQ(feynman_targets().size(), 27u);
  const std::vector<TableRow> rows = feynman_table().rows(false);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const problems::Problem problem =
        problems::read_problem_text(rows[i].text, rows[i].name + ".yaml");
    const auto [lower, upper] = problem.region.space->bounding_box();
    const int inputs = int(feynman_targets()[i].axes.size());
    ASSERT_EQ(int(problem.variables.size()), inputs);
    Columns x(inputs, 64);
    for (int p = 0; p < x.points(); ++p)
      for (int k = 0; k < inputs; ++k)
        x(k, p) = lower[k] + (upper[k] - lower[k]) * std::fmod(0.618 * (p + 1) * (k + 1), 1.0);
    std::vector<double> u(x.points());
    problems::make_reference(problem)->values(x, 0, u.data());
    for (const double value : u) EXPECT_TRUE(std::isfinite(value)) << rows[i].name;
  }
}

TEST(Tables, HaveRowsWithNamesOfTheirOwn) {
  for (const TableKind& kind : table_kinds())
    for (const bool quick : {false, true}) {
      std::set<std::string> names;
      for (const TableRow& row : kind.rows(quick)) {
        EXPECT_TRUE(names.insert(row.name).second) << kind.name << ": " << row.name;
        EXPECT_NE(row.text.empty(), row.problem.empty()) << kind.name << ": " << row.name;
      }
    }
}

TEST(Contest, CountsParametersAsTheNetworkHasThem) {
  const Target target = feynman_targets().front();
  const std::vector<KanSize> sizes = {{{6}, 7, 8}, {{5, 4}, 3, 3}};
  const TableRow row = contest_row(target, sizes, 1);
  problems::Problem problem = problems::read_problem_text(row.text, "a.yaml");
  ASSERT_EQ(problem.models.size(), 4u);
  std::vector<int> counts;
  for (const problems::ModelSettings& model : problem.models)
    counts.push_back(make_shape(problem, model, 0).parameters);
  EXPECT_EQ(counts[0], parameters_of(sizes[0], 2));
  EXPECT_EQ(counts[1], parameters_of(sizes[1], 2));
  for (const int mlp : {counts[2], counts[3]}) {
    EXPECT_GE(mlp, std::max(counts[0], counts[1]));
    EXPECT_LT(mlp, 1.2 * std::max(counts[0], counts[1]));
  }
}

TableResult result_of(const std::string& row, const std::vector<double>& kans,
                      const std::vector<double>& mlps) {
  TableResult result;
  result.row.name = row;
  const auto add = [&](const std::string& type, const std::vector<double>& all) {
    for (const double mse : all) {
      output::ModelResult model;
      model.type = type;
      model.description = fmt::format("{} of {:.0e}", type, mse);
      output::RunResult run;
      run.mse["u"] = mse;
      model.runs = {run};
      result.summary.models.push_back(model);
    }
  };
  add("kan", kans);
  add("mlp", mlps);
  return result;
}

TEST(Contest, JudgesTheBestAgainstThePublishedErrorAndTheBestMlp) {
  Target one{"one", "x", {}, {"1e-3", "1e-2"}, "", ""}, two{"two", "y", {}, {"", ""}, "", ""};
  const TableResults results = {result_of("one", {1e-4, 1e-8}, {1e-6, 1e-5}),
                                result_of("two", {1e-4, 1e-5}, {1e-3, 1e-6})};
  const output::Sheet sheet = contest_sheet({one, two}, results);
  ASSERT_EQ(sheet.rows.size(), 2u);
  const auto cell = [&](int row, const std::string& column) {
    const auto at = std::find(sheet.columns.begin(), sheet.columns.end(), column);
    return sheet.rows.at(row).at(std::size_t(at - sheet.columns.begin()));
  };
  EXPECT_EQ(cell(0, "KAN"), "kan of 1e-08");
  EXPECT_EQ(cell(0, "KAN test RMSE"), "1.00e-04");
  EXPECT_EQ(cell(0, "MLP"), "mlp of 1e-06");
  EXPECT_EQ(cell(0, "published KAN"), "1e-3");
  EXPECT_EQ(cell(0, "below published"), "yes");
  EXPECT_EQ(cell(0, "below MLP"), "yes");
  EXPECT_EQ(cell(1, "below published"), "");
  EXPECT_EQ(cell(1, "below MLP"), "no");
  const std::string notes = contest_notes({one, two}, results);
  EXPECT_EQ(notes.find("- On 1 of 2 functions"), 0u) << notes;
}

TEST(Slope, IsThePowerOfAPowerLaw) {
  EXPECT_NEAR(log_log_slope({10, 20, 70}, {3e-2 * 1e-4, 3e-2 / 160000, 3e-2 / 24010000}), -4,
              1e-12);
  EXPECT_NEAR(log_log_slope({1, 10, 100}, {1, 1, 100}), 1, 1e-12);
  EXPECT_TRUE(std::isnan(log_log_slope({5}, {1})));
}

}  // namespace
}  // namespace kanpde::solver
