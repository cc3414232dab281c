#pragma once
/// Collocation in time at Radau's nodes.

#include <vector>

namespace kanpde::solver {

/// The n nodes of the right Radau quadrature on [0, 1], ascending, the last one 1: roots of
/// P_n - P_(n-1) (Hairer, Wanner 1996, Solving Ordinary Differential Equations II, IV.5).
std::vector<double> radau_nodes(int n);

/// `begin` and the n nodes on [begin, end].
std::vector<double> nodes_within(double begin, double end, int n);

}  // namespace kanpde::solver
