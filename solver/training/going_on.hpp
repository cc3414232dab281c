#pragma once
/// Polynomials in time from one window to the next, by the coefficients of the functions of space
/// that their values at the nodes are made of.

#include <vector>

namespace kanpde::solver {

/// Values at the times `next` of the polynomials that have the values `theta`
/// [unknown][node][coefficient] at `nodes`, in the same order: of themselves, or of the straight
/// lines that they leave the last node along. At this node itself the result is theirs to the bit.
std::vector<double> go_on(const std::vector<double>& theta, int unknowns,
                          const std::vector<double>& nodes, const std::vector<double>& next,
                          bool straight);

/// Largest size of a coefficient at the last of `count` nodes; over all of them.
struct Sizes {
  double at_end = 0, all = 0;
};
Sizes sizes(const std::vector<double>& theta, int unknowns, int count);

}  // namespace kanpde::solver
