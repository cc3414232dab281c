#include "solver/optimizer/factored_rows.hpp"

#include <Eigen/Dense>
#include <limits>

#include "kernels/base/parallel.hpp"

namespace kanpde::solver {

namespace {

using View = Eigen::Map<const Matrix>;
using VectorView = Eigen::Map<const Vector>;

/// What is left of the largest column when the others explain it.
constexpr double left_over = 64 * std::numeric_limits<double>::epsilon();

}  // namespace

FactoredRows::FactoredRows(const kernels::SparseRows& A, const RowGroups& groups)
    : A_(A), groups_(groups), parts_(std::size_t(groups.count())) {
  constexpr int tasks = 64;
  threads().run(tasks, [&](int t, int) {
    const auto end = [&](int k) { return int(std::int64_t(groups_.count()) * k / tasks); };
    for (int g = end(t); g < end(t + 1); ++g) parts_[std::size_t(g)] = factor(g);
  });
}

int FactoredRows::width_of(int group) const {
  const int row = groups_.rows[groups_.begin[group]];
  return int(A_.begin[row + 1] - A_.begin[row]);
}

/// By columns of largest norm, one after the other.
FactoredRows::Part FactoredRows::factor(int group) const {
  const int rows = rows_of(group), width = width_of(group), start = groups_.begin[group];
  const int torus = A_.torus[0] * A_.torus[1];
  const int* columns = A_.column.data() + first_of(start);
  Part part;
  while (part.nodes < width && columns[part.nodes] / torus == columns[0] / torus) ++part.nodes;
  if (part.nodes == 0) return part;
  part.functions = width / part.nodes;
  for (int p = 0; p < width; ++p)  // as many nodes of each function, and the same ones
    if (width % part.nodes != 0 || columns[p] % torus != columns[p % part.nodes] % torus)
      return part;
  const int n = part.nodes, all = rows * part.functions;
  const int most = n * all / (n + all);  // of more a product costs more than with A
  Matrix left(n, all), shares(most, all), basis(n, most);
  for (int i = 0; i < rows; ++i)
    left.middleCols(i * part.functions, part.functions) =
        View(A_.value.data() + first_of(start + i), n, part.functions);
  int at = 0;
  const double enough = left_over * left_over * left.colwise().squaredNorm().maxCoeff(&at);
  int rank = 0;
  while (left.col(at).squaredNorm() > enough) {
    if (rank == most) return part;
    basis.col(rank) = left.col(at).normalized();
    shares.row(rank).noalias() = basis.col(rank).transpose() * left;
    left.noalias() -= basis.col(rank) * shares.row(rank);
    left.colwise().squaredNorm().maxCoeff(&at);
    ++rank;
  }
  part.rank = rank;
  part.basis.assign(basis.data(), basis.data() + std::ptrdiff_t(n) * rank);
  part.shares.resize(std::size_t(rank * all));
  Eigen::Map<Matrix>(part.shares.data(), rank, all) = shares.topRows(rank);
  return part;
}

void FactoredRows::add_square(int group, const Vector& x, Scratch& scratch, Vector& to) const {
  const Part& part = parts_[std::size_t(group)];
  const int rows = rows_of(group), width = width_of(group), start = groups_.begin[group];
  const int* columns = A_.column.data() + first_of(start);
  auto& [near, back, seen, sum] = scratch;
  near.resize(width);
  back.setZero(width);
  for (int p = 0; p < width; ++p) near(p) = x(columns[p]);
  if (part.rank == 0) {
    for (int i = start; i < start + rows; ++i) {
      const VectorView row(A_.value.data() + first_of(i), width);
      back += row.dot(near) * row;
    }
  } else {  // thin products: by columns, in place of Eigen's blocks
    const int n = part.nodes, length = part.rank * part.functions;
    const View basis(part.basis.data(), n, part.rank), shares(part.shares.data(), length, rows);
    seen.resize(length);
    sum.setZero(length);
    for (int k = 0; k < length; ++k)
      seen(k) = basis.col(k % part.rank).dot(near.segment(k / part.rank * n, n));
    for (int i = 0; i < rows; ++i) sum += shares.col(i).dot(seen) * shares.col(i);
    for (int k = 0; k < length; ++k)
      back.segment(k / part.rank * n, n) += sum(k) * basis.col(k % part.rank);
  }
  for (int p = 0; p < width; ++p) to(columns[p]) += back(p);
}

}  // namespace kanpde::solver
