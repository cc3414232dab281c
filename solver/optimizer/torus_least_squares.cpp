#include "solver/optimizer/torus_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
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

/// body(task, group) for all groups, those of a task in turn.
template <class Body>
void for_tasks(const RowGroups& groups, Body body) {
  threads().run(tasks, [&](int t, int) {
    const auto end = [&](int k) { return int(std::int64_t(groups.count()) * k / tasks); };
    for (int g = end(t); g < end(t + 1); ++g) body(t, g);
  });
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

/// Sums of products of rows whose columns are the same ones but for a translation.
class Pattern {
 public:
  explicit Pattern(int width = 0) : sum_(Matrix::Zero(width, width)), rows_(width, batch) {}
  void add(const Eigen::Map<const Vector>& row) {
    rows_.col(filled_++) = row;
    if (filled_ == batch) flush();
  }
  /// The lower triangle.
  const Matrix& sum() {
    flush();
    return sum_;
  }

 private:
  static constexpr int batch = 128;  // so that products run at the speed of the processor
  void flush() {
    if (filled_ > 0) sum_.selfadjointView<Eigen::Lower>().rankUpdate(rows_.leftCols(filled_));
    filled_ = 0;
  }
  Matrix sum_, rows_;
  int filled_ = 0;
};

struct Place {  // of a column on the torus
  int line, place, function;
};

}  // namespace

/// By the steps from a node to another, the second fastest: the mean product of their columns.
std::vector<Matrix> TorusMean::blocks(const SparseRows& A, const RowGroups& groups) const {
  const int s = functions_, nodes = nodes_[0] * nodes_[1];
  const auto place_of = [&](int column) {
    return Place{column % nodes / nodes_[1], column % nodes_[1], column / nodes};
  };
  std::vector<std::map<std::vector<int>, Pattern>> patterns(tasks);  // by columns from node 0 on
  for_tasks(groups, [&](int task, int g) {
    const int row = groups.rows[groups.begin[g]], width = int(A.begin[row + 1] - A.begin[row]);
    if (width == 0) return;
    const int* columns = A.column.data() + A.begin[row];
    const Place first = place_of(columns[0]);
    std::vector<int> moved;
    for (int p = 0; p < width; ++p) {
      const Place at = place_of(columns[p]);
      moved.push_back((at.function * nodes_[0] + wrapped(at.line - first.line, nodes_[0])) *
                          nodes_[1] +
                      wrapped(at.place - first.place, nodes_[1]));
    }
    Pattern& pattern =
        patterns[std::size_t(task)].try_emplace(std::move(moved), width).first->second;
    for (int i = groups.begin[g]; i < groups.begin[g + 1]; ++i)
      pattern.add({A.value.data() + A.begin[groups.rows[i]], width});
  });
  Matrix sum = Matrix::Zero(s, nodes * s);
  for (auto& of_task : patterns)
    for (auto& [columns, pattern] : of_task) {
      const Matrix& product = pattern.sum();
      for (int q = 0; q < int(columns.size()); ++q)
        for (int p = 0; p <= q; ++p) {
          const Place from = place_of(columns[q]), to = place_of(columns[p]);
          const int a = wrapped(to.line - from.line, nodes_[0]);
          const int b = wrapped(to.place - from.place, nodes_[1]);
          sum(from.function, (a * nodes_[1] + b) * s + to.function) +=
              p < q ? product(q, p) : 0.5 * product(q, q);
        }
    }
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
    : A_(A),
      groups_(group_rows(A, by_columns(A))),
      factored_(A, groups_),
      mean_(A, groups_, smallest_shift(A)) {}

bool TorusLeastSquares::is_safe() const {
  return mean_.least_eigenvalue() > safely_above * smallest_shift(A_);
}

void TorusLeastSquares::multiply(const Vector& x, Vector& y) const {
  std::vector<Vector> sums(tasks, Vector::Zero(x.size()));
  std::vector<FactoredRows::Scratch> scratch(tasks);
  for_tasks(groups_, [&](int task, int g) {
    factored_.add_square(g, x, scratch[std::size_t(task)], sums[std::size_t(task)]);
  });
  y = std::move(sums[0]);
  for (int t = 1; t < tasks; ++t) y += sums[std::size_t(t)];
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
