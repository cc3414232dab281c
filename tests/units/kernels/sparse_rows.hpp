#pragma once
/// Jacobians in compressed rows against dense ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/base/parallel.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_networks.hpp"
#include "tests/units/kernels/random_terms.hpp"

namespace kanpde::oracle {

/// random_term() of this seed at random points of [-1.3, 1.3]^2, some of which lie off the grids.
inline kernels::Term placed_term(std::uint64_t seed) {
  kernels::Term term = kernels::oracle::random_term(seed);
  Random random(seed, 6);
  term.x = Columns(2 * term.copies, term.points);
  for (double& x : term.x.values()) x = random.uniform(-1.3, 1.3);
  return term;
}

inline std::vector<kernels::Term> placed_terms(std::uint64_t seed, int count) {
  std::vector<kernels::Term> result;
  for (int t = 0; t < count; ++t) result.push_back(placed_term(seed + std::uint64_t(t)));
  return result;
}

/// The same residuals, and the same J to rounding in sums of derivatives up to order two.
inline void expect_dense(kernels::Evaluator& evaluator, const std::vector<double>& theta,
                         int first_column) {
  const int rows = evaluator.rows(), columns = evaluator.parameters() - first_column;
  std::vector<double> r(rows), same(rows), dense(std::size_t(rows) * columns);
  evaluator.jacobian(theta, first_column, r.data(), dense.data());
  kernels::SparseRows j;
  ASSERT_TRUE(evaluator.sparse_jacobian(theta, first_column, same.data(), j));
  EXPECT_EQ(std::memcmp(r.data(), same.data(), 8 * r.size()), 0);  // some are not numbers
  ASSERT_EQ(j.columns, columns);
  ASSERT_EQ(int(j.begin.size()), rows + 1);
  ASSERT_EQ(j.begin.front(), 0);
  ASSERT_EQ(std::size_t(j.begin.back()), j.value.size());
  ASSERT_EQ(j.column.size(), j.value.size());
  for (int i = 0; i < rows; ++i) {
    std::vector<double> row(columns, 0.0);
    double largest = 0, worst = 0;
    bool expected_finite = true, finite = true;  // not where a random tape is not
    for (auto k = j.begin[i]; k < j.begin[i + 1]; ++k) {
      ASSERT_TRUE(j.column[k] >= 0 && j.column[k] < columns);
      ASSERT_TRUE(k == j.begin[i] || j.column[k - 1] < j.column[k]);
      row[j.column[k]] = j.value[k];
    }
    for (int k = 0; k < columns; ++k) {
      const double expected = dense[std::size_t(k) * rows + i];
      expected_finite = expected_finite && std::isfinite(expected);
      finite = finite && std::isfinite(row[k]);
      largest = std::max(largest, std::abs(expected));
      worst = std::max(worst, std::abs(expected - row[k]));
    }
    EXPECT_EQ(finite, expected_finite);
    if (expected_finite) {
      EXPECT_LE(worst, 1e-13 * largest) << "row " << i;
    }
  }
}

inline kernels::SparseRows sparse_with(int team, kernels::Evaluator& evaluator,
                                       const std::vector<double>& theta, int first_column) {
  set_threads(team);
  std::vector<double> r(evaluator.rows());
  kernels::SparseRows j;
  EXPECT_TRUE(evaluator.sparse_jacobian(theta, first_column, r.data(), j));
  set_threads(0);
  return j;
}

inline void expect_same_for_any_threads(kernels::Evaluator& evaluator,
                                        const std::vector<double>& theta, int first_column) {
  const auto one = sparse_with(1, evaluator, theta, first_column);
  const auto three = sparse_with(3, evaluator, theta, first_column);
  EXPECT_EQ(one.begin, three.begin);
  EXPECT_EQ(one.column, three.column);
  ASSERT_EQ(one.value.size(), three.value.size());
  EXPECT_EQ(std::memcmp(one.value.data(), three.value.data(), 8 * one.value.size()), 0);
}

}  // namespace kanpde::oracle
