#include "solver/optimizer/banded_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/base/error.hpp"
#include "kernels/base/random.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "solver/optimizer/narrow_order.hpp"

namespace kanpde::solver {

namespace {

constexpr double pays_below = 0.25;  ///< of the flops of a dense factorisation
constexpr int fewest_columns = 16;   ///< of a panel
constexpr int inverse_iterations = 3;

Vector column_scales(const SparseRows& A) {
  Vector square = Vector::Zero(A.columns);
  for (std::size_t k = 0; k < A.value.size(); ++k) square(A.column[k]) += A.value[k] * A.value[k];
  if (!square.allFinite()) throw TrainingError("least squares: the matrix is not finite");
  return square.unaryExpr([](double s) { return s > 0 ? 1 / std::sqrt(s) : 1.0; });
}

}  // namespace

BandedLeastSquares::BandedLeastSquares(const SparseRows& A)
    : rows_(A.rows()), columns_(A.columns), order_(narrow_order(A)), position_(A.columns) {
  for (int j = 0; j < columns_; ++j) position_[order_[j]] = j;
  std::vector<int> last(rows_, -1), rows(rows_);
  first_.assign(rows_, columns_);
  int bandwidth = 1;
  for (int i = 0; i < rows_; ++i) {
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) {
      first_[i] = std::min(first_[i], position_[A.column[k]]);
      last[i] = std::max(last[i], position_[A.column[k]]);
    }
    bandwidth = std::max(bandwidth, last[i] - first_[i] + 1);
  }
  std::iota(rows.begin(), rows.end(), 0);
  std::stable_sort(rows.begin(), rows.end(), [&](int i, int j) { return first_[i] < first_[j]; });
  const int step = std::max(fewest_columns, (bandwidth + 1) / 2);
  auto next = rows.cbegin();
  for (int first = 0; first < columns_; first += step) {
    Panel p;
    p.first = first;
    p.done = std::min(step, columns_ - first);
    const int reach = panels_.empty() ? 0 : panels_.back().width - panels_.back().done;
    const int left_over = panels_.empty() ? 0 : panels_.back().left_over();
    p.width = std::max(p.done, reach);
    const auto begin = next;
    for (; next != rows.cend() && first_[*next] < first + p.done; ++next)
      p.width = std::max(p.width, last[*next] + 1 - first);
    place_rows(p, left_over, begin, next);
    panels_.push_back(std::move(p));
  }
}

/// Those of A and those left over, of which row k begins in column k, by their first column.
void BandedLeastSquares::place_rows(Panel& p, int left_over, std::vector<int>::const_iterator begin,
                                    std::vector<int>::const_iterator end) const {
  p.heights.resize(p.width);
  int taken = 0;
  for (int j = 0; j < p.width; ++j) {
    if (taken < left_over) p.rows.push_back(~taken++);
    for (; begin != end && first_[*begin] <= p.first + j; ++begin) p.rows.push_back(*begin);
    p.heights[j] = int(p.rows.size());
  }
}

double BandedLeastSquares::flops() const {
  double total = 0;
  for (const Panel& p : panels_)
    for (int j = 0; j < std::min(p.width, int(p.rows.size())); ++j)
      total += 4.0 * std::max(1, p.heights[j] - j) * (p.width - j);
  return total;
}

Matrix BandedLeastSquares::gather(const Panel& p, const SparseRows& A,
                                  const Matrix& left_over) const {
  Matrix w = Matrix::Zero(Eigen::Index(p.rows.size()), p.width);
  for (int i = 0; i < int(p.rows.size()); ++i) {
    const int row = p.rows[i];
    if (row < 0) {
      w.row(i).head(left_over.cols()) = left_over.row(~row);
      continue;
    }
    for (auto k = A.begin[row]; k < A.begin[row + 1]; ++k) {
      const int c = A.column[k];
      w(i, position_[c] - p.first) = A.value[k] * scale_(c);
    }
  }
  return w;
}

void BandedLeastSquares::factor(const SparseRows& A) {
  scale_ = column_scales(A);
  Matrix left_over;
  for (Panel& p : panels_) {
    p.qr = HouseholderQr(gather(p, A, left_over), p.heights);
    const Matrix r = p.qr.r();
    p.r = Matrix::Zero(p.done, p.width);
    const int rows = std::min(p.done, int(r.rows()));
    p.r.topRows(rows) = r.topRows(rows);
    left_over = r.bottomRightCorner(p.left_over(), p.width - p.done);
  }
}

bool BandedLeastSquares::has_full_rank(double threshold) const {
  double least = INFINITY, largest = 0;
  for (const Panel& p : panels_) {
    least = std::min(least, p.r.diagonal().cwiseAbs().minCoeff());
    largest = std::max(largest, p.r.diagonal().cwiseAbs().maxCoeff());
  }
  if (!(least > threshold * largest)) return false;
  Random random(1);
  Vector v(columns_);
  for (double& x : v) x = random.normal();
  for (int k = 0; k < inverse_iterations; ++k) {
    v.normalize();
    substitute_forward(v);
    substitute_back(v);
  }
  return 1 > threshold * largest * std::sqrt(v.norm());  // of (R'R)^-1, about
}

/// R x = c.
void BandedLeastSquares::substitute_back(Vector& c) const {
  for (auto p = panels_.rbegin(); p != panels_.rend(); ++p) {
    auto head = c.segment(p->first, p->done);
    const int right = p->width - p->done;
    head.noalias() -= p->r.rightCols(right) * c.segment(p->first + p->done, right);
    p->r.leftCols(p->done).triangularView<Eigen::Upper>().solveInPlace(head);
  }
}

/// R'x = c.
void BandedLeastSquares::substitute_forward(Vector& c) const {
  for (const Panel& p : panels_) {
    auto head = c.segment(p.first, p.done);
    const int right = p.width - p.done;
    p.r.leftCols(p.done).triangularView<Eigen::Upper>().transpose().solveInPlace(head);
    c.segment(p.first + p.done, right).noalias() -= p.r.rightCols(right).transpose() * head;
  }
}

Vector BandedLeastSquares::solve(const Vector& b) const {
  check(b.size() == rows_, "least squares: A has {} rows, b {}", rows_, b.size());
  Vector c(columns_), left_over;
  for (const Panel& p : panels_) {
    Matrix local(Eigen::Index(p.rows.size()), 1);
    for (int i = 0; i < int(p.rows.size()); ++i)
      local(i, 0) = p.rows[i] < 0 ? left_over(~p.rows[i]) : b(p.rows[i]);
    p.qr.apply_q_transposed(local);
    c.segment(p.first, p.done) = local.col(0).head(p.done);
    left_over = local.col(0).segment(p.done, p.left_over());
  }
  substitute_back(c);
  Vector x(columns_);
  for (int j = 0; j < columns_; ++j) x(order_[j]) = scale_(order_[j]) * c(j);
  return x;
}

SparseLeastSquaresResult sparse_least_squares(const SparseRows& A, const Vector& b) {
  SparseLeastSquaresResult result;
  BandedLeastSquares factors(A);
  const double dense = 2.0 * A.rows() * A.columns * A.columns;
  if (A.rows() < A.columns || factors.flops() > pays_below * dense) return result;
  factors.factor(A);
  if (!factors.has_full_rank(rank_threshold(A.columns))) return result;
  result.x = factors.solve(b);
  Vector r = b - product(A, result.x);
  result.residual = r.norm();
  const Vector x = result.x + factors.solve(r);
  const double refined = (b - product(A, x)).norm();
  if (refined < result.residual) {
    result.x = x;
    result.residual = refined;
  }
  result.found = true;
  return result;
}

Vector product(const SparseRows& A, const Vector& x) {
  Vector y = Vector::Zero(A.rows());
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) y(i) += A.value[k] * x(A.column[k]);
  return y;
}

Vector absolute_product(const SparseRows& A, const Vector& x) {
  Vector y = Vector::Zero(A.rows());
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k)
      y(i) += std::abs(A.value[k] * x(A.column[k]));
  return y;
}

}  // namespace kanpde::solver
