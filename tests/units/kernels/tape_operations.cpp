// The CPU interpreter of tapes against the scalar functions of the standard library.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/base/random.hpp"
#include "kernels/tape.hpp"

namespace kanpde::kernels {
namespace {

using Columns = std::vector<std::vector<double>>;

/// Runs a tape at n points; outputs have a sentinel behind them that must survive.
Columns run(const Tape& tape, int n, const Columns& inputs, std::vector<char> is_uniform = {}) {
  is_uniform.resize(inputs.size(), 0);
  std::vector<const double*> in;
  for (const auto& column : inputs) in.push_back(column.data());
  const std::unique_ptr<bool[]> uniform(new bool[inputs.size() + 1]);
  for (std::size_t i = 0; i < inputs.size(); ++i) uniform[i] = is_uniform[i];
  Columns results(tape.outputs.size(), std::vector<double>(std::size_t(n) + 1, -77.0));
  std::vector<double*> out;
  for (auto& column : results) out.push_back(column.data());
  AlignedVector<double> scratch(std::size_t(tape.registers) * tape_block,
                                std::numeric_limits<double>::quiet_NaN());
  evaluate(tape, n, in.data(), uniform.get(), out.data(), scratch.data());
  for (auto& column : results) {
    EXPECT_EQ(column.back(), -77.0) << "wrote behind the last point";
    column.pop_back();
  }
  return results;
}

/// output = op(input 0, input 1, input 2), all in registers of their own.
Tape tape_of(Op op, int operands, int literal = 0) {
  Tape tape;
  tape.inputs = operands;
  tape.registers = operands + 1;
  for (int i = 0; i < operands; ++i) tape.code.push_back({Op::input, i, i, -1, -1, 0});
  const int b = op == Op::powi ? literal : operands > 1 ? 1 : -1;
  tape.code.push_back({op, operands, 0, b, operands > 2 ? 2 : -1, 0});
  tape.outputs = {operands};
  return tape;
}

struct Case {
  const char* name;
  Op op;
  double low, high;
  std::function<double(double, double, double)> oracle;
  int operands = 1;
  int literal = 0;
};

std::vector<Case> cases() {
  const auto unary = [](double (*f)(double)) {
    return [f](double a, double, double) { return f(a); };
  };
  return {
      {"add", Op::add, -9, 9, [](double a, double b, double) { return a + b; }, 2},
      {"sub", Op::sub, -9, 9, [](double a, double b, double) { return a - b; }, 2},
      {"mul", Op::mul, -9, 9, [](double a, double b, double) { return a * b; }, 2},
      {"div", Op::div, -9, 9, [](double a, double b, double) { return a / b; }, 2},
      {"pow", Op::pow, 0.1, 5, [](double a, double b, double) { return std::pow(a, b); }, 2},
      {"min", Op::min, -9, 9, [](double a, double b, double) { return std::fmin(a, b); }, 2},
      {"max", Op::max, -9, 9, [](double a, double b, double) { return std::fmax(a, b); }, 2},
      {"select", Op::select, -9, 9, [](double a, double b, double c) { return a > 0 ? b : c; }, 3},
      {"neg", Op::neg, -9, 9, [](double a, double, double) { return -a; }},
      {"sign", Op::sign, -9, 9, [](double a, double, double) { return a > 0 ? 1.0 : -1.0; }},
      {"step", Op::step, -9, 9, [](double a, double, double) { return a >= 0 ? 1.0 : 0.0; }},
      {"square", Op::square, -9, 9, [](double a, double, double) { return a * a; }},
      {"powi 3", Op::powi, -3, 3, [](double a, double, double) { return a * a * a; }, 1, 3},
      {"powi 11", Op::powi, -3, 3, [](double a, double, double) { return std::pow(a, 11); }, 1, 11},
      {"powi -4", Op::powi, -3, 3, [](double a, double, double) { return std::pow(a, -4); }, 1, -4},
      {"powi 0", Op::powi, -3, 3, [](double, double, double) { return 1.0; }, 1, 0},
      {"abs", Op::abs, -9, 9, unary(std::fabs)},
      {"sqrt", Op::sqrt, 0, 9, unary(std::sqrt)},
      {"floor", Op::floor, -9, 9, unary(std::floor)},
      {"exp", Op::exp, -20, 20, unary(std::exp)},
      {"exp far out", Op::exp, -760, 720, unary(std::exp)},
      {"log", Op::log, 0, 9, unary(std::log)},
      {"sin", Op::sin, -100, 100, unary(std::sin)},
      {"cos", Op::cos, -100, 100, unary(std::cos)},
      {"sin far out", Op::sin, -1e6, 1e6, unary(std::sin)},
      {"tan", Op::tan, -1.5, 1.5, unary(std::tan)},
      {"asin", Op::asin, -1, 1, unary(std::asin)},
      {"acos", Op::acos, -1, 1, unary(std::acos)},
      {"atan", Op::atan, -30, 30, unary(std::atan)},
      {"sinh", Op::sinh, -5, 5, unary(std::sinh)},
      {"cosh", Op::cosh, -5, 5, unary(std::cosh)},
      {"tanh", Op::tanh, -8, 8, unary(std::tanh)},
      {"erf", Op::erf, -3, 3, unary(std::erf)},
      {"asinh", Op::asinh, -9, 9, unary(std::asinh)},
      {"acosh", Op::acosh, 1, 9, unary(std::acosh)},
      {"atanh", Op::atanh, -1, 1, unary(std::atanh)},
  };
}

/// Four units in the last place of the result, or of 1 for functions whose argument is reduced.
double tolerance(const Case& c, double expected) {
  const bool reduced = c.op == Op::sin || c.op == Op::cos;
  return 4 * std::numeric_limits<double>::epsilon() * (reduced ? 1 : std::fabs(expected));
}

TEST(Tape, AgreesWithTheStandardLibraryForEveryOperationAndSize) {
  for (const Case& c : cases()) {
    const Tape tape = tape_of(c.op, c.operands, c.literal);
    for (int n : {1, 7, 64, 65, 200}) {
      Random random(std::uint64_t(n), std::uint64_t(c.op));
      Columns in(std::size_t(c.operands), std::vector<double>(std::size_t(n)));
      for (auto& column : in)
        for (double& x : column) x = random.uniform(c.low, c.high);
      const std::vector<double> out = run(tape, n, in)[0];
      for (std::size_t p = 0; p < out.size(); ++p) {
        const double b = c.operands > 1 ? in[1][p] : 0, d = c.operands > 2 ? in[2][p] : 0;
        const double expected = c.oracle(in[0][p], b, d);
        if (std::isinf(expected)) {
          EXPECT_EQ(out[p], expected) << c.name << " at " << in[0][p];
        } else {
          EXPECT_NEAR(out[p], expected, tolerance(c, expected)) << c.name << " at " << in[0][p];
        }
      }
    }
  }
}

TEST(Tape, HandlesSpecialValuesLikeTheStandardLibrary) {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const std::vector<double> special = {0.0, -0.0, inf, -inf, nan, 1e-310, 1e300, -1e300, 710, -800};
  for (const Case& c : cases()) {
    const bool compares = c.op == Op::sign || c.op == Op::step;  // of NaN: 0
    if (c.operands != 1 || c.op == Op::powi || compares) continue;
    const std::vector<double> out = run(tape_of(c.op, 1), int(special.size()), {special})[0];
    for (std::size_t p = 0; p < special.size(); ++p) {
      const double expected = c.oracle(special[p], 0, 0);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(out[p])) << c.name << " at " << special[p] << ": " << out[p];
      } else {
        EXPECT_DOUBLE_EQ(out[p], expected) << c.name << " at " << special[p];
      }
    }
  }
  const std::vector<double> sign = run(tape_of(Op::sign, 1), 3, {{0.0, -0.0, nan}})[0];
  EXPECT_EQ(sign, (std::vector<double>{0, 0, 0}));
  const std::vector<double> step = run(tape_of(Op::step, 1), 2, {{0.0, nan}})[0];
  EXPECT_EQ(step, (std::vector<double>{1, 0}));
}

TEST(Tape, SelectIgnoresTheBranchThatIsNotTaken) {
  const double nan = std::nan("");
  const auto out = run(tape_of(Op::select, 3), 3, {{1, -1, 0}, {5, nan, nan}, {nan, 6, 7}})[0];
  EXPECT_EQ(out, (std::vector<double>{5, 6, 7}));
}

TEST(Tape, BroadcastsUniformInputsAndConstants) {
  Tape tape;  // (2.5 * p + x), p uniform; the registers are reused in place
  tape.inputs = 2;
  tape.registers = 2;
  tape.code = {{Op::input, 0, 0, -1, -1, 0},
               {Op::constant, 1, -1, -1, -1, 2.5},
               {Op::mul, 0, 0, 1, -1, 0},
               {Op::input, 1, 1, -1, -1, 0},
               {Op::add, 0, 0, 1, -1, 0}};
  tape.outputs = {0, 1, 0};  // twice the sum, and an input as it is
  const int n = 130;
  std::vector<double> x(n);
  for (int p = 0; p < n; ++p) x[std::size_t(p)] = p;
  const Columns out = run(tape, n, {{4.0}, x}, {1, 0});
  for (int p = 0; p < n; ++p) {
    EXPECT_EQ(out[0][std::size_t(p)], 10.0 + p);
    EXPECT_EQ(out[1][std::size_t(p)], p);
    EXPECT_EQ(out[2][std::size_t(p)], 10.0 + p);
  }
}

TEST(Tape, ReadsNoInputBehindTheLastPoint) {
  // With the address sanitizer a read behind these columns of exact length fails the test.
  for (int n : {1, 3, 63, 66}) {
    const auto column = std::make_unique<double[]>(std::size_t(n));
    for (int p = 0; p < n; ++p) column[std::size_t(p)] = 1.0 + p;
    std::vector<double> out(std::size_t(n), 0);
    const double* in[] = {column.get()};
    double* result[] = {out.data()};
    const bool uniform[] = {false};
    const Tape tape = tape_of(Op::log, 1);
    AlignedVector<double> scratch(std::size_t(tape.registers) * tape_block);
    evaluate(tape, n, in, uniform, result, scratch.data());
    EXPECT_DOUBLE_EQ(out.back(), std::log(double(n)));
  }
}

TEST(Tape, DoesNothingForNoPoints) {
  const Columns out = run(tape_of(Op::exp, 1), 0, {{}});
  EXPECT_TRUE(out[0].empty());
}

TEST(Tape, GivesAPointTheSameBitsWhereverItStands) {
  // The value at a point must not depend on its neighbours in the block.
  for (const Case& c : cases()) {
    if (c.operands != 1) continue;
    const Tape tape = tape_of(c.op, 1, c.literal);
    const double x = c.low + 0.3 * (c.high - c.low);
    std::vector<double> mixed(64, x);
    mixed[1] = 1e300;  // forces the careful branch of its pack
    const double alone = run(tape, 1, {{x}})[0][0];
    const double beside = run(tape, 64, {mixed})[0][0];
    EXPECT_EQ(alone, beside) << c.name;
  }
}

}  // namespace
}  // namespace kanpde::kernels
