/// The adjoint of jets: rows of the Jacobian against dual numbers in long double, the gradient
/// against the Jacobian.

#include "kernels/cpu/network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/base/random.hpp"
#include "tests/units/kernels/example_networks.hpp"
#include "tests/units/kernels/naive_network.hpp"

namespace kanpde::kernels {
namespace {

using oracle::Dual;
using oracle::Real;

/// A block with random points and random seeds.
class Block {
 public:
  Block(const NetworkShape& shape, const JetPlan& plan, int copies)
      : shape_(shape),
        plan_(plan),
        points_(BlockNetwork::block_points(plan, copies)),
        x_(shape.inputs, points_),
        seed_(shape.outputs * plan.components(), points_),
        theta_(oracle::draw_parameters(shape, 3)),
        network_(shape, plan, points_, true) {
    Random random(8);
    for (double& value : x_.values()) value = random.uniform(-1.6, 1.6);
    for (double& value : seed_.values()) value = random.normal();
    std::vector<const double*> pointers;
    for (int i = 0; i < shape.inputs; ++i) pointers.push_back(x_.column(i));
    network_.forward(theta_.data(), pointers.data());
  }
  int points() const { return points_; }

  std::vector<double> gradient() {
    std::vector<double> g(shape_.parameters);
    for (int time = 0; time < 2; ++time) {  // backward() adds
      set_seed();
      network_.backward(theta_.data(), g.data());
    }
    for (double& value : g) value *= 0.5;
    return g;
  }

  /// Column-major, `count` rows.
  std::vector<double> jacobian(int first_column, int copies, int count, bool add) {
    set_seed();
    std::vector<double> j(std::size_t(count) * (shape_.parameters - first_column), add ? 0.5 : 9e9);
    network_.jacobian(theta_.data(), first_column, copies, count, add, j.data(), count);
    for (double& value : j) value -= add ? 0.5 : 0.0;
    return j;
  }

  /// d(seed . output)/dtheta v at point p, with the size of its terms.
  Real derivative(int p, const std::vector<double>& v, Real* size) const {
    std::vector<Dual> theta(shape_.parameters);
    for (int k = 0; k < shape_.parameters; ++k) theta[k] = {theta_[k], v[k]};
    std::vector<double> at;
    for (int i = 0; i < shape_.inputs; ++i) at.push_back(x_(i, p));
    const auto jets = oracle::jets(shape_, theta, plan_, at);
    Real total = 0;
    for (int c = 0; c < int(jets.size()); ++c) {
      total += seed_(c, p) * jets[c].b;
      *size += std::abs(seed_(c, p) * jets[c].b);
    }
    return total;
  }

 private:
  void set_seed() {
    for (int o = 0; o < shape_.outputs; ++o)
      for (int c = 0; c < plan_.components(); ++c)
        std::copy_n(seed_.column(o * plan_.components() + c), points_,
                    network_.d_output() + o * network_.stride() + c * points_);
  }
  const NetworkShape& shape_;
  const JetPlan& plan_;
  int points_;
  Columns x_, seed_;
  std::vector<double> theta_;
  BlockNetwork network_;
};

std::vector<double> random_direction(const NetworkShape& shape, int first_column) {
  Random random(77);
  std::vector<double> v(shape.parameters);
  for (double& value : v) value = random.normal();
  std::fill_n(v.begin(), first_column, 0.0);
  return v;
}

/// J v row by row, for one point a row or two, with and without the first layers, written and
/// added.
void expect_jacobian(const NetworkShape& shape, const JetPlan& plan, int copies, int first_column,
                     bool add, double tolerance) {
  Block block(shape, plan, copies);
  const int half = block.points() / copies, count = half - 3;
  const auto v = random_direction(shape, first_column);
  const auto j = block.jacobian(first_column, copies, count, add);
  Real largest = 0, worst = 0;
  for (int p = 0; p < count; p += p < 8 ? 1 : 5) {
    Real expected = 0, actual = 0, size = 0;
    for (int copy = 0; copy < copies; ++copy)
      expected += block.derivative(p + copy * half, v, &size);
    for (int k = first_column; k < shape.parameters; ++k)
      actual += Real(j[std::size_t(k - first_column) * count + p]) * v[k];
    largest = std::max(largest, size);
    worst = std::isfinite(actual) ? std::max(worst, std::abs(actual - expected)) : INFINITY;
  }
  EXPECT_LE(worst, tolerance * largest);
}

/// The gradient is the sum of the rows of the Jacobian, to rounding in 100 summands.
void expect_gradient(const NetworkShape& shape, const JetPlan& plan) {
  Block block(shape, plan, 1);
  const auto gradient = block.gradient();
  const auto j = block.jacobian(0, 1, block.points(), false);
  for (int k = 0; k < shape.parameters; ++k) {
    Real sum = 0, size = 0;
    for (int p = 0; p < block.points(); ++p) {
      sum += j[std::size_t(k) * block.points() + p];
      size += std::abs(j[std::size_t(k) * block.points() + p]);
    }
    EXPECT_LE(std::abs(gradient[k] - sum), 1e-12L * size) << k;
  }
}

void expect_adjoint(const NetworkShape& shape, const JetPlan& plan, double tolerance) {
  SCOPED_TRACE(testing::Message() << plan.directions.size() << " directions, order "
                                  << plan.order());
  expect_gradient(shape, plan);
  expect_jacobian(shape, plan, 1, 0, false, tolerance);
  expect_jacobian(shape, plan, 2, 0, true, tolerance);
  const LayerShape& last = shape.layers.back();
  expect_jacobian(shape, plan, 1, last.weights, false, tolerance);
  expect_jacobian(shape, plan, 2, last.weights + 1, false, tolerance);
}

void expect_adjoint(const NetworkShape& shape, int order, double tolerance) {
  expect_adjoint(shape, oracle::mixed_plan(shape.inputs, order, 5), tolerance);
}

constexpr double tolerance = 1e-12;

class BsplineAdjoint : public testing::TestWithParam<int> {};

TEST_P(BsplineAdjoint, AgreesWithDualNumbersInEveryOrder) {
  const int degree = GetParam();
  const auto shape =
      oracle::make_network(2,
                           {{3, Features::bspline, degree, degree + 3, Features::silu},
                            {2, Features::bspline, degree, degree + 2},
                            {2, Features::bspline, degree, degree + 3, Features::tanh, true}},
                           degree);
  for (int order = 0; order <= std::min(4, degree); order += degree < 8 ? 1 : 2)
    expect_adjoint(shape, order, degree < 8 ? tolerance : 1e-11);
}
INSTANTIATE_TEST_SUITE_P(Degree, BsplineAdjoint,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

TEST(Adjoint, OfOtherBasesAgreesWithDualNumbers) {
  for (const Features basis :
       {Features::rbf, Features::chebyshev, Features::fourier, Features::rational})
    for (const Features base : {Features::none, Features::identity, Features::gelu}) {
      SCOPED_TRACE(testing::Message() << int(basis) << " base " << int(base));
      const auto shape = oracle::make_network(
          2, {{4, basis, 0, 5, base}, {3, basis, 0, 6, base}, {2, basis, 0, 1, base}}, 17);
      for (int order = 0; order <= 4; ++order) expect_adjoint(shape, order, 1e-11);
    }
}

TEST(Adjoint, OfPerceptronsAgreesWithDualNumbers) {
  for (const Features f : {Features::tanh, Features::sin, Features::silu, Features::gelu}) {
    const auto shape = oracle::make_network(3,
                                            {{7, Features::identity, 0, 1, Features::none, true},
                                             {13, f, 0, 1, Features::none, true},
                                             {9, f, 0, 1, Features::none, true},
                                             {3, f, 0, 1, Features::none, true}},
                                            19);
    for (int order = 0; order <= 4; ++order) expect_adjoint(shape, order, tolerance);
  }
}

TEST(Adjoint, OfCommonPlansAgreesWithDualNumbers) {
  const auto shape = oracle::make_network(3,
                                          {{5, Features::bspline, 3, 7, Features::silu},
                                           {4, Features::tanh, 0, 1, Features::none, true},
                                           {7, Features::rbf, 0, 5},
                                           {2, Features::chebyshev, 0, 4, Features::none, true}},
                                          29);
  for (const JetPlan& plan : oracle::common_plans(3)) expect_adjoint(shape, plan, tolerance);
}

TEST(Adjoint, OfLayersInBlocksAgreesWithDualNumbers) {
  const auto shape =
      oracle::make_network(2,
                           {{6, Features::identity, 0, 1, Features::none, true, true},
                            {9, Features::bspline, 5, 8, Features::silu, true, false, 3},
                            {6, Features::tanh, 0, 1, Features::none, true, false, 3},
                            {12, Features::sin, 0, 1, Features::none, false, false, 3},
                            {6, Features::bspline, 6, 9, Features::none, true, false, 3}},
                           31);
  for (int order = 0; order <= 4; ++order) expect_adjoint(shape, order, tolerance);
}

TEST(Adjoint, PassesFrozenLayersAndEmbeddings) {
  const auto shape = oracle::make_network(2,
                                          {{6, Features::sin, 0, 1, Features::none, true, true},
                                           {4, Features::none, 0, 0, Features::silu, true},
                                           {5, Features::tanh, 0, 1, Features::none, true, true},
                                           {2, Features::bspline, 6, 9, Features::identity}},
                                          23, {1, 2});
  for (int order = 0; order <= 4; ++order) expect_adjoint(shape, order, tolerance);
}

}  // namespace
}  // namespace kanpde::kernels
