#include "problems/reference/cavity_flow.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "problems/reference/exponential_collocation.hpp"

namespace kanpde::problems {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

}  // namespace

/// Equations for the inner functions, x-index major, in blocks of `degree` x-indices: a function
/// meets those of its own and the neighbouring blocks.
struct CavityFlow::Blocks {
  int inner, width, count;  ///< functions an axis, of a block, blocks
  std::vector<Matrix> lower, diagonal, upper;
  std::vector<Vector> right;

  Blocks(int functions, int degree)
      : inner(functions - 4), width(degree), count((inner + degree - 1) / degree) {
    for (int b = 0; b < count; ++b) {
      const int n = size(b), before = b > 0 ? size(b - 1) : 0,
                after = b + 1 < count ? size(b + 1) : 0;
      lower.push_back(Matrix::Zero(n, before));
      diagonal.push_back(Matrix::Zero(n, n));
      upper.push_back(Matrix::Zero(n, after));
      right.push_back(Vector::Zero(n));
    }
  }
  int size(int block) const {
    return (std::min(inner, (block + 1) * width) - block * width) * inner;
  }
  int row(int i, int j) const { return (i % width) * inner + j; }  ///< inner indices
  /// Elimination block by block, rows and columns scaled by the diagonal's square root; cost: count
  /// times the cube of a block's size.
  std::vector<double> solve();
};

std::vector<double> CavityFlow::Blocks::solve() {
  std::vector<Vector> scale;
  for (const Matrix& d : diagonal)
    scale.push_back(d.diagonal().cwiseAbs().cwiseSqrt().cwiseInverse());
  for (int b = 0; b < count; ++b) {
    diagonal[b] = scale[b].asDiagonal() * diagonal[b] * scale[b].asDiagonal();
    if (b > 0) lower[b] = scale[b].asDiagonal() * lower[b] * scale[b - 1].asDiagonal();
    if (b + 1 < count) upper[b] = scale[b].asDiagonal() * upper[b] * scale[b + 1].asDiagonal();
    right[b] = scale[b].asDiagonal() * right[b];
  }
  for (int b = 0; b < count; ++b) {
    if (b > 0) {
      diagonal[b].noalias() -= lower[b] * upper[b - 1];
      right[b].noalias() -= lower[b] * right[b - 1];
    }
    const Eigen::PartialPivLU<Matrix> factors(diagonal[b]);
    right[b] = factors.solve(right[b]).eval();
    if (b + 1 < count) upper[b] = factors.solve(upper[b]).eval();
  }
  for (int b = count - 2; b >= 0; --b) right[b].noalias() -= upper[b] * right[b + 1];
  std::vector<double> out;
  for (int b = 0; b < count; ++b) {
    right[b] = scale[b].asDiagonal() * right[b];
    out.insert(out.end(), right[b].begin(), right[b].end());
  }
  return out;
}

CavityFlow::CavityFlow(int degree, const Grading& grading) : axis_(degree, graded_breaks(grading)) {
  gauss_rule(degree + 1, gauss_, weights_);
  const int local = degree + 1;
  tables_.resize(std::size_t(axis_.spans()) * gauss_.size() * 3 * local);
  double* out = tables_.data();
  for (int span = 0; span < axis_.spans(); ++span)
    for (const double g : gauss_) {
      const double a = axis_.breaks()[span], b = axis_.breaks()[span + 1];
      axis_.evaluate(span, a + (b - a) * g, 3, out);
      out += 3 * local;
    }
  c_.assign(std::size_t(axis_.size()) * axis_.size(), 0);
  impose_walls();
}

/// psi = 0 at the walls; no slip; u on the lid.
void CavityFlow::impose_walls() {
  const int n = axis_.size(), local = axis_.degree() + 1;
  std::vector<double> end(2 * local);
  axis_.evaluate(axis_.spans() - 1, 1, 2, end.data());
  const double slope = end[local + local - 2];  // of the last function but one
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const bool side = i < 2 || i >= n - 2;
      if (!side && j == n - 2)
        c_[i * n + j] = 1 / slope;
      else if (side || j < 2 || j == n - 1)
        c_[i * n + j] = 0;
    }
}

/// Of the weak form int laplacian(psi) (laplacian(f)/Re + psi_y f_x - psi_x f_y) = 0: its
/// derivative, and minus its value.
void CavityFlow::assemble(double reynolds, Blocks& system) const {
  const int local = axis_.degree() + 1, q = int(gauss_.size()), n = axis_.size();
  Matrix dx(q * q, local * local), dy = dx, laplace = dx;
  Vector c(local * local), weight(q * q);
  for (int ex = 0; ex < axis_.spans(); ++ex)
    for (int ey = 0; ey < axis_.spans(); ++ey) {
      const double area = (axis_.breaks()[ex + 1] - axis_.breaks()[ex]) *
                          (axis_.breaks()[ey + 1] - axis_.breaks()[ey]);
      for (int gx = 0; gx < q; ++gx)
        for (int gy = 0; gy < q; ++gy) {
          const double* x = &tables_[std::size_t(ex * q + gx) * 3 * local];
          const double* y = &tables_[std::size_t(ey * q + gy) * 3 * local];
          weight[gx * q + gy] = area * weights_[gx] * weights_[gy];
          for (int a = 0; a < local; ++a)
            for (int b = 0; b < local; ++b) {
              dx(gx * q + gy, a * local + b) = x[local + a] * y[b];
              dy(gx * q + gy, a * local + b) = x[a] * y[local + b];
              laplace(gx * q + gy, a * local + b) =
                  x[2 * local + a] * y[b] + x[a] * y[2 * local + b];
            }
        }
      for (int a = 0; a < local; ++a)
        for (int b = 0; b < local; ++b) c[a * local + b] = c_[(ex + a) * n + ey + b];
      const Vector px = dx * c, py = dy * c, lap = laplace * c;
      const Matrix test = (laplace / reynolds + py.asDiagonal() * dx - px.asDiagonal() * dy);
      const Vector wlap = weight.cwiseProduct(lap);
      Matrix matrix = test.transpose() * (weight.asDiagonal() * laplace);
      matrix.noalias() += dx.transpose() * (wlap.asDiagonal() * dy);
      matrix.noalias() -= dy.transpose() * (wlap.asDiagonal() * dx);
      const Vector value = test.transpose() * wlap;
      add(ex, ey, matrix.data(), value.data(), system);
    }
}

/// Adds an element's matrix and subtracts its vector.
void CavityFlow::add(int ex, int ey, const double* matrix, const double* value,
                     Blocks& system) const {
  const int local = axis_.degree() + 1, inner = system.inner;
  const int first = std::max(0, 2 - ey), last = std::min(local, inner + 2 - ey);  // j, l inside
  for (int a = std::max(0, 2 - ex); a < std::min(local, inner + 2 - ex); ++a)
    for (int c = std::max(0, 2 - ex); c < std::min(local, inner + 2 - ex); ++c) {
      const int i = ex + a - 2, k = ex + c - 2, from = i / system.width, to = k / system.width;
      Matrix& block = to < from    ? system.lower[from]
                      : to == from ? system.diagonal[from]
                                   : system.upper[from];
      const int row = system.row(i, ey - 2), column = system.row(k, ey - 2);
      for (int d = first; d < last; ++d)
        for (int b = first; b < last; ++b)
          block(row + b, column + d) += matrix[(c * local + d) * local * local + a * local + b];
      if (c != a) continue;
      for (int b = first; b < last; ++b) system.right[from][row + b] -= value[a * local + b];
    }
}

std::vector<double> CavityFlow::correction(double reynolds) const {
  Blocks system(axis_.size(), axis_.degree());
  assemble(reynolds, system);
  return system.solve();
}

bool CavityFlow::solve(double reynolds) {
  const int n = axis_.size(), inner = n - 4;
  double before = INFINITY;
  for (int step = 0; step < 15; ++step) {
    const std::vector<double> delta = correction(reynolds);
    double change = 0;
    for (int i = 0; i < inner; ++i)
      for (int j = 0; j < inner; ++j) {
        c_[(i + 2) * n + j + 2] += delta[i * inner + j];
        change = std::max(change, std::abs(delta[i * inner + j]));
      }
    if (!std::isfinite(change) || change > 1e3) return false;
    if (change < 1e-7 && change > 0.1 * before) return true;  // rounding
    if (change < 1e-11) return true;
    before = change;
  }
  return false;
}

void CavityFlow::start_from(const CavityFlow& other) {
  const int n = axis_.size(), local = axis_.degree() + 1;
  const std::vector<double> points = axis_.greville();
  Matrix collocation = Matrix::Zero(n, n), values(n, n);
  std::vector<double> row(local), all(25);
  for (int i = 0; i < n; ++i) {
    const int span = axis_.span_of(points[i]);
    axis_.evaluate(span, points[i], 1, row.data());
    for (int a = 0; a < local; ++a) collocation(i, span + a) = row[a];
    for (int j = 0; j < n; ++j) {
      other.derivatives(points[i], points[j], all.data());
      values(i, j) = all[0];
    }
  }
  const Eigen::PartialPivLU<Matrix> factors(collocation);
  const Matrix c = factors.solve(factors.solve(values).transpose().eval()).transpose();
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) c_[i * n + j] = c(i, j);
  impose_walls();
}

void CavityFlow::derivatives(double x, double y, double* out) const {
  constexpr int orders = 5;
  const int local = axis_.degree() + 1, n = axis_.size();
  std::vector<double> of_x(orders * local), of_y(orders * local);
  const int sx = axis_.span_of(x), sy = axis_.span_of(y);
  axis_.evaluate(sx, x, orders, of_x.data());
  axis_.evaluate(sy, y, orders, of_y.data());
  std::fill_n(out, orders * orders, 0.0);
  for (int a = 0; a < local; ++a)
    for (int j = 0; j < orders; ++j) {
      double sum = 0;
      for (int b = 0; b < local; ++b) sum += of_y[j * local + b] * c_[(sx + a) * n + sy + b];
      for (int i = 0; i < orders; ++i) out[i * orders + j] += of_x[i * local + a] * sum;
    }
}

}  // namespace kanpde::problems
