#include "solver/optimizer/least_squares.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "kernels/base/error.hpp"
#include "solver/optimizer/linear_algebra.hpp"

namespace kanpde::solver {

double rank_threshold(int columns, double epsilon) {
  return 10 * epsilon * std::sqrt(double(columns));
}

namespace {
/// 1 / |column|, 1 for zero columns.
Eigen::VectorXd column_scales(const Matrix& A) {
  Eigen::VectorXd scale(A.cols());
  for (Eigen::Index j = 0; j < A.cols(); ++j) {
    const double norm = A.col(j).stableNorm();
    if (!std::isfinite(norm)) throw TrainingError("least squares: the matrix is not finite");
    scale(j) = norm > 0.0 ? 1.0 / norm : 1.0;
  }
  return scale;
}

Matrix residual(const Matrix& A, const Matrix& x, const Matrix& B) {
  Matrix r = B;
  Vector y;
  for (Eigen::Index k = 0; k < B.cols(); ++k) {
    multiply(A, x.col(k), y);
    r.col(k) -= y;
  }
  return r;
}
}  // namespace

LeastSquares::LeastSquares(Matrix A, const LeastSquaresOptions& options)
    : rows_(int(A.rows())), columns_(int(A.cols())) {
  scale_ = column_scales(A);
  if (!options.scale_columns) scale_.setOnes();
  if (options.scale_columns) A = A * scale_.asDiagonal();
  const double threshold = options.threshold > 0.0 ? options.threshold : rank_threshold(columns_);
  if (rows_ > columns_) {
    tall_ = HouseholderQr(std::move(A));
    pivoted_ = PivotedQr(tall_.r(), threshold);
  } else {
    pivoted_ = PivotedQr(std::move(A), threshold);
  }
  if (rank() < columns_) transposed_ = HouseholderQr(pivoted_.r().transpose());
  r_ = rank() < columns_ ? transposed_.r() : pivoted_.r();
}

double LeastSquares::condition() const {
  return rank() > 0 ? std::abs(pivoted_.pivot(0) / pivoted_.pivot(rank() - 1)) : 0.0;
}

Matrix LeastSquares::solve(const Matrix& B) const {
  check(B.rows() == rows_, "least squares: A has {} rows, B {}", rows_, B.rows());
  Matrix c = B;
  if (rows_ > columns_) {
    tall_.apply_q_transposed(c);
    c.conservativeResize(columns_, Eigen::NoChange);
  }
  pivoted_.apply_q_transposed(c);
  Matrix y = Matrix::Zero(columns_, B.cols());
  y.topRows(rank()) = c.topRows(rank());
  auto head = y.topRows(rank());
  if (rank() < columns_) {
    r_.triangularView<Eigen::Upper>().transpose().solveInPlace(head);
    transposed_.apply_q(y);
  } else {
    r_.triangularView<Eigen::Upper>().solveInPlace(head);
  }
  Matrix x(columns_, B.cols());
  for (int j = 0; j < columns_; ++j) {
    const int column = pivoted_.permutation()[j];
    x.row(column) = scale_(column) * y.row(j);
  }
  return x;
}

LeastSquaresResult least_squares(const Matrix& A, const Matrix& B,
                                 const LeastSquaresOptions& options) {
  const LeastSquares factors(A, options);
  LeastSquaresResult result;
  result.x = factors.solve(B);
  result.rank = factors.rank();
  result.condition = factors.condition();
  Matrix r = residual(A, result.x, B);
  result.residual = r.colwise().norm().transpose();
  for (int step = 0; step < options.refinements; ++step) {
    const Matrix x = result.x + factors.solve(r);
    const Matrix next = residual(A, x, B);
    for (Eigen::Index k = 0; k < B.cols(); ++k) {
      const double norm = next.col(k).norm();
      if (!(norm < result.residual(k))) continue;
      result.x.col(k) = x.col(k);
      result.residual(k) = norm;
      r.col(k) = next.col(k);
    }
  }
  return result;
}

}  // namespace kanpde::solver
