#include "solver/training/balance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "solver/objective/problem_objective.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

namespace {

problems::ModelSettings probe_settings(const problems::Problem& problem) {
  problems::ModelSettings probe;
  probe.hidden = {20};
  probe.degree = std::max(7, problems::derivative_order(problem) + 3);
  probe.grid = 6;
  probe.base = problems::BaseFunction::none;
  return probe;
}

}  // namespace

std::vector<std::vector<double>> probe_row_lengths(problems::Problem& problem,
                                                   const std::vector<TermSpec>& specs,
                                                   const std::vector<TermPoints>& points,
                                                   kernels::Target target) {
  target.single_precision = false;
  Random random(0, 12);
  const Surrogate probe = make_surrogate(problem, probe_settings(problem), 0, Start::ridge,
                                         grid_fit_points(problem, 1000, random));
  std::vector<kernels::Term> terms;
  for (std::size_t t = 0; t < specs.size(); ++t)
    terms.push_back(build_term(problem.graph, specs[t].residuals, points[t],
                               problem.variable_count(), probe.shape.outputs));
  ProblemObjective objective(kernels::make_evaluator(target, probe.shape, std::move(terms),
                                                     int(problem.parameters.size())));
  std::vector<int> output_layer(probe.shape.parameters - probe.last_layer());
  std::iota(output_layer.begin(), output_layer.end(), probe.last_layer());
  objective.activate(output_layer, probe.theta);
  Vector r;
  Matrix jacobian;
  objective.jacobian(objective.pack(probe.theta), r, jacobian);
  std::vector<std::vector<double>> lengths;
  int row = 0;
  for (const kernels::Term& term : objective.evaluator().terms()) {
    lengths.emplace_back();
    for (int e = 0; e < term.equations; ++e, row += term.points)
      lengths.back().push_back(
          std::sqrt(jacobian.middleRows(row, term.points).squaredNorm() / term.points));
  }
  return lengths;
}

}  // namespace kanpde::solver
