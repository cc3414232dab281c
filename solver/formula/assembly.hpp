#pragma once
/// From a small network and what its edges were found to be to a formula.

#include <vector>

#include "kan/symbolic/distil.hpp"
#include "kan/symbolic/edge_fit.hpp"
#include "solver/formula/formula.hpp"

namespace kanpde::solver {

/// One choice of functions for a network.
struct EdgeChoice {
  std::vector<kan::EdgeFit> inner;  ///< an entry an input; function -1: constant
  kan::EdgeFit outer;               ///< only with a link
};

/// The expression of library function `text` (in z) at z = argument.
Expr function_of(Graph& graph, const std::string& text, Expr argument);

/// phi_1 + phi_2 + ..., or their product, or a function of it, over the arguments t: expressions
/// in the coordinates and earlier constants of `builder`.
Expr assemble(FormulaBuilder& builder, const std::vector<kan::EdgeFunction>& library,
              const kan::SmallNetwork& network, const EdgeChoice& choice,
              const std::vector<Expr>& t);

/// sum_jk C_jk f_j(x) g_k(y) of functions found in spans; coefficients: left x right, row-major;
/// those that are 0 are left out.
Expr assemble_products(FormulaBuilder& builder, const std::vector<kan::EdgeFunction>& library,
                       const std::vector<kan::EdgeFit>& left,
                       const std::vector<kan::EdgeFit>& right,
                       const std::vector<double>& coefficients, Expr x, Expr y);

}  // namespace kanpde::solver
