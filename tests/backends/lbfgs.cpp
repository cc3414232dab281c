/// L-BFGS with its pairs on a device against the same on the host.

#include "solver/optimizer/lbfgs.hpp"

#include <gtest/gtest.h>

#include "kernels/devices.hpp"
#include "solver/objective/problem_objective.hpp"
#include "tests/backends/example_term.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::solver {
namespace {

using Kind = kernels::Target::Kind;

class LbfgsOnADevice : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::cuda && kernels::list_devices().devices.empty())
      GTEST_SKIP() << "no GPU: " << kernels::list_devices().reason;
    options.memory = 4;
  }
  static kernels::NetworkShape shape() {
    using kernels::Features;
    return oracle::make_network(
        2, {{3, Features::bspline, 3, 5, Features::silu}, {1, Features::bspline, 3, 5}}, 2);
  }
  static std::vector<double> initial() {
    std::vector<double> start = oracle::draw_parameters(shape(), 4);
    start.push_back(0.3);
    return start;
  }
  static ProblemObjective make(Kind kind) {
    kernels::Target target;
    target.kind = kind;
    return ProblemObjective(
        kernels::make_evaluator(target, shape(), {oracle::quadratic_term(60)}, 1));
  }
  static void take(Lbfgs& lbfgs, ProblemObjective& objective, Vector& theta, int steps) {
    double loss = 0;
    for (int i = 0; i < steps; ++i) EXPECT_EQ(lbfgs.step(objective, theta, loss), StepStatus::ok);
  }
  LbfgsOptions options;
};

// Beyond the number of pairs kept; later steps amplify rounding.
TEST_P(LbfgsOnADevice, TakesTheStepsOfTheHost) {
  ProblemObjective host = make(Kind::cpu), device = make(GetParam());
  ASSERT_NE(device.device_pairs(3, 2), nullptr);
  Vector on_host = host.pack(initial()), on_device = on_host;
  Lbfgs a(options), b(options);
  take(a, host, on_host, 7);
  take(b, device, on_device, 7);
  EXPECT_LE((on_host - on_device).norm(), 1e-9 * on_host.norm());
}

TEST_P(LbfgsOnADevice, ResumesBitForBit) {
  ProblemObjective objective = make(GetParam());
  Vector whole = objective.pack(initial()), parts = whole;
  Lbfgs one(options), first(options), second(options);
  take(one, objective, whole, 12);
  take(first, objective, parts, 6);
  second.load(first.save());
  EXPECT_EQ(second.save(), first.save());
  take(second, objective, parts, 6);
  EXPECT_EQ(whole, parts);
  EXPECT_EQ(one.save(), second.save());
}

INSTANTIATE_TEST_SUITE_P(Backends, LbfgsOnADevice, testing::Values(Kind::emulated, Kind::cuda),
                         [](const auto& kind) {
                           return kind.param == Kind::cuda ? "OnCuda" : "Emulated";
                         });

}  // namespace
}  // namespace kanpde::solver
