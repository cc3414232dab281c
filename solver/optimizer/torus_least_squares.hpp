#pragma once
/// Linear least squares for functions at the nodes of a torus, such as products of periodic
/// B-splines.

#include <vector>

#include "kernels/sparse_rows.hpp"
#include "solver/optimizer/factored_rows.hpp"
#include "solver/optimizer/objective.hpp"
#include "solver/optimizer/row_groups.hpp"

namespace kanpde::solver {

using kernels::SparseRows;

/// The mean of A'A over all translations of the torus: of all matrices that translations leave as
/// they are, the nearest in the Frobenius norm (T. Chan 1988, doi:10.1137/0909051). Fourier modes
/// make it a small block for each pair of wave numbers.
class TorusMean {
 public:
  /// A.torus must not be empty. `shift` is added to the diagonal, scaled to 1.
  TorusMean(const SparseRows& A, const RowGroups& groups, double shift);
  /// Of the mean, scaled so that its diagonal is 1; 0 where it is not positive.
  double least_eigenvalue() const { return least_; }
  /// x = mean^-1 x.
  void solve(Vector& x) const;

 private:
  using Modes = Eigen::MatrixXcd;
  std::vector<Matrix> blocks(const SparseRows& A, const RowGroups& groups) const;
  void invert(std::vector<Matrix> blocks, double shift);

  int nodes_[2], functions_;  // along the axes, at a node
  double least_ = 0;
  Modes transform_[2];          // symmetric
  std::vector<Modes> inverse_;  // by pair of wave numbers, the second fastest
};

/// x that minimises |A x - b|, by conjugate gradients for the normal equations with TorusMean as
/// preconditioner: an iteration reads A once, factored, and few are needed where coefficients vary
/// little beside what is the same everywhere.
class TorusLeastSquares {
 public:
  /// A.torus must not be empty. Refers to A.
  explicit TorusLeastSquares(const SparseRows& A);
  /// Whether the least eigenvalue of the mean lets the normal equations keep enough digits.
  bool is_safe() const;
  /// From g = A'b and |b|^2; false where the iterations do not converge.
  bool solve(const Vector& g, double b_square, Vector& x) const;

 private:
  void multiply(const Vector& x, Vector& y) const;  ///< y = A'A x

  const SparseRows& A_;
  RowGroups groups_;
  FactoredRows factored_;
  TorusMean mean_;
};

}  // namespace kanpde::solver
