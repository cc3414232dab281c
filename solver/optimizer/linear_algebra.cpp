#include "solver/optimizer/linear_algebra.hpp"

#include <Eigen/Cholesky>
#include <algorithm>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "solver/optimizer/packed.hpp"

namespace kanpde::solver {

namespace {
constexpr int rows_at_once = 2048;             // of J that are packed together: bounds the copy
constexpr int tile = 6;                        // panels a task takes of each operand
constexpr int strip = 64;                      // rows or columns of a matrix-vector task
constexpr int factor_width = 4 * panel_width;  // columns of a Cholesky step

struct Tile {
  int row, column;
};

/// Tiles of the lower triangle of a `blocks` x `blocks` grid, long columns first.
std::vector<Tile> lower_tiles(int blocks) {
  std::vector<Tile> tiles;
  for (int j = 0; j < blocks; ++j)
    for (int i = j; i < blocks; ++i) tiles.push_back({i, j});
  return tiles;
}

/// C += alpha P'P (lower triangle), P packed, C: column-major from its first element.
void symmetric_add(double alpha, const Packed& packed, double* c, std::ptrdiff_t ldc) {
  const int panels = packed.panels();
  const auto tiles = lower_tiles((panels + tile - 1) / tile);
  threads().run(int(tiles.size()), [&](int t, int) {
    const int i = tiles[t].row * tile, j = tiles[t].column * tile;
    multiply_add(alpha, packed, i, std::min(i + tile, panels), packed, j,
                 std::min(j + tile, panels), c, ldc, i == j ? Part::lower : Part::all);
  });
}

using Strided = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;

/// LL' = A in place in the lower triangle of A: n x n, zero more than `bandwidth` below the
/// diagonal; element (i, j) at a[i + j * step].
bool factor(double* a, int n, std::ptrdiff_t step, int bandwidth) {
  Packed packed;
  for (int k = 0; k < n; k += factor_width) {
    const int width = std::min(factor_width, n - k), below = std::min(bandwidth, n - k - width);
    double* corner = a + k + k * step;
    Strided diagonal(corner, width, width, Eigen::OuterStride<>(step));
    Eigen::LLT<Eigen::Ref<Matrix>, Eigen::Lower> llt(diagonal);
    if (llt.info() != Eigen::Success || !diagonal.diagonal().allFinite()) return false;
    if (below == 0) continue;
    packed.resize(width, below);
    threads().run(packed.panels(), [&](int p, int) {
      const int first = p * panel_width, count = std::min(panel_width, below - first);
      Strided rows(corner + width + first, count, width, Eigen::OuterStride<>(step));
      diagonal.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(rows);
      packed.pack(p, corner + width, step, 1);
    });
    symmetric_add(-1.0, packed, corner + width + width * step, step);
  }
  return true;
}
}  // namespace

void gram(const Matrix& J, Matrix& G) {
  G.setZero(J.cols(), J.cols());
  gram_add(J, G);
}

void gram_add(const Matrix& J, Matrix& G) {
  gram_add(J.data(), int(J.rows()), int(J.cols()), J.outerStride(), G);
}

void gram_add(const double* J, int rows, int n, std::ptrdiff_t ldj, Matrix& G) {
  check(G.rows() == n && G.cols() == n, "gram: J has {} columns, G is {} x {}", n, G.rows(),
        G.cols());
  static thread_local Packed packed;
  for (int first = 0; first < rows; first += rows_at_once) {
    packed.resize(std::min(rows_at_once, rows - first), n);
    Packed& p = packed;
    threads().run(p.panels(), [&](int i, int) { p.pack(i, J + first, 1, ldj); });
    symmetric_add(1.0, p, G.data(), n);
  }
}

void multiply(const Matrix& A, const Vector& x, Vector& y) {
  check(A.cols() == x.size(), "multiply: A is {} x {}, x {}", A.rows(), A.cols(), x.size());
  y.resize(A.rows());
  const int step = 8 * strip, m = int(A.rows());
  threads().run((m + step - 1) / step, [&](int t, int) {
    const int first = t * step, count = std::min(step, m - first);
    y.segment(first, count).noalias() = A.middleRows(first, count) * x;
  });
}

void multiply_transposed(const Matrix& A, const Vector& x, Vector& y) {
  check(A.rows() == x.size(), "multiply: A' is {} x {}, x {}", A.cols(), A.rows(), x.size());
  y.resize(A.cols());
  const int n = int(A.cols());
  threads().run((n + strip - 1) / strip, [&](int t, int) {
    const int first = t * strip, count = std::min(strip, n - first);
    y.segment(first, count).noalias() = A.middleCols(first, count).transpose() * x;
  });
}

void multiply_lower(const Matrix& G, const Vector& x, Vector& y) {
  y.noalias() = G.selfadjointView<Eigen::Lower>() * x;
}

bool cholesky(Matrix& A) {
  const int n = int(A.rows());
  check(A.cols() == n, "cholesky: A is {} x {}", n, A.cols());
  return factor(A.data(), n, n, n);
}

BandMatrix::BandMatrix(int n, int bandwidth)
    : n_(n),
      bandwidth_(bandwidth),
      step_(bandwidth + factor_width + tile * panel_width - 1),
      values_(std::size_t(n) * (step_ + 1), 0.0) {}

bool BandMatrix::cholesky() { return factor(values_.data(), n_, step_, bandwidth_); }

void BandMatrix::solve(Vector& x) const {
  const auto below = [&](int k, int width) { return std::min(bandwidth_, n_ - k - width); };
  const auto block = [&](int i, int k, int rows, int width) {
    return Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(
        values_.data() + i + std::ptrdiff_t(k) * step_, rows, width, Eigen::OuterStride<>(step_));
  };
  const int last = (n_ - 1) / factor_width * factor_width;
  for (int k = 0; k < n_; k += factor_width) {
    const int width = std::min(factor_width, n_ - k), rows = below(k, width);
    auto head = x.segment(k, width);
    const auto corner = block(k, k, width, width);
    corner.triangularView<Eigen::Lower>().solveInPlace(head);
    x.segment(k + width, rows).noalias() -= block(k + width, k, rows, width) * head;
  }
  for (int k = last; k >= 0; k -= factor_width) {
    const int width = std::min(factor_width, n_ - k), rows = below(k, width);
    auto head = x.segment(k, width);
    head.noalias() -= block(k + width, k, rows, width).transpose() * x.segment(k + width, rows);
    const auto corner = block(k, k, width, width);
    corner.triangularView<Eigen::Lower>().transpose().solveInPlace(head);
  }
}

void cholesky_solve(const Matrix& L, Vector& x) {
  L.triangularView<Eigen::Lower>().solveInPlace(x);
  L.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
}

}  // namespace kanpde::solver
