/// The commands that print, the template, and the table of a case.

#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace kanpde::cli_test {

namespace {

using Names = std::vector<std::string>;

class Print : public ProgramTest {
 protected:
  std::string printed(const Names& arguments) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Print, HelpNamesEveryCommandAndGivesTwoExamples) {
  const std::string help = printed({"--help"});
  for (const char* name :
       {"solve", "check", "table", "eval", "plot", "report", "info", "list", "describe", "new"})
    EXPECT_TRUE(contains(help, std::string("\n  ") + name + " ")) << name;
  const auto first = help.find("\n  kanpde solve ");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(help.find("\n  kanpde solve ", first + 1), std::string::npos);
  EXPECT_EQ(printed({"--version"}).rfind("kanpde ", 0), 0u);
}

TEST_F(Print, HelpOfACommandListsTheOptionsOfTheManual) {
  const std::string help = printed({"solve", "--help"});
  for (const char* option :
       {"--model", "--set", "--out", "--device", "--seed", "--threads", "--resume", "--quiet"})
    EXPECT_TRUE(contains(help, option)) << option;
  EXPECT_FALSE(contains(help, "--checkpoint-seconds"));
}

TEST_F(Print, ListNamesEveryProblemFileOfTheSourceTree) {
  const std::string list = printed({"list"});
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(KANPDE_SOURCE_DIR "/problems"))
    if (entry.path().extension() == ".yaml") {
      ++cases;
      EXPECT_TRUE(contains("\n" + list, "\n" + entry.path().stem().string() + " ")) << entry.path();
    }
  EXPECT_GT(cases, 0);
}

TEST_F(Print, InfoTellsVersionCompilerAndDevices) {
  const std::string info = printed({"info"});
  for (const char* label : {"kanpde ", "build ", "CUDA ", "processor ", "threads "})
    EXPECT_TRUE(contains("\n" + info, std::string("\n") + label)) << label;
}

TEST_F(Print, DescribeGivesTypeAndDefaultOfAKey) {
  const std::string text = printed({"describe", "training.stages.rate"});
  EXPECT_TRUE(contains(text, "training.stages.rate\n"));
  EXPECT_TRUE(contains(text, "default: 0.001"));
  EXPECT_TRUE(contains(printed({"describe"}), "\ntraining.stages.rate\n"));
}

TEST_F(Print, ToAFullDeviceIsAnError) {
  const int status = std::system("'" KANPDE_PROGRAM "' list > /dev/full 2> /dev/null");
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST_F(Print, CheckShowsWindowsAndTheParametersOfAll) {
  write("heat.yaml", R"(name: heat
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 0.5]}
unknowns: [u]
equations: [u_t = u_xx]
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: boundary, require: u = 0}
models:
  kan: {type: kan, hidden: [3], degree: 4, grid: 3}
  mlp: {type: mlp, hidden: [5], training: {windows: 1}}
training: {windows: 20, adapt_edges: 2}
)");
  const std::string text = printed({"check", "heat.yaml"});
  EXPECT_TRUE(contains(text, "20 windows of t = 0.025 each, adapt_edges 2\n")) << text;
  // 3 (2 + 1) edges with 7 splines and a base function each
  EXPECT_TRUE(contains(text, ", 20 windows, 1440 parameters")) << text;
  EXPECT_TRUE(contains(text, "[2,5,1] tanh, 21 parameters")) << text;
  EXPECT_TRUE(contains(text, "adapt_edges does nothing")) << text;
}

TEST_F(Print, CheckShowsEquationsPointsPlansAndParameterCounts) {
  write("small.yaml", small_problem());
  const std::string text = printed({"check", "small.yaml"});
  EXPECT_TRUE(contains(text, "u_xx + pi^2*sin(pi*x) = 0"));
  EXPECT_TRUE(contains(text, "interior 60"));
  EXPECT_TRUE(contains(text, "u = 0: 2 points, jets of 1 components, order 0"));
  EXPECT_TRUE(contains(text, "order 2"));
  EXPECT_TRUE(contains(text, "25 parameters"));  // the MLP: 8 + 8 weights, 8 + 1 biases
  EXPECT_TRUE(contains(text, "54 parameters"));  // the KAN: 6 edges of 4 + 4 splines and a base
  EXPECT_TRUE(contains(text, "Levenberg-Marquardt, at most 40 steps"));
  EXPECT_EQ(names_in("."), Names{"small.yaml"});
}

TEST_F(Print, CheckGoesOnAfterABadFile) {
  write("good.yaml", small_problem());
  write("bad.yaml", "name: bad\n");
  const Outcome outcome = run({"check", "bad.yaml", "good.yaml", "missing.yaml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(contains(outcome.err, "bad.yaml"));
  EXPECT_TRUE(contains(outcome.err, "missing.yaml"));
  EXPECT_TRUE(contains(outcome.out, "25 parameters"));
}

TEST_F(Print, NewWritesAProblemThatCheckAcceptsAndNeverOverwrites) {
  printed({"new", "mine"});
  const std::string text = read(folder_ / "mine.yaml");
  EXPECT_TRUE(contains(text, "\nname: mine "));
  printed({"check", "mine.yaml"});
  write("mine.yaml", "changed");
  EXPECT_EQ(run({"new", "mine"}).code, 2);
  EXPECT_EQ(read(folder_ / "mine.yaml"), "changed");
  EXPECT_EQ(run({"new", "../mine"}).code, 2);
  EXPECT_EQ(run({"new", "Mine"}).code, 2);
}

TEST_F(Print, CheckNamesThePolynomialsInTimeOfAModel) {
  const Outcome outcome = run({"check", KANPDE_SOURCE_DIR "/problems/klein_gordon_1d.yaml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.out,
                       "kan: KAN, hidden [1], B-splines, degree 11, grid 40, "
                       "polynomials of degree 8 in time\n"))
      << outcome.out;
  EXPECT_TRUE(contains(outcome.out, " k=11 G=40, polynomials of degree 8 in time, "))
      << outcome.out;
}

TEST_F(Print, TableOfACaseHasARowAModel) {
  const Outcome outcome = run({"table", "poisson_1d", "--quick", "--out", "t"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(names_in("t"), (Names{"poisson_1d", "table.md"}));
  const std::string table = read(folder_ / "t/table.md");
  EXPECT_TRUE(contains(table, "\n| poisson\\_1d | kan |"));
  EXPECT_TRUE(contains(table, "\n| poisson\\_1d | mlp |"));
  EXPECT_TRUE(contains(table, "Command: kanpde table poisson_1d --quick --out t"));
  EXPECT_TRUE(contains(outcome.out, "poisson_1d"));
  EXPECT_TRUE(fs::exists(folder_ / "t/poisson_1d/summary.json"));

  // What is complete is not trained again; seconds come out of the checkpoint.
  fs::remove(folder_ / "t/table.md");
  const Outcome again = run({"table", "poisson_1d", "--quick", "--resume", "--out", "t"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(names_in("t"), (Names{"poisson_1d", "table.md"}));
  const auto rows = [](const std::string& text) { return text.substr(0, text.find("\n- ")); };
  EXPECT_EQ(rows(read(folder_ / "t/table.md")), rows(table));
}

TEST_F(Print, TableOfRecordsGivesMlpsTheTimeOfTheKanAndJudgesIt) {
  const Names arguments = {"table", "records", "--only", "helmholtz_2d", "--quick", "--out", "t"};
  const Outcome outcome = run(arguments);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(names_in("t"), (Names{"helmholtz_2d", "table.md"}));
  const std::string table = read(folder_ / "t/table.md");
  EXPECT_TRUE(contains(table, "\n| helmholtz\\_2d | kan |"));
  EXPECT_TRUE(contains(table, "\n| helmholtz\\_2d | mlp\\_same\\_parameters |"));
  EXPECT_TRUE(contains(table, "\n| helmholtz\\_2d | mlp\\_same\\_time |"));
  EXPECT_FALSE(contains(table, "\n| helmholtz\\_2d | mlp |"));
  EXPECT_TRUE(contains(table, "| 1.02e-3 (jaxKAN")) << table;
  EXPECT_TRUE(contains(table, "| 1e-09 reached |") || contains(table, "| 1e-09 missed |"));
  EXPECT_TRUE(contains(table, "- On 1 of 1 cases")) << table;  // 1e-8 against 1e-2 or so

  const auto summary = nlohmann::json::parse(read(folder_ / "t/helmholtz_2d/summary.json"));
  const auto seconds = [&](const char* model) {
    return summary["models"][model]["runs"][0]["seconds"].get<double>();
  };
  // They end with the first step after the time of the KAN.
  for (const char* mlp : {"mlp_same_parameters", "mlp_same_time"})
    EXPECT_GE(seconds(mlp), seconds("kan"));
}

TEST_F(Print, TableOfFunctionsWritesProblemsThatCanBeSolvedAgain) {
  const Outcome outcome = run({"table", "special", "--only", "ellipeinc", "--quick", "--out", "t"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(names_in("t/problems"),
            (Names{"ellipeinc.yaml", "ellipeinc_test.csv", "ellipeinc_training.csv"}));
  EXPECT_TRUE(contains(read(folder_ / "t/table.md"), "| 8.26e-5 | 3.04e-4 |")) << outcome.out;
  const Outcome again =
      run({"solve", "t/problems/ellipeinc.yaml", "--model", "kan_6", "--seed", "0", "--out", "r"});
  EXPECT_EQ(again.code, 0) << again.err;
}

TEST_F(Print, TablesOfFunctionsHaveAQuickForm) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"feynman", "i_27_6"}, {"scaling", "exp_sin_g5"}, {"poisson", "kan_w10_k3_g4"}};
  for (const auto& [table, row] : rows) {
    const Outcome outcome = run({"table", table, "--only", row, "--quick", "--out", table});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(names_in(table), (Names{row, "problems", "table.md"}));
  }
}

TEST_F(Print, UnknownTableGivesTheNearestName) {
  const Outcome table = run({"table", "record"});
  EXPECT_EQ(table.code, 2);
  EXPECT_TRUE(contains(table.err, "did you mean 'records'")) << table.err;
  const Outcome problem = run({"table", "helmholz_2d"});
  EXPECT_EQ(problem.code, 2);
  EXPECT_TRUE(contains(problem.err, "did you mean 'helmholtz_2d'")) << problem.err;
  EXPECT_TRUE(names_in(".").empty());
}

TEST_F(Print, TableRefusesARowThatItDoesNotHave) {
  const Outcome outcome = run({"table", "records", "--only", "lid_driven_cavity_2d_re10"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(contains(outcome.err, "did you mean 'lid_driven_cavity_2d_re100'")) << outcome.err;
}

}  // namespace

}  // namespace kanpde::cli_test
