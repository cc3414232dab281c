// Fused kernels against the CPU: residuals, loss, gradient; races, memory, layouts.

#include "kernels/device/fused_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_terms.hpp"
#include "tests/units/kernels/fused_runner.hpp"

namespace kanpde::kernels {
namespace {

using device::fused_kernel;
using device::FusedBlock;
using device::FusedKernel;
using oracle::Example;
using oracle::FusedLibrary;
using oracle::GuardedArray;

constexpr std::size_t limit = 227 * 1024;

struct Case {
  std::string name;
  NetworkShape shape;
  Term term;
  int scalars = 0;
  FusedBlock block = {};
  int blocks = 1;
};

struct Results {
  double loss = 0;
  std::vector<double> r, gradient;
  bool operator==(const Results&) const = default;
};

std::vector<double> parameters_of(const Case& c) {
  std::vector<double> theta = oracle::draw_parameters(c.shape, 5);
  for (int s = 0; s < c.scalars; ++s) theta.push_back(0.8 - 0.7 * s);
  return theta;
}

Results expected_of(const Case& c) {
  const auto cpu = make_cpu_evaluator(c.shape, {c.term}, c.scalars);
  const std::vector<double> theta = parameters_of(c);
  Results results;
  results.r.resize(std::size_t(c.term.rows()));
  results.gradient.resize(theta.size());
  cpu->residuals(theta, results.r.data());
  results.loss = cpu->loss_gradient(theta, results.gradient);
  return results;
}

/// Kernels of many cases, compiled at once.
class Kernels {
 public:
  Kernels(std::vector<Case> cases, bool single_precision) : cases_(std::move(cases)) {
    std::vector<std::string> sources;
    for (const Case& c : cases_) {
      kernels_.push_back(
          fused_kernel(c.shape, c.term, c.scalars, single_precision, limit, c.block).value());
      sources.push_back(kernels_.back().source);
    }
    library_ = std::make_unique<FusedLibrary>(sources);
  }

  const std::vector<Case>& cases() const { return cases_; }

  template <class T>
  Results run(std::size_t i, int mode = 1) const {
    const Case& c = cases_[i];
    const FusedKernel& kernel = kernels_[i];
    const std::vector<double> all = parameters_of(c);
    GuardedArray<T> x(c.term.x.values()), columns(c.term.columns.values()), theta(all),
        constants(c.shape.constants), scale(c.term.scale), point_scale(c.term.point_scale),
        r(std::size_t(c.term.rows()));
    GuardedArray<double> grids(c.shape.grids),
        partial(std::size_t(c.blocks) * (mode == 1 ? std::size_t(kernel.values) : 1));
    library_->run<int, int, const T*, const T*, const T*, const T*, const double*, const T*,
                  const T*, T*, double*>(
        i, kernel, c.blocks, mode, c.term.points, x.data(), columns.data(), theta.data(),
        constants.data(), grids.data(), scale.data(), point_scale.data(), r.data(), partial.data());
    Results results;
    results.r = r.values();
    results.gradient.assign(mode == 1 ? all.size() : 0, 0.0);
    const std::vector<double> parts = partial.values();
    const std::size_t values = results.gradient.size() + 1;
    for (int b = 0; b < c.blocks; ++b) {
      for (std::size_t k = 0; k + 1 < values; ++k)
        results.gradient[k] += parts[std::size_t(b) * values + k];
      results.loss += parts[std::size_t(b) * values + values - 1];
    }
    return results;
  }

 private:
  std::vector<Case> cases_;
  std::vector<FusedKernel> kernels_;
  std::unique_ptr<FusedLibrary> library_;
};

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  double size = 0;
  for (double v : b) size = std::max(size, std::abs(v));
  for (std::size_t k = 0; k < a.size(); ++k)
    ASSERT_NEAR(a[k], b[k], tolerance * size) << "entry " << k;
}

/// Residuals, loss and gradient of the CPU; the same bits in whatever order threads run, and the
/// same residuals and loss without the gradient.
template <class T>
void expect_cases(std::vector<Case> cases, double tolerance) {
  const Kernels kernels(std::move(cases), std::is_same_v<T, float>);
  for (std::size_t i = 0; i < kernels.cases().size(); ++i) {
    SCOPED_TRACE(kernels.cases()[i].name);
    const Results expected = expected_of(kernels.cases()[i]);
    const Results results = kernels.run<T>(i);
    EXPECT_NEAR(results.loss, expected.loss, tolerance * expected.loss);
    expect_near(results.r, expected.r, tolerance);
    expect_near(results.gradient, expected.gradient, tolerance);
    emulated::set_order(emulated::Order::descending);
    EXPECT_EQ(kernels.run<T>(i), results) << "a race";
    emulated::set_order(emulated::Order::ascending);
    const Results values = kernels.run<T>(i, 0);
    EXPECT_EQ(values.loss, results.loss);
    EXPECT_EQ(values.r, results.r);
  }
}

Case case_of(const Example& example, int points, FusedBlock block, int blocks) {
  return {example.name, example.shape, oracle::example_term(example, points), 0, block, blocks};
}

bool fits(const Example& example) {
  return fused_kernel(example.shape, oracle::example_term(example, 61), 0, false, limit)
      .has_value();
}

std::vector<Case> fit_examples(FusedBlock block, int points, int blocks) {
  std::vector<Case> cases;
  for (const Example& example : oracle::examples())
    if (fits(example)) cases.push_back(case_of(example, points, block, blocks));
  return cases;
}

template <class T>
constexpr double tolerance = std::is_same_v<T, float> ? 3e-4 : 2e-13;

template <class T>
class Fused : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(Fused, Precisions);

/// 61 points: a whole tile of 32 and one that is not full, in one block.
TYPED_TEST(Fused, AgreesWithTheCpuOnEveryKindOfLayer) {
  KANPDE_NEEDS_HOST_COMPILER();
  expect_cases<TypeParam>(fit_examples({32, false}, 61, 1), tolerance<TypeParam>);
}

/// R_0 = s_0 (u_xx + u_yy) + u v_x - f,  R_1 = v^2 s_1 - g, with columns f, g, trainable scalars s
/// and a factor a point.
Term two_equations(int points) {
  Term term;
  Random random(3);
  term.points = points;
  term.x = Columns(2, points);
  term.columns = Columns(2, points);
  term.point_scale.resize(std::size_t(points));
  for (double& x : term.x.values()) x = random.uniform(-1.3, 1.3);
  for (double& x : term.columns.values()) x = random.uniform(-1.3, 1.3);
  for (double& x : term.point_scale) x = random.uniform(0.2, 2);
  term.plan = oracle::laplacian(2);
  constexpr auto jet = Quantity::Kind::jet, parameter = Quantity::Kind::parameter;
  term.quantities = {{jet, 0, 0, 3}, {jet, 0, 0, 0},       {jet, 0, 1, 1},
                     {jet, 0, 1, 0}, {parameter, 0, 0, 0}, {parameter, 0, 1, 0}};
  Tape& tape = term.tape;
  const auto put = [&](Op op, int a, int b = -1, double value = 0) {
    tape.code.push_back({op, tape.registers, a, b, -1, value});
    return tape.registers++;
  };
  tape.inputs = 8;
  for (int i = 0; i < 8; ++i) put(Op::input, i);
  enum { f, g, laplacian, u, v_x, v, s0, s1 };
  const int r0 = put(Op::sub, put(Op::add, put(Op::mul, s0, laplacian), put(Op::mul, u, v_x)), f);
  const int square = put(Op::square, v), r1 = put(Op::sub, put(Op::mul, square, s1), g);
  const int r1_v = put(Op::mul, put(Op::mul, v, s1), put(Op::constant, -1, -1, 2.0));
  term.partials = {{0, 0}, {0, 1}, {0, 2}, {0, 4}, {1, 3}, {1, 5}};
  tape.outputs = {r0, r1, s0, v_x, u, laplacian, r1_v, square};
  term.equations = 2;
  term.scale = {0.7, 1.9};
  return term;
}

Case two_equations_case(const std::string& name, const std::vector<oracle::LayerSketch>& layers,
                        int points, FusedBlock block, int blocks) {
  return {name, oracle::make_network(2, layers, 9), two_equations(points), 2, block, blocks};
}

std::vector<Case> block_cases() {
  using enum Features;
  const std::vector<oracle::LayerSketch> kan = {
      {5, bspline, 3, 8, silu}, {6, bspline, 2, 6, none}, {2, bspline, 4, 7, tanh}};
  const std::vector<oracle::LayerSketch> mlp = {
      {19, identity, 0, 1, none, true}, {7, tanh, 0, 1, none, true}, {2, sin, 0, 1, none, true}};
  oracle::LayerSketch frozen{4, rbf, 0, 5, none, true};
  frozen.frozen = true;
  return {
      two_equations_case("one tile, not full", kan, 17, {32, false}, 1),
      two_equations_case("more blocks than tiles", kan, 40, {32, false}, 3),
      two_equations_case("several tiles a block", kan, 301, {64, false}, 2),
      two_equations_case("shared sums", kan, 301, {96, true}, 2),
      two_equations_case("more warps than inputs", kan, 150, {128, true}, 1),
      two_equations_case("MLP", mlp, 301, {64, false}, 2),
      two_equations_case("MLP, shared sums", mlp, 301, {96, true}, 2),
      two_equations_case("a frozen layer above",
                         {{5, bspline, 3, 7, silu}, frozen, {2, chebyshev, 0, 4, none, true}}, 150,
                         {64, true}, 2),
      two_equations_case("wide", {{17, bspline, 3, 6, silu}, {2, bspline, 3, 5, silu}}, 70,
                         {32, false}, 2),
  };
}

TYPED_TEST(Fused, AgreesWithTheCpuForAnyBlocks) {
  KANPDE_NEEDS_HOST_COMPILER();
  expect_cases<TypeParam>(block_cases(), tolerance<TypeParam>);
}

/// On knots, at both ends of the grids and outside of them.
TEST(FusedSplines, AgreeWithTheCpuAtKnots) {
  KANPDE_NEEDS_HOST_COMPILER();
  std::vector<Case> cases;
  for (int degree : {1, 3, 5}) {
    NetworkShape shape =
        oracle::make_network(1, {{3, Features::bspline, degree, degree + 4, Features::none}}, 3);
    shape.input_shift = {0};
    shape.input_scale = {1};
    shape.outputs = 3;
    const Example example{"degree " + std::to_string(degree), shape, oracle::along(1, {{{1}, 2}})};
    const double* knots = shape.grids.data() + 2;
    Term term = oracle::example_term(example, 2 * (degree + 8));
    int p = 0;
    for (double& x : term.x.values()) x = knots[std::min(p++, 2 * degree + 4)];
    cases.push_back({example.name, shape, term, 0, {32, false}, 1});
  }
  expect_cases<double>(cases, 2e-13);
}

TEST(FusedKernels, AreRefusedWhereTheyDoNotFit) {
  const auto examples = oracle::examples();
  std::vector<std::string> unfit;
  for (const Example& example : examples)
    if (!fits(example)) unfit.push_back(example.name);
  EXPECT_EQ(unfit, (std::vector<std::string>{"order4", "many_components"}));
  const Example& example = examples[2];
  const auto fit = [&](const Term& term, std::size_t bytes, int scalars = 0) {
    return fused_kernel(example.shape, term, scalars, false, bytes).has_value();
  };
  const Term term = oracle::example_term(example, 61);
  EXPECT_TRUE(fit(term, limit));
  const std::size_t least = fused_kernel(example.shape, term, 0, false, limit)->shared_bytes;
  EXPECT_TRUE(fit(term, least));
  EXPECT_FALSE(fit(term, least - 1));
  EXPECT_FALSE(fit(term, limit, 100));
  Term large = term;
  large.points = 1'000'000;
  EXPECT_TRUE(fit(large, limit));
  EXPECT_FALSE(fit(large, least)) << "for one warp a processor";
  Term pairs = term;
  pairs.copies = 2;
  EXPECT_FALSE(fit(pairs, limit));
  Term longer = term;
  for (int k = 0; k < 1000; ++k) longer.tape.code.push_back({Op::constant, 0, -1, -1, -1, 1.0});
  EXPECT_FALSE(fit(longer, limit));
}

TEST(FusedKernels, HaveOneTextForAllLargeSetsOfPoints) {
  const Example example = oracle::examples()[2];
  const auto source = [&](int points) {
    Term term = oracle::example_term(example, 61);
    term.points = points;
    return fused_kernel(example.shape, term, 0, false, limit)->source;
  };
  EXPECT_EQ(source(100'000), source(1'000'000));
  EXPECT_EQ(source(61), source(1000));
}

}  // namespace
}  // namespace kanpde::kernels
