#pragma once
/// How the unknowns are made from the network's outputs: u = A(x) + B(x) s N(x), or, with
/// polynomials in time, u = A(x, t) + B(x, t) s sum_j l_j(t) N_j(x), or, with subdomains,
/// u = A(x) + B(x) s sum_b w_b(x) N_b(x).

#include <vector>

#include "problems/problem.hpp"

namespace kanpde::solver {

/// s scales outputs to the size of the data that the conditions give; A takes the values of hard
/// conditions on their part of the boundary, where B vanishes (Lagaris et al. 1998,
/// doi:10.1109/72.712178, eq. 2).
class Ansatz {
 public:
  /// Throws InputError for hard conditions that cannot be met in closed form.
  Ansatz(problems::Problem& problem, const std::vector<double>& output_scale,
         const std::vector<double>& nodes = {}, const std::vector<problems::Expr>& partition = {})
      : Ansatz(problem.graph, problem, output_scale, nodes, partition) {}
  /// In another graph that holds the expressions of the problem's conditions under the same ids.
  /// `nodes`: times at which l_j are the Lagrange polynomials; each unknown then takes as many
  /// outputs, in turn, of a network that does not read the time. Empty: one output an unknown.
  /// `partition`: the w_b, expressions in `graph`, and all these outputs there are for each, in
  /// turn. Empty: one w_b = 1.
  Ansatz(problems::Graph& graph, const problems::Problem& problem,
         const std::vector<double>& output_scale, const std::vector<double>& nodes = {},
         const std::vector<problems::Expr>& partition = {});

  /// `e` with every unknown replaced; what is left of unknown k stands for output k of the network.
  problems::Expr apply(problems::Expr e) const;
  /// The same for residuals over periodic pairs: the partner (copy 1) differs in coordinate `axis`,
  /// which is `upper` there.
  problems::Expr apply_to_pairs(problems::Expr e, int axis, double upper) const;
  /// A derivative of unknown u in the network's outputs.
  problems::Expr unknown(int u, const problems::MultiIndex& alpha = {}) const;

 private:
  problems::Graph& graph_;
  int still_axis_ = -1;  // in which the outputs are constant: time, or none
  std::vector<problems::Expr> values_;
};

}  // namespace kanpde::solver
