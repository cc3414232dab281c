/// Residuals, gradients and Jacobians of every backend against dual numbers in long double.

#include "kernels/evaluator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "kernels/base/parallel.hpp"
#include "kernels/base/random.hpp"
#include "kernels/devices.hpp"
#include "tests/units/kernels/example_networks.hpp"
#include "tests/units/kernels/naive_network.hpp"

namespace kanpde::kernels {
namespace {

using oracle::Dual;
using oracle::Real;

/// Straight-line code, a register an instruction.
class TapeWriter {
 public:
  explicit TapeWriter(int inputs) { tape_.inputs = inputs; }
  int input(int i) { return put({Op::input, 0, i, -1, -1, 0}); }
  int constant(double c) { return put({Op::constant, 0, -1, -1, -1, c}); }
  int add(int a, int b) { return put({Op::add, 0, a, b, -1, 0}); }
  int sub(int a, int b) { return put({Op::sub, 0, a, b, -1, 0}); }
  int mul(int a, int b) { return put({Op::mul, 0, a, b, -1, 0}); }
  int neg(int a) { return put({Op::neg, 0, a, -1, -1, 0}); }
  Tape finish(std::vector<int> outputs) {
    tape_.outputs = std::move(outputs);
    return tape_;
  }

 private:
  int put(Instruction i) {
    i.target = tape_.registers++;
    tape_.code.push_back(i);
    return i.target;
  }
  Tape tape_;
};

constexpr auto jet = Quantity::Kind::jet;
constexpr auto parameter = Quantity::Kind::parameter;

void draw(AlignedVector<double>& values, std::uint64_t seed) {
  Random random(seed);
  for (double& value : values) value = random.uniform(-1.3, 1.3);
}

/// R0 = D (u_xx + u_yy) + u v_x - f,  R1 = v^2 - g E, with trainable D = scalar 0, E = scalar 1.
Term interior_term(int points) {
  Term term;
  term.points = points;
  term.x = Columns(2, points);
  term.columns = Columns(2, points);
  draw(term.x.values(), 1);
  draw(term.columns.values(), 2);
  term.plan.dimension = 2;
  term.plan.add_collapsed({{1, 0}, {0, 1}}, {1, 1}, 2);  // components u, u_x, u_y, Laplacian
  term.quantities = {{jet, 0, 0, 3}, {jet, 0, 0, 0},       {jet, 0, 1, 1},
                     {jet, 0, 1, 0}, {parameter, 0, 0, 0}, {parameter, 0, 1, 0}};
  TapeWriter w(8);
  const int f = w.input(0), g = w.input(1), lap = w.input(2), u = w.input(3), vx = w.input(4),
            v = w.input(5), d = w.input(6), e = w.input(7);
  const int r0 = w.sub(w.add(w.mul(d, lap), w.mul(u, vx)), f);
  const int r1 = w.sub(w.mul(v, v), w.mul(g, e));
  const int r1_v = w.mul(w.constant(2), v);
  term.partials = {{0, 0}, {0, 1}, {0, 2}, {0, 4}, {1, 3}, {1, 5}};
  term.tape = w.finish({r0, r1, d, vx, u, lap, r1_v, w.neg(g)});
  term.equations = 2;
  term.scale = {0.7, 1.9};
  return term;
}

/// R0 = u(x) - u(x'), R1 = u_x(x) - D u_x(x'): pairs of points, with a factor a point.
Term periodic_term(int points) {
  Term term;
  term.points = points;
  term.copies = 2;
  term.x = Columns(4, points);
  draw(term.x.values(), 3);
  term.plan.dimension = 2;
  term.plan.add({1, 0}, 1);
  term.quantities = {
      {jet, 0, 0, 0}, {jet, 1, 0, 0}, {jet, 0, 0, 1}, {jet, 1, 0, 1}, {parameter, 0, 0, 0}};
  TapeWriter w(5);
  const int u = w.input(0), u1 = w.input(1), ux = w.input(2), ux1 = w.input(3), d = w.input(4);
  const int r0 = w.sub(u, u1), r1 = w.sub(ux, w.mul(d, ux1));
  const int one = w.constant(1);
  term.partials = {{0, 0}, {0, 1}, {1, 2}, {1, 3}, {1, 4}};
  term.tape = w.finish({r0, r1, one, w.constant(-1), one, w.neg(d), w.neg(ux1)});
  term.equations = 2;
  term.scale = {1.25, 0.5};
  term.point_scale.resize(points);
  draw(term.point_scale, 4);
  return term;
}

constexpr int scalars = 2;

struct Case {
  NetworkShape shape;
  std::vector<Term> terms;
  std::vector<double> theta;
};

Case make_case(bool kan) {
  Case c;
  c.shape = kan ? oracle::make_network(2,
                                       {{5, Features::bspline, 4, 8, Features::silu},
                                        {2, Features::bspline, 4, 7, Features::silu}},
                                       5)
                : oracle::make_network(2,
                                       {{9, Features::identity, 0, 1, Features::none, true},
                                        {11, Features::tanh, 0, 1, Features::none, true},
                                        {2, Features::tanh, 0, 1, Features::none, true}},
                                       6);
  c.terms = {interior_term(531), periodic_term(37)};
  c.theta = oracle::draw_parameters(c.shape, 4);
  c.theta.insert(c.theta.end(), {0.8, -1.1});
  return c;
}

/// Residuals of `c` in row order, every parameter being a dual number.
std::vector<Dual> exact_residuals(const Case& c, const std::vector<Dual>& theta) {
  std::vector<Dual> r;
  const Dual d = theta[c.shape.parameters], e = theta[c.shape.parameters + 1];
  const Term& a = c.terms[0];
  const Term& b = c.terms[1];
  r.resize(a.rows() + b.rows());
  for (int p = 0; p < a.points; ++p) {
    const auto j = oracle::jets(c.shape, theta, a.plan, {a.x(0, p), a.x(1, p)});
    r[p] = Dual(a.scale[0]) * (d * j[3] + j[0] * j[5] - Dual(a.columns(0, p)));
    r[a.points + p] = Dual(a.scale[1]) * (j[4] * j[4] - Dual(a.columns(1, p)) * e);
  }
  for (int p = 0; p < b.points; ++p) {
    const auto j = oracle::jets(c.shape, theta, b.plan, {b.x(0, p), b.x(1, p)});
    const auto k = oracle::jets(c.shape, theta, b.plan, {b.x(2, p), b.x(3, p)});
    const Real factor = b.point_scale.empty() ? 1.0 : b.point_scale[p];
    r[a.rows() + p] = Dual(b.scale[0] * factor) * (j[0] - k[0]);
    r[a.rows() + b.points + p] = Dual(b.scale[1] * factor) * (j[1] - d * k[1]);
  }
  return r;
}

using Kind = Target::Kind;

/// A backend, and whether the network is a KAN.
using Parameter = std::tuple<Kind, bool>;

/// On a machine without a GPU every test of the CUDA backend is skipped, and counted as such.
class BackendEvaluator : public testing::TestWithParam<Parameter> {
 protected:
  BackendEvaluator() : c(make_case(std::get<bool>(GetParam()))), n(int(c.theta.size())) {}
  ~BackendEvaluator() override { set_threads(0); }
  void SetUp() override {
    const Kind kind = std::get<Kind>(GetParam());
    if (kind == Kind::cuda && list_devices().devices.empty())
      GTEST_SKIP() << "no GPU: " << list_devices().reason;
    Target target;
    target.kind = kind;
    target.tile_bytes = 100'000;  // several tiles
    evaluator = make_evaluator(target, c.shape, c.terms, scalars);
    rows = evaluator->rows();
  }
  std::vector<double> residuals() {
    std::vector<double> r(rows, 9e9);
    evaluator->residuals(c.theta, r.data());
    return r;
  }
  std::vector<double> jacobian(int first_column = 0) {
    std::vector<double> r(rows), j(std::size_t(rows) * (n - first_column), 9e9);
    evaluator->jacobian(c.theta, first_column, r.data(), j.data());
    EXPECT_EQ(r, residuals());
    return j;
  }
  std::vector<double> gradient() {
    std::vector<double> g(n, 9e9);
    loss_beside_gradient = evaluator->loss_gradient(c.theta, g);
    return g;
  }
  Case c;
  int n, rows = 0;
  double loss_beside_gradient = 0;
  std::unique_ptr<Evaluator> evaluator;
};
std::string name_of(const testing::TestParamInfo<Parameter>& info) {
  const Kind kind = std::get<Kind>(info.param);
  const std::string network = std::get<bool>(info.param) ? "Kan" : "Mlp";
  return network + (kind == Kind::cpu ? "OnCpu" : kind == Kind::cuda ? "OnCuda" : "Emulated");
}
INSTANTIATE_TEST_SUITE_P(Backends, BackendEvaluator,
                         testing::Combine(testing::Values(Kind::cpu, Kind::emulated, Kind::cuda),
                                          testing::Bool()),
                         name_of);

TEST_P(BackendEvaluator, CountsRowsAndParameters) {
  EXPECT_EQ(rows, 2 * 531 + 2 * 37);
  EXPECT_EQ(evaluator->parameters(), n);
}

TEST_P(BackendEvaluator, ResidualsAndJacobianAgreeWithDualNumbers) {
  Random random(9);
  std::vector<double> v(n);
  for (double& value : v) value = random.normal();
  std::vector<Dual> theta(n);
  for (int k = 0; k < n; ++k) theta[k] = {c.theta[k], v[k]};
  const auto exact = exact_residuals(c, theta);
  const auto r = residuals();
  const auto j = jacobian();
  Real largest = 0, largest_slope = 0;
  for (const Dual& e : exact) {
    largest = std::max(largest, std::abs(e.a));
    largest_slope = std::max(largest_slope, std::abs(e.b));
  }
  for (int i = 0; i < rows; ++i) {
    Real slope = 0;
    for (int k = 0; k < n; ++k) slope += Real(j[std::size_t(k) * rows + i]) * v[k];
    EXPECT_LE(std::abs(r[i] - exact[i].a), 1e-13L * largest) << "row " << i;
    EXPECT_LE(std::abs(slope - exact[i].b), 1e-13L * largest_slope) << "row " << i;
  }
}

TEST_P(BackendEvaluator, LossAndGradientFollowFromResidualsAndJacobian) {
  const auto r = residuals();
  const auto j = jacobian();
  Real loss = 0;
  for (double value : r) loss += 0.5L * value * value;
  EXPECT_NEAR(evaluator->loss(c.theta), double(loss), 1e-14 * double(loss));
  const auto g = gradient();
  if (std::get<Kind>(GetParam()) == Kind::cuda)  // another kernel, which adds up otherwise
    EXPECT_NEAR(loss_beside_gradient, double(loss), 1e-14 * double(loss));
  else
    EXPECT_EQ(loss_beside_gradient, evaluator->loss(c.theta));
  for (int k = 0; k < n; ++k) {
    Real sum = 0, size = 0;
    for (int i = 0; i < rows; ++i) {
      sum += Real(j[std::size_t(k) * rows + i]) * r[i];
      size += std::abs(j[std::size_t(k) * rows + i] * r[i]);
    }
    EXPECT_LE(std::abs(g[k] - sum), 1e-12L * size) << k;
  }
}

TEST_P(BackendEvaluator, GivesTheSameBitsForEveryNumberOfThreads) {
  set_threads(1);
  const auto r = residuals(), j = jacobian(), g = gradient();
  const double loss = evaluator->loss(c.theta);
  for (int count : {2, 3}) {
    set_threads(count);
    EXPECT_EQ(residuals(), r);
    EXPECT_EQ(jacobian(), j);
    EXPECT_EQ(gradient(), g);
    EXPECT_EQ(evaluator->loss(c.theta), loss);
  }
}

TEST_P(BackendEvaluator, LeavesOutTheColumnsBeforeTheFirst) {
  const auto all = jacobian();
  const int last = c.shape.layers.back().weights;
  for (int first : {1, last - 1, last, last + 3, c.shape.parameters, c.shape.parameters + 1})
    EXPECT_TRUE(
        std::ranges::equal(jacobian(first), std::span(all).subspan(std::size_t(first) * rows)))
        << first;
}

TEST_P(BackendEvaluator, TakesNewScales) {
  const auto r = residuals();
  evaluator->set_scales(0, {1.4, 3.8}, AlignedVector<double>(531, 2.0));
  evaluator->set_scales(1, {1.25, 0.5}, {});
  const auto scaled = residuals();
  for (int i = 0; i < 2 * 531; ++i) EXPECT_DOUBLE_EQ(scaled[i], 4 * r[i]);
  for (int i = 0; i < 2 * 37; ++i)
    EXPECT_DOUBLE_EQ(c.terms[1].point_scale[i % 37] * scaled[2 * 531 + i], r[2 * 531 + i]);
  EXPECT_THROW(evaluator->set_scales(0, {1.0}, {}), std::logic_error);
  EXPECT_THROW(evaluator->set_scales(1, {1.0, 1.0}, AlignedVector<double>(36)), std::logic_error);
}

TEST_P(BackendEvaluator, ShowsNonFiniteParametersInItsResults) {
  for (double bad : {std::numeric_limits<double>::quiet_NaN(), 1e200}) {
    c.theta[0] = bad;
    EXPECT_FALSE(std::isfinite(evaluator->loss(c.theta)));
    gradient();
    EXPECT_FALSE(std::isfinite(loss_beside_gradient));
  }
}

}  // namespace
}  // namespace kanpde::kernels
