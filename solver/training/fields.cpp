#include "solver/training/fields.hpp"

#include "kernels/evaluator.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

Columns evaluate_fields(problems::Problem& problem, const Ansatz& ansatz,
                        const Surrogate& surrogate, const std::vector<problems::Expr>& fields,
                        const Columns& points) {
  std::vector<problems::Expr> expressions;
  for (problems::Expr e : fields) expressions.push_back(ansatz.apply(e));
  TermPoints at;
  at.x = points;
  std::vector<kernels::Term> terms;
  terms.push_back(build_term(problem.graph, expressions, at, problem.variable_count(),
                             int(problem.unknowns.size())));
  const auto evaluator = kernels::make_evaluator(kernels::Target{}, surrogate.shape,
                                                 std::move(terms), int(problem.parameters.size()));
  Columns values(int(fields.size()), points.points());
  evaluator->residuals(surrogate.theta, values.values().data());
  return values;
}

}  // namespace kanpde::solver
