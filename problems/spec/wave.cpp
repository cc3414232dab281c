#include "problems/spec/wave.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "problems/sampling/sampling.hpp"
#include "problems/spec/start_values.hpp"

namespace kanpde::problems {

namespace {

constexpr int samples = 4096;
constexpr double rank_one = 1e-8;  ///< second eigenvalue over the first, at most

Columns sample_space(const Problem& problem) {
  Random random(0, 32);
  const Box box = problem.region.space->bounding_box();
  Columns x = unit_points(SamplingMethod::sobol, samples, problem.space_dimension, random);
  for (int i = 0; i < x.columns(); ++i)
    for (int p = 0; p < x.points(); ++p) x(i, p) = std::lerp(box.lower[i], box.upper[i], x(i, p));
  return x;
}

/// Half the width of the box of each variable.
Eigen::VectorXd half_widths(const Problem& problem) {
  Eigen::VectorXd half(problem.space_dimension + 1);
  const Box box = problem.region.space->bounding_box();
  for (int i = 0; i < problem.space_dimension; ++i) half(i) = 0.5 * (box.upper[i] - box.lower[i]);
  half(problem.space_dimension) =
      0.5 * (problem.region.extra.upper[0] - problem.region.extra.lower[0]);
  return half;
}

/// The derivatives of e in space, and its rate, at the points: points x variables.
Eigen::MatrixXd gradients(StartValues& start, Expr e, Expr rate, const Columns& x) {
  Eigen::MatrixXd g(x.points(), x.columns() + 1);
  for (int i = 0; i <= x.columns(); ++i) {
    MultiIndex alpha;
    if (i < x.columns()) alpha.count[i] = 1;
    const std::vector<double> v =
        start.values(i < x.columns() ? start.graph().derivative(e, alpha) : rate, x);
    g.col(i) = Eigen::Map<const Eigen::VectorXd>(v.data(), x.points());
  }
  return g;
}

/// The sum over the unknowns of E[g g'] / E[|g|^2]; not finite where some derivative is unknown.
Eigen::MatrixXd mean_products(const Problem& problem, const Eigen::VectorXd& half) {
  StartValues start(problem);
  const Columns x = sample_space(problem);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(half.size(), half.size());
  std::vector<bool> seen(problem.unknowns.size(), false);
  for (const auto& equation : problem.equations) {
    const auto solved = start.solve(equation.parsed.residual);
    if (!solved || seen[std::size_t(solved->highest.index)]) return {};
    seen[std::size_t(solved->highest.index)] = true;
    for (int k = 0; k < solved->order; ++k) {
      MultiIndex in_time, next;
      in_time.count[problem.space_dimension] = std::uint8_t(k);
      next.count[problem.space_dimension] = std::uint8_t(k + 1);
      const int u = solved->highest.index;
      const Expr rate = k + 1 == solved->order ? solved->value : start.graph().unknown(u, next);
      const Eigen::MatrixXd g =
          gradients(start, start.graph().unknown(u, in_time), rate, x) * half.asDiagonal();
      const double size = g.squaredNorm();
      if (!std::isfinite(size)) return {};
      if (size > 0) sum += g.transpose() * g / size;
    }
  }
  for (const bool s : seen)
    if (!s) return {};
  return sum;
}

}  // namespace

std::vector<double> wave_direction(const Problem& problem) {
  if (!problem.has_time || !problem.region.space || problem.space_dimension < 1 ||
      problem.variable_count() != problem.space_dimension + 1)
    return {};
  const Eigen::VectorXd half = half_widths(problem);
  const Eigen::MatrixXd products = mean_products(problem, half);
  if (products.size() == 0) return {};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(products);
  const int last = int(half.size()) - 1;
  const double first = eigen.eigenvalues()(last), second = eigen.eigenvalues()(last - 1);
  if (!(first > 0) || second > rank_one * first) return {};
  const Eigen::VectorXd a = eigen.eigenvectors().col(last).cwiseQuotient(half).normalized();
  return {a.data(), a.data() + a.size()};
}

}  // namespace kanpde::problems
