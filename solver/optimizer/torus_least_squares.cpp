#include "solver/optimizer/torus_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"

namespace kanpde::solver {

namespace {

constexpr double safely_above = 100;  ///< the least eigenvalue, over n times the rounding unit
constexpr double excess = 1e-8;       ///< of |A x - b|^2 over its minimum, relative
constexpr double rounding = 1e-15;    ///< of |b|^2, that it is known to
constexpr int most_iterations = 300;
constexpr int tasks = 16;  ///< whose sums are added in turn

using Modes = Eigen::MatrixXcd;

int wrapped(int k, int n) { return k < 0 ? k + n : k; }

/// sum = body(group, sum) over all groups, by tasks with sums of their own; Sum: Eigen's.
template <class Sum, class Body>
Sum over_groups(const RowGroups& groups, const Sum& zero, Body body) {
  std::vector<Sum> sums(tasks, zero);
  threads().run(tasks, [&](int t, int) {
    const auto end = [&](int k) { return int(std::int64_t(groups.count()) * k / tasks); };
    for (int g = end(t); g < end(t + 1); ++g) body(g, sums[t]);
  });
  for (int t = 1; t < tasks; ++t) sums[0] += sums[t];
  return std::move(sums[0]);
}

std::vector<int> by_columns(const SparseRows& A) { return std::vector<int>(A.rows(), 0); }

double smallest_shift(const SparseRows& A) {
  return A.columns * std::numeric_limits<double>::epsilon();
}

}  // namespace

TorusMean::TorusMean(const SparseRows& A, const RowGroups& groups, double shift)
    : nodes_{A.torus.at(0), A.torus.at(1)}, functions_(A.columns / (nodes_[0] * nodes_[1])) {
  check(A.columns == nodes_[0] * nodes_[1] * functions_, "{} columns on a torus of {} x {} nodes",
        A.columns, nodes_[0], nodes_[1]);
  for (int axis = 0; axis < 2; ++axis)
    transform_[axis] = Modes::NullaryExpr(nodes_[axis], nodes_[axis], [&](auto j, auto k) {
      return std::polar(1.0, -2 * std::numbers::pi * double(j * k % nodes_[axis]) / nodes_[axis]);
    });
  invert(blocks(A, groups), shift);
}

namespace {
struct Place {  // of a column on the torus
  int line, place, function;
};
}  // namespace

/// By the steps from a node to another, the second fastest: the mean product of their columns.
std::vector<Matrix> TorusMean::blocks(const SparseRows& A, const RowGroups& groups) const {
  const int s = functions_, nodes = nodes_[0] * nodes_[1];
  const Matrix sum =
      over_groups(groups, Matrix(Matrix::Zero(s, nodes * s)), [&](int g, Matrix& to) {
        const int row = groups.rows[groups.begin[g]], rows = groups.begin[g + 1] - groups.begin[g];
        const int width = int(A.begin[row + 1] - A.begin[row]);
        const int* columns = A.column.data() + A.begin[row];
        Matrix values(width, rows);
        for (int i = 0; i < rows; ++i)
          values.col(i) = Eigen::Map<const Vector>(
              A.value.data() + A.begin[groups.rows[groups.begin[g] + i]], width);
        const Matrix product = values * values.transpose();
        std::vector<Place> places;
        for (int p = 0; p < width; ++p) {
          const int node = columns[p] % nodes;
          places.push_back({node / nodes_[1], node % nodes_[1], columns[p] / nodes});
        }
        for (int q = 0; q < width; ++q)
          for (int p = 0; p <= q; ++p) {
            const int a = wrapped(places[p].line - places[q].line, nodes_[0]);
            const int b = wrapped(places[p].place - places[q].place, nodes_[1]);
            to(places[q].function, (a * nodes_[1] + b) * s + places[p].function) +=
                p < q ? product(p, q) : 0.5 * product(p, q);
          }
      });
  std::vector<Matrix> result;
  for (int k = 0; k < nodes; ++k) {
    const int back =
        wrapped(-(k / nodes_[1]), nodes_[0]) * nodes_[1] + wrapped(-(k % nodes_[1]), nodes_[1]);
    result.push_back((sum.middleCols(k * s, s) + sum.middleCols(back * s, s).transpose()) / nodes);
  }
  return result;
}

void TorusMean::invert(std::vector<Matrix> blocks, double shift) {
  const int s = functions_, nodes = nodes_[0] * nodes_[1];
  const Vector diagonal = blocks.front().diagonal();
  const Vector scale = diagonal.cwiseSqrt().cwiseInverse();
  if (!scale.allFinite()) return;
  std::vector<Modes> modes(std::size_t(nodes), Modes(s, s));
  for (int c = 0; c < s; ++c)
    for (int d = 0; d < s; ++d) {
      Modes field(nodes_[1], nodes_[0]);
      for (int k = 0; k < nodes; ++k) field(k) = blocks[k](c, d);
      field = transform_[1].conjugate() * field * transform_[0].conjugate();
      for (int k = 0; k < nodes; ++k) modes[k](c, d) = field(k);
    }
  inverse_.resize(std::size_t(nodes));
  Vector least(nodes);
  threads().run(nodes_[0], [&](int line, int) {
    for (int k = line * nodes_[1]; k < (line + 1) * nodes_[1]; ++k) {
      const Modes hermitian = 0.5 * (modes[k] + modes[k].adjoint());
      const Eigen::SelfAdjointEigenSolver<Modes> scaled(
          scale.asDiagonal() * hermitian * scale.asDiagonal(), Eigen::EigenvaluesOnly);
      least(k) = scaled.eigenvalues()(0);
      const Modes shifted = hermitian + Matrix(shift * diagonal.asDiagonal());
      inverse_[k] = shifted.llt().solve(Modes::Identity(s, s));
    }
  });
  least_ = std::max(0.0, least.minCoeff());
}

void TorusMean::solve(Vector& x) const {
  const int nodes = nodes_[0] * nodes_[1];
  Modes modes(nodes, functions_);
  threads().run(functions_, [&](int c, int) {
    const Eigen::Map<const Matrix> field(x.data() + std::ptrdiff_t(c) * nodes, nodes_[1],
                                         nodes_[0]);
    modes.col(c) = (transform_[1] * field * transform_[0]).reshaped();
  });
  for (int k = 0; k < nodes; ++k)
    modes.row(k) = (inverse_[k] * modes.row(k).transpose()).transpose().eval();
  threads().run(functions_, [&](int c, int) {
    const Eigen::Map<const Modes> field(modes.col(c).data(), nodes_[1], nodes_[0]);
    x.segment(std::ptrdiff_t(c) * nodes, nodes) =
        (transform_[1].conjugate() * field * transform_[0].conjugate()).real().reshaped() / nodes;
  });
}

TorusLeastSquares::TorusLeastSquares(const SparseRows& A)
    : A_(A), groups_(group_rows(A, by_columns(A))), mean_(A, groups_, smallest_shift(A)) {}

bool TorusLeastSquares::is_safe() const {
  return mean_.least_eigenvalue() > safely_above * smallest_shift(A_);
}

void TorusLeastSquares::multiply(const Vector& x, Vector& y) const {
  y = over_groups(groups_, Vector(Vector::Zero(x.size())), [&](int g, Vector& sum) {
    const std::int64_t first = A_.begin[groups_.rows[groups_.begin[g]]];
    const int width = int(A_.begin[groups_.rows[groups_.begin[g]] + 1] - first);
    const int* columns = A_.column.data() + first;
    Vector near(width), back = Vector::Zero(width);
    for (int p = 0; p < width; ++p) near(p) = x(columns[p]);
    for (int i = groups_.begin[g]; i < groups_.begin[g + 1]; ++i) {
      const Eigen::Map<const Vector> row(A_.value.data() + A_.begin[groups_.rows[i]], width);
      back += row.dot(near) * row;
    }
    for (int p = 0; p < width; ++p) sum(columns[p]) += back(p);
  });
}

bool TorusLeastSquares::solve(const Vector& g, double b_square, Vector& x) const {
  Vector r = g, z = g, product;
  x = Vector::Zero(g.size());
  mean_.solve(z);
  Vector p = z;
  double rz = r.dot(z);
  for (int k = 0; k < most_iterations; ++k) {
    const double left = std::max(b_square - x.dot(g), rounding * b_square);  // |A x - b|^2
    if (!(rz > excess * left)) {
      return std::isfinite(rz);
    }
    multiply(p, product);
    const double alpha = rz / p.dot(product);
    x += alpha * p;
    r -= alpha * product;
    z = r;
    mean_.solve(z);
    const double next = r.dot(z);
    p = z + next / rz * p;
    rz = next;
  }
  return false;
}

}  // namespace kanpde::solver
