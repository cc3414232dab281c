#include "solver/optimizer/banded_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "kernels/base/random.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "solver/optimizer/narrow_order.hpp"
#include "solver/optimizer/torus_least_squares.hpp"

namespace kanpde::solver {

namespace {

constexpr double pays_below = 0.25;  ///< of the flops of a dense factorisation
constexpr int fewest_columns = 16;   ///< of a panel
constexpr int inverse_iterations = 3;
constexpr double most_orthogonal = 3e10;  ///< flops of a QR; above, first the normal equations
constexpr double safely_above = 100;      ///< their least eigenvalue, over the shift
constexpr int gram_width = 256;           ///< columns of A'A that a task adds up
constexpr int normal_refinements = 20;
constexpr double least_refinement = 1e-6;  ///< of the residual, by a step that another may follow

Vector column_scales(const SparseRows& A) {
  Vector square = Vector::Zero(A.columns);
  for (std::size_t k = 0; k < A.value.size(); ++k) square(A.column[k]) += A.value[k] * A.value[k];
  if (!square.allFinite()) throw TrainingError("least squares: the matrix is not finite");
  return square.unaryExpr([](double s) { return s > 0 ? 1 / std::sqrt(s) : 1.0; });
}

/// The order with columns that nothing connects one after another: those of each connected part of
/// the graph of A'A together.
std::vector<int> by_parts(const SparseRows& A, std::vector<int> order) {
  std::vector<int> part(A.columns);
  std::iota(part.begin(), part.end(), 0);
  const auto root = [&](int c) {
    while (part[c] != c) c = part[c] = part[part[c]];
    return c;
  };
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i] + 1; k < A.begin[i + 1]; ++k) {
      const int a = root(A.column[k - 1]), b = root(A.column[k]);
      part[std::max(a, b)] = std::min(a, b);
    }
  for (int c = 0; c < A.columns; ++c) part[c] = root(c);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return part[a] < part[b]; });
  return order;
}

/// Of a symmetric positive map, about, by power iteration.
template <class Map>
double largest_eigenvalue(int n, Map map) {
  Random random(1);
  Vector v(n);
  for (double& x : v) x = random.normal();
  for (int k = 0; k < inverse_iterations; ++k) {
    v.normalize();
    map(v);
  }
  return v.norm();
}

}  // namespace

BandedLeastSquares::BandedLeastSquares(const SparseRows& A)
    : rows_(A.rows()),
      columns_(A.columns),
      order_(by_parts(A, A.order.empty() ? narrow_order(A) : A.order)),
      position_(A.columns) {
  for (int j = 0; j < columns_; ++j) position_[order_[j]] = j;
  std::vector<int> last(rows_, -1);
  first_.assign(rows_, columns_);
  for (int i = 0; i < rows_; ++i) {
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) {
      first_[i] = std::min(first_[i], position_[A.column[k]]);
      last[i] = std::max(last[i], position_[A.column[k]]);
    }
    bandwidth_ = std::max(bandwidth_, last[i] - first_[i] + 1);
  }
  groups_ = group_rows(A, first_);
  const int step = std::max(fewest_columns, (bandwidth_ + 1) / 2);
  auto next = groups_.rows.cbegin();
  for (int first = 0; first < columns_; first += step) {
    Panel p;
    p.first = first;
    p.done = std::min(step, columns_ - first);
    const int reach = panels_.empty() ? 0 : panels_.back().width - panels_.back().done;
    const int left_over = panels_.empty() ? 0 : panels_.back().left_over();
    p.width = std::max(p.done, reach);
    const auto begin = next;
    for (; next != groups_.rows.cend() && first_[*next] < first + p.done; ++next)
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
  const double inverse = largest_eigenvalue(columns_, [&](Vector& v) {
    substitute_forward(v);
    substitute_back(v);
  });
  return 1 > threshold * largest * std::sqrt(inverse);
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
  return to_columns(c);
}

/// Of scaled unknowns in the order.
Vector BandedLeastSquares::to_columns(const Vector& c) const {
  Vector x(columns_);
  for (int j = 0; j < columns_; ++j) x(order_[j]) = scale_(order_[j]) * c(j);
  return x;
}

double BandedLeastSquares::normal_flops() const {
  return double(columns_) * bandwidth_ * bandwidth_;
}

/// Lower triangle of S A'A S in the order, a block of columns a task: of rows with the same
/// columns a dense product.
BandMatrix BandedLeastSquares::gram(const SparseRows& A) const {
  BandMatrix G(columns_, bandwidth_ - 1);
  const int tasks = (columns_ + gram_width - 1) / gram_width;
  threads().run(tasks, [&](int t, int) {
    const int begin = t * gram_width, end = std::min(columns_, begin + gram_width);
    const auto first_of = [&](int k) { return first_[groups_.rows[k]]; };
    auto group = std::partition_point(groups_.begin.begin(), groups_.begin.end() - 1,
                                      [&](int k) { return first_of(k) <= begin - bandwidth_; });
    std::vector<std::pair<int, std::int64_t>> at;  // position, place in the row
    Matrix values, product;
    for (; group != groups_.begin.end() - 1 && first_of(*group) < end; ++group) {
      const int row = groups_.rows[*group], rows = group[1] - group[0];
      at.clear();
      for (auto k = A.begin[row]; k < A.begin[row + 1]; ++k)
        if (const int p = position_[A.column[k]]; p >= begin) at.emplace_back(p, k - A.begin[row]);
      std::ranges::sort(at);
      const auto inside = std::ranges::lower_bound(at, std::pair(end, std::int64_t(0)));
      const int own = int(inside - at.begin());
      if (own == 0) continue;
      values.resize(rows, Eigen::Index(at.size()));
      for (int c = 0; c < int(at.size()); ++c) {
        const double scale = scale_(order_[at[c].first]);
        for (int i = 0; i < rows; ++i)
          values(i, c) = A.value[A.begin[groups_.rows[*group + i]] + at[c].second] * scale;
      }
      product.noalias() = values.transpose() * values.leftCols(own);
      for (int q = 0; q < own; ++q) {
        double* column = &G(at[q].first, at[q].first) - at[q].first;
        for (int p = q; p < int(at.size()); ++p) column[at[p].first] += product(p, q);
      }
    }
  });
  return G;
}

bool BandedLeastSquares::factor_normal(const SparseRows& A) {
  scale_ = column_scales(A);
  normal_.emplace(gram(A));
  const double shift = columns_ * std::numeric_limits<double>::epsilon();
  for (int j = 0; j < columns_; ++j) (*normal_)(j, j) += shift;
  if (!normal_->cholesky()) return false;
  const double inverse = largest_eigenvalue(columns_, [&](Vector& v) { normal_->solve(v); });
  return 1 > safely_above * shift * inverse;
}

Vector BandedLeastSquares::solve_normal(const SparseRows& A, const Vector& b) const {
  const Vector g = transposed_product(A, b);
  Vector c(columns_);
  for (int j = 0; j < columns_; ++j) c(j) = scale_(order_[j]) * g(order_[j]);
  normal_->solve(c);
  return to_columns(c);
}

namespace {

/// x = solve(b), then x += solve(b - A x) as long as that shortens the residual.
template <class Solve>
void refine(const SparseRows& A, const Vector& b, int steps, Solve solve,
            SparseLeastSquaresResult& result) {
  result.x = solve(b);
  Vector r = b - product(A, result.x);
  result.residual = r.norm();
  for (int k = 0; k < steps; ++k) {
    const Vector x = result.x + solve(r);
    const Vector next = b - product(A, x);
    const double length = next.norm();
    if (!(length < result.residual)) break;
    const bool done = length > (1 - least_refinement) * result.residual;
    result.x = x;
    result.residual = length;
    r = next;
    if (done) break;
  }
  result.found = true;
}

bool solve_on_torus(const SparseRows& A, const Vector& b, SparseLeastSquaresResult& result) {
  const TorusLeastSquares torus(A);
  bool converges = torus.is_safe();
  if (!converges) return false;
  refine(
      A, b, normal_refinements,
      [&](const Vector& r) {
        Vector x = Vector::Zero(A.columns);
        converges = converges && torus.solve(transposed_product(A, r), r.squaredNorm(), x);
        return x;
      },
      result);
  result.found = converges;
  return converges;
}

}  // namespace

SparseLeastSquaresResult sparse_least_squares(const SparseRows& A, const Vector& b) {
  SparseLeastSquaresResult result;
  if (A.rows() < A.columns) return result;
  BandedLeastSquares factors(A);
  const double pays = pays_below * 2.0 * A.rows() * A.columns * A.columns;
  const bool is_long = factors.flops() > most_orthogonal;
  if (is_long && !A.torus.empty() && solve_on_torus(A, b, result)) return result;
  if (is_long && factors.normal_flops() <= pays && factors.factor_normal(A)) {
    refine(
        A, b, normal_refinements, [&](const Vector& r) { return factors.solve_normal(A, r); },
        result);
  } else if (factors.flops() <= pays) {
    factors.factor(A);
    if (factors.has_full_rank(rank_threshold(A.columns)))
      refine(
          A, b, 1, [&](const Vector& r) { return factors.solve(r); }, result);
  }
  return result;
}

Vector product(const SparseRows& A, const Vector& x) {
  Vector y = Vector::Zero(A.rows());
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) y(i) += A.value[k] * x(A.column[k]);
  return y;
}

Vector transposed_product(const SparseRows& A, const Vector& y) {
  Vector x = Vector::Zero(A.columns);
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k) x(A.column[k]) += A.value[k] * y(i);
  return x;
}

Vector absolute_product(const SparseRows& A, const Vector& x) {
  Vector y = Vector::Zero(A.rows());
  for (int i = 0; i < A.rows(); ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k)
      y(i) += std::abs(A.value[k] * x(A.column[k]));
  return y;
}

}  // namespace kanpde::solver
