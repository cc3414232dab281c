#include "solver/training/adaptive_points.hpp"

#include <cmath>

namespace kanpde::solver {

namespace {

constexpr int pool_factor = 10;

/// Length of the vector of residuals at each point.
std::vector<double> residual_sizes(problems::Problem& problem, const Surrogate& surrogate,
                                   const TermSpec& spec, const TermPoints& at,
                                   const kernels::Target& target) {
  std::vector<kernels::Term> terms;
  terms.push_back(build_term(problem.graph, spec.residuals, at, problem.variable_count(),
                             surrogate.shape.outputs));
  const auto evaluator = kernels::make_evaluator(target, surrogate.shape, std::move(terms),
                                                 int(problem.parameters.size()));
  std::vector<double> r(evaluator->rows()), size(at.count(), 0.0);
  evaluator->residuals(surrogate.theta, r.data());
  for (std::size_t k = 0; k < r.size(); ++k) size[k % at.count()] += r[k] * r[k];
  for (double& s : size) s = std::sqrt(s);
  return size;
}

}  // namespace

void redraw_adaptively(problems::Problem& problem, const Surrogate& surrogate,
                       const std::vector<TermSpec>& specs, std::vector<TermPoints>& points,
                       const kernels::Target& target, Random& random) {
  if (specs.empty() || specs.front().kind != TermSpec::Kind::equations) return;
  TermPoints pool;
  const int count = point_counts(problem).interior;  // those behind lie on the boundary and stay
  pool.x = problems::sample_interior(problem.region, problems::SamplingMethod::uniform,
                                     pool_factor * count, random)
               .x;
  const std::vector<double> sizes = residual_sizes(problem, surrogate, specs.front(), pool, target);
  const std::vector<int> chosen = problems::residual_adaptive(sizes, count, 1.0, 1.0, random);
  Columns& x = points.front().x;
  check(x.points() >= count, "{} points to redraw of {}", count, x.points());
  for (int i = 0; i < x.columns(); ++i)
    for (int p = 0; p < count; ++p) x(i, p) = pool.x(i, chosen[p]);
}

}  // namespace kanpde::solver
