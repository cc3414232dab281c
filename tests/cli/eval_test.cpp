/// `kanpde eval`, `report`, `table` and the commands that only print.

#include <cmath>
#include <sstream>

#include "output/table/sheet.hpp"
#include "tests/cli/program.hpp"

namespace kanpde::cli_test {

namespace {

using Names = std::vector<std::string>;

/// A CSV table of numbers by column name.
struct Numbers {
  explicit Numbers(const std::string& csv) {
    const auto lines = output::parse_csv(csv);
    if (lines.empty()) return;
    names = lines.front();
    for (std::size_t k = 1; k < lines.size(); ++k)
      for (std::size_t c = 0; c < names.size(); ++c)
        columns[names[c]].push_back(std::stod(lines[k].at(c)));
  }
  Names names;
  std::map<std::string, std::vector<double>> columns;
};

constexpr const char* wave = R"(name: wave
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 1]}
unknowns: [u, v]
equations: [u_t = v, v_t = u_xx]
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: initial, require: v = 0}
  - {where: boundary, require: u = 0}
points: {interior: 60, boundary: 20, initial: 20}
models:
  kan: {type: kan, hidden: [3], degree: 4, grid: 3}
  mlp: {type: mlp, hidden: [5], activation: sin}
training: {seeds: [0, 1], stages: [{optimizer: levenberg_marquardt, steps: 5, grid: 5}]}
compare: {match: [parameters]}
output: {grid: [5, 3]}
)";

class Eval : public ProgramTest {
 protected:
  Eval() { write("wave.yaml", wave); }
  void solve() const { ASSERT_EQ(run({"solve", "wave.yaml", "--out", "run"}).code, 0); }
};

TEST_F(Eval, EqualsTheFieldsThatSolveWrote) {
  solve();
  const Numbers fields(read(folder_ / "run/fields.csv"));
  const Outcome outcome = run({"eval", "run", "--points", "run/fields.csv"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Numbers values(outcome.out);
  EXPECT_EQ(values.names, (Names{"x", "t", "u_kan", "v_kan", "u_mlp", "v_mlp",
                                 "u_mlp_same_parameters", "v_mlp_same_parameters"}));
  for (const std::string& name : values.names) {
    ASSERT_EQ(values.columns.at(name).size(), 15u);
    for (std::size_t p = 0; p < 15; ++p)  // sums of less than 100 terms of size 1, in another order
      EXPECT_NEAR(values.columns.at(name)[p], fields.columns.at(name)[p], 1e-13) << name;
  }
}

TEST_F(Eval, GivesTheDerivativesOfTheValues) {
  solve();
  const double h = 1e-4;
  std::ostringstream points;
  points.precision(17);
  points << "t,ignored,x\n";  // any order, other columns
  for (double dt : {-h, 0.0, h})
    for (double dx : {-h, 0.0, h}) points << 0.55 + dt << ",1," << 0.3 + dx << "\n";
  write("points.csv", points.str());
  const Outcome outcome = run({"eval", "run", "--points", "points.csv", "--derivatives", "2",
                               "--model", "mlp", "--seed", "1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Numbers values(outcome.out);
  EXPECT_EQ(values.names,
            (Names{"x", "t", "u_mlp", "u_mlp_x", "u_mlp_t", "u_mlp_xx", "u_mlp_xt", "u_mlp_tt",
                   "v_mlp", "v_mlp_x", "v_mlp_t", "v_mlp_xx", "v_mlp_xt", "v_mlp_tt"}));
  const std::vector<double>& u = values.columns.at("u_mlp");
  const auto at_middle = [&](const std::string& name) { return values.columns.at(name)[4]; };
  // Central differences: error h^2/6 u''' and eps/h or 4 eps/h^2, with derivatives of size 100 at
  // most.
  const double first = 100 * h * h, second = first + 4 * 2.2e-16 * 10 / (h * h);
  EXPECT_NEAR(at_middle("u_mlp_x"), (u[5] - u[3]) / (2 * h), first);
  EXPECT_NEAR(at_middle("u_mlp_t"), (u[7] - u[1]) / (2 * h), first);
  EXPECT_NEAR(at_middle("u_mlp_xx"), (u[5] - 2 * u[4] + u[3]) / (h * h), second);
  EXPECT_NEAR(at_middle("u_mlp_tt"), (u[7] - 2 * u[4] + u[1]) / (h * h), second);
  EXPECT_NEAR(at_middle("u_mlp_xt"), (u[8] - u[6] - u[2] + u[0]) / (4 * h * h), second);
}

TEST_F(Eval, TakesTheNetworkOfEachWindow) {
  // A network continues linearly outside its window, u = 1 + sin(3 t) / 3 does not.
  write("swing.yaml", R"(name: swing
variables: [t]
domain: {time: [0, 4]}
unknowns: [u]
equations: [u_t = cos(3*t)]
conditions: [{where: initial, require: u = 1}]
points: {interior: 40}
models: {kan: {type: kan, hidden: [3], degree: 6, grid: 4}}
training: {seeds: [0], windows: 4}
output: {grid: [9]}
)");
  ASSERT_EQ(run({"solve", "swing.yaml", "--out", "swing"}).code, 0);
  write("times.csv", "t\n3.5\n0.25\n1.5\n2.75\n0.75\n4\n");
  const Outcome outcome = run({"eval", "swing", "--points", "times.csv", "--derivatives", "1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Numbers values(outcome.out);
  ASSERT_EQ(values.columns.at("t"), (std::vector<double>{3.5, 0.25, 1.5, 2.75, 0.75, 4}));
  for (int p = 0; p < 6; ++p) {
    const double t = values.columns.at("t")[p];
    EXPECT_NEAR(values.columns.at("u_kan")[p], 1 + std::sin(3 * t) / 3, 1e-4) << t;
    EXPECT_NEAR(values.columns.at("u_kan_t")[p], std::cos(3 * t), 1e-3) << t;
  }
}

TEST_F(Eval, WritesAFileWholeAndNothingOnStandardOutput) {
  solve();
  const Outcome printed = run({"eval", "run", "--points", "run/fields.csv"});
  const Outcome written = run({"eval", "run", "--points", "run/fields.csv", "--out", "u.csv"});
  EXPECT_EQ(written.code, 0);
  EXPECT_EQ(written.out, "");
  EXPECT_EQ(read(folder_ / "u.csv"), printed.out);
  EXPECT_EQ(run({"eval", "run", "--points", "run/fields.csv", "--out", "none/u.csv"}).code, 2);
}

TEST_F(Eval, DoesNotDependOnTheProblemFileStayingAsItWas) {
  solve();
  const Outcome before = run({"eval", "run", "--points", "run/fields.csv"});
  write("run/problem.yaml", small_problem());
  EXPECT_EQ(run({"eval", "run", "--points", "run/fields.csv"}).out, before.out);
}

TEST_F(Eval, RefusesWhatIsNotThere) {
  solve();
  const auto expect_refused = [&](const Names& arguments, const std::string& reason) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_NE(outcome.err.find(reason), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  };
  write("points.csv", "x,y\n0,1\n");
  write("broken.csv", "x,t\n0,one\n");
  expect_refused({"eval", "nowhere", "--points", "points.csv"}, "nowhere/checkpoint.h5");
  expect_refused({"eval", "run", "--points", "nothing.csv"}, "nothing.csv");
  expect_refused({"eval", "run", "--points", "points.csv"}, "points.csv:1:1: error: ");
  expect_refused({"eval", "run", "--points", "broken.csv"}, "broken.csv:2:3: error: ");
  expect_refused({"eval", "run", "--points", "run/fields.csv", "--model", "kam"}, "kam");
  expect_refused({"eval", "run", "--points", "run/fields.csv", "--seed", "9"}, "seed 9");
  expect_refused({"eval", "run", "--points", "run/fields.csv", "--derivatives", "3"}, "0 to 2");
}

TEST_F(Eval, RefusesDerivativesThatTheModelDoesNotHave) {
  ASSERT_EQ(run({"solve", "wave.yaml", "--out", "run", "--set", "models.kan.degree=3"}).code, 0);
  ASSERT_EQ(run({"solve", "wave.yaml", "--out", "rough", "--set", "equations=[u_t = v, v = u_x]",
                 "--set", "models.kan.degree=2"})
                .code,
            0);
  EXPECT_EQ(run({"eval", "run", "--points", "run/fields.csv", "--derivatives", "2"}).code, 0);
  const Outcome outcome =
      run({"eval", "rough", "--points", "run/fields.csv", "--derivatives", "2"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("kan"), std::string::npos) << outcome.err;
}

TEST_F(Eval, AndReportWorkOnTheSameRun) {
  solve();
  const Outcome outcome = run({"report", "run"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "run/report.html\n");
  EXPECT_NE(read(folder_ / "run/report.html").find("<html"), std::string::npos);
  EXPECT_EQ(run({"report", "nowhere"}).code, 2);
}

}  // namespace

}  // namespace kanpde::cli_test
