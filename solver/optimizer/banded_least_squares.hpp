#pragma once
/// Linear least squares for sparse matrices whose columns have a narrow order.

#include <optional>
#include <vector>

#include "kernels/sparse_rows.hpp"
#include "solver/optimizer/householder.hpp"
#include "solver/optimizer/linear_algebra.hpp"
#include "solver/optimizer/row_groups.hpp"

namespace kanpde::solver {

using kernels::SparseRows;

/// QR of A with columns of unit norm in narrow_order(), by panels of columns over rows sorted by
/// their first column: sequential accumulation (Lawson and Hanson 1974, Solving Least Squares
/// Problems, chapter 27). Where b columns meet in a row, a panel has b/2 columns and reaches over
/// 3b/2 at most.
class BandedLeastSquares {
 public:
  /// Finds the order and the panels. Throws TrainingError when A is not finite.
  explicit BandedLeastSquares(const SparseRows& A);
  double flops() const;  ///< of factor(), about
  /// A: with the entries that were given to the constructor, and any values.
  void factor(const SparseRows& A);
  /// Whether the smallest singular value, estimated by inverse iteration, is above `threshold`
  /// times the largest entry of the diagonal of R. Without it solve() is of no use.
  bool has_full_rank(double threshold) const;
  /// The x that minimises |A x - b|.
  Vector solve(const Vector& b) const;

  double normal_flops() const;  ///< of factor_normal(), about
  /// Cholesky's factor of A'A, slightly shifted, in place of a QR: false where it fails or where
  /// the shift is not far below the least eigenvalue.
  bool factor_normal(const SparseRows& A);
  /// About the same x, to be refined: the error falls by a factor of the condition of A'A times
  /// 1e-16 with each repetition on the residual.
  Vector solve_normal(const SparseRows& A, const Vector& b) const;

 private:
  /// Columns first .. first + width, in the order, of the rows that begin in the first `done` of
  /// them or are left over from the panel before.
  struct Panel {
    int first = 0, done = 0, width = 0;
    std::vector<int> rows;     ///< by their first column; ~k for row k of those left over
    std::vector<int> heights;  ///< rows that reach each column
    HouseholderQr qr;
    Matrix r;  ///< done x width, upper trapezoidal
    int left_over() const { return std::max(0, std::min(int(rows.size()), width) - done); }
  };
  void place_rows(Panel& p, int left_over, std::vector<int>::const_iterator begin,
                  std::vector<int>::const_iterator end) const;
  Matrix gather(const Panel& p, const SparseRows& A, const Matrix& left_over) const;
  BandMatrix gram(const SparseRows& A) const;
  Vector to_columns(const Vector& c) const;
  void substitute_back(Vector& c) const;
  void substitute_forward(Vector& c) const;

  int rows_ = 0, columns_ = 0, bandwidth_ = 1;
  std::optional<BandMatrix> normal_;
  std::vector<int> order_, position_;  ///< column at each position, and the reverse
  std::vector<int> first_;             ///< position of the first column of each row
  RowGroups groups_;                   ///< by first_
  Vector scale_;                       ///< by column
  std::vector<Panel> panels_;
};

struct SparseLeastSquaresResult {
  bool found = false;
  Vector x;
  double residual = 0;  ///< |A x - b|
};

/// min |A x - b| by BandedLeastSquares with iterative refinement; by the normal equations where a
/// QR would take long and A is far from losing rank. Nothing is found where A is not of full rank,
/// or where that does not pay: above a quarter of the flops of a dense QR.
SparseLeastSquaresResult sparse_least_squares(const SparseRows& A, const Vector& b);

/// A'y.
Vector transposed_product(const SparseRows& A, const Vector& y);
/// A x, and |A| |x|, to which the roundings of A x are relative.
Vector product(const SparseRows& A, const Vector& x);
Vector absolute_product(const SparseRows& A, const Vector& x);

}  // namespace kanpde::solver
