/// Continual training through the program: continual.csv and the table.

#include <sstream>

#include "output/table/sheet.hpp"
#include "tests/cli/program.hpp"

namespace kanpde::cli_test {
namespace {

class Continual : public ProgramTest {};

/// Base functions reach everywhere; without the splines alone nothing would be kept.
TEST_F(Continual, HasNoBaseUnlessTheFileSaysSo) {
  write("peaks.yaml", R"Y(name: peaks
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
equations: [u = exp(-100*(x - 0.25)^2) + exp(-100*(x - 0.75)^2)]
reference: {exact: {u: exp(-100*(x - 0.25)^2) + exp(-100*(x - 0.75)^2)}}
points: {interior: 800}
models: {kan: {type: kan, hidden: [], grid: 40}, mixed: {type: kan, hidden: [], grid: 40, base: silu}}
training: {seeds: [0], continual: {x: 2}}
output: {grid: [101]}
)Y");
  const Outcome outcome = run({"solve", "peaks.yaml", "--out", "run", "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto rows = output::parse_csv(read(folder_ / "run/continual.csv"));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[2].at(0), "kan");
  EXPECT_LT(std::stod(rows[2].back()), 1e-4);
  EXPECT_EQ(rows[4].at(0), "mixed");
  EXPECT_GT(std::stod(rows[4].back()), 1e-2);
  EXPECT_NE(outcome.out.find("after each phase"), std::string::npos) << outcome.out;
}

/// The KAN keeps all five peaks; the MLP has the last one alone.
TEST_F(Continual, TableShowsWhatIsKeptAndWhatIsForgotten) {
  const Outcome outcome = run({"table", "continual", "--quick", "--out", "t", "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto rows = output::parse_csv(read(folder_ / "t/continual_peaks/continual.csv"));
  ASSERT_EQ(rows.size(), 11u);  // a header, five phases of two models
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const bool kan = rows[k].at(0) == "kan";
    const std::size_t phase = std::stoul(rows[k].at(2));
    ASSERT_EQ(rows[k].size(), 9u);
    for (std::size_t part = 1; kan && part <= phase; ++part)
      EXPECT_LT(std::stod(rows[k][2 + part]), 4e-6) << phase << " " << part;
    if (!kan && phase == 5) {
      EXPECT_LT(std::stod(rows[k][7]), 1e-2);
      EXPECT_GT(std::stod(rows[k][8]), 0.1);
    }
  }
  EXPECT_NE(outcome.out.find("after phase"), std::string::npos);
}

}  // namespace
}  // namespace kanpde::cli_test
