/// Whole runs on the code of a GPU, emulated, and what `--device` and `training.precision` allow.

#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "output/hdf5/store.hpp"
#include "output/table/history.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/run_files.hpp"

namespace kanpde::cli_test {

namespace {

using Arguments = std::vector<std::string>;
using Json = nlohmann::json;

const std::string tiny = R"(name: tiny
variables: [x]
domain: {space: {interval: [-1, 1]}}
unknowns: [u]
equations: [u_xx = -pi^2*sin(pi*x)]
conditions: [{where: boundary, require: u = 0}]
reference: {exact: {u: sin(pi*x)}}
points: {interior: 24}
models:
  kan: {type: kan, hidden: [4], degree: 5, grid: 3}
  mlp: {type: mlp, hidden: [5]}
training:
  seeds: [2]
  precision: float64
  stages:
    - {optimizer: output_layer, steps: 2}
    - {optimizer: adam, steps: 4, resample: 2}
    - {optimizer: levenberg_marquardt, steps: 4, grid: 4}
output: {grid: [21]}
)";

class Device : public ProgramTest {
 protected:
  Device() { write("tiny.yaml", tiny); }

  Outcome solve(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"solve", "tiny.yaml"});
    return run(arguments);
  }

  Json summary(const std::string& directory) const {
    return Json::parse(read(folder_ / directory / "summary.json"));
  }

  static double error(const Json& summary, const char* model) {
    return summary["models"][model]["median"]["rel_l2"]["u"];
  }
};

TEST_F(Device, OfAGpuGivesTheErrorsOfTheProcessor) {
  const auto expect_same_errors = [&](const std::string& stages, const std::string& hidden) {
    for (const char* device : {"cpu", "emulated"}) {
      const Outcome outcome =
          solve({"--device", device, "--out", device, "--set", "training.stages=" + stages, "--set",
                 "models.kan.hidden=" + hidden});
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      EXPECT_EQ(summary(device)["device"], device);
    }
    const Json cpu = summary("cpu"), gpu = summary("emulated");
    for (const char* model : {"kan", "mlp"})
      EXPECT_NEAR(error(gpu, model) / error(cpu, model), 1.0, 1e-6) << model << " " << stages;
  };
  expect_same_errors("[{optimizer: levenberg_marquardt, steps: 8}]", "[4]");
  expect_same_errors(
      "[{optimizer: adam, steps: 4, resample: 2}, {optimizer: lbfgs, steps: 4, grid: 4}]", "[4]");
  expect_same_errors("[{optimizer: ssbroyden, steps: 6}]", "[4]");
  // One edge an input: more would give columns that depend on one another up to rounding.
  expect_same_errors("[{optimizer: output_layer, steps: 2}]", "[1]");
  EXPECT_NE(read(folder_ / "emulated/table.md").find(" on emulated, "), std::string::npos);
}

TEST_F(Device, OfAGpuGivesTheBitsOfAnUnbrokenRunWhenResumed) {
  ASSERT_EQ(solve({"--device", "emulated", "--out", "a"}).code, 0);
  ASSERT_EQ(solve({"--device", "emulated", "--out", "b", "--model", "kan"}).code, 0);
  ASSERT_EQ(solve({"--device", "emulated", "--out", "b", "--resume"}).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
  EXPECT_EQ(read(folder_ / "b/run.log").find("resumed on"), std::string::npos);
}

std::vector<output::HistoryRow> history(const fs::path& run) {
  return output::read_history(run / "history.csv");
}

// Many steps at a time, but every row that the processor writes, and redrawn points at their step.
TEST_F(Device, OfAGpuWritesTheHistoryOfTheProcessor) {
  const std::string stages =
      "training.stages=[{optimizer: adam, steps: 64, resample: 27}, "
      "{optimizer: adam, steps: 31, rate: 0.01, schedule: cosine}]";
  for (const char* device : {"cpu", "emulated"})
    ASSERT_EQ(solve({"--device", device, "--out", device, "--set", stages}).code, 0);
  const auto cpu = history(folder_ / "cpu"), gpu = history(folder_ / "emulated");
  ASSERT_EQ(gpu.size(), cpu.size());
  EXPECT_EQ(gpu.size(), 2u * (20 + 5 + 3 + 1));  // 1 to 20, 30 to 60 and 64, 70 to 90, 95
  for (std::size_t k = 0; k < gpu.size(); ++k) {
    EXPECT_EQ(gpu[k].step, cpu[k].step);
    EXPECT_EQ(gpu[k].stage, cpu[k].stage);
    EXPECT_NEAR(gpu[k].loss, cpu[k].loss, 1e-7 * cpu[k].loss) << k;
    EXPECT_NEAR(gpu[k].rel_l2, cpu[k].rel_l2, 1e-7 * cpu[k].rel_l2) << k;
  }
}

// What ends a stage does so at the same step, however many are taken at a time.
TEST_F(Device, OfAGpuEndsStagesWhereTheProcessorDoes) {
  const auto steps = [&](const std::string& device, const std::string& settings) {
    EXPECT_EQ(solve({"--device", device, "--out", device, "--model", "mlp", "--set",
                     "training.stages=[{optimizer: adam, steps: 400" + settings})
                  .code,
              0);
    return history(folder_ / device).back().step;
  };
  EXPECT_EQ(steps("cpu", "}]"), 400);
  double reached = 0;
  for (const auto& row : history(folder_ / "cpu"))
    if (row.step == 150) reached = row.loss;
  for (const std::string& settings :
       {fmt::format(", tolerance: {}}}]", 1.001 * reached), std::string(", rate: 1e-6}]")}) {
    const long expected = steps("cpu", settings);
    EXPECT_LT(expected, 400) << settings;
    EXPECT_GT(expected, 20) << settings;
    EXPECT_EQ(steps("emulated", settings), expected) << settings;
  }
}

TEST_F(Device, OfAGpuGivesTheBitsOfAnUnbrokenRunWhenInterrupted) {
  const Arguments both = {
      "solve",    "tiny.yaml",
      "--device", "emulated",
      "--model",  "mlp",
      "--set",    "training.seeds=[2,3]",
      "--set",    "training.stagnation=5000",
      "--set",    "training.stages=[{optimizer: adam, steps: 160, resample: 60}]",
      "--out"};
  const auto with = [&](const Arguments& more) {
    Arguments arguments = both;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  ASSERT_EQ(run(with({"a"})).code, 0);
  Process process(with({"b", "--checkpoint-seconds", "0"}), folder_, {});
  wait_for("b/run.log", "mlp seed 2: ok");
  process.send(SIGINT);
  ASSERT_EQ(process.wait().code, 130);
  const output::Store store = output::read_store(folder_ / "b/checkpoint.h5");
  EXPECT_EQ(store.integers.at("mlp/seed2/finished"), 1);
  EXPECT_EQ(store.integers.at("mlp/seed3/finished"), 0);
  ASSERT_EQ(run(with({"b", "--resume"})).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
}

TEST_F(Device, MayChangeWhenARunIsResumedAndTheLogSaysSo) {
  ASSERT_EQ(solve({"--device", "emulated", "--out", "b", "--model", "kan"}).code, 0);
  const Outcome outcome = solve({"--device", "cpu", "--out", "b", "--resume"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string log = read(folder_ / "b/run.log");
  EXPECT_NE(log.find("resumed on cpu, before on emulated"), std::string::npos) << log;
  EXPECT_EQ(summary("b")["device"], "cpu");
}

TEST_F(Device, OfARunDoesNotMatterToEvalAndReport) {
  ASSERT_EQ(solve({"--device", "emulated", "--out", "b"}).code, 0);
  write("points.csv", "x\n0.5\n");
  const Outcome values = run({"eval", "b", "--points", "points.csv", "--model", "kan"});
  ASSERT_EQ(values.code, 0) << values.err;
  const std::string line = values.out.substr(values.out.find('\n') + 1);
  EXPECT_NEAR(std::stod(line.substr(line.find(',') + 1)), 1.0, 0.1) << values.out;
  EXPECT_EQ(run({"report", "b"}).code, 0);
}

TEST_F(Device, TrainsInSinglePrecisionOnAGpu) {
  const std::string stages = "training.stages=[{optimizer: output_layer, steps: 2}]";
  ASSERT_EQ(solve({"--device", "emulated", "--out", "a", "--set", stages}).code, 0);
  const Outcome outcome = solve({"--device", "emulated", "--out", "b", "--set", stages, "--set",
                                 "training.precision=float32"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_LT(error(summary("b"), "kan"), 1e-2);
  EXPECT_NE(error(summary("b"), "kan"), error(summary("a"), "kan"));
  write("points.csv", "x\n0.5\n");
  EXPECT_EQ(run({"eval", "b", "--points", "points.csv"}).code, 0);
}

TEST_F(Device, OfTheProcessorRefusesSinglePrecisionWhereItIsAskedFor) {
  const std::string reason = "float32 needs a GPU: --device cuda; on the CPU training is float64\n";
  const auto expect_refused = [&](const Arguments& arguments, const std::string& place) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, place + ": error: " + reason);
    EXPECT_FALSE(fs::exists(folder_ / "runs"));
  };
  const std::string setting = "training.precision=float32";
  expect_refused({"solve", "tiny.yaml", "--device", "cpu", "--set", setting}, "--set " + setting);
  std::string text = tiny;
  text.replace(text.find("float64"), 7, "float32");
  write("single.yaml", text);
  expect_refused({"solve", "single.yaml", "--device", "cpu"}, "single.yaml:14:14");
  EXPECT_EQ(run({"check", "single.yaml"}).code, 0);
  text = tiny;
  text.replace(text.find("hidden: [5]"), 11, "hidden: [5], training: {precision: float32}");
  write("own.yaml", text);
  expect_refused({"solve", "own.yaml", "--device", "cpu"}, "own.yaml:11:55");
}

TEST_F(Device, OtherThanTheProcessorRefusesProducts) {
  std::string text = tiny;
  text.replace(text.find("hidden: [4]"), 11, "products: true");
  text.erase(text.find(", grid: 4}"), 9);  // of a stage
  write("products.yaml", text);
  const Outcome outcome = run({"solve", "products.yaml", "--device", "emulated"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "products.yaml:10:30: error: products: they are computed on the CPU only, not on "
            "emulated; --device cpu\n");
  EXPECT_FALSE(fs::exists(folder_ / "runs"));
  const Outcome check = run({"check", "products.yaml"});
  EXPECT_EQ(check.code, 0);
  EXPECT_NE(check.out.find("computed on the CPU only"), std::string::npos) << check.out;
}

TEST_F(Device, OtherThanTheProcessorRefusesSubdomains) {
  std::string text = tiny;
  text.replace(text.find("hidden: [4]"), 11, "hidden: [4], subdomains: [2]");
  write("parts.yaml", text);
  const Outcome outcome = run({"solve", "parts.yaml", "--device", "emulated"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("subdomains: they are computed on the CPU only, not on emulated"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(run({"solve", "parts.yaml", "--device", "cpu", "--quiet"}).code, 0);
}

TEST_F(Device, IsThatOfInfoByItself) {
  const std::string info = run({"info"}).out, label = "\ntraining   on ";
  const auto at = info.find(label);
  ASSERT_NE(at, std::string::npos) << info;
  const std::string rest = info.substr(at + label.size());
  ASSERT_EQ(solve({"--out", "a", "--model", "mlp"}).code, 0);
  EXPECT_EQ(summary("a")["device"], rest.substr(0, rest.find(' ')));
}

TEST_F(Device, WithoutTheCudaBackendTrainsAndSaysWhatIsMissing) {
  Limits alone;
  alone.program = folder_ / "alone" / "kanpde";
  fs::create_directory(folder_ / "alone");
  fs::copy_file(KANPDE_PROGRAM, alone.program);
  const Outcome refused = run({"solve", "tiny.yaml", "--device", "cuda"}, alone);
  EXPECT_EQ(refused.code, 2);
  const bool has_cuda = run({"info"}, alone).out.find("not built in") == std::string::npos;
  const char* why = has_cuda ? "libkanpde_cuda.so: cannot open shared object file"
                             : "no GPU can be used: built without CUDA";
  EXPECT_NE(refused.err.find(why), std::string::npos) << refused.err;
  EXPECT_EQ(run({"solve", "tiny.yaml", "--model", "mlp"}, alone).code, 0);
}

TEST_F(Device, ForTestsIsNotListed) {
  EXPECT_EQ(run({"solve", "--help"}).out.find("emulated"), std::string::npos);
}

}  // namespace

}  // namespace kanpde::cli_test
