#pragma once
/// The terms of a problem's loss: which residuals hold where, and the points drawn for each.

#include <string>
#include <vector>

#include "kernels/base/random.hpp"
#include "problems/problem.hpp"
#include "solver/objective/ansatz.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

/// One set of residuals that share points.
struct TermSpec {
  enum class Kind { equations, condition, periodic, data, start } kind = Kind::equations;
  int index = 0;                          ///< of the condition or data set
  std::string label;                      ///< "equations", "initial: u = ...", "data obs.csv"
  std::vector<problems::Expr> residuals;  ///< in the network's outputs
  double weight = 1;                      ///< given by the user
};

/// D^k u at the point minus the same at the partner, for every unknown and k = 0 .. the order of a
/// periodic condition; unknowns of copy 1 are those at the partner.
std::vector<problems::Expr> periodic_residuals(problems::Problem& problem,
                                               const problems::Condition& condition);

/// Every term that is not met exactly by the ansatz, the equations first.
std::vector<TermSpec> list_terms(problems::Problem& problem, const Ansatz& ansatz);

/// Numbers of points with the defaults of the problem's dimension filled in.
problems::PointSettings point_counts(const problems::Problem& problem);

/// Draws the points of one term. Throws InputError where a condition holds nowhere.
TermPoints draw_points(const problems::Problem& problem, const TermSpec& term, Random& random);

/// Interior points of the whole region, for residual-adaptive candidates and for measuring
/// residuals.
Columns interior_points(const problems::Problem& problem, int count, Random& random);

/// The same and the corners of the bounding box: together they span the range of every activation.
Columns grid_fit_points(const problems::Problem& problem, int count, Random& random);

}  // namespace kanpde::solver
