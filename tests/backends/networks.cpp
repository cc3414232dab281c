/// Every kind of layer and jet on the other backends against the CPU.

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "kernels/devices.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_terms.hpp"

namespace kanpde::kernels {
namespace {

using Kind = Target::Kind;
using oracle::Example;
using oracle::example_term;
using oracle::examples;

double largest(const std::vector<double>& values) {
  double size = 0;
  for (double v : values) size = std::max(size, std::abs(v));
  return size;
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  const double bound = tolerance * largest(b);
  for (std::size_t k = 0; k < a.size(); ++k) ASSERT_NEAR(a[k], b[k], bound) << "entry " << k;
}

struct Results {
  double loss;
  std::vector<double> r, gradient, jacobian;
};

Results evaluate(Evaluator& e, const std::vector<double>& theta) {
  Results results;
  results.r.assign(e.rows(), 9e9);
  results.gradient.assign(theta.size(), 9e9);
  results.jacobian.assign(std::size_t(e.rows()) * theta.size(), 9e9);
  results.loss = e.loss_gradient(theta, results.gradient);
  e.jacobian(theta, 0, results.r.data(), results.jacobian.data());
  return results;
}

class Networks : public testing::TestWithParam<std::tuple<Kind, int>> {
 protected:
  void compare(bool single_precision, double tolerance) {
    const Kind kind = std::get<Kind>(GetParam());
    if (kind == Kind::cuda && list_devices().devices.empty())
      GTEST_SKIP() << "no GPU: " << list_devices().reason;
    const Example example = examples()[std::get<int>(GetParam())];
    const std::vector<double> theta = oracle::draw_parameters(example.shape, 5);
    const auto cpu = make_cpu_evaluator(example.shape, {example_term(example, 61)}, 0);
    const Results expected = evaluate(*cpu, theta);
    EXPECT_DOUBLE_EQ(expected.loss, cpu->loss(theta));  // the compiler may contract them otherwise
    for (std::size_t tile_bytes : {std::size_t(20'000), std::size_t(1) << 28}) {
      Target target;
      target.kind = kind;
      target.tile_bytes = tile_bytes;
      target.single_precision = single_precision;
      const auto device = make_evaluator(target, example.shape, {example_term(example, 61)}, 0);
      const Results results = evaluate(*device, theta);
      if (kind == Kind::cuda)  // the gradient may come from another kernel, which adds up otherwise
        EXPECT_NEAR(results.loss, device->loss(theta), tolerance * results.loss);
      else
        EXPECT_EQ(results.loss, device->loss(theta));
      EXPECT_NEAR(results.loss, expected.loss, tolerance * expected.loss);
      expect_near(results.r, expected.r, tolerance);
      expect_near(results.gradient, expected.gradient, tolerance);
      expect_near(results.jacobian, expected.jacobian, tolerance);
    }
  }
};

TEST_P(Networks, AgreeWithTheCpu) { compare(false, 2e-13); }
TEST_P(Networks, AgreeWithTheCpuInSinglePrecision) { compare(true, 3e-4); }

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, int>>& info) {
  return examples()[std::get<int>(info.param)].name +
         (std::get<Kind>(info.param) == Kind::cuda ? "_on_cuda" : "_emulated");
}

INSTANTIATE_TEST_SUITE_P(Backends, Networks,
                         testing::Combine(testing::Values(Kind::emulated, Kind::cuda),
                                          testing::Range(0, int(examples().size()))),
                         name_of);

}  // namespace
}  // namespace kanpde::kernels
