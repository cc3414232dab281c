#pragma once
/// Linear least squares to rounding level for matrices of any shape and rank.

#include <limits>

#include "solver/optimizer/householder.hpp"

namespace kanpde::solver {

/// Ten times the rounding of one number, that of a double, times the square root of the number of
/// columns.
double rank_threshold(int columns, double epsilon = std::numeric_limits<double>::epsilon());

struct LeastSquaresOptions {
  /// Columns whose part outside the span of those before them is shorter than threshold times the
  /// longest column (after scaling) are taken for dependent. 0: rank_threshold(columns).
  double threshold = 0.0;
  /// Divide each column by its norm first. The minimum norm is then that of the scaled unknowns.
  bool scale_columns = true;
  /// Steps of iterative refinement x += pinv(A) (b - A x); one is kept when it shortens b - A x.
  int refinements = 1;
};

struct LeastSquaresResult {
  Matrix x;                  ///< n x k
  Eigen::VectorXd residual;  ///< |b - A x| per right-hand side: k
  int rank = 0;
  double condition = 0.0;  ///< largest over smallest pivot kept
};

/// Complete orthogonal decomposition A S P = Q [L 0; 0 0] Z' (S: column scaling, P: permutation),
/// by QR of A without pivoting, QR of the small factor with pivoting, and QR of its transpose;
/// Golub and Van Loan, Matrix Computations, 4th ed., section 5.5. About 2 n^2 m flops for m >> n.
class LeastSquares {
 public:
  LeastSquares() = default;
  /// A: m x n; options.refinements is not used here. Throws TrainingError when A is not finite.
  explicit LeastSquares(Matrix A, const LeastSquaresOptions& options = {});
  /// The x of least norm that minimises |A x - b| for each column b of B (m x k).
  Matrix solve(const Matrix& B) const;
  int rank() const { return pivoted_.rank(); }
  double condition() const;

 private:
  int rows_ = 0, columns_ = 0;
  Eigen::VectorXd scale_;     // n, column j of A times scale_(j) has unit norm
  HouseholderQr tall_;        // of A, when m > n
  PivotedQr pivoted_;         // of A or of the R of tall_
  HouseholderQr transposed_;  // of R', when the rank is below n
  Matrix r_;                  // rank x rank upper triangle, when the rank is n
};

/// min |A x - b| for each column b of B, with refinement; A: m x n, B: m x k.
LeastSquaresResult least_squares(const Matrix& A, const Matrix& B,
                                 const LeastSquaresOptions& options = {});

}  // namespace kanpde::solver
