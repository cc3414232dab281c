#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "kernels/base/random.hpp"
#include "solver/optimizer/banded_least_squares.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "solver/optimizer/narrow_order.hpp"
#include "tests/units/optimizer/sparse_samples.hpp"

using namespace kanpde;
using namespace kanpde::solver;

namespace {
constexpr double epsilon = 2.2e-16;

std::vector<int> shuffled(int n, Random& random) {
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (int k = n - 1; k > 0; --k) std::swap(order[k], order[int(random.uniform() * (k + 1))]);
  return order;
}

/// Rows of `band` random entries beginning at random columns, `per_column` for each column and one
/// that surely begins there; wrapped around where `ring`. Rows and columns in random order.
Matrix banded(int n, int band, double per_column, bool ring, std::uint64_t seed) {
  Random random(seed);
  const int m = n + int(per_column * n);
  Matrix A = Matrix::Zero(m, n);
  const std::vector<int> rows = shuffled(m, random), columns = shuffled(n, random);
  for (int i = 0; i < m; ++i) {
    const int first = i < n ? i : int(random.uniform() * n);
    for (int k = 0; k < band; ++k)
      if (ring || first + k < n) A(rows[i], columns[(first + k) % n]) = random.normal();
  }
  return A;
}

int bandwidth(const SparseRows& A, const std::vector<int>& order) {
  std::vector<int> position(order.size());
  for (int j = 0; j < int(order.size()); ++j) position[order[j]] = j;
  int width = 0;
  for (int i = 0; i < A.rows(); ++i) {
    int first = A.columns, last = -1;
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) {
      first = std::min(first, position[A.column[k]]);
      last = std::max(last, position[A.column[k]]);
    }
    width = std::max(width, last - first + 1);
  }
  return width;
}
}  // namespace

TEST(NarrowOrder, IsAPermutationAlsoOfColumnsThatNothingConnects) {
  Matrix A = Matrix::Zero(3, 6);
  A(0, 1) = A(0, 4) = A(2, 5) = 1;
  std::vector<int> order = narrow_order(compress(A));
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

TEST(NarrowOrder, FindsTheBandBack) {
  for (int band : {2, 7, 20}) {
    EXPECT_LE(bandwidth(compress(banded(300, band, 2, false, 1)),
                        narrow_order(compress(banded(300, band, 2, false, 1)))),
              2 * band);
    const SparseRows ring = compress(banded(300, band, 2, true, 2));
    EXPECT_LE(bandwidth(ring, narrow_order(ring)), 3 * band) << "both ways around";
  }
}

TEST(BandedLeastSquares, AgreesWithADenseFactorisation) {
  for (const bool ring : {false, true})
    for (const auto& [n, band] :
         {std::pair{1, 1}, {15, 4}, {16, 16}, {17, 3}, {200, 1}, {300, 9}, {333, 40}}) {
      const Matrix A = banded(n, band, 1.5, ring, 3);
      const SparseRows sparse = compress(A);
      const Vector b = random_vector(int(A.rows()), 4);
      BandedLeastSquares factors(sparse);
      factors.factor(sparse);
      ASSERT_TRUE(factors.has_full_rank(1e-10));
      const LeastSquaresResult dense = least_squares(A, b);
      EXPECT_LT((factors.solve(b) - dense.x).norm(),
                100 * epsilon * dense.condition * dense.condition * dense.x.norm())
          << n << " columns, " << band << " a row, ring " << ring;
      const Vector gradient = A.transpose() * (A * factors.solve(b) - b);
      EXPECT_LT(gradient.norm(), 1e3 * epsilon * A.norm() * b.norm());
    }
}

TEST(BandedLeastSquares, SolvesAsWellAsADenseOneNearTheLimitOfRank) {
  const int n = 120, m = 400;
  Matrix A = Matrix::Zero(m, n);
  for (int i = 0; i < m; ++i)  // Gaussians that hardly differ from their neighbours
    for (int j = 0; j < n; ++j) {
      const double x = double(i) / m * n - j;
      if (std::abs(x) < 20) A(i, j) = std::exp(-std::pow(x / 3.6, 2));
    }
  const Vector b = A * Vector::Ones(n);
  const SparseLeastSquaresResult sparse = sparse_least_squares(compress(A), b);
  ASSERT_TRUE(sparse.found);
  EXPECT_GT(least_squares(A, b).condition, 1e7);
  EXPECT_LT(sparse.residual, 100 * epsilon * A.norm() * sparse.x.norm());
  EXPECT_NEAR(sparse.residual, (A * sparse.x - b).norm(), 1e-12);
}

TEST(BandedLeastSquares, FindsNothingWithoutFullRank) {
  Matrix A = banded(200, 5, 1.5, false, 5);
  const Vector b = random_vector(int(A.rows()), 6);
  ASSERT_TRUE(sparse_least_squares(compress(A), b).found);
  Matrix none = A, twice = A;
  none.col(77).setZero();
  EXPECT_FALSE(sparse_least_squares(compress(none), b).found);
  int other = 1;  // a column that meets column 0 in some row
  while (A.col(other).cwiseAbs().dot(A.col(0).cwiseAbs()) == 0) ++other;
  twice.col(other) = 2 * A.col(0);
  EXPECT_FALSE(sparse_least_squares(compress(twice), b).found);
  EXPECT_FALSE(sparse_least_squares(compress(A.topRows(150)), b.head(150)).found);
}

TEST(BandedLeastSquares, SeesASmallSingularValueThatNoPivotShows) {
  // Bidiagonal 1, -2: the smallest singular value is about 2^-n, every pivot after scaling 0.45.
  const int n = 100;
  Matrix A = Matrix::Identity(n, n);
  A.diagonal(1).setConstant(-2);
  const SparseRows sparse = compress(A);
  BandedLeastSquares factors(sparse);
  factors.factor(sparse);
  EXPECT_FALSE(factors.has_full_rank(rank_threshold(n)));
  A.diagonal(1).setConstant(-0.5);
  BandedLeastSquares well(compress(A));
  well.factor(compress(A));
  EXPECT_TRUE(well.has_full_rank(rank_threshold(n)));
}

TEST(BandedLeastSquares, LeavesDenseMatricesToOthers) {
  const Matrix A = Matrix::Random(90, 60);
  EXPECT_FALSE(sparse_least_squares(compress(A), Vector::Ones(90)).found);
}

TEST(BandedLeastSquares, RefusesWhatIsNotFinite) {
  SparseRows A = compress(banded(50, 3, 1, false, 7));
  A.value[20] = std::nan("");
  BandedLeastSquares factors(A);
  EXPECT_THROW(factors.factor(A), TrainingError);
}

TEST(BandedLeastSquares, HasTheSameBitsOnTwoThreads) {
  const SparseRows A = compress(banded(900, 150, 2, true, 8));
  const Vector b = random_vector(A.rows(), 9);
  set_threads(1);
  const Vector one = sparse_least_squares(A, b).x;
  set_threads(2);
  const Vector two = sparse_least_squares(A, b).x;
  set_threads(0);
  ASSERT_EQ(one.size(), A.columns);
  EXPECT_EQ(std::memcmp(one.data(), two.data(), sizeof(double) * std::size_t(one.size())), 0);
}

TEST(BandedLeastSquares, KeepsWhatNothingConnectsApart) {
  // Two rings whose columns alternate: together their band is twice as wide.
  const Matrix one = banded(100, 4, 1.5, true, 10), other = banded(100, 4, 1.5, true, 11);
  Matrix A = Matrix::Zero(one.rows() + other.rows(), 200);
  for (int j = 0; j < 100; ++j) {
    A.col(2 * j).head(one.rows()) = one.col(j);
    A.col(2 * j + 1).tail(other.rows()) = other.col(j);
  }
  SparseRows sparse = compress(A);
  const double alone = BandedLeastSquares(compress(one)).flops();
  EXPECT_LT(BandedLeastSquares(sparse).flops(), 3 * alone);
  sparse.order.resize(200);
  std::iota(sparse.order.begin(), sparse.order.end(), 0);
  SparseRows first = compress(one);
  first.order.resize(100);
  std::iota(first.order.begin(), first.order.end(), 0);
  EXPECT_LT(BandedLeastSquares(sparse).flops(), 3 * BandedLeastSquares(first).flops() + 2 * alone);
}

TEST(BandedLeastSquares, NormalEquationsWithRefinementAgreeWithAQr) {
  for (const auto& [n, band] : {std::pair{50, 3}, {400, 30}, {700, 120}}) {
    const Matrix A = banded(n, band, 1.5, true, 12);
    const SparseRows sparse = compress(A);
    const Vector b = random_vector(int(A.rows()), 13);
    BandedLeastSquares factors(sparse);
    factors.factor(sparse);
    ASSERT_TRUE(factors.factor_normal(sparse));
    const Vector expected = factors.solve(b);
    Vector x = factors.solve_normal(sparse, b);
    EXPECT_LT((x - expected).norm(), 1e-6 * expected.norm());
    for (int k = 0; k < 3; ++k) x += factors.solve_normal(sparse, b - product(sparse, x));
    EXPECT_LT((x - expected).norm(), 1e-12 * expected.norm()) << n << " columns, " << band;
  }
}

TEST(BandedLeastSquares, RefusesNormalEquationsThatLoseTooMuch) {
  const int n = 200;
  for (const double apart :
       {1e-3, 1e-7}) {  // two columns by that much: the eigenvalue is its square
    Matrix A = banded(n, 8, 1.5, false, 14);
    A.col(100) = A.col(99) + apart * A.col(100);
    BandedLeastSquares factors(compress(A));
    EXPECT_EQ(factors.factor_normal(compress(A)), apart > 1e-5);
    factors.factor(compress(A));
    EXPECT_TRUE(factors.has_full_rank(rank_threshold(n)));
  }
}

TEST(BandMatrix, FactorsAndSolvesAsADenseMatrixDoes) {
  for (const auto& [n, width] :
       {std::pair{1, 0}, {5, 2}, {97, 1}, {96, 96}, {300, 40}, {500, 200}, {500, 499}}) {
    Matrix A = Matrix::Zero(n, n);
    BandMatrix band(n, width);
    const Matrix random = Matrix::Random(n, n);
    for (int j = 0; j < n; ++j)
      for (int i = j; i < std::min(n, j + width + 1); ++i)
        A(i, j) = A(j, i) = band(i, j) = i == j ? 2.0 * width + 2 : random(i, j);
    const Vector b = random_vector(n, 14);
    Vector x = b;
    ASSERT_TRUE(band.cholesky());
    band.solve(x);
    EXPECT_LT((A * x - b).norm(), 1e-14 * A.norm() * x.norm()) << n << ", band " << width;
  }
}

TEST(BandMatrix, RefusesWhatIsNotPositiveDefinite) {
  BandMatrix band(120, 5);
  for (int j = 0; j < 120; ++j) band(j, j) = j == 110 ? -1 : 1;
  EXPECT_FALSE(band.cholesky());
}

TEST(SparseProducts, AgreeWithDenseOnes) {
  const Matrix A = banded(60, 5, 1, true, 15);
  const SparseRows sparse = compress(A);
  const Vector x = random_vector(60, 16), y = random_vector(int(A.rows()), 17);
  EXPECT_LT((product(sparse, x) - A * x).norm(), 1e-13);
  EXPECT_LT((transposed_product(sparse, y) - A.transpose() * y).norm(), 1e-12);
  EXPECT_LT((absolute_product(sparse, x) - A.cwiseAbs() * x.cwiseAbs()).norm(), 1e-13);
}
