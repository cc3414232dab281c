#include "solver/training/going_on.hpp"

#include <Eigen/Core>

namespace kanpde::solver {

namespace {

/// l_k at t, of the Lagrange polynomials of the nodes.
double lagrange(const std::vector<double>& nodes, int k, double t) {
  double product = 1;
  for (int i = 0; i < int(nodes.size()); ++i)
    if (i != k) product *= (t - nodes[i]) / (nodes[k] - nodes[i]);
  return product;
}

/// l_k' at the last node.
double end_slope(const std::vector<double>& nodes, int k) {
  const int last = int(nodes.size()) - 1;
  if (k == last) {
    double sum = 0;
    for (int i = 0; i < last; ++i) sum += 1 / (nodes[last] - nodes[i]);
    return sum;
  }
  double product = 1 / (nodes[k] - nodes[last]);
  for (int i = 0; i < last; ++i)
    if (i != k) product *= (nodes[last] - nodes[i]) / (nodes[k] - nodes[i]);
  return product;
}

}  // namespace

std::vector<double> go_on(const std::vector<double>& theta, int unknowns,
                          const std::vector<double>& nodes, const std::vector<double>& next,
                          bool straight) {
  const int m = int(nodes.size()), count = int(next.size());
  Eigen::MatrixXd to(m, count);
  for (int k = 0; k < m; ++k)
    for (int j = 0; j < count; ++j)
      to(k, j) = straight ? (k == m - 1) + (next[j] - nodes.back()) * end_slope(nodes, k)
                          : lagrange(nodes, k, next[j]);
  const Eigen::Index columns = Eigen::Index(theta.size()) / (unknowns * m);
  std::vector<double> result(std::size_t(unknowns * count * columns));
  for (int u = 0; u < unknowns; ++u)
    Eigen::Map<Eigen::MatrixXd>(result.data() + u * count * columns, columns, count) =
        Eigen::Map<const Eigen::MatrixXd>(theta.data() + u * m * columns, columns, m)
            .lazyProduct(to);
  return result;
}

Sizes sizes(const std::vector<double>& theta, int unknowns, int count) {
  const Eigen::Index columns = Eigen::Index(theta.size()) / (unknowns * count);
  const Eigen::Map<const Eigen::MatrixXd> values(theta.data(), columns, unknowns * count);
  Sizes result;
  for (int k = 0; k < values.cols(); ++k) {
    const double largest = values.col(k).cwiseAbs().maxCoeff();
    result.all = std::max(result.all, largest);
    if (k % count == count - 1) result.at_end = std::max(result.at_end, largest);
  }
  return result;
}

}  // namespace kanpde::solver
