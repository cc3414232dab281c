// Residual kernels, interpreted and compiled, against the CPU interpreter and seeds by hand.

#include "kernels/device/residual_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "kernels/device/residual.hpp"
#include "kernels/operations.hpp"
#include "tests/units/kernels/random_terms.hpp"
#include "tests/units/kernels/residual_memory.hpp"
#include "tests/units/kernels/residual_runners.hpp"

namespace kanpde::kernels {
namespace {

using device::residual_program;
using device::residual_source;
using device::ResidualArguments;
using oracle::HostLibrary;
using oracle::ResidualMemory;
using oracle::Tally;

constexpr int random_terms = 40;

std::vector<Term> many_terms() {
  std::vector<Term> terms;
  for (int i = 0; i < random_terms; ++i) terms.push_back(oracle::random_term(std::uint64_t(i)));
  return terms;
}

/// Every mode of every term; most values must be determined well enough for the check to mean
/// something.
template <class T, class Run>
void expect_terms(const std::vector<Term>& terms, Run run) {
  Tally tally;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "term " << i);
    ResidualMemory<T> memory(terms[i], 2, 2, i);
    for (int mode = 0; mode < 2 + terms[i].equations; ++mode)
      memory.expect(
          mode, [&](const ResidualArguments<T>& a) { run(i, a); }, tally);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(tally.compared, 1000);
  EXPECT_GT(double(tally.sharp), 0.7 * double(tally.compared));
}

template <class T>
class Residual : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(Residual, Precisions);

TYPED_TEST(Residual, InterpreterAgreesWithTheCpuOnRandomTapes) {
  const std::vector<Term> terms = many_terms();
  expect_terms<TypeParam>(terms, [&](std::size_t i, const ResidualArguments<TypeParam>& a) {
    oracle::run_interpreter(residual_program(terms[i]), a);
  });
}

TYPED_TEST(Residual, SourceAgreesWithTheCpuOnRandomTapes) {
  KANPDE_NEEDS_HOST_COMPILER();
  const std::vector<Term> terms = many_terms();
  std::vector<std::string> sources;
  for (const Term& term : terms)
    sources.push_back(residual_source(term, std::is_same_v<TypeParam, float>));
  const HostLibrary library(sources);
  expect_terms<TypeParam>(
      terms, [&](std::size_t i, const ResidualArguments<TypeParam>& a) { library.run(i, a); });
}

TEST(ResidualTapes, HoldEveryOperation) {
  std::set<Op> seen;
  for (const Term& term : many_terms()) {
    const auto needed = device::needed_for(term.tape, int(term.tape.outputs.size()));
    for (std::size_t k = 0; k < needed.size(); ++k)
      if (needed[k]) seen.insert(term.tape.code[k].op);
  }
  EXPECT_EQ(int(seen.size()), oracle::operations);
}

/// R_0 = op(q0, q1, q2) at all triples of special values (pairs, single ones where op needs no
/// more), and a partial that is NaN in R_1 alone.
struct Special {
  Op op;
  int literal;
  Term term;
  std::vector<std::vector<double>> values;
};

Special special_of(Op op, int literal) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> values = {0.0, -0.0, inf, -inf, std::nan(""), 1e-310, 1e300, -1e300,
                                      1,   -1,   0.5, -2.5, 710,          -800,   3};
  Special s{op, literal, {}, {}};
  const int operands = kernels::operand_count(op), n = int(values.size());
  int points = 1;
  for (int k = 0; k < operands; ++k) points *= n;
  s.values.assign(3, {});
  for (int p = 0, rest = 0; p < points; ++p, rest = p)
    for (auto& column : s.values) {
      column.push_back(values[std::size_t(rest % n)]);
      rest /= n;
    }
  Term& term = s.term;
  term.points = points;
  term.plan.dimension = 1;
  for (int q = 0; q < 3; ++q) term.quantities.push_back({Quantity::Kind::jet, 0, q, 0});
  term.equations = 2;
  term.partials = {{0, 0}, {1, 0}};
  term.scale = {1, 1};
  Tape& tape = term.tape;
  tape = {3, 5, {}, {3, 3, 3, 4}};
  for (int q = 0; q < 3; ++q) tape.code.push_back({Op::input, q, q, -1, -1, 0});
  const int b = op == Op::powi ? literal : operands > 1 ? 1 : -1;
  tape.code.push_back({op, 3, 0, b, operands > 2 ? 2 : -1, 0});
  tape.code.push_back({Op::constant, 4, -1, -1, -1, std::nan("")});
  return s;
}

std::vector<Special> specials() {
  std::vector<Special> all;
  for (int op = int(Op::add); op < oracle::operations; ++op)
    if (Op(op) != Op::powi) all.push_back(special_of(Op(op), 0));
  for (int n : {0, 1, 2, 3, 6, 7, 31, -1, -4, -2147483647 - 1})
    all.push_back(special_of(Op::powi, n));
  return all;
}

/// Bits for arithmetic; the functions of Highway and the standard library differ in the last
/// places.
void expect_same(const Special& s, double actual, double expected) {
  if (std::isnan(expected) || std::isnan(actual)) {
    EXPECT_EQ(std::isnan(actual), std::isnan(expected));
  } else if (s.op >= Op::exp && s.op <= Op::erf && std::isfinite(expected)) {
    EXPECT_NEAR(actual, expected, 2e-15 * (1 + std::fabs(expected)));
  } else {
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(std::signbit(actual), std::signbit(expected));
  }
}

template <class Run>
void expect_special(const Special& s, Run run) {
  const int n = s.term.points;
  std::vector<double> jets, scale = {1, 1}, r(std::size_t(2 * n), -7),
                            seeds(std::size_t(3 * n), -7);
  for (const auto& column : s.values) jets.insert(jets.end(), column.begin(), column.end());
  ResidualArguments<double> a;
  a.mode = 2;
  a.count = n;
  a.jets = {jets.data(), jets.size()};
  a.component_stride = n;
  a.half = n;
  a.scale = {scale.data(), 2};
  a.r = {r.data(), r.size()};
  a.row_stride = n;
  a.seeds = {seeds.data(), seeds.size()};
  run(a);
  const auto expected = oracle::interpret(s.term.tape, n, s.values)[0];
  for (int p = 0; p < n; ++p) {
    SCOPED_TRACE(testing::Message()
                 << "operation " << int(s.op) << " " << s.literal << " of "
                 << s.values[0][std::size_t(p)] << ", " << s.values[1][std::size_t(p)] << ", "
                 << s.values[2][std::size_t(p)]);
    expect_same(s, r[std::size_t(p)], expected[std::size_t(p)]);
    const double sum = seeds[std::size_t(p)], value = expected[std::size_t(p)];
    expect_same(s, sum == 0 && value == 0 ? value : sum, value);  // 0 + -0 is 0
    EXPECT_EQ(seeds[std::size_t(n + p)], 0);
    EXPECT_EQ(seeds[std::size_t(2 * n + p)], 0);
  }
}

TEST(ResidualSpecialValues, InterpreterTreatsThemAsTheCpuDoes) {
  for (const Special& s : specials())
    expect_special(s, [&](const auto& a) { oracle::run_interpreter(residual_program(s.term), a); });
}

TEST(ResidualSpecialValues, SourceTreatsThemAsTheCpuDoes) {
  KANPDE_NEEDS_HOST_COMPILER();
  const std::vector<Special> all = specials();
  std::vector<std::string> sources;
  for (const Special& s : all) sources.push_back(residual_source(s.term, false));
  const HostLibrary library(sources);
  for (std::size_t i = 0; i < all.size(); ++i)
    expect_special(all[i], [&](const auto& a) { library.run(i, a); });
}

/// R_e = constant e.
Term constants(const std::vector<double>& values) {
  Term term;
  term.points = 1;
  term.equations = int(values.size());
  term.scale.assign(values.size(), 1.0);
  for (int e = 0; e < term.equations; ++e) {
    term.tape.code.push_back({Op::constant, e, -1, -1, -1, values[std::size_t(e)]});
    term.tape.outputs.push_back(e);
  }
  term.tape.registers = term.equations;
  return term;
}

template <class T>
void expect_exact(const Term& term, const std::vector<double>& values) {
  const HostLibrary library({residual_source(term, std::is_same_v<T, float>)});
  std::vector<T> scale(values.size(), T(1)), r(values.size());
  ResidualArguments<T> a;
  a.count = 1;
  a.scale = {scale.data(), scale.size()};
  a.r = {r.data(), r.size()};
  a.row_stride = 1;
  library.run(0, a);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T expected = T(values[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(r[i]));
    } else {
      EXPECT_EQ(std::memcmp(&r[i], &expected, sizeof expected), 0) << r[i] << " for " << expected;
    }
  }
}

TEST(ResidualSource, KeepsEveryBitOfConstants) {
  KANPDE_NEEDS_HOST_COMPILER();
  std::vector<double> values = {
      0.1,   -0.1, 1.0 / 3, 1e-310, 5e-324, 1.7976931348623157e308, -0.0,        0.0,
      1e-45, 3e38, 1,       -2,     1e22,   123456789012345678.0,   std::nan("")};
  values.push_back(std::numeric_limits<double>::infinity());
  values.push_back(-std::numeric_limits<double>::infinity());
  Random random(9);
  for (int i = 0; i < 30; ++i) values.push_back(random.normal() * std::exp(20 * random.normal()));
  expect_exact<double>(constants(values), values);
  expect_exact<float>(constants(values), values);
}

TEST(ResidualSource, DependsOnTheExpressionAlone) {
  const Term term = oracle::random_term(4);
  Term other = term;
  other.points += 70;
  other.columns = Columns(2, other.points);
  other.scale.assign(other.scale.size(), 3.5);
  other.point_scale.clear();
  EXPECT_EQ(residual_source(term, false), residual_source(other, false));
  EXPECT_NE(residual_source(term, false), residual_source(term, true));
  other.tape.code.push_back({Op::neg, other.tape.outputs[0], other.tape.outputs[0], -1, -1, 0});
  EXPECT_NE(residual_source(term, false), residual_source(other, false));
}

TEST(ResidualSource, HasNoHeadersAndOnlySinglePrecisionInAFloatKernel) {
  for (int i = 0; i < 8; ++i) {
    const std::string text = residual_source(oracle::random_term(std::uint64_t(i)), true);
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("#include")));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("double")));
    for (const char* name : {" sin(", " pow(", " exp(", " fabs(", " sqrt(", " floor(", " erf("})
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(name)));
  }
}

TEST(ResidualProgram, SumsPartialsOfTwoQuantitiesAtOnePlace) {
  Term term = constants({2.0, 3.0, 5.0});  // R_0, dR_0/dq0, dR_0/dq1 with q0 and q1 the same
  term.equations = 1;
  term.scale = {2.0};
  term.quantities = {{Quantity::Kind::jet, 0, 0, 0}, {Quantity::Kind::jet, 0, 0, 0}};
  term.partials = {{0, 0}, {0, 1}};
  term.tape.inputs = 2;
  const auto program = residual_program(term);
  ASSERT_EQ(program.targets.size(), 1u);
  EXPECT_EQ(program.targets[0].end - program.targets[0].begin, 2);
}

TEST(ResidualProgram, RefusesTapesThatDoNotFit) {
  const Term good = oracle::random_term(1);
  EXPECT_NO_THROW(residual_program(good));
  const auto refuses = [&](auto change) {
    Term bad = good;
    change(bad);
    EXPECT_THROW(residual_program(bad), std::logic_error);
    EXPECT_THROW(residual_source(bad, false), std::logic_error);
  };
  refuses([](Term& t) { t.tape.registers = 1; });
  refuses([](Term& t) { t.tape.outputs.pop_back(); });
  refuses([](Term& t) { t.quantities.pop_back(); });
  refuses([](Term& t) { t.tape.code.erase(t.tape.code.begin()); });
  refuses([](Term& t) { t.partials[0].quantity = 99; });
  refuses([](Term& t) { t.tape.code[0].target = -1; });
}

TEST(ResidualProgram, DropsWhatTheResidualsDoNotNeed) {
  const Term term = oracle::random_term(2);
  const auto program = residual_program(term);
  EXPECT_LT(program.residual_code.size(), program.code.size());
  EXPECT_EQ(program.code.size(), term.tape.code.size());
}

}  // namespace
}  // namespace kanpde::kernels
