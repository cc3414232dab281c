#include "solver/optimizer/householder.hpp"

#include <Eigen/Dense>
#include <algorithm>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "solver/optimizer/packed.hpp"

namespace kanpde::solver {

namespace {
constexpr int block = 2 * panel_width;         // columns of a block reflector
constexpr int tile_columns = 4 * panel_width;  // columns that a task updates
constexpr int leaf = 6;                        // columns factored one by one
using Block = Eigen::Ref<Matrix>;

/// Q'B or QB for one block reflector, V unit lower trapezoidal in `v`, in place.
void apply_block(const Eigen::Ref<const Matrix>& v, const Matrix& t, bool transposed, Block b) {
  const auto width = v.cols();
  const auto top = v.topRows(width).triangularView<Eigen::UnitLower>();
  const auto rest = v.bottomRows(v.rows() - width);
  Matrix w = top.transpose() * b.topRows(width);
  w.noalias() += rest.transpose() * b.bottomRows(rest.rows());
  if (transposed)
    w = t.triangularView<Eigen::Upper>().transpose() * w;
  else
    w = t.triangularView<Eigen::Upper>() * w;
  b.topRows(width) -= top * w;
  b.bottomRows(rest.rows()).noalias() -= rest * w;
}

/// Householder vector of x in place (x(0) becomes the diagonal of R, v(0) = 1 is implied), tau.
double make_reflector(Eigen::Ref<Eigen::VectorXd> x) {
  const double tail = x.size() > 1 ? x.tail(x.size() - 1).stableNorm() : 0.0;
  if (tail == 0.0) return 0.0;
  const double alpha = x(0), beta = -std::copysign(std::hypot(alpha, tail), alpha);
  x.tail(x.size() - 1) /= alpha - beta;
  x(0) = beta;
  return (beta - alpha) / beta;
}

/// Factors a panel (rows >= columns) and returns T, by halves (Elmroth and Gustavson 2000,
/// doi:10.1147/rd.444.0605) down to a few columns.
Matrix factor_panel(Block a) {
  const auto n = a.cols(), m = a.rows();
  Matrix t = Matrix::Zero(n, n);
  if (n > leaf) {
    const auto half = n / 2, rest = n - half;
    const Matrix t1 = factor_panel(a.leftCols(half));
    apply_block(a.leftCols(half), t1, true, a.rightCols(rest));
    const Matrix t2 = factor_panel(a.bottomRightCorner(m - half, rest));
    const auto v1 = a.block(half, 0, m - half, half), v2 = a.bottomRightCorner(m - half, rest);
    Matrix product =
        v1.topRows(rest).transpose() * v2.topRows(rest).triangularView<Eigen::UnitLower>();
    product.noalias() += v1.bottomRows(m - n).transpose() * v2.bottomRows(m - n);
    t.topLeftCorner(half, half) = t1;
    t.bottomRightCorner(rest, rest) = t2;
    t.topRightCorner(half, rest).noalias() = -t1 * product * t2;
    return t;
  }
  for (Eigen::Index j = 0; j < n; ++j) {
    const double tau = make_reflector(a.col(j).tail(m - j));
    const auto v = a.col(j).tail(m - j - 1);
    for (auto k = j + 1; k < n; ++k) {
      const double w = tau * (a(j, k) + v.dot(a.col(k).tail(m - j - 1)));
      a(j, k) -= w;
      a.col(k).tail(m - j - 1) -= w * v;
    }
    Eigen::VectorXd z(j);  // T(:, j) = -tau T V'v
    for (Eigen::Index i = 0; i < j; ++i) z(i) = -tau * (a(j, i) + a.col(i).tail(m - j - 1).dot(v));
    t.col(j).head(j) = t.topLeftCorner(j, j).triangularView<Eigen::Upper>() * z;
    t(j, j) = tau;
  }
  return t;
}

/// C := Q'C for many columns, Q = I - V T V': tiles of columns in parallel.
void update_trailing(const Eigen::Ref<const Matrix>& v, const Matrix& t, Block c) {
  const int rows = int(v.rows()), width = int(v.cols()), columns = int(c.cols());
  Matrix full = v;
  full.topRows(width).triangularView<Eigen::StrictlyUpper>().setZero();
  full.topRows(width).diagonal().setOnes();
  Packed down(rows, width), across(width, rows);
  down.pack_all(full.data(), 1, rows);
  threads().run(across.panels(), [&](int p, int) { across.pack(p, full.data(), rows, 1); });
  threads().run((columns + tile_columns - 1) / tile_columns, [&](int i, int) {
    static thread_local Packed packed_c, packed_w;
    const int first = i * tile_columns, count = std::min(tile_columns, columns - first);
    auto tile = c.middleCols(first, count);
    packed_c.resize(rows, count);
    packed_c.pack_all(tile.data(), 1, c.outerStride());
    Matrix w = Matrix::Zero(width, count);
    multiply_add(1.0, down, 0, down.panels(), packed_c, 0, packed_c.panels(), w.data(), width);
    w = t.triangularView<Eigen::Upper>().transpose() * w;
    packed_w.resize(width, count);
    packed_w.pack_all(w.data(), 1, width);
    multiply_add(-1.0, across, 0, across.panels(), packed_w, 0, packed_w.panels(), tile.data(),
                 c.outerStride());
  });
}
}  // namespace

HouseholderQr::HouseholderQr(Matrix A, std::vector<int> heights)
    : heights_(std::move(heights)), a_(std::move(A)) {
  const int m = rows(), n = columns(), steps = std::min(m, n);
  for (int k = 0; k < steps; k += block) {
    const int width = std::min(block, steps - k), high = height(k, width);
    t_.push_back(factor_panel(a_.block(k, k, high, width)));
    if (k + width < n)
      update_trailing(a_.block(k, k, high, width), t_.back(),
                      a_.block(k, k + width, high, n - k - width));
  }
}

int HouseholderQr::height(int k, int width) const {
  return (heights_.empty() ? rows() : std::max(k + width, heights_[k + width - 1])) - k;
}

Matrix HouseholderQr::r() const {
  return a_.topRows(std::min(a_.rows(), a_.cols())).triangularView<Eigen::Upper>();
}

void HouseholderQr::apply_q_transposed(Matrix& B) const {
  check(B.rows() == rows(), "Q'B: Q has {} rows, B {}", rows(), B.rows());
  for (std::size_t i = 0; i < t_.size(); ++i) {
    const int k = int(i) * block, width = int(t_[i].cols()), high = height(k, width);
    apply_block(a_.block(k, k, high, width), t_[i], true, B.middleRows(k, high));
  }
}

void HouseholderQr::apply_q(Matrix& B) const {
  check(B.rows() == rows(), "Q B: Q has {} rows, B {}", rows(), B.rows());
  for (std::size_t i = t_.size(); i-- > 0;) {
    const int k = int(i) * block, width = int(t_[i].cols()), high = height(k, width);
    apply_block(a_.block(k, k, high, width), t_[i], false, B.middleRows(k, high));
  }
}

// PivotedQr

namespace {
constexpr int pivot_block = 32;         // columns between two updates of the whole matrix
constexpr int strip = 32;               // columns that a task of a matrix-vector product takes
constexpr int worth_threads = 1 << 15;  // elements below which one thread is faster
}  // namespace

PivotedQr::PivotedQr(Matrix A, double threshold) : a_(std::move(A)) {
  const int n = int(a_.cols()), steps = int(std::min(a_.rows(), a_.cols()));
  permutation_.resize(n);
  for (int j = 0; j < n; ++j) permutation_[j] = j;
  tau_.setZero(steps);
  norm_ = a_.colwise().stableNorm().transpose();
  exact_ = norm_;
  const double tolerance = n > 0 ? threshold * norm_.maxCoeff() : 0.0;
  for (int first = 0; first < steps;) {
    const int width = std::min(pivot_block, steps - first);
    const int done = factor_panel(first, width, tolerance);
    first += done;
    rank_ = first;
    if (done < width) break;
  }
  f_.resize(0, 0);
}

/// Takes up to `width` pivots from row and column `first` on; returns how many there were.
int PivotedQr::factor_panel(int first, int width, double tolerance) {
  f_.setZero(a_.cols(), width);
  int done = 0;
  while (done < width && take_pivot(first, first + done, tolerance)) {
    reflect(first, first + done);
    downdate(first, first + done);
    ++done;
  }
  const int next = first + done, rows = int(a_.rows()) - next, columns = int(a_.cols()) - next;
  if (done == 0 || rows == 0 || columns == 0) return done;
  Packed v(done, rows), f(done, columns);
  v.pack_all(&a_(next, first), a_.outerStride(), 1);
  f.pack_all(&f_(next, 0), f_.outerStride(), 1);
  threads().run((f.panels() + 3) / 4, [&](int t, int) {
    multiply_add(-1.0, v, 0, v.panels(), f, 4 * t, std::min(4 * t + 4, f.panels()), &a_(next, next),
                 a_.outerStride());
  });
  return done;
}

/// Swaps the longest remaining column to place j and brings it up to date; false when there is
/// none.
bool PivotedQr::take_pivot(int first, int j, double tolerance) {
  int p = j;
  for (int i = j + 1; i < int(a_.cols()); ++i)
    if (norm_(i) > norm_(p)) p = i;
  if (!(norm_(p) > tolerance)) return false;
  if (p != j) {
    a_.col(p).swap(a_.col(j));
    f_.row(p).swap(f_.row(j));
    std::swap(permutation_[p], permutation_[j]);
    norm_(p) = norm_(j);
    exact_(p) = exact_(j);
  }
  const int rows = int(a_.rows()) - j, before = j - first;
  a_.col(j).tail(rows).noalias() -=
      a_.block(j, first, rows, before) * f_.row(j).head(before).transpose();
  return true;
}

/// Makes reflector j, F(:, j) = tau (A'v - F V'v), and row j of R.
void PivotedQr::reflect(int first, int j) {
  const int rows = int(a_.rows()) - j, right = int(a_.cols()) - j - 1, before = j - first;
  tau_(j) = make_reflector(a_.col(j).tail(rows));
  if (right == 0) return;
  const double diagonal = a_(j, j);
  a_(j, j) = 1.0;
  const auto v = a_.col(j).tail(rows);
  auto f = f_.col(before).segment(j + 1, right);
  const auto task = [&](int t, int) {
    const int at = t * strip, count = std::min(strip, right - at);
    f.segment(at, count).noalias() =
        tau_(j) * (a_.block(j, j + 1 + at, rows, count).transpose() * v);
  };
  const int tasks = (right + strip - 1) / strip;
  if (rows * right > worth_threads)
    threads().run(tasks, task);
  else
    for (int t = 0; t < tasks; ++t) task(t, 0);
  const Eigen::VectorXd vv = a_.block(j, first, rows, before).transpose() * v;
  f.noalias() -= tau_(j) * (f_.block(j + 1, 0, right, before) * vv);
  a_.row(j).tail(right).noalias() -=
      a_.row(j).segment(first, before + 1) * f_.block(j + 1, 0, right, before + 1).transpose();
  a_(j, j) = diagonal;
}

/// Column norms below row j; computed afresh where downdating has lost half of the digits (Drmac
/// and Bujanovic 2008, doi:10.1145/1377612.1377616).
void PivotedQr::downdate(int first, int j) {
  const int rows = int(a_.rows()) - j - 1, done = j - first + 1;
  const double lost = std::sqrt(Eigen::NumTraits<double>::epsilon());
  Eigen::VectorXd column;
  for (int i = j + 1; i < int(a_.cols()); ++i) {
    if (norm_(i) == 0.0) continue;
    const double ratio = std::abs(a_(j, i)) / norm_(i);
    const double left = std::max(0.0, (1.0 - ratio) * (1.0 + ratio));
    if (left * std::pow(norm_(i) / exact_(i), 2) > lost) {
      norm_(i) *= std::sqrt(left);
      continue;
    }
    column = a_.col(i).tail(rows);
    column.noalias() -= a_.block(j + 1, first, rows, done) * f_.row(i).head(done).transpose();
    norm_(i) = exact_(i) = rows > 0 ? column.stableNorm() : 0.0;
  }
}

Matrix PivotedQr::r() const { return a_.topRows(rank_).triangularView<Eigen::Upper>(); }

void PivotedQr::apply_q_transposed(Matrix& B) const {
  for (int j = 0; j < rank_; ++j) {
    const auto rows = a_.rows() - j, tail = rows - 1;
    const auto v = a_.col(j).tail(tail);
    Eigen::RowVectorXd w = B.row(j) + v.transpose() * B.bottomRows(tail);
    w *= tau_(j);
    B.row(j) -= w;
    B.bottomRows(tail).noalias() -= v * w;
  }
}

}  // namespace kanpde::solver
