#include "solver/training/solution.hpp"

#include "kernels/evaluator.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

namespace {

Columns evaluate_piece(problems::Problem& problem, const Solution::Piece& piece,
                       const std::vector<problems::Expr>& fields, const Columns& points) {
  std::vector<problems::Expr> expressions;
  for (problems::Expr e : fields) expressions.push_back(piece.ansatz.apply(e));
  TermPoints at;
  at.x = points;
  std::vector<kernels::Term> terms;
  terms.push_back(build_term(problem.graph, expressions, at, problem.variable_count(),
                             piece.surrogate.shape.outputs));
  const auto evaluator = kernels::make_evaluator(kernels::Target{}, piece.surrogate.shape,
                                                 std::move(terms), int(problem.parameters.size()));
  Columns values(int(fields.size()), points.points());
  evaluator->residuals(piece.surrogate.theta, values.values().data());
  return values;
}

}  // namespace

int Solution::parameters() const {
  int total = 0;
  for (const Piece& piece : pieces) total += piece.surrogate.parameters();
  return total;
}

std::size_t Solution::piece_at(double t) const {
  std::size_t k = 0;
  while (k + 1 < pieces.size() && t > pieces[k].end) ++k;
  return k;
}

Columns take_points(const Columns& points, const std::vector<int>& which) {
  Columns some(points.columns(), int(which.size()));
  for (int c = 0; c < points.columns(); ++c)
    for (int p = 0; p < some.points(); ++p) some(c, p) = points(c, which[p]);
  return some;
}

Columns evaluate_fields(problems::Problem& problem, const Solution& solution,
                        const std::vector<problems::Expr>& fields, const Columns& points) {
  if (solution.pieces.size() == 1)
    return evaluate_piece(problem, solution.pieces.front(), fields, points);
  std::vector<std::vector<int>> points_of(solution.pieces.size());
  for (int p = 0; p < points.points(); ++p)
    points_of[solution.piece_at(points(solution.time, p))].push_back(p);
  Columns values(int(fields.size()), points.points());
  for (std::size_t k = 0; k < points_of.size(); ++k) {
    if (points_of[k].empty()) continue;
    const Columns part =
        evaluate_piece(problem, solution.pieces[k], fields, take_points(points, points_of[k]));
    for (int c = 0; c < part.columns(); ++c)
      for (int p = 0; p < part.points(); ++p) values(c, points_of[k][p]) = part(c, p);
  }
  return values;
}

}  // namespace kanpde::solver
