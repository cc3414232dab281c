#include "solver/formula/directions.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace kanpde::solver {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Gauss-Jordan with the pivot in the first column that has one.
void reduce(MatrixXd& rows) {
  Index row = 0;
  for (Index c = 0; c < rows.cols() && row < rows.rows(); ++c) {
    Index pivot = 0;
    const double size = rows.col(c).tail(rows.rows() - row).cwiseAbs().maxCoeff(&pivot);
    if (size < 0.05) continue;
    rows.row(row).swap(rows.row(row + pivot));
    rows.row(row) /= rows(row, c);
    for (Index r = 0; r < rows.rows(); ++r)
      if (r != row) rows.row(r) -= rows(r, c) * rows.row(row);
    ++row;
  }
}

/// The nearest of 0, 1, -1, 2, -2, 1/2 and -1/2 within 5 %.
double round_coefficient(double value) {
  for (double nice : {0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5})
    if (std::fabs(value - nice) < 0.05) return nice;
  return value;
}

}  // namespace

std::vector<std::vector<double>> active_directions(const Columns& gradient, double tolerance) {
  const Eigen::Map<const MatrixXd> G(gradient.column(0), gradient.points(), gradient.columns());
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(G.transpose() * G);
  const auto& values = solver.eigenvalues();
  std::vector<Index> kept;
  for (Index k = 0; k < values.size(); ++k)
    if (values(k) > tolerance * tolerance * values.maxCoeff()) kept.push_back(k);
  MatrixXd rows = solver.eigenvectors()(Eigen::all, kept).transpose();
  reduce(rows);
  std::vector<std::vector<double>> directions;
  for (Index r = 0; r < rows.rows(); ++r) {
    directions.emplace_back();
    for (Index c = 0; c < rows.cols(); ++c)
      directions.back().push_back(round_coefficient(rows(r, c)));
  }
  return directions;
}

Columns project(const Columns& x, const std::vector<std::vector<double>>& directions) {
  Columns t(int(directions.size()), x.points());
  for (int k = 0; k < t.columns(); ++k)
    for (int i = 0; i < x.columns(); ++i)
      for (int p = 0; p < x.points(); ++p)
        t(k, p) += directions[std::size_t(k)][std::size_t(i)] * x(i, p);
  return t;
}

}  // namespace kanpde::solver
