/// Training with weights of points, continuation and pseudo-time: against closed forms, and
/// resumed.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver/comparison.hpp"
#include "solver/training/pseudo_time.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;

Problem read(const std::string& text) { return problems::read_problem_text(text, "test.yaml"); }

std::unique_ptr<Training> start(Problem& problem) {
  const Contestant contestant = contestants(problem, {}).front();
  return std::make_unique<Training>(problem, contestant.settings, contestant.training, 0);
}

double value_at(Problem& problem, const Training& training, const std::vector<double>& x) {
  Columns at(int(x.size()), 1);
  for (std::size_t i = 0; i < x.size(); ++i) at(int(i), 0) = x[i];
  return evaluate_fields(problem, training.solution(), {problem.graph.unknown(0)}, at)(0, 0);
}

/// u' = -c u, u(0) = 1.
std::string decay(const std::string& training) {
  return R"(name: test
variables: [t]
domain: {time: [0, 1]}
constants: {c: 2}
unknowns: [u]
equations: [u_t = -c*u]
conditions: [{where: initial, require: u = 1}]
points: {interior: 40}
models: {kan: {type: kan, hidden: [4], degree: 6, grid: 4}}
training: )" +
         training + "\n";
}

std::string heat(const std::string& training, const std::string& model) {
  return R"(name: test
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 1]}
constants: {nu: 0.1}
unknowns: [u]
equations: [u_t + u*u_x = nu*u_xx]
conditions:
  - {where: initial, require: u = sin(pi*x)}
  - {where: boundary, require: u = 0}
points: {interior: 100, boundary: 40, initial: 20}
models: {)" +
         model + "}\ntraining: " + training + "\n";
}

const std::string mlp = "mlp: {type: mlp, hidden: [6, 6]}";

std::string steady(const std::string& equation, const std::string& training) {
  return "name: test\nvariables: [x]\ndomain: {space: {interval: [0, 1]}}\nunknowns: [u]\n"
         "equations: [\"" +
         equation +
         "\"]\nconditions: [u = 0]\npoints: {interior: 60}\n"
         "models: {kan: {type: kan, hidden: [4], degree: 9, grid: 8}}\ntraining: " +
         training + "\n";
}

TEST(Continuation, SolvesForEachValueInTurnFromTheNetworkBefore) {
  Problem problem = read(decay("{continuation: {c: [0, 0.5, 2]}}"));
  const auto training = start(problem);
  const double values[] = {0, 0.5, 2};
  std::vector<double> ends;
  std::vector<double> theta;
  int pass = 0;
  do {
    const bool more = training->advance();
    if (more && training->pass() == pass) {
      theta = training->surrogate().theta;
      continue;
    }
    if (more) {  // the next value has begun, from the network of the last
      ends.push_back(value_at(problem, *training, {1}));
      pass = training->pass();
    } else {
      ends.push_back(value_at(problem, *training, {1}));
    }
  } while (!training->finished());
  ASSERT_EQ(ends.size(), 3u);
  // a spline of degree 6 on 4 intervals approximates exp(-2t) on [0, 1] to better than 1e-6
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(ends[k], std::exp(-values[k]), 1e-6) << k;
}

TEST(Continuation, OfOneValueChangesNothing) {
  Problem plain = read(decay("auto")), one = read(decay("{continuation: {c: [2]}}"));
  const auto a = start(plain), b = start(one);
  while (a->advance()) {
  }
  while (b->advance()) {
  }
  EXPECT_EQ(a->surrogate().theta, b->surrogate().theta);
}

TEST(Continuation, TakesTheHardConditionsOfEachValue) {
  std::string text = decay("{continuation: {c: [5, 2]}}");
  const std::string from = "require: u = 1}";
  text.replace(text.find(from), from.size(), "require: u = c, hard: true}");
  Problem problem = read(text);
  const auto training = start(problem);
  EXPECT_NEAR(value_at(problem, *training, {0}), 5, 1e-14);
  while (training->advance()) {
  }
  EXPECT_NEAR(value_at(problem, *training, {0}), 2, 1e-14);
}

TEST(Continuation, StoppedByATimeLimitTreatsEveryValue) {
  Problem problem = read(decay("{time_limit: 1e-9, continuation: {c: [0, 0.5, 2]}}"));
  const auto training = start(problem);
  while (training->advance()) {
  }
  EXPECT_EQ(training->pass(), 2);
  ASSERT_EQ(training->notes().size(), 2u);
  EXPECT_EQ(training->notes()[1].rfind("c = 0.5: ", 0), 0u) << training->notes()[1];
}

/// u = a sin(pi x) stays in this form: a_{n+1} = (a_n / dt + pi^2) / (1 / dt + pi^2), and the
/// residual is proportional to 1 - a, so that dt_n = dt_0 / (1 - a_n).
class PseudoSteps : public testing::TestWithParam<std::string> {};

TEST_P(PseudoSteps, AreThoseOfImplicitEulerWithRelaxedLengths) {
  const double step = 0.05, pi2 = std::numbers::pi * std::numbers::pi;
  Problem problem = read(steady(GetParam(),
                                "{pseudo_time: {steps: 4, step: 0.05, inner: 1}, stages: "
                                "[{optimizer: output_layer, steps: 2}]}"));
  const auto training = start(problem);
  ASSERT_TRUE(training->stage_settings().pseudo_time);
  double a = 0;  // the output layer is zero at first
  for (int n = 0; n < 4; ++n) {
    const double dt = step / (1 - a);
    a = (a / dt + pi2) / (1 / dt + pi2);
    training->advance();
    // sin by splines of degree 9 with second derivatives; a itself is of order one
    EXPECT_NEAR(value_at(problem, *training, {0.5}), a, 1e-7) << n;
  }
  EXPECT_LT(a, 0.99);
  EXPECT_EQ(training->stage(), 1);
  while (training->advance()) {
  }
  EXPECT_NEAR(value_at(problem, *training, {0.5}), 1, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Signs, PseudoSteps,
                         testing::Values("u_xx = -pi^2*sin(pi*x)", "-u_xx = pi^2*sin(pi*x)"));

TEST(RelaxedStep, GrowsAsTheResidualFalls) {
  EXPECT_EQ(relaxed_step(0.1, 8, 8), 0.1);
  EXPECT_DOUBLE_EQ(relaxed_step(0.1, 8, 2), 0.4);
  EXPECT_DOUBLE_EQ(relaxed_step(0.1, 8, 16), 0.05);
  EXPECT_TRUE(std::isfinite(relaxed_step(0.1, 8, 0)));
}

TEST(PointWeights, OfAttentionKeepTheMeanSquareOfFactors) {
  // the loss of uniform residuals does not change; here: the loss after reweighting is finite and
  // the weights are those of the residuals
  Problem problem =
      read(heat("{attention: rba, reweight: 2, stages: [{optimizer: adam, steps: 9, "
                "rate: 1e-3}]}",
                mlp));
  const auto training = start(problem);
  while (training->advance()) {
  }
  output::Store store;
  training->save(store, "run");
  ASSERT_EQ(store.integers.at("run/weights/updates"), 4);  // before steps 3, 5, 7, 9
  for (int t = 0; t < 3; ++t) {
    const auto& lambda = store.arrays.at("run/weights/attention" + std::to_string(t));
    EXPECT_EQ(long(lambda.size()), store.integers.at("run/points" + std::to_string(t) + "/count"));
    for (const double l : lambda) EXPECT_TRUE(l >= 0 && l <= 1);
    EXPECT_GT(*std::max_element(lambda.begin(), lambda.end()),
              *std::min_element(lambda.begin(), lambda.end()));
  }
}

output::Store saved(const Training& training) {
  output::Store store;
  training.save(store, "run");
  return store;
}

/// Values of an expression of the problem's text at the points of a term.
Columns residual_at(Problem& problem, const Training& training, const output::Store& store,
                    int term, const std::string& equation) {
  const std::string key = "run/points" + std::to_string(term);
  Columns x(2, int(store.integers.at(key + "/count")));
  std::copy_n(store.arrays.at(key + "/x").begin(), x.values().size(), x.values().begin());
  const auto parsed = problems::parse_equation(problem.graph, problem.scope, equation, {});
  return evaluate_fields(problem, training.solution(), {parsed.residual}, x);
}

TEST(PointWeights, FollowTheResidualsAtTheirUpdates) {
  Problem problem =
      read(heat("{attention: rba, attention_memory: 0.7, reweight: 2, stages: "
                "[{optimizer: adam, steps: 9, rate: 1e-3}]}",
                mlp));
  const auto training = start(problem);
  const std::string equations[] = {"u_t + u*u_x = 0.1*u_xx", "u = sin(pi*x)", "u = 0"};
  std::vector<std::vector<double>> lambda(3);
  for (int step = 1; step <= 7; ++step) {
    if (step == 3 || step == 5 || step == 7)
      for (int t = 0; t < 3; ++t) {
        const Columns r = residual_at(problem, *training, saved(*training), t, equations[t]);
        double most = 0;
        for (const double v : r.values()) most = std::max(most, std::abs(v));
        const bool first = lambda[t].empty();
        lambda[t].resize(r.values().size());
        for (std::size_t p = 0; p < lambda[t].size(); ++p) {
          const double target = std::abs(r.values()[p]) / most;
          lambda[t][p] = first ? target : 0.7 * lambda[t][p] + 0.3 * target;
        }
      }
    training->advance();
  }
  const output::Store store = saved(*training);
  for (int t = 0; t < 3; ++t) {
    const auto& found = store.arrays.at("run/weights/attention" + std::to_string(t));
    ASSERT_EQ(found.size(), lambda[t].size());
    for (std::size_t p = 0; p < found.size(); ++p) EXPECT_NEAR(found[p], lambda[t][p], 1e-12);
  }
}

TEST(CausalWeights, HoldBackByMeanSquaresOfBalancedResiduals) {
  Problem problem =
      read(heat("{causal: 0.3, causal_slices: 5, reweight: 4, stages: [{optimizer: "
                "levenberg_marquardt, steps: 9}]}",
                mlp));
  const auto training = start(problem);
  const output::Store store = saved(*training);  // weights stand from the first step on
  const auto mean_square = [&](int term, const std::string& equation, int slice) {
    const Columns r = residual_at(problem, *training, store, term, equation);
    const std::string key = "run/points" + std::to_string(term);
    const double scale = store.arrays.at(key + "/scale")[0], count = r.points();
    const double* t = store.arrays.at(key + "/x").data() + r.points();
    double sum = 0, points = 0;
    for (int p = 0; p < r.points(); ++p) {
      if (slice >= 0 && std::min(int(t[p] * 5), 4) != slice) continue;
      sum += std::pow(scale * r(0, p), 2) * count;  // the scale holds 1 / sqrt(count)
      points += 1;
    }
    return sum / points;
  };
  double before = mean_square(1, "u = sin(pi*x)", -1);
  std::vector<double> w;
  for (int slice = 0; slice < 5; ++slice) {
    w.push_back(std::exp(-0.3 * before));
    before += mean_square(0, "u_t + u*u_x = 0.1*u_xx", slice);
  }
  EXPECT_LT(w.back(), 0.99);
  const auto& found = store.arrays.at("run/weights/causal");
  const auto& x = store.arrays.at("run/points0/x");
  ASSERT_EQ(2 * found.size(), x.size());
  for (std::size_t p = 0; p < found.size(); ++p)
    EXPECT_NEAR(found[p] * found[p], w[std::min(int(x[found.size() + p] * 5), 4)], 1e-12) << p;
}

TEST(PointWeights, ChangeWhatIsMinimised) {
  const std::string stages = "stages: [{optimizer: levenberg_marquardt, steps: 8}]}";
  std::vector<std::vector<double>> found;
  for (const std::string method : {"", "attention: rba, ", "attention: vrba, ", "causal: 1, "}) {
    Problem problem = read(heat("{" + method + "reweight: 3, " + stages, mlp));
    const auto training = start(problem);
    while (training->advance()) {
    }
    EXPECT_EQ(training->status(), "ok");
    for (const auto& other : found) EXPECT_NE(other, training->surrogate().theta) << method;
    found.push_back(training->surrogate().theta);
  }
}

class MethodsOnADevice : public testing::TestWithParam<std::string> {};

TEST_P(MethodsOnADevice, TakeTheStepsOfTheCpu) {
  std::vector<std::vector<double>> theta;
  for (const auto kind : {kernels::Target::Kind::cpu, kernels::Target::Kind::emulated}) {
    Problem problem = read(GetParam());
    const Contestant c = contestants(problem, {}).front();
    Training training(problem, c.settings, c.training, 0, {kind});
    while (training.advance(5)) {
    }
    EXPECT_EQ(training.status(), "ok");
    theta.push_back(training.surrogate().theta);
  }
  ASSERT_EQ(theta[0].size(), theta[1].size());
  for (std::size_t k = 0; k < theta[0].size(); ++k)  // rounding, grown over a few steps
    EXPECT_NEAR(theta[1][k], theta[0][k], 1e-8) << k;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, MethodsOnADevice,
    testing::Values(heat("{attention: vrba, causal: 0.1, causal_slices: 4, reweight: 3, stages: "
                         "[{optimizer: adam, steps: 14}]}",
                         mlp),
                    heat("{attention: rba, reweight: 2, continuation: {nu: [0.3, 0.1]}, stages: "
                         "[{optimizer: levenberg_marquardt, steps: 4}]}",
                         mlp),
                    steady("u_xx = 6*u^2 - exp(x)",
                           "{pseudo_time: {steps: 3, step: 0.1, inner: 2}, stages: [{optimizer: "
                           "output_layer, steps: 2}]}")));

/// What later steps depend on, without the time spent.
std::map<std::string, std::vector<double>> state(const Training& training) {
  output::Store store;
  training.save(store, "run");
  store.arrays["run/numbers"][1] = 0;
  return store.arrays;
}

class ResumedTraining : public testing::TestWithParam<std::string> {};

TEST_P(ResumedTraining, GivesTheBitsOfAnUnbrokenOne) {
  Problem problem = read(GetParam());
  const auto whole = start(problem);
  std::vector<output::Store> saved;
  while (whole->advance())
    saved.push_back([&] {
      output::Store store;
      whole->save(store, "run");
      return store;
    }());
  const auto expected = state(*whole);
  ASSERT_GT(saved.size(), 10u);
  for (std::size_t k = 0; k < saved.size(); k += saved.size() / 7) {
    Problem fresh = read(GetParam());
    const auto resumed = start(fresh);
    resumed->load(saved[k], "run");
    while (resumed->advance()) {
    }
    EXPECT_EQ(state(*resumed), expected) << "after step " << k + 1;
    EXPECT_EQ(resumed->notes(), whole->notes());
  }
}

const std::string lm = "stages: [{optimizer: levenberg_marquardt, steps: 14}]}";

INSTANTIATE_TEST_SUITE_P(
    Methods, ResumedTraining,
    testing::Values(
        heat("{attention: vrba, causal: [0.01, 1], causal_slices: 4, reweight: 3, " + lm, mlp),
        heat("{attention: rba, reweight: 5, stages: [{optimizer: adam, steps: 22, resample: 7}]}",
             mlp),
        heat("{attention: rba, causal: auto, windows: 2, reweight: 4, stages: [{optimizer: "
             "ssbroyden, steps: 11}]}",
             mlp),
        heat("{continuation: {nu: [0.5, 0.2, 0.1]}, stages: [{optimizer: levenberg_marquardt, "
             "steps: 6}, {optimizer: lbfgs, steps: 4, resample: 3}]}",
             mlp),
        heat("{continuation: {nu: [0.5, 0.1]}, attention: vrba, reweight: 2, stages: [{optimizer: "
             "levenberg_marquardt, steps: 6, freeze_splines: true}, {optimizer: "
             "levenberg_marquardt, steps: 6, grid: 4, adapt_grid: true}]}",
             "kan: {type: kan, hidden: [3, 3], degree: 3, grid: 2, base: tanh}"),
        steady("u_xx = 6*u^2 - exp(x)",
               "{pseudo_time: {steps: 5, step: 0.1, inner: 3}, attention: rba, reweight: 4, "
               "stages: [{optimizer: levenberg_marquardt, steps: 9, resample: 2}]}")));

}  // namespace
}  // namespace kanpde::solver
