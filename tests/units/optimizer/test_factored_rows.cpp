#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "solver/optimizer/factored_rows.hpp"
#include "tests/units/optimizer/sparse_samples.hpp"

using namespace kanpde;
using namespace kanpde::solver;
using kernels::SparseRows;

namespace {

constexpr int lines = 6, places = 5, functions = 3;

/// Rows of one place over the nodes given, their parts of every function combinations of `rank`
/// random vectors.
Matrix rows_at(const std::vector<int>& nodes, int rows, int rank, std::uint64_t seed) {
  Random random(seed);
  const auto normal = [&] { return random.normal(); };
  const Matrix vectors = Matrix::NullaryExpr(int(nodes.size()), rank, normal);
  Matrix A = Matrix::Zero(rows, lines * places * functions);
  for (int i = 0; i < rows; ++i)
    for (int c = 0; c < functions; ++c) {
      const Vector part = vectors * Matrix::NullaryExpr(rank, 1, normal);
      for (std::size_t k = 0; k < nodes.size(); ++k)
        A(i, c * lines * places + nodes[k]) = part(int(k));
    }
  return A;
}

/// A'A x group by group, which has to agree with the dense product; the rank of the first group.
int rank_and_check(const Matrix& A) {
  SparseRows sparse = compress(A);
  sparse.torus = {lines, places};
  const RowGroups groups = group_rows(sparse, std::vector<int>(std::size_t(A.rows()), 0));
  const FactoredRows factored(sparse, groups);
  const Vector x = random_vector(int(A.cols()), 7), expected = A.transpose() * (A * x);
  Vector found = Vector::Zero(x.size());
  FactoredRows::Scratch scratch;
  for (int g = 0; g < groups.count(); ++g) factored.add_square(g, x, scratch, found);
  EXPECT_LT((found - expected).norm(), 1e-13 * expected.norm());
  return factored.rank(0);
}

const std::vector<int> square = {6, 7, 8, 11, 12, 13, 16, 17, 18};

}  // namespace

TEST(FactoredRows, FindsTheRankOfRowsAtOnePlace) {
  for (const int rank : {1, 2, 3}) EXPECT_EQ(rank_and_check(rows_at(square, 4, rank, 1)), rank);
}

TEST(FactoredRows, ReadsTheMatrixWhereFactorsWouldBeLonger) {
  EXPECT_EQ(rank_and_check(rows_at(square, 4, 9, 2)), 0);
}

TEST(FactoredRows, ReadsTheMatrixWhereFunctionsHaveOtherNodes) {
  Matrix A = rows_at(square, 4, 2, 3);
  A.col(lines * places + square.front()).setZero();
  EXPECT_EQ(rank_and_check(A), 0);
  A.col(lines * places + 0).setOnes();  // as many again, but not the same
  EXPECT_EQ(rank_and_check(A), 0);
}

TEST(FactoredRows, TakesEveryGroupByItself) {
  Matrix A(9, lines * places * functions);
  A << rows_at(square, 4, 2, 4), rows_at({0, 1, 2, 3}, 3, 1, 5), rows_at({20, 24, 29}, 2, 3, 6);
  rank_and_check(A);
}
