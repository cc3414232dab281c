#pragma once
/// Blocked Householder QR factorisations on kanpde::threads(), same bits for any number of threads.

#include <vector>

#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// A = Q R, Q = H_0 H_1 ... with H_j = I - tau v v', compact WY form per block of columns
/// (Schreiber and Van Loan 1989, doi:10.1137/0910005). 2 n^2 (m - n/3) flops for m >= n.
class HouseholderQr {
 public:
  HouseholderQr() = default;
  /// A: m x n of any shape; min(m, n) reflectors. heights: where given, column j of A is zero from
  /// row heights[j] on, ascending; what is zero there costs nothing. For two triangles given row by
  /// row in turn, 2/3 n^3 flops instead of 10/3 n^3.
  explicit HouseholderQr(Matrix A, std::vector<int> heights = {});
  int rows() const { return int(a_.rows()); }
  int columns() const { return int(a_.cols()); }
  /// min(m, n) x n, upper trapezoidal, zeros below.
  Matrix r() const;
  void apply_q_transposed(Matrix& B) const;  ///< B := Q'B, B: m x k
  void apply_q(Matrix& B) const;             ///< B := Q B, B: m x k

 private:
  int height(int k, int width) const;  // rows that the block of columns from k on reaches

  std::vector<int> heights_;
  Matrix a_;               // R above, reflectors below the diagonal
  std::vector<Matrix> t_;  // one triangular factor per block: Q_block = I - V T V'
};

/// A P = Q R with column pivoting, stopped where no remaining column has a norm above
/// threshold * (largest column norm): the rest of A is then taken for zero.
/// Quintana-Orti, Sun, Bischof 1998, doi:10.1137/S1064827595296732; 4 n^2 (m - n/3) / 2 flops in
/// matrix products and as many in matrix-vector products.
class PivotedQr {
 public:
  PivotedQr() = default;
  PivotedQr(Matrix A, double threshold);
  int rank() const { return rank_; }
  const std::vector<int>& permutation() const { return permutation_; }  ///< column j of AP in A
  Matrix r() const;                                                     ///< rank x n
  double pivot(int j) const { return a_(j, j); }
  void apply_q_transposed(Matrix& B) const;  ///< B := Q'B

 private:
  int factor_panel(int first, int width, double tolerance);
  bool take_pivot(int first, int j, double tolerance);
  void reflect(int first, int j);
  void downdate(int first, int j);

  Matrix a_, f_;  // f_: n x width, A - V F' is the matrix that the panel stands for
  Eigen::VectorXd tau_, norm_, exact_;  // column norms below the current row: downdated, last exact
  std::vector<int> permutation_;
  int rank_ = 0;
};

}  // namespace kanpde::solver
