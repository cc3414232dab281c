/// J in compressed rows against J in columns, for a last layer of B-splines.

#include "tests/units/kernels/sparse_rows.hpp"

namespace kanpde::kernels {
namespace {

using kanpde::oracle::expect_dense;
using kanpde::oracle::expect_same_for_any_threads;
using kanpde::oracle::placed_terms;

constexpr int scalars = 2;

NetworkShape fine_network(Features base, bool bias) {
  return kanpde::oracle::make_network(
      2, {{2, Features::bspline, 3, 6, Features::silu}, {2, Features::bspline, 5, 31, base, bias}},
      9);
}

std::vector<double> parameters(const NetworkShape& shape) {
  auto theta = kanpde::oracle::draw_parameters(shape, 4);
  theta.insert(theta.end(), {0.7, -0.4});
  return theta;
}

TEST(SparseJacobian, HasTheEntriesOfTheDenseOne) {
  for (const Features base : {Features::none, Features::silu})
    for (const bool bias : {false, true}) {
      const auto shape = fine_network(base, bias);
      const auto evaluator = make_cpu_evaluator(shape, placed_terms(0, 40), scalars);
      const int first = shape.layers.back().weights;
      for (const int column : {first, first + 1, first + 40, shape.parameters})
        expect_dense(*evaluator, parameters(shape), column);
    }
}

TEST(SparseJacobian, OfBlocksHasTheEntriesOfTheDenseOne) {
  const auto shape =
      kanpde::oracle::make_network(2,
                                   {{4, Features::identity, 0, 1, Features::none, true, true},
                                    {6, Features::bspline, 3, 6, Features::silu, false, false, 2},
                                    {4, Features::bspline, 5, 31, Features::silu, true, false, 2}},
                                   9);
  const auto evaluator = make_cpu_evaluator(shape, placed_terms(0, 40), scalars);
  const int first = shape.layers.back().weights;
  for (const int column : {first, first + 1, first + 240, shape.parameters})
    expect_dense(*evaluator, parameters(shape), column);
}

TEST(SparseJacobian, IsTheSameForAnyNumberOfThreads) {
  const auto shape = fine_network(Features::silu, true);
  const auto evaluator = make_cpu_evaluator(shape, placed_terms(50, 30), scalars);
  expect_same_for_any_threads(*evaluator, parameters(shape), shape.layers.back().weights);
}

TEST(SparseJacobian, StoresTheSplinesThatAreNotZeroOfOutputsThatTakePart) {
  const auto shape = fine_network(Features::none, false);
  Term term = kanpde::oracle::placed_term(3);
  term.partials.clear();
  term.tape.outputs.resize(term.equations);
  for (int e = 0; e < term.equations; ++e) {
    term.partials.push_back({e, 0});  // the value of output 0
    term.tape.outputs.push_back(term.tape.outputs.front());
  }
  term.copies = 1;
  term.quantities[1].copy = 0;
  term.x = Columns(2, term.points);
  const auto evaluator = make_cpu_evaluator(shape, {term}, scalars);
  std::vector<double> r(evaluator->rows());
  SparseRows j;
  const int first = shape.layers.back().weights;
  ASSERT_TRUE(evaluator->sparse_jacobian(parameters(shape), first, r.data(), j));
  EXPECT_EQ(j.begin.back(), std::int64_t(evaluator->rows()) * 2 * 6);  // two inputs, degree 5
}

TEST(SparseJacobian, IsRefusedWhereItWouldNotBeSparse) {
  std::vector<double> r(1000);
  SparseRows j;
  const auto fine = fine_network(Features::none, false);
  const auto all = make_cpu_evaluator(fine, placed_terms(0, 3), scalars);
  EXPECT_FALSE(all->sparse_jacobian(parameters(fine), 0, r.data(), j));
  const auto coarse = kanpde::oracle::make_network(
      2, {{2, Features::bspline, 3, 6}, {2, Features::bspline, 5, 9}}, 9);
  const auto few = make_cpu_evaluator(coarse, placed_terms(0, 3), scalars);
  EXPECT_FALSE(few->sparse_jacobian(parameters(coarse), coarse.layers.back().weights, r.data(), j));
  EXPECT_TRUE(j.begin.empty());
}

}  // namespace
}  // namespace kanpde::kernels
