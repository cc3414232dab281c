/// Interrupted, killed and resumed runs.

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "kernels/base/random.hpp"
#include "output/hdf5/store.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/run_files.hpp"

namespace kanpde::cli_test {

namespace {

using Arguments = std::vector<std::string>;

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

class Resume : public ProgramTest {
 protected:
  Resume() { write("small.yaml", small_problem()); }

  /// A run that writes a checkpoint after every step, which takes seconds, interrupted in the
  /// middle.
  Outcome interrupt(int signal) const {
    Process process({"solve", "small.yaml", "--out", "b", "--checkpoint-seconds", "0"}, folder_,
                    {});
    wait_for("b/run.log", "kan seed 3");  // the second run of four begins
    process.send(signal);
    return process.wait();
  }
};

class ResumeAfter : public Resume, public testing::WithParamInterface<int> {};

TEST_P(ResumeAfter, GivesTheBitsOfAnUnbrokenRun) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "a"}).code, 0);
  const Outcome outcome = interrupt(GetParam());
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_NE(outcome.err.find("--resume"), std::string::npos);
  EXPECT_EQ(outcome.out, "");
  EXPECT_FALSE(fs::exists(folder_ / "b/summary.json"));
  const output::Store store = output::read_store(folder_ / "b/checkpoint.h5");
  EXPECT_EQ(store.integers.at("kan/seed3/finished"), 1);
  EXPECT_EQ(store.integers.at("kan/seed5/finished"), 0);
  const Outcome resumed = run({"solve", "small.yaml", "--out", "b", "--resume"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_same_results(folder_ / "a", folder_ / "b");
}

INSTANTIATE_TEST_SUITE_P(Signals, ResumeAfter, testing::Values(SIGINT, SIGTERM),
                         [](const auto& signal) {
                           return signal.param == SIGINT ? "CtrlC" : "SIGTERM";
                         });

TEST_F(Resume, AfterKillsAtRandomMomentsGivesTheBitsOfAnUnbrokenRun) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "a"}).code, 0);
  Random random(1);
  int kills = 0, lives = 0;
  const fs::path checkpoint = folder_ / "b/checkpoint.h5";
  for (; kills < 10 && lives < 60; ++lives) {
    Arguments arguments = {"solve", "small.yaml", "--out", "b", "--checkpoint-seconds", "0.002"};
    if (fs::exists(checkpoint)) arguments.push_back("--resume");
    Process process(arguments, folder_, {});
    sleep_for(random.uniform(0.01, 0.25));
    process.send(SIGKILL);
    const Outcome outcome = process.wait();
    ASSERT_TRUE(outcome.signal == SIGKILL || outcome.code == 0) << outcome.err;
    if (outcome.signal == SIGKILL) {
      ++kills;
    } else {  // it was faster: its results count, and another run begins
      expect_same_results(folder_ / "a", folder_ / "b");
      fs::remove_all(folder_ / "b");
    }
  }
  EXPECT_EQ(kills, 10);
  Arguments arguments = {"solve", "small.yaml", "--out", "b"};
  if (fs::exists(checkpoint)) arguments.push_back("--resume");
  const Outcome resumed = run(arguments);
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_same_results(folder_ / "a", folder_ / "b");
  for (const std::string& name : names_in("b")) EXPECT_FALSE(name.ends_with(".tmp")) << name;
}

/// Burgers' equation in six windows, each solved twice, by KANs on stretched edges, one of them
/// with polynomials in time, and by an MLP.
constexpr const char* windows = R"(name: windows
variables: [x, t]
domain: {space: {interval: [-1, 1]}, time: [0, 0.3]}
unknowns: [u]
equations: [u_t + u*u_x = 0.02*u_xx]
conditions:
  - {where: initial, require: u = -sin(pi*x)}
  - {where: boundary, require: u = 0}
points: {interior: 150, boundary: 20, initial: 40}
models:
  kan: {type: kan, hidden: [4], degree: 5, grid: 15}
  polynomials: {type: kan, hidden: [1], degree: 7, grid: 40, base: none, time_degree: 3}
  mlp:
    type: mlp
    hidden: [8]
    training: {stages: [{optimizer: levenberg_marquardt, steps: 8, resample: 3}]}
training: {seeds: [0], windows: 6, adapt_edges: 1}
output: {grid: [21, 13]}
)";

class ResumeInWindow : public Resume, public testing::WithParamInterface<const char*> {
 protected:
  /// The window that the checkpoint was written in, -1 where there is none.
  long saved_window(const std::string& model) const {
    if (!fs::exists(folder_ / "b/checkpoint.h5")) return -1;
    const output::Store store = output::read_store(folder_ / "b/checkpoint.h5");
    const auto at = store.integers.find(model + "/seed0/window");
    return at == store.integers.end() ? -1 : at->second;
  }
  void wait_for_window(const std::string& model, long window) const {
    for (int tries = 0; saved_window(model) < window; ++tries) {
      ASSERT_LT(tries, 30000);
      sleep_for(0.002);
    }
  }
};

TEST_P(ResumeInWindow, GivesTheBitsOfAnUnbrokenRun) {
  const std::string model = GetParam();
  write("windows.yaml", windows);
  ASSERT_EQ(run({"solve", "windows.yaml", "--model", model, "--out", "a"}).code, 0);
  Arguments arguments = {"solve", "windows.yaml", "--model", model, "--out", "b"};
  arguments.insert(arguments.end(), {"--checkpoint-seconds", "0"});
  for (const auto& [window, signal] : {std::pair{1, SIGINT}, std::pair{3, SIGKILL}}) {
    Process process(arguments, folder_, {});
    wait_for_window(model, window);
    process.send(signal);
    EXPECT_NE(process.wait().code, 0);
    EXPECT_LT(saved_window(model), 5);
    if (arguments.back() != "--resume") arguments.push_back("--resume");
  }
  ASSERT_EQ(run({"solve", "windows.yaml", "--model", model, "--out", "b", "--resume"}).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
}

INSTANTIATE_TEST_SUITE_P(Models, ResumeInWindow, testing::Values("kan", "polynomials", "mlp"),
                         [](const auto& model) { return std::string(model.param); });

TEST_F(Resume, OfAFinishedRunWritesTheSameResults) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "a"}).code, 0);
  fs::copy(folder_ / "a", folder_ / "b");
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "b", "--resume"}).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
}

TEST_F(Resume, WithMoreModelsTrainsOnlyThose) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "a"}).code, 0);
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "b", "--model", "kan"}).code, 0);
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "b", "--resume"}).code, 0);
  expect_same_results(folder_ / "a", folder_ / "b");
}

TEST_F(Resume, IsRefusedWithoutACheckpoint) {
  const Outcome outcome = run({"solve", "small.yaml", "--out", "b", "--resume"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("checkpoint.h5: error: "), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(folder_ / "b"));
}

TEST_F(Resume, IsRefusedForAnotherProblemAndLeavesTheRunAsItIs) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "b", "--seed", "3"}).code, 0);
  const std::string before = read(folder_ / "b/checkpoint.h5");
  const Outcome outcome =
      run({"solve", "small.yaml", "--out", "b", "--resume", "--set", "points.interior=61"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("another problem"), std::string::npos) << outcome.err;
  EXPECT_EQ(read(folder_ / "b/checkpoint.h5"), before);
}

TEST_F(Resume, IsRefusedFromADamagedCheckpoint) {
  ASSERT_EQ(run({"solve", "small.yaml", "--out", "b"}).code, 0);
  std::string bytes = read(folder_ / "b/checkpoint.h5");
  write("b/checkpoint.h5", bytes.substr(0, bytes.size() / 2));
  const Outcome outcome = run({"solve", "small.yaml", "--out", "b", "--resume"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("checkpoint.h5"), std::string::npos) << outcome.err;
}

TEST_F(Resume, IsNotNeededForASecondCtrlCToKill) {
  // Once training is over nothing looks at the first signal any more; writing this many points
  // takes long enough for the second.
  write("plane.yaml", R"(name: plane
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 1]]}}
unknowns: [u]
equations: [laplacian(u) = 1]
conditions: [{where: boundary, require: u = 0}]
points: {interior: 20, boundary: 20}
models: {mlp: {type: mlp, hidden: [3]}}
training: {seeds: [3], stages: [{optimizer: adam, steps: 1}]}
output: {grid: [1000, 700]}
)");
  Process process({"solve", "plane.yaml", "--out", "b"}, folder_, {});
  wait_for("b/run.log", "mlp seed 3: ok");
  process.send(SIGINT);
  sleep_for(0.01);
  process.send(SIGINT);
  EXPECT_EQ(process.wait().signal, SIGINT);
}

}  // namespace

}  // namespace kanpde::cli_test
