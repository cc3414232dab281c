/// Adam on a device against the same steps taken by the host, gradient by gradient.

#include "kernels/adam_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "kernels/devices.hpp"
#include "kernels/emulated/threads.hpp"
#include "solver/objective/problem_objective.hpp"
#include "solver/optimizer/adam.hpp"
#include "tests/backends/example_term.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::kernels {
namespace {

using Kind = Target::Kind;
using Values = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Parameter: backend; whether the network computes in float32.
class AdamOnADevice : public testing::TestWithParam<std::tuple<Kind, bool>> {
 protected:
  void SetUp() override {
    target.kind = std::get<Kind>(GetParam());
    target.single_precision = std::get<bool>(GetParam());
    if (target.kind == Kind::cuda && list_devices().devices.empty())
      GTEST_SKIP() << "no GPU: " << list_devices().reason;
    shape = oracle::make_network(
        2, {{3, Features::bspline, 3, 5, Features::silu}, {1, Features::bspline, 3, 5}}, 2);
    evaluator = make();
    all = oracle::draw_parameters(shape, 4);
    all.push_back(0.3);
    for (int k = 0; k < int(all.size()); ++k)
      if (k != 2 && k != 7) active.push_back(k);
    ASSERT_NE(evaluator->adam_steps(), nullptr);
  }
  std::unique_ptr<Evaluator> make() const { return make_evaluator(target, shape, {term}, 1); }

  /// A point with its gradient, moments, and what became of the steps that led there.
  struct State {
    Values theta, gradient, mean, square, losses, best;
    int steps = 0, best_step = 0;
    bool operator==(const State&) const = default;
  };

  double fill_gradient(State& s) const {
    Values full = all, slope(all.size());
    for (std::size_t k = 0; k < active.size(); ++k) full[active[k]] = s.theta[k];
    const double loss = evaluator->loss_gradient(full, slope);
    s.gradient.clear();
    for (const int k : active) s.gradient.push_back(slope[k]);
    return loss;
  }
  State start() const {
    State s;
    for (const int k : active) s.theta.push_back(all[k]);
    s.mean.assign(active.size(), 0.0);
    s.square = s.mean;
    fill_gradient(s);
    return s;
  }

  /// Rates of the steps are those of `rates` from step `s.steps` on.
  int take(State& s, int count) {
    std::vector<AdamSteps::Step> steps;
    for (int t = s.steps + 1; t <= s.steps + count; ++t)
      steps.push_back(
          {rates[std::size_t(t - 1)], 1 / (1 - std::pow(beta1, t)), 1 / (1 - std::pow(beta2, t))});
    Values lower(active.size(), -infinity), upper(active.size(), infinity);
    lower.back() = least;
    upper.back() = most;
    Values losses(steps.size()), best(s.theta.size());
    AdamSteps::Run run{beta1, beta2,   epsilon,    tolerance, best_loss, steps,  lower,
                       upper, s.theta, s.gradient, s.mean,    s.square,  losses, best};
    evaluator->adam_steps()->activate(active, all);
    const int taken = evaluator->adam_steps()->take(run);
    s.losses.insert(s.losses.end(), losses.begin(), losses.begin() + taken);
    s.steps += taken;
    s.best_step = run.best_step;
    if (run.best_step > 0) s.best = best;
    return taken;
  }

  /// Kingma and Ba 2015, algorithm 1.
  void take_on_host(State& s, int count) const {
    for (int i = 0; i < count; ++i) {
      const int t = ++s.steps;
      for (std::size_t k = 0; k < s.theta.size(); ++k) {
        const double g = s.gradient[k];
        s.mean[k] = beta1 * s.mean[k] + (1 - beta1) * g;
        s.square[k] = beta2 * s.square[k] + (1 - beta2) * g * g;
        const double m = s.mean[k] / (1 - std::pow(beta1, t));
        const double v = s.square[k] / (1 - std::pow(beta2, t));
        s.theta[k] -= rates[std::size_t(t - 1)] * m / (std::sqrt(v) + epsilon);
      }
      s.theta.back() = std::min(most, std::max(least, s.theta.back()));
      s.losses.push_back(fill_gradient(s));
    }
  }

  void expect_near(const Values& a, const Values& b, double tolerance_of_size) const {
    ASSERT_EQ(a.size(), b.size());
    double size = 0;
    for (const double value : b) size = std::max(size, std::abs(value));
    for (std::size_t k = 0; k < a.size(); ++k)
      EXPECT_NEAR(a[k], b[k], tolerance_of_size * size) << k;
  }

  Target target;
  Term term = oracle::quadratic_term(60);
  NetworkShape shape;
  std::unique_ptr<Evaluator> evaluator;
  Values all;
  std::vector<int> active;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double tolerance = -1, best_loss = infinity, least = -infinity, most = infinity;
  Values rates = Values(40, 0.02);
};

// In float32 a rounding of theta to the other neighbour shows.
TEST_P(AdamOnADevice, TakesTheStepsOfTheHost) {
  for (int t = 0; t < 40; ++t) rates[std::size_t(t)] = 0.02 * std::pow(0.9, t);
  const double rounding = target.single_precision ? 1e-5 : 1e-12;
  State device = start(), host = start();
  EXPECT_EQ(take(device, 12), 12);
  take_on_host(host, 12);
  EXPECT_LT(host.losses.back(), 0.9 * host.losses.front());
  expect_near(device.theta, host.theta, rounding);
  expect_near(device.mean, host.mean, rounding);
  expect_near(device.square, host.square, rounding);
  expect_near(device.gradient, host.gradient, rounding);
  expect_near(device.losses, host.losses, rounding);
}

TEST_P(AdamOnADevice, GivesTheSameBitsForAnyNumberOfStepsAtATime) {
  State whole = start();
  take(whole, 12);
  for (const auto& parts : {std::vector{7, 5}, std::vector(12, 1)}) {
    State s = start();
    for (const int count : parts) EXPECT_EQ(take(s, count), count);
    s.best_step = whole.best_step;  // within a run
    s.best = whole.best;
    EXPECT_TRUE(s == whole);
  }
  State other = whole;  // the gradient is that of the other door at the point that came back
  EXPECT_EQ(fill_gradient(other), whole.losses.back());
  EXPECT_EQ(other.gradient, whole.gradient);
}

// In another order of threads, too, which would show races. (On a GPU it repeats the run.)
TEST_P(AdamOnADevice, GivesTheSameBitsInEveryOrderOfThreads) {
  State ascending = start();
  take(ascending, 6);
  emulated::set_order(emulated::Order::descending);
  State descending = start();
  take(descending, 6);
  emulated::set_order(emulated::Order::ascending);
  EXPECT_TRUE(ascending == descending);
}

TEST_P(AdamOnADevice, StaysBeforeAStepToANonFinitePoint) {
  State good = start();
  take(good, 4);
  for (const double rate : {1e200, std::nan("")}) {
    rates[4] = rate;
    State s = start();
    EXPECT_EQ(take(s, 9), 4);
    EXPECT_EQ(s.theta, good.theta);
    EXPECT_EQ(s.mean, good.mean);
    EXPECT_EQ(s.square, good.square);
    EXPECT_EQ(s.gradient, good.gradient);
    EXPECT_EQ(s.losses, good.losses);
    EXPECT_EQ(take(s, 3), 0);
    EXPECT_EQ(s.theta, good.theta);
    rates[4] = 0.02;
    EXPECT_EQ(take(s, 3), 3);
    EXPECT_TRUE(std::isfinite(s.losses.back()));
  }
}

TEST_P(AdamOnADevice, KeepsBoundsAndHeldParameters) {
  least = 0.295;
  most = 0.302;
  State device = start(), host = start();
  EXPECT_EQ(take(device, 1), 1);
  EXPECT_TRUE(device.theta.back() == least || device.theta.back() == most);
  EXPECT_EQ(take(device, 11), 11);
  take_on_host(host, 12);
  expect_near(device.theta, host.theta, target.single_precision ? 1e-5 : 1e-12);
  // Other parameters move next, among them those held before.
  active = {2, 7, 9, int(all.size()) - 1};
  device = start();
  host = start();
  EXPECT_EQ(take(device, 5), 5);
  take_on_host(host, 5);
  expect_near(device.theta, host.theta, target.single_precision ? 1e-5 : 1e-12);
  expect_near(device.losses, host.losses, target.single_precision ? 1e-5 : 1e-12);
}

TEST_P(AdamOnADevice, EndsWhereItsToleranceIsMet) {
  State s = start();
  take(s, 12);
  tolerance = s.losses[5];
  ASSERT_GT(s.losses[4], tolerance);
  State early = start();
  EXPECT_EQ(take(early, 12), 6);
  s = start();
  take(s, 6);
  EXPECT_TRUE(early == s);
}

TEST_P(AdamOnADevice, EndsWhereTheGradientIsZeroAndSeesNewScales) {
  State s = start();
  ASSERT_EQ(take(s, 3), 3);
  evaluator->set_scales(0, {0.0}, {});
  EXPECT_EQ(take(s, 8), 1);
  EXPECT_EQ(s.losses.back(), 0.0);
  EXPECT_EQ(s.gradient, Values(s.gradient.size(), 0.0));
}

TEST_P(AdamOnADevice, KeepsTheBestPointOnTheWay) {
  for (int t = 6; t < 40; ++t) rates[std::size_t(t)] = 0.5;  // leaps, mostly upwards
  State s = start();
  ASSERT_EQ(take(s, 20), 20);
  int lowest = 0;
  for (int j = 1; j < 20; ++j)
    if (s.losses[j] <= s.losses[lowest]) lowest = j;
  ASSERT_LT(lowest, 19);
  EXPECT_EQ(s.best_step, lowest + 1);
  State there = start();
  take(there, lowest + 1);
  EXPECT_EQ(s.best, there.theta);
  best_loss = 0.5 * s.losses[lowest];
  State none = start();
  take(none, 20);
  EXPECT_EQ(none.best_step, 0);
}

/// solver::Adam over an objective that it may ask for several steps.
struct Trained {
  solver::Vector theta;
  Values losses;
  solver::OptimizerState state;
};

class AdamOfTheSolver : public AdamOnADevice {
 protected:
  static constexpr int total = 25;
  Trained train(solver::AdamOptions options, int at_a_time) const {
    solver::ProblemObjective objective(make());
    objective.activate(active, all);
    solver::Adam adam(options, {{{int(active.size()) - 1, least, most}}});
    Trained trained{objective.pack(all), {}, {}};
    while (int(trained.losses.size()) < total) {
      solver::StepRun run;
      run.most = std::min(at_a_time, total - int(trained.losses.size()));
      run.tolerance = -1;
      if (at_a_time == 0) {
        run.losses.resize(1);
        if (adam.step(objective, trained.theta, run.losses[0]) != solver::StepStatus::ok) break;
      } else {
        if (adam.steps(objective, trained.theta, run) != solver::StepStatus::ok) break;
        EXPECT_LE(int(run.losses.size()), run.most);
      }
      trained.losses.insert(trained.losses.end(), run.losses.begin(), run.losses.end());
    }
    EXPECT_EQ(int(trained.losses.size()), total);
    trained.state = adam.save();
    return trained;
  }
  Trained expect_one_outcome(const solver::AdamOptions& options) const {
    const Trained host = train(options, 0), single = train(options, 1), many = train(options, 32);
    EXPECT_EQ(single.theta, many.theta);
    EXPECT_EQ(single.losses, many.losses);
    EXPECT_EQ(single.state, many.state);
    const double rounding = target.single_precision ? 1e-3 : 1e-9;  // which the steps amplify
    EXPECT_LE((many.theta - host.theta).norm(), rounding * host.theta.norm());
    EXPECT_EQ(many.state.at("control"), host.state.at("control"));
    return many;
  }
};

TEST_P(AdamOfTheSolver, DoesNotDependOnTheNumberOfStepsAtATime) {
  least = 0.2;
  most = 0.35;
  solver::AdamOptions options;
  options.rate = 0.02;
  options.total = total;
  options.schedule = solver::AdamOptions::Schedule::cosine;
  expect_one_outcome(options);
}

/// r = u^2 + 1 + sqrt(scalar 0): not a number where descent would first lead.
Term rooted_term(int points) {
  Term term = oracle::quadratic_term(points);
  term.tape.registers = 10;
  term.tape.code = {{Op::input, 0, 0, -1, -1, 0},       {Op::input, 1, 1, -1, -1, 0},
                    {Op::square, 2, 0, -1, -1, 0},      {Op::constant, 3, -1, -1, -1, 1},
                    {Op::add, 4, 2, 3, -1, 0},          {Op::sqrt, 5, 1, -1, -1, 0},
                    {Op::add, 6, 4, 5, -1, 0},          {Op::add, 7, 0, 0, -1, 0},
                    {Op::constant, 8, -1, -1, -1, 0.5}, {Op::div, 9, 8, 5, -1, 0}};
  term.tape.outputs = {6, 7, 9};
  return term;
}

// The host halves the rate in the first step, and in later ones.
TEST_P(AdamOfTheSolver, TakesBackStepsToNonFinitePoints) {
  term = rooted_term(60);
  solver::AdamOptions options;
  options.rate = 0.5;
  const double factor = expect_one_outcome(options).state.at("control")[1];
  EXPECT_LT(factor, 0.25);
  EXPECT_GT(factor, 0.0);
}

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, bool>>& info) {
  return std::string(std::get<bool>(info.param) ? "Float32" : "Float64") +
         (std::get<Kind>(info.param) == Kind::cuda ? "OnCuda" : "Emulated");
}

INSTANTIATE_TEST_SUITE_P(Backends, AdamOnADevice,
                         testing::Combine(testing::Values(Kind::emulated, Kind::cuda),
                                          testing::Bool()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Backends, AdamOfTheSolver,
                         testing::Combine(testing::Values(Kind::emulated, Kind::cuda),
                                          testing::Bool()),
                         name_of);

}  // namespace
}  // namespace kanpde::kernels
