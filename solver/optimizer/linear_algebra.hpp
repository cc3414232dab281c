#pragma once
/// Dense products and the Cholesky factorisation on kanpde::threads(), with the same bits for any
/// number of threads. m: residuals, n: parameters; matrices column-major.

#include "kernels/base/array.hpp"
#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// G = J'J, lower triangle only (the strict upper triangle is left undefined); J: m x n. m n^2
/// flops.
void gram(const Matrix& J, Matrix& G);
/// G += J'J, lower triangle only. Not from within a task of threads().
void gram_add(const Matrix& J, Matrix& G);
/// G += J'J for the first `rows` rows of column-major J with leading dimension ldj; G: n x n.
void gram_add(const double* J, int rows, int n, std::ptrdiff_t ldj, Matrix& G);

/// y = A x; A: m x n.
void multiply(const Matrix& A, const Vector& x, Vector& y);
/// y = A'x; A: m x n.
void multiply_transposed(const Matrix& A, const Vector& x, Vector& y);
/// y = G x for a symmetric G of which the lower triangle is valid.
void multiply_lower(const Matrix& G, const Vector& x, Vector& y);

/// In place L with LL' = A from the lower triangle of A (the strict upper triangle is not touched);
/// false, with A spoilt, when a pivot is not positive or not finite. n^3/3 flops.
bool cholesky(Matrix& A);
/// x = (LL')^-1 x in place, L in the lower triangle.
void cholesky_solve(const Matrix& L, Vector& x);

/// A symmetric matrix that is zero more than `bandwidth` below the diagonal; its lower triangle.
class BandMatrix {
 public:
  BandMatrix(int n, int bandwidth);  ///< zeros
  /// Element (i, j), 0 <= i - j <= bandwidth.
  double& operator()(int i, int j) { return values_[i + std::ptrdiff_t(j) * step_]; }
  /// In place L with LL' = A; false, with A spoilt, as cholesky(). n bandwidth^2 flops.
  bool cholesky();
  /// x = (LL')^-1 x in place, after cholesky().
  void solve(Vector& x) const;

 private:
  int n_, bandwidth_;
  /// From a column to the next, less one: below the band, room for what products on tiles write
  /// there.
  std::ptrdiff_t step_;
  AlignedVector<double> values_;
};

}  // namespace kanpde::solver
