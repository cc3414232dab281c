/// `kanpde prune`.

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/program.hpp"

namespace kanpde::cli_test {
namespace {

/// A solution that a few hidden units give, and a KAN with many.
constexpr const char* wide = R"(name: wide
variables: [x, y]
domain: {space: {box: [[-1, 1], [-1, 1]]}}
unknowns: [u]
equations: [laplacian(u) = -pi^2*sin(pi*x)]
conditions: [{where: boundary, require: u = sin(pi*x)}]
reference: {exact: {u: sin(pi*x)}}
points: {interior: 150, boundary: 40}
models:
  kan: {type: kan, hidden: [6], degree: 5, grid: 4}
  mlp: {type: mlp, hidden: [5]}
  tensor: {type: kan, products: true, degree: 3, grid: 4}
training: {seeds: [3, 4], stages: [{optimizer: output_layer, steps: 1}, {optimizer: levenberg_marquardt, steps: 15}]}
output: {grid: [9, 9]}
)";

class Prune : public ProgramTest {
 protected:
  Prune() { write("wide.yaml", wide); }
  void solve() const { ASSERT_EQ(run({"solve", "wide.yaml", "--out", "run"}).code, 0); }
  nlohmann::json summary(const std::string& directory) const {
    return nlohmann::json::parse(read(folder_ / directory / "summary.json")).at("models");
  }
};

TEST_F(Prune, GivesARunWithASmallerNetworkWithinTheTarget) {
  solve();
  const std::string before = read(folder_ / "run/summary.json");
  const Outcome outcome =
      run({"prune", "run", "--seed", "4", "--target", "1e-2", "--steps", "20", "--out", "small"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto models = summary("small");
  EXPECT_EQ(models.at("kan").at("parameters"), summary("run").at("kan").at("parameters"));
  EXPECT_EQ(models.at("kan").at("runs").at(0).at("mse"),
            summary("run").at("kan").at("runs").at(1).at("mse"));
  const auto& pruned = models.at("kan_pruned");
  EXPECT_LE(pruned.at("parameters").get<int>() * 2, models.at("kan").at("parameters").get<int>());
  EXPECT_LE(pruned.at("runs").at(0).at("rel_l2").at("u").get<double>(), 1e-2);
  EXPECT_TRUE(models.contains("mlp"));
  EXPECT_EQ(read(folder_ / "run/summary.json"), before);  // the run itself stays
  EXPECT_EQ(run({"eval", "small", "--points", "small/fields.csv", "--model", "kan_pruned"}).code,
            0);
}

/// What is pruned has the grid that the stages led to, and so have its settings.
TEST_F(Prune, CountsTheParametersOfGridsThatStagesExtended) {
  ASSERT_EQ(run({"solve", "wide.yaml", "--seed", "4", "--out", "run", "--set",
                 "models={kan: {type: kan, hidden: [6], degree: 5, grid: 4}}", "--set",
                 "training.stages=[{optimizer: output_layer, steps: 1}, {optimizer: "
                 "levenberg_marquardt, steps: 10, grid: 8}]"})
                .code,
            0);
  const Outcome outcome = run({"prune", "run", "--target", "1e-2", "--steps", "20"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto pruned = summary("run_pruned").at("kan_pruned");
  const std::string network = pruned.at("description");
  EXPECT_NE(network.find("G=8"), std::string::npos) << network;
  int inputs = 0, hidden = 0, outputs = 0;
  ASSERT_EQ(std::sscanf(network.c_str(), "[%d,%d,%d]", &inputs, &hidden, &outputs), 3) << network;
  const int functions = 8 + 5 + 1;  // of an edge: splines of degree 5, silu
  EXPECT_EQ(pruned.at("parameters").get<int>(), 3 * hidden * functions);
  EXPECT_EQ(
      run({"eval", "run_pruned", "--points", "run_pruned/fields.csv", "--model", "kan_pruned"})
          .code,
      0);
}

/// Its coefficients are large and cancel: without those cut, training all layers finds no way back.
TEST_F(Prune, StartsAgainWhereTheOutputLayerAloneWasTrained) {
  std::vector<std::string> arguments{"solve", "wide.yaml", "--seed", "4", "--out", "run"};
  for (const char* setting :
       {"equations=[laplacian(u) = -2*pi^2*sin(pi*x)*sin(pi*y)]",
        "conditions=[{where: boundary, require: u = 0}]",
        "reference={exact: {u: sin(pi*x)*sin(pi*y)}}", "points={interior: 400, boundary: 60}",
        "models={kan: {type: kan, hidden: [16], degree: 7, grid: 6}}",
        "training.stages=[{optimizer: output_layer, steps: 1}]"})
    arguments.insert(arguments.end(), {"--set", setting});
  ASSERT_EQ(run(arguments).code, 0);
  const Outcome outcome = run({"prune", "run", "--target", "1e-3", "--steps", "20"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto models = summary("run_pruned");
  EXPECT_LE(models.at("kan_pruned").at("parameters").get<int>() * 2,
            models.at("kan").at("parameters").get<int>());
}

/// Smaller networks that are no worse than the one before lead to a target that it does not reach.
TEST_F(Prune, GoesOnTowardsATargetBelowTheErrorOfTheRun) {
  solve();
  const Outcome outcome =
      run({"prune", "run", "--seed", "4", "--tolerance", "0.01", "--steps", "100"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto models = summary("run_pruned");
  const auto error = [&](const char* model) {
    return models.at(model).at("runs").back().at("rel_l2").at("u").get<double>();
  };
  EXPECT_LE(error("kan_pruned"), error("kan") / 100);
}

TEST_F(Prune, SaysWhenNothingCanBeLeftOut) {
  solve();
  const Outcome missed = run({"prune", "run", "--target", "1e-300", "--steps", "2"});
  EXPECT_EQ(missed.code, 3) << missed.err;
  EXPECT_NE(missed.err.find("the target 1.00e-300 was not reached"), std::string::npos)
      << missed.err;
  ASSERT_EQ(run({"solve", "wide.yaml", "--out", "small", "--model", "kan", "--set",
                 "models.kan.hidden=[1]"})
                .code,
            0);
  const Outcome outcome = run({"prune", "small", "--tolerance", "10"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("no smaller network was found"), std::string::npos) << outcome.err;
  for (const char* place : {"run_pruned", "small_pruned"})
    EXPECT_FALSE(fs::exists(folder_ / place));
}

/// Every size that the output layer alone serves: solved exactly, as the network itself was.
TEST_F(Prune, SolvesTheOutputLayerAnewWhereThatAloneWasTrained) {
  write("line.yaml", R"Y(name: line
variables: [x]
domain: {space: {interval: [0, 1]}}
unknowns: [u]
equations: [u_xx = -pi^2*sin(pi*x)]
conditions: [{where: boundary, require: u = 0}]
reference: {exact: {u: sin(pi*x)}}
points: {interior: 100}
models: {kan: {type: kan, hidden: [5], degree: 7, grid: 6}}
training: {seeds: [0]}  # auto: stages after that of the output layer have nothing left to do
output: {grid: [41]}
)Y");
  ASSERT_EQ(run({"solve", "line.yaml", "--out", "run"}).code, 0);
  const Outcome outcome = run({"prune", "run", "--target", "1e-6"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto models = summary("run_pruned");
  EXPECT_LE(models.at("kan_pruned").at("parameters").get<int>() * 3,
            models.at("kan").at("parameters").get<int>());
  EXPECT_LE(models.at("kan_pruned").at("runs").at(0).at("rel_l2").at("u").get<double>(), 1e-6);
}

/// Its seconds and steps are those of everything that led to it, and its history shows them.
TEST_F(Prune, CountsWhatLedToTheNetwork) {
  solve();
  ASSERT_EQ(run({"prune", "run", "--seed", "4", "--target", "1e-2", "--steps", "20"}).code, 0);
  const auto models = summary("run_pruned");
  const auto seconds = [&](const char* model) {
    return models.at(model).at("runs").at(0).at("seconds").get<double>();
  };
  EXPECT_GT(seconds("kan_pruned"), seconds("kan"));
  std::istringstream history(read(folder_ / "run_pruned/history.csv"));
  int whole = 0, pruned = 0;
  for (std::string line; std::getline(history, line);) {
    whole += line.starts_with("kan,");
    pruned += line.starts_with("kan_pruned,");
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(pruned, whole);
}

TEST_F(Prune, FindsOutFirstThatTheResultCannotBeWritten) {
  solve();
  write("file", "");
  const Outcome outcome = run({"prune", "run", "--target", "1e-2", "--out", "file"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("is a file"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("hidden units"), std::string::npos) << outcome.err;
}

TEST_F(Prune, OfAPrunedRunTakesANameOfItsOwn) {
  solve();
  ASSERT_EQ(run({"prune", "run/", "--target", "1e-2", "--steps", "20"}).code, 0);
  const Outcome again = run({"prune", "run_pruned", "--target", "2e-2", "--steps", "20"});
  ASSERT_EQ(again.code, 0) << again.err;
  const auto models = summary("run_pruned_pruned");
  for (const char* name : {"kan", "kan_pruned", "kan_pruned_2"})
    EXPECT_TRUE(models.contains(name)) << name;
}

TEST_F(Prune, RefusesWhatHasNoErrorToMeasure) {
  write("samples.csv", "x,u\n0,1\n0.5,2\n1,4\n");
  write("fit.yaml",
        "name: fit\nvariables: [x]\ndomain: {space: {interval: [0, 1]}}\nunknowns: [u]\n"
        "equations: []\ndata: [{file: samples.csv}]\nmodels: {kan: {type: kan, hidden: [4]}}\n"
        "training: {stages: [{optimizer: levenberg_marquardt, steps: 3}]}\n");
  ASSERT_EQ(run({"solve", "fit.yaml", "--out", "fit"}).code, 0);
  const Outcome outcome = run({"prune", "fit"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("neither equations nor a reference"), std::string::npos)
      << outcome.err;
}

TEST_F(Prune, RefusesWhatItCannotPrune) {
  solve();
  const auto error = [&](std::vector<std::string> arguments) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2);
    return outcome.err;
  };
  EXPECT_NE(error({"prune", "run", "--model", "tensor"}).find("a model of products"),
            std::string::npos);
  EXPECT_NE(error({"prune", "run", "--model", "kann"}).find("holds no model 'kann'"),
            std::string::npos);
  EXPECT_NE(error({"prune", "run", "--out", "./run/"}).find("is the run that is pruned"),
            std::string::npos);
  EXPECT_NE(error({"prune", "elsewhere"}).find("elsewhere"), std::string::npos);
  EXPECT_NE(error({"prune", "run", "--target", "1", "--tolerance", "2"}).find("excludes"),
            std::string::npos);
  for (const char* target : {"-1", "0", "nan", "inf", "small", "1x"})
    EXPECT_NE(error({"prune", "run", "--target", target}).find("is not a finite number above 0"),
              std::string::npos)
        << target;
}

}  // namespace
}  // namespace kanpde::cli_test
