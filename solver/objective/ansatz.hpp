#pragma once
/// How the unknowns are made from the network's outputs: u = A(x) + B(x) s N(x).

#include <vector>

#include "problems/problem.hpp"

namespace kanpde::solver {

/// s scales outputs to the size of the data that the conditions give; A takes the values of hard
/// conditions on their part of the boundary, where B vanishes (Lagaris et al. 1998,
/// doi:10.1109/72.712178, eq. 2).
class Ansatz {
 public:
  /// Throws InputError for hard conditions that cannot be met in closed form.
  Ansatz(problems::Problem& problem, const std::vector<double>& output_scale)
      : Ansatz(problem.graph, problem, output_scale) {}
  /// In another graph that holds the expressions of the problem's conditions under the same ids.
  Ansatz(problems::Graph& graph, const problems::Problem& problem,
         const std::vector<double>& output_scale);

  /// `e` with every unknown replaced; what is left of unknown k stands for output k of the network.
  problems::Expr apply(problems::Expr e) const;
  /// The same for residuals over periodic pairs: the partner (copy 1) differs in coordinate `axis`,
  /// which is `upper` there.
  problems::Expr apply_to_pairs(problems::Expr e, int axis, double upper) const;
  problems::Expr unknown(int u) const { return values_[u]; }

 private:
  problems::Graph& graph_;
  std::vector<problems::Expr> values_;
};

}  // namespace kanpde::solver
