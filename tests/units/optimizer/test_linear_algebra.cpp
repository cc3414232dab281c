#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cstring>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "tests/units/optimizer/problems.hpp"

using namespace kanpde;
using namespace kanpde::solver;
using namespace kanpde::solver::testing;

namespace {
constexpr double epsilon = 2.2e-16;
using Exact = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

Matrix lower(const Matrix& A) { return A.triangularView<Eigen::Lower>(); }

/// A random m x n matrix of the given rank with singular values near 1.
Matrix of_rank(int m, int n, int rank, std::uint64_t seed) {
  return random_matrix(m, rank, seed) * random_matrix(rank, n, seed + 1) / std::sqrt(m * n);
}

/// Calls make() on one and on two threads and expects the same bits.
template <class Make>
void expect_same_bits_on_two_threads(Make make) {
  set_threads(1);
  const Matrix one = make();
  set_threads(2);
  const Matrix two = make();
  set_threads(0);
  ASSERT_EQ(one.size(), two.size());
  EXPECT_EQ(std::memcmp(one.data(), two.data(), sizeof(double) * std::size_t(one.size())), 0);
}
}  // namespace

// Sizes around the widths of panels (24), tiles (144) and passes (256, 2048).
TEST(Gram, AgreesWithLongDouble) {
  for (const auto& [m, n] :
       {std::pair{1, 1}, {7, 3}, {300, 24}, {257, 25}, {255, 49}, {2100, 150}}) {
    const Matrix J = random_matrix(m, n, 1);
    Matrix G;
    gram(J, G);
    const Exact exact = J.cast<long double>().transpose() * J.cast<long double>();
    const Matrix bound = J.cwiseAbs().transpose() * J.cwiseAbs();
    for (int j = 0; j < n; ++j)
      for (int i = j; i < n; ++i)
        EXPECT_LE(std::abs(double(G(i, j) - exact(i, j))), 40 * epsilon * bound(i, j));
  }
}

TEST(Gram, AddsToWhatIsThere) {
  const Matrix J = random_matrix(50, 31, 2), K = random_matrix(21, 31, 3);
  Matrix G, both(71, 31), expected;
  both << J, K;
  gram(J, G);
  gram_add(K, G);
  gram(both, expected);
  EXPECT_LT((lower(G) - lower(expected)).norm(), 1e-14 * lower(expected).norm());
}

TEST(Gram, ReadsRowsOfALongerMatrix) {
  const Matrix J = random_matrix(64, 30, 4);
  Matrix G = Matrix::Zero(30, 30), expected;
  gram_add(J.data() + 10, 20, 30, 64, G);
  gram(J.middleRows(10, 20), expected);
  EXPECT_EQ(lower(G), lower(expected));
}

TEST(Gram, HasTheSameBitsOnTwoThreads) {
  const Matrix J = random_matrix(2500, 211, 5);
  expect_same_bits_on_two_threads([&] {
    Matrix G;
    gram(J, G);
    return lower(G);
  });
}

TEST(Cholesky, ReproducesTheMatrix) {
  for (const int n : {1, 5, 96, 97, 300}) {
    Matrix A;
    gram(random_matrix(n + 20, n, 6), A);
    Matrix L = A;
    ASSERT_TRUE(cholesky(L));
    L = lower(L);
    EXPECT_LT((lower(L * L.transpose()) - lower(A)).norm(), 50 * epsilon * A.norm()) << n;
    Vector x = random_vector(n, 7);
    const Vector b = A.selfadjointView<Eigen::Lower>() * x;
    Vector y = b;
    cholesky_solve(L, y);
    EXPECT_LT((A.selfadjointView<Eigen::Lower>() * y - b).norm(), 1e-13 * A.norm() * y.norm());
  }
}

TEST(Cholesky, RefusesIndefiniteAndNonFiniteMatrices) {
  for (const int at : {0, 100, 199}) {
    Matrix A = Matrix::Identity(200, 200);
    A(at, at) = -1e-3;
    EXPECT_FALSE(cholesky(A)) << at;
    A = Matrix::Identity(200, 200);
    A(at, at) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(cholesky(A)) << at;
  }
}

TEST(Cholesky, HasTheSameBitsOnTwoThreads) {
  Matrix A;
  gram(random_matrix(400, 301, 8), A);
  expect_same_bits_on_two_threads([&] {
    Matrix L = A;
    cholesky(L);
    return lower(L);
  });
}

TEST(Products, AgreeWithEigenAndDoNotDependOnThreads) {
  const Matrix A = random_matrix(1300, 131, 9);
  const Vector x = random_vector(131, 10), w = random_vector(1300, 11);
  Vector y, z;
  multiply(A, x, y);
  multiply_transposed(A, w, z);
  EXPECT_LT((y - A * x).norm(), 1e-13 * y.norm());
  EXPECT_LT((z - A.transpose() * w).norm(), 1e-13 * z.norm());
  EXPECT_NEAR(y.dot(w), z.dot(x), 1e-12 * y.norm() * w.norm());
  expect_same_bits_on_two_threads([&] {
    multiply(A, x, y);
    return Matrix(y);
  });
}

TEST(HouseholderQr, ReproducesTheMatrixWithAnOrthogonalFactor) {
  for (const auto& [m, n] :
       {std::pair{1, 1}, {5, 3}, {200, 48}, {200, 49}, {150, 150}, {333, 170}, {40, 90}}) {
    const Matrix A = random_matrix(m, n, 12);
    const HouseholderQr qr(A);
    Matrix Q = Matrix::Identity(m, m), R = Matrix::Zero(m, n);
    R.topRows(std::min(m, n)) = qr.r();
    qr.apply_q(R);
    qr.apply_q(Q);
    EXPECT_LT((R - A).norm(), 40 * epsilon * A.norm()) << m << " x " << n;
    EXPECT_LT((Q.transpose() * Q - Matrix::Identity(m, m)).norm(), 40 * epsilon * std::sqrt(m));
    qr.apply_q_transposed(Q);
    EXPECT_LT((Q - Matrix::Identity(m, m)).norm(), 80 * epsilon * std::sqrt(m));
  }
}

TEST(HouseholderQr, InterleavedTrianglesGiveTheFactorOfTheirGram) {
  const int n = 130;
  const Matrix R = random_matrix(n, n, 13).triangularView<Eigen::Upper>();
  Matrix rows = Matrix::Zero(2 * n, n);
  for (int i = 0; i < n; ++i) {
    rows.row(2 * i) = R.row(i);
    rows(2 * i + 1, i) = 0.7;
  }
  std::vector<int> heights;
  for (int j = 0; j < n; ++j) heights.push_back(2 * (j + 1));
  const HouseholderQr qr(rows, heights);
  const Matrix T = qr.r(), expected = R.transpose() * R + 0.49 * Matrix::Identity(n, n);
  EXPECT_LT((T.transpose() * T - expected).norm(), 100 * epsilon * expected.norm());
  Matrix back = Matrix::Zero(2 * n, n);
  back.topRows(n) = T;
  qr.apply_q(back);
  EXPECT_LT((back - rows).norm(), 100 * epsilon * rows.norm());
}

TEST(HouseholderQr, HasTheSameBitsOnTwoThreads) {
  const Matrix A = random_matrix(500, 210, 14);
  expect_same_bits_on_two_threads([&] { return HouseholderQr(A).r(); });
}

TEST(PivotedQr, RevealsTheRank) {
  for (const auto& [m, n, rank] :
       {std::tuple{60, 40, 40}, {60, 40, 7}, {40, 90, 33}, {120, 120, 64}}) {
    const PivotedQr qr(of_rank(m, n, rank, 15), 1e-12);
    EXPECT_EQ(qr.rank(), rank);
    for (int j = 1; j < rank; ++j)  // pivots never grow by more than rounding of the norms
      EXPECT_LE(std::abs(qr.pivot(j)), (1 + 1e-6) * std::abs(qr.pivot(j - 1)));
  }
}

TEST(PivotedQr, ReproducesThePermutedMatrix) {
  const int m = 150, n = 97;
  const Matrix A = random_matrix(m, n, 16);
  const PivotedQr qr(A, 1e-14);
  Matrix permuted(m, n);
  for (int j = 0; j < n; ++j) permuted.col(j) = A.col(qr.permutation()[j]);
  qr.apply_q_transposed(permuted);
  EXPECT_LT((permuted.topRows(n) - qr.r()).norm(), 100 * epsilon * A.norm());
  EXPECT_LT(permuted.bottomRows(m - n).norm(), 100 * epsilon * A.norm());
}

// Kahan's matrix: its columns hardly need pivots, and downdated norms are all cancellation.
TEST(PivotedQr, KeepsExactNormsUnderCancellation) {
  const int n = 90;
  const double c = 0.285, s = std::sqrt(1 - c * c);
  Matrix A = Matrix::Zero(n, n);
  for (int i = 0; i < n; ++i) {
    A(i, i) = std::pow(s, i);
    for (int j = i + 1; j < n; ++j) A(i, j) = -c * std::pow(s, i);
  }
  const PivotedQr qr(A, 1e-16);
  for (int j = 0; j < qr.rank(); ++j) {
    double longest = 0.0;  // of the columns j .. n-1 of R below row j-1
    const Matrix R = qr.r();
    for (int k = j; k < n; ++k)
      longest = std::max(longest, R.col(k).segment(j, qr.rank() - j).norm());
    EXPECT_GE(std::abs(qr.pivot(j)), 0.999 * longest);
  }
}

TEST(LeastSquares, AgreesWithSingularValuesForAnyShapeAndRank) {
  for (const auto& [m, n, rank] : {std::tuple{80, 30, 30},
                                   {80, 30, 12},
                                   {30, 80, 30},
                                   {30, 80, 11},
                                   {64, 64, 64},
                                   {64, 64, 20}}) {
    const Matrix A = of_rank(m, n, rank, 17), B = random_matrix(m, 3, 18);
    LeastSquaresOptions options;
    options.scale_columns = false;
    const auto result = least_squares(A, B, options);
    Eigen::JacobiSVD<Matrix> svd(A, Eigen::ComputeThinU | Eigen::ComputeThinV);
    svd.setThreshold(1e-12);
    const Matrix expected = svd.solve(B);
    EXPECT_EQ(result.rank, rank);
    EXPECT_LT((result.x - expected).norm(), 1e-11 * expected.norm())
        << m << " " << n << " " << rank;
  }
}

TEST(LeastSquares, IsScaledByColumnsWhenAsked) {
  Matrix A = random_matrix(50, 20, 19);
  for (int j = 0; j < 20; ++j) A.col(j) *= std::pow(10.0, 2 * j - 20);
  const Vector exact = random_vector(20, 20);
  Vector x = exact;
  for (int j = 0; j < 20; ++j) x(j) *= std::pow(10.0, 20 - 2 * j);
  const auto result = least_squares(A, A * x);
  EXPECT_EQ(result.rank, 20);
  EXPECT_LT((result.x.col(0).cwiseQuotient(x) - Vector::Ones(20)).norm(), 1e-12);
}

// Vandermonde on [0, 1] with 24 columns: condition above 1e16, but polynomials of that degree
// are met to the rounding of A x, epsilon |A| |x|.
TEST(LeastSquares, ReachesRoundingForVandermondeMatrices) {
  const int m = 200, n = 24;
  Matrix A(m, n);
  Vector x = random_vector(n, 21);
  Exact b = Exact::Zero(m, 1);
  for (int i = 0; i < m; ++i) {
    const double t = double(i) / (m - 1);
    for (int j = 0; j < n; ++j) A(i, j) = std::pow(t, j);
    for (int j = n; j-- > 0;) b(i) = b(i) * t + (long double)x(j);
  }
  const auto result = least_squares(A, b.cast<double>());
  EXPECT_LT(result.residual(0), 100 * epsilon * b.cast<double>().norm());
  EXPECT_LE(result.rank, n);
}

// Flat Gaussians: numerical rank far below the number of columns.
TEST(LeastSquares, ReachesRoundingForFlatRadialBases) {
  const int m = 600, n = 120;
  Matrix A(m, n);
  Vector b(m);
  for (int i = 0; i < m; ++i) {
    const double t = -1 + 2.0 * i / (m - 1);
    for (int j = 0; j < n; ++j) {
      const double centre = -1.3 + 2.6 * j / (n - 1);
      A(i, j) = std::exp(-9 * (t - centre) * (t - centre));
    }
    b(i) = std::exp(t) * std::sin(5 * t);
  }
  const auto result = least_squares(A, b);
  EXPECT_LT(result.rank, 60);
  EXPECT_LT(result.residual(0), 10 * epsilon * A.norm() * result.x.norm() + 1e-14 * b.norm());
  EXPECT_LT(result.residual(0), 1e-11 * b.norm());
}

TEST(LeastSquares, RefinementNeverLengthensTheResidual) {
  const Matrix A =
      random_matrix(300, 60, 22) * random_matrix(60, 60, 23).cwiseAbs().array().pow(4).matrix();
  const Matrix B = random_matrix(300, 2, 24);
  LeastSquaresOptions none, one;
  none.refinements = 0;
  const auto plain = least_squares(A, B, none), refined = least_squares(A, B, one);
  for (int k = 0; k < 2; ++k) EXPECT_LE(refined.residual(k), plain.residual(k));
}

TEST(LeastSquares, SolvesTheZeroMatrixByZero) {
  const auto result = least_squares(Matrix::Zero(10, 4), Matrix::Ones(10, 1));
  EXPECT_EQ(result.rank, 0);
  EXPECT_EQ(result.x.norm(), 0.0);
  EXPECT_DOUBLE_EQ(result.residual(0), std::sqrt(10.0));
}

TEST(LeastSquares, RefusesNonFiniteMatrices) {
  Matrix A = random_matrix(10, 4, 25);
  A(3, 2) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(least_squares(A, Matrix::Ones(10, 1)), TrainingError);
}

TEST(LeastSquares, HasTheSameBitsOnTwoThreads) {
  const Matrix A = of_rank(900, 300, 180, 26), B = random_matrix(900, 2, 27);
  expect_same_bits_on_two_threads([&] { return least_squares(A, B).x; });
}
