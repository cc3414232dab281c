#pragma once
/// Regularisation that leads to few edges: L1 over the sizes of edges, and their entropy.

#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/network_shape.hpp"
#include "solver/objective/quadratic_penalty.hpp"

namespace kanpde::solver {

/// lambda (sum_l |Phi_l| + entropy sum_l S(Phi_l)) of Liu et al. 2024 (arXiv:2404.19756, eqs. 2.17
/// to 2.20) with n_e, the root of the mean square of edge e over the points x (one column an
/// input), for its size: |Phi| = sum_e n_e, S = -sum_e n_e/|Phi| log(n_e/|Phi|) over the edges of a
/// layer. As a penalty that is quadratic in the parameters, with the same gradient at theta: w_e/2
/// n_e^2 with w_e = lambda (1 + entropy dS/dn_e)/n_e, not below 0 (iterative reweighting). One
/// block an edge of every trained layer.
QuadraticPenalty sparsity_penalty(const kernels::NetworkShape& shape,
                                  const std::vector<double>& theta, const Columns& x, double lambda,
                                  double entropy);

}  // namespace kanpde::solver
