#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <cstring>

#include "kernels/base/parallel.hpp"
#include "solver/optimizer/banded_least_squares.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "solver/optimizer/torus_least_squares.hpp"
#include "tests/units/optimizer/sparse_samples.hpp"

using namespace kanpde;
using namespace kanpde::solver;

namespace {

/// Nodes along both axes, functions a node, nodes along an axis that share a row.
struct Torus {
  int lines, places, functions, reach;
  int nodes() const { return lines * places; }
  int columns() const { return nodes() * functions; }
  int column(int i, int j, int c) const {
    return (c * lines + (i + lines) % lines) * places + (j + places) % places;
  }
};

/// Of each cell of the torus as many rows as make 1.5 of them a column, alike but for a random part
/// of size `variation`.
Matrix rows_on(const Torus& t, double variation, std::uint64_t seed) {
  Random random(seed);
  const int rows = (3 * t.functions + 1) / 2, width = t.reach * t.reach * t.functions;
  Matrix same(rows, width);
  for (double& x : same.reshaped()) x = random.normal();
  Matrix A = Matrix::Zero(t.nodes() * rows, t.columns());
  for (int i = 0, row = 0; i < t.lines; ++i)
    for (int j = 0; j < t.places; ++j)
      for (int r = 0; r < rows; ++r, ++row)
        for (int k = 0; k < width; ++k) {
          const int a = k / (t.reach * t.functions), b = k / t.functions % t.reach;
          A(row, t.column(i + a, j + b, k % t.functions)) =
              same(r, k) + variation * random.normal();
        }
  return A;
}

SparseRows compress_on(const Torus& t, const Matrix& A) {
  SparseRows s = compress(A);
  s.torus = {t.lines, t.places};
  return s;
}

TorusMean mean_of(const SparseRows& A) {
  return TorusMean(A, group_rows(A, std::vector<int>(std::size_t(A.rows()), 0)), 0);
}

/// The mean of A'A over all translations, term by term.
Matrix mean_over_translations(const Torus& t, const Matrix& A) {
  const Matrix G = A.transpose() * A;
  Matrix mean = Matrix::Zero(t.columns(), t.columns());
  for (int i = 0; i < t.lines; ++i)
    for (int j = 0; j < t.places; ++j)
      for (int k = 0; k < t.columns(); ++k)
        for (int l = 0; l < t.columns(); ++l) {
          const auto moved = [&](int column) {
            const int node = column % t.nodes();
            return t.column(node / t.places + i, node % t.places + j, column / t.nodes());
          };
          mean(k, l) += G(moved(k), moved(l)) / t.nodes();
        }
  return mean;
}

const Torus small[] = {{5, 7, 1, 2}, {6, 5, 2, 3}, {4, 4, 3, 4}};  // the last: all share rows

}  // namespace

TEST(TorusMean, InvertsTheMeanOverTranslations) {
  for (const Torus& t : small) {
    const Matrix A = rows_on(t, 0.5, 1);
    const Matrix mean = mean_over_translations(t, A);
    const Vector x = random_vector(t.columns(), 2);
    Vector found = mean * x;
    mean_of(compress_on(t, A)).solve(found);
    EXPECT_LT((found - x).norm(), 1e-10 * x.norm()) << t.lines << " " << t.functions;
  }
}

TEST(TorusMean, KnowsItsLeastEigenvalue) {
  for (const Torus& t : small) {
    const Matrix A = rows_on(t, 0.2, 3);
    const Matrix mean = mean_over_translations(t, A);
    const Vector scale = mean.diagonal().cwiseSqrt().cwiseInverse();
    const Matrix scaled = scale.asDiagonal() * mean * scale.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(scaled, Eigen::EigenvaluesOnly);
    EXPECT_NEAR(mean_of(compress_on(t, A)).least_eigenvalue(), eigen.eigenvalues()(0), 1e-12);
  }
}

TEST(TorusLeastSquares, ComesAsNearAsADenseSolve) {
  for (const Torus& t : {Torus{12, 9, 2, 3}, Torus{5, 16, 1, 4}})
    for (const double variation : {0.0, 0.3}) {
      const Matrix A = rows_on(t, variation, 4);
      const SparseRows sparse = compress_on(t, A);
      const TorusLeastSquares torus(sparse);
      ASSERT_TRUE(torus.is_safe());
      const Vector b = random_vector(int(A.rows()), 5);
      Vector x;
      ASSERT_TRUE(torus.solve(A.transpose() * b, b.squaredNorm(), x));
      const double least = (A * least_squares(A, b).x - b).squaredNorm();
      EXPECT_LE((A * x - b).squaredNorm(), (1 + 1e-7) * least) << variation;
    }
}

TEST(TorusLeastSquares, SolvesExactlyWhereNothingIsLeft) {
  const Torus t{12, 9, 2, 3};
  const Matrix A = rows_on(t, 0.3, 6);
  const SparseRows sparse = compress_on(t, A);
  const Vector expected = random_vector(t.columns(), 7), b = A * expected;
  Vector x;
  ASSERT_TRUE(TorusLeastSquares(sparse).solve(A.transpose() * b, b.squaredNorm(), x));
  EXPECT_LT((x - expected).norm(), 1e-9 * expected.norm());
}

TEST(TorusLeastSquares, IsNotSafeWhereColumnsDependOnEachOther) {
  const Torus t{6, 6, 2, 2};
  Matrix A = rows_on(t, 0.3, 8);
  A.rightCols(t.nodes()) = A.leftCols(t.nodes());
  EXPECT_FALSE(TorusLeastSquares(compress_on(t, A)).is_safe());
  A.rightCols(t.nodes()).setZero();
  EXPECT_FALSE(TorusLeastSquares(compress_on(t, A)).is_safe());
}

TEST(TorusLeastSquares, HasTheSameBitsForAnyNumberOfThreads) {
  const Torus t{12, 9, 2, 3};
  const Matrix A = rows_on(t, 0.3, 9);
  const SparseRows sparse = compress_on(t, A);
  const Vector b = random_vector(int(A.rows()), 10);
  const auto with = [&](int team) {
    set_threads(team);
    Vector x;
    EXPECT_TRUE(TorusLeastSquares(sparse).solve(A.transpose() * b, b.squaredNorm(), x));
    set_threads(0);
    return x;
  };
  const Vector one = with(1), three = with(3);
  EXPECT_EQ(std::memcmp(one.data(), three.data(), sizeof(double) * std::size_t(one.size())), 0);
}

// 64 x 64 nodes are enough for a long QR; without the torus it is the normal equations that are
// factored.
TEST(TorusLeastSquares, AgreesWithABandOfTheNormalEquations) {
  const Torus t{64, 64, 2, 4};
  Random random(11);
  SparseRows sparse;
  sparse.columns = t.columns();
  sparse.begin.push_back(0);
  for (int i = 0; i < t.lines; ++i)
    for (int j = 0; j < t.places; ++j)
      for (int r = 0; r < 4; ++r) {
        std::vector<std::pair<int, double>> row;
        for (int c = 0; c < t.functions; ++c)
          for (int a = 0; a < t.reach; ++a)
            for (int b = 0; b < t.reach; ++b)
              row.emplace_back(t.column(i + a, j + b, c),
                               std::cos(r + 2 * a + 3 * b + 5 * c) + 0.2 * random.normal());
        std::sort(row.begin(), row.end());
        for (const auto& [column, value] : row) {
          sparse.column.push_back(column);
          sparse.value.push_back(value);
        }
        sparse.begin.push_back(std::int64_t(sparse.column.size()));
      }
  const Vector b = random_vector(sparse.rows(), 12);
  const SparseLeastSquaresResult band = sparse_least_squares(sparse, b);
  ASSERT_GT(BandedLeastSquares(sparse).flops(), 3e10);
  sparse.torus = {t.lines, t.places};
  const SparseLeastSquaresResult torus = sparse_least_squares(sparse, b);
  ASSERT_TRUE(band.found && torus.found);
  EXPECT_NE(torus.x, band.x) << "the other way was taken";
  EXPECT_NEAR(torus.residual, band.residual, 1e-7 * band.residual);
  EXPECT_LT((torus.x - band.x).norm(), 1e-3 * band.x.norm());
}
