/// `kanpde solve`: what it writes, and that the same run gives the same bits.

#include <cmath>
#include <nlohmann/json.hpp>

#include "output/table/history.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/run_files.hpp"

namespace kanpde::cli_test {

namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

class Solve : public ProgramTest {
 protected:
  Solve() { write("small.yaml", small_problem()); }
};

TEST_F(Solve, WritesTheRunDirectoryAndNothingElse) {
  const Outcome outcome = run({"solve", "small.yaml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(names_in("."), (Names{"runs", "small.yaml"}));
  EXPECT_EQ(names_in("runs"), Names{"small"});
  EXPECT_EQ(names_in("runs/small"),
            (Names{"checkpoint.h5", "fields.csv", "fields.vti", "history.csv", "problem.yaml",
                   "run.log", "summary.json", "table.csv", "table.md", "table.tex"}));
}

TEST_F(Solve, WritesASeriesForATimeDependentProblem) {
  write("heat.yaml", R"(name: heat
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = 0.1*u_xx]
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: boundary, require: u = 0}
points: {interior: 60, boundary: 20, initial: 20}
models: {kan: {type: kan, hidden: [3], degree: 4, grid: 3}}
training: {seeds: [0], stages: [{optimizer: output_layer, steps: 1}]}
output: {grid: [5, 3]}
)");
  ASSERT_EQ(run({"solve", "heat.yaml", "--out", "a/b"}).code, 0);
  EXPECT_EQ(names_in("a/b"), (Names{"checkpoint.h5", "fields", "fields.csv", "fields.pvd",
                                    "history.csv", "problem.yaml", "run.log", "summary.json",
                                    "table.csv", "table.md", "table.tex"}));
  EXPECT_EQ(names_in("a/b/fields"),
            (Names{"fields_0000.vti", "fields_0001.vti", "fields_0002.vti"}));
}

TEST_F(Solve, MeasuresDefinitionsOfTheOutputAgainstTheExactSolution) {
  write("flux.yaml", R"(name: flux
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
definitions: {flux: -2*u_x}
equations: ["diff(flux, x) = -4"]
conditions: [{where: boundary, require: u = x^2}]
reference: {exact: {u: x^2, flux: -4*x}}
points: {interior: 60}
models: {kan: {products: true, degree: 3, grid: 4}}
training: {seeds: [0]}
output: {grid: [5], definitions: [flux]}
)");
  const Outcome outcome = run({"solve", "flux.yaml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json median =
      Json::parse(read(folder_ / "runs/flux/summary.json"))["models"]["kan"]["median"];
  for (const char* name : {"u", "flux"}) EXPECT_LT(median["rel_l2"][name], 1e-12) << name;
  const std::string fields = read(folder_ / "runs/flux/fields.csv");
  for (const char* name : {"flux_reference", "flux_kan_error"})
    EXPECT_NE(fields.find(name), std::string::npos) << fields;
}

TEST_F(Solve, WritesTheSummaryThatOtherProgramsRead) {
  ASSERT_EQ(run({"solve", "small.yaml", "--threads", "1", "--device", "cpu"}).code, 0);
  const Json summary = Json::parse(read(folder_ / "runs/small/summary.json"));
  EXPECT_EQ(summary["problem"], "small");
  EXPECT_EQ(summary["device"], "cpu");
  EXPECT_EQ(summary["threads"], 1);
  EXPECT_TRUE(summary["version"].is_string());
  ASSERT_EQ(summary["models"].size(), 2u);
  EXPECT_EQ(summary["models"]["kan"]["type"], "kan");
  EXPECT_EQ(summary["models"]["mlp"]["type"], "mlp");
  EXPECT_EQ(summary["models"]["mlp"]["parameters"], 25);  // 8 + 8 weights, 8 + 1 biases
  for (const Json& model : summary["models"]) {
    ASSERT_EQ(model["runs"].size(), 2u);
    EXPECT_EQ(model["runs"][0]["seed"], 3);
    EXPECT_EQ(model["runs"][1]["seed"], 5);
    for (const Json& one : model["runs"]) {
      EXPECT_EQ(one["status"], "ok");
      EXPECT_GT(one["steps"], 0);
      EXPECT_GT(one["seconds"], 0.0);
      EXPECT_GT(one["residual_mse"], 0.0);
    }
    for (const char* error : {"mse", "rel_l2", "max_error", "rel_h1"}) {
      const double a = model["runs"][0][error]["u"], b = model["runs"][1][error]["u"];
      EXPECT_GT(a, 0.0);
      EXPECT_DOUBLE_EQ(model["median"][error]["u"], 0.5 * (a + b)) << error;
    }
    EXPECT_GT(model["median"]["seconds"], 0.0);
  }
}

/// Mean square and largest entry of column `name` of fields.csv.
std::pair<double, double> sizes_of(const std::string& csv, const std::string& name) {
  std::istringstream lines(csv);
  std::string line, cell;
  std::getline(lines, line);
  std::istringstream header(line);
  int column = -1;
  for (int k = 0; std::getline(header, cell, ','); ++k)
    if (cell == name) column = k;
  double sum = 0, largest = 0;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    std::istringstream cells(line);
    for (int k = 0; k <= column; ++k) std::getline(cells, cell, ',');
    sum += std::stod(cell) * std::stod(cell);
    largest = std::max(largest, std::abs(std::stod(cell)));
  }
  return {sum / count, largest};
}

TEST_F(Solve, ReportsTheErrorsOfTheFieldsThatItWrites) {
  ASSERT_EQ(run({"solve", "small.yaml"}).code, 0);
  const Json models = Json::parse(read(folder_ / "runs/small/summary.json"))["models"];
  for (const char* model : {"kan", "mlp"}) {  // fields hold the first seed
    const auto [mse, largest] =
        sizes_of(read(folder_ / "runs/small/fields.csv"), std::string("u_") + model + "_error");
    const Json& one = models[model]["runs"][0];
    // Sums of 51 squares in another order: 51 roundings at most. Differences of u and the reference
    // agree to one rounding of values of size 1.
    EXPECT_NEAR(one["mse"]["u"], mse, 1e-13 * mse + 4e-16 * std::sqrt(mse)) << model;
    EXPECT_NEAR(one["max_error"]["u"], largest, 4e-16) << model;
    // The mean square of sin(pi x) at the 51 points -1, -0.96, ..., 1 is 25/51.
    EXPECT_NEAR(one["rel_l2"]["u"], std::sqrt(mse / (25.0 / 51)), 1e-9 * std::sqrt(mse)) << model;
  }
}

TEST_F(Solve, WritesHistoriesOfWindowsWithoutNetworksThatAreNotTrained) {
  write("heat.yaml", R"(name: heat
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = 0.1*u_xx]
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: boundary, require: u = 0}
reference: {exact: {u: exp(-0.1*pi^2*t)*sin(pi*x)}}
points: {interior: 300, boundary: 40, initial: 60}
models:
  kan: {type: kan, hidden: [1], degree: 7, grid: 10, base: none, time_degree: 4}
training: {seeds: [0], windows: 3, adapt_edges: 1}
)");
  ASSERT_EQ(run({"solve", "heat.yaml", "--out", "a"}).code, 0);
  const auto rows = output::read_history(folder_ / "a/history.csv");
  // One step each solves a window; the network of the next pass or window is zero at first, and
  // what is shown is the windows done: none in the first pass.
  ASSERT_EQ(rows.size(), 5u);
  for (const auto& row : rows) EXPECT_LT(row.rel_l2, 1e-4) << row.step;
}

TEST_F(Solve, WritesAHistoryOfEveryRunInOrder) {
  ASSERT_EQ(run({"solve", "small.yaml"}).code, 0);
  const auto rows = output::read_history(folder_ / "runs/small/history.csv");
  const Json models = Json::parse(read(folder_ / "runs/small/summary.json"))["models"];
  std::map<std::pair<std::string, int>, output::HistoryRow> last;
  for (const output::HistoryRow& row : rows) {
    const auto key = std::pair(row.model, row.seed);
    if (last.count(key)) {
      EXPECT_GT(row.step, last[key].step);
      EXPECT_GE(row.stage, last[key].stage);
      EXPECT_GE(row.seconds, last[key].seconds);
    }
    EXPECT_TRUE(std::isfinite(row.loss));
    last[key] = row;
  }
  ASSERT_EQ(last.size(), 4u);
  for (const auto& [key, row] : last)
    EXPECT_EQ(models[key.first]["runs"][key.second == 3 ? 0 : 1]["steps"], row.step);
}

TEST_F(Solve, PrintsTheTableOnStandardOutputAndProgressOnStandardError) {
  const Outcome loud = run({"solve", "small.yaml", "--out", "a"});
  const Outcome quiet = run({"solve", "small.yaml", "--out", "b", "--quiet"});
  EXPECT_NE(loud.out.find("MSE"), std::string::npos);
  EXPECT_NE(loud.err.find("kan seed 3: ok after"), std::string::npos);
  EXPECT_EQ(loud.out.find("seed 3:"), std::string::npos);
  EXPECT_NE(quiet.out.find("MSE"), std::string::npos);
  EXPECT_EQ(quiet.err, "");
}

TEST_F(Solve, CountsTheSameStepsOnTheConsoleAndInTheSummary) {
  const Outcome outcome = run({"solve", "small.yaml", "--model", "mlp", "--seed", "3"});
  const Json models = Json::parse(read(folder_ / "runs/small/summary.json"))["models"];
  const long steps = models["mlp"]["runs"][0]["steps"];
  EXPECT_NE(outcome.err.find("after " + std::to_string(steps) + " steps"), std::string::npos)
      << outcome.err;
}

TEST_F(Solve, TrainsOnlyTheModelAndSeedAskedFor) {
  ASSERT_EQ(run({"solve", "--model", "mlp", "small.yaml", "--seed", "7"}).code, 0);
  const Json models = Json::parse(read(folder_ / "runs/small/summary.json"))["models"];
  ASSERT_EQ(models.size(), 1u);
  ASSERT_EQ(models["mlp"]["runs"].size(), 1u);
  EXPECT_EQ(models["mlp"]["runs"][0]["seed"], 7);
}

TEST_F(Solve, GivesASeedAlsoToModelsWithTheirOwnTraining) {
  ASSERT_EQ(
      run({"solve", "small.yaml", "--set", "models.mlp.training.seeds=[1,2,3]", "--seed", "7"})
          .code,
      0);
  const Json models = Json::parse(read(folder_ / "runs/small/summary.json"))["models"];
  for (const Json& model : models) {
    ASSERT_EQ(model["runs"].size(), 1u);
    EXPECT_EQ(model["runs"][0]["seed"], 7);
  }
}

TEST_F(Solve, MovesAnEarlierRunAside) {
  ASSERT_EQ(run({"solve", "small.yaml", "--seed", "3"}).code, 0);
  const std::string first = read(folder_ / "runs/small/fields.csv");
  ASSERT_EQ(run({"solve", "small.yaml", "--seed", "4", "--out", "runs/small/"}).code, 0);
  const std::string second = read(folder_ / "runs/small/fields.csv");
  ASSERT_EQ(run({"solve", "small.yaml", "--seed", "5"}).code, 0);
  EXPECT_EQ(names_in("runs"), (Names{"small", "small.1", "small.2"}));
  EXPECT_EQ(read(folder_ / "runs/small.1/fields.csv"), first);
  EXPECT_EQ(read(folder_ / "runs/small.2/fields.csv"), second);
  EXPECT_NE(first, second);
}

TEST_F(Solve, GivesTheSameBitsTwiceAndWithAnyNumberOfThreads) {
  const auto solve = [&](const std::string& out,
                         const std::string& threads) {  // on many blocks of points
    ASSERT_EQ(run({"solve", "small.yaml", "--set", "points.interior=2000", "--seed", "3", "--out",
                   out, "--threads", threads})
                  .code,
              0);
  };
  solve("a", "1");
  solve("b", "1");
  solve("c", "2");
  solve("d", "3");
  for (const char* other : {"b", "c", "d"}) expect_same_results(folder_ / "a", folder_ / other);
}

TEST_F(Solve, GivesTheSameBitsFromTheProblemFileInItsRunDirectory) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "a"}).code, 0);
  ASSERT_EQ(run({"solve", "a/problem.yaml", "--out", "b"}).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
}

TEST_F(Solve, LeavesOutTheFormatsThatAreNotWanted) {
  ASSERT_EQ(run({"solve", "small.yaml", "--set", "output.format=[csv]"}).code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "runs/small/fields.vti"));
  EXPECT_TRUE(fs::exists(folder_ / "runs/small/fields.csv"));
}

TEST_F(Solve, SaysWhereATimeLimitStoppedAnEarlyWindow) {
  write("decay.yaml", R"(name: decay
variables: [t]
domain: {time: [0, 3]}
unknowns: [u]
equations: [u_t = -u]
conditions: [{where: initial, require: u = 1}]
models: {kan: {type: kan, hidden: [3], degree: 4, grid: 3}}
training: {seeds: [0], windows: 3, time_limit: 1e-9}
output: {grid: [9]}
)");
  ASSERT_EQ(run({"solve", "decay.yaml", "--out", "a"}).code, 0);
  const std::string log = read(folder_ / "a/run.log");
  EXPECT_NE(log.find("kan seed 0: window 1 of 3: stopped by its share"), std::string::npos) << log;
  EXPECT_NE(log.find("kan seed 0: out of time after"), std::string::npos) << log;
  EXPECT_NE(read(folder_ / "a/table.md").find("| out of time |"), std::string::npos);
}

TEST_F(Solve, GivesMlpsInWindowsTheTimeOfTheKanAndASolutionOfTheWholeTime) {
  write("decay.yaml", R"(name: decay
variables: [t]
domain: {time: [0, 3]}
unknowns: [u]
equations: [u_t = -u]
conditions: [{where: initial, require: u = 1}]
reference: {exact: {u: exp(-t)}}
models: {kan: {type: kan, hidden: [2], degree: 3, grid: 2}, mlp: {type: mlp, hidden: [30, 30]}}
compare: {match: [parameters, time], effort: time}
training: {seeds: [0], windows: 3}
output: {grid: [31]}
)");
  ASSERT_EQ(
      run({"solve", "decay.yaml", "--model", "kan", "--model", "mlp_same_time", "--out", "a"}).code,
      0);
  const auto summary = nlohmann::json::parse(read(folder_ / "a/summary.json"));
  ASSERT_EQ(summary["models"].size(), 2u);  // not the MLP of the file
  const auto& mlp = summary["models"]["mlp_same_time"]["runs"][0];
  // A window of an MLP of 1,021 parameters takes longer than three of a KAN of 20.
  EXPECT_EQ(mlp["status"], "out of time");
  EXPECT_TRUE(mlp["rel_l2"]["u"].is_number());  // finite at all 31 times, in every window
  EXPECT_NE(read(folder_ / "a/table.md").find("| out of time |"), std::string::npos);
}

}  // namespace

}  // namespace kanpde::cli_test
