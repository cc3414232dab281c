#pragma once
/// Smaller networks from trained ones.

#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kan {

/// Why units cannot be taken out of the network, "" if they can: it is one of products, has several
/// blocks, or no hidden layer.
const char* why_not_pruned(const kernels::NetworkShape& shape);

/// A hidden unit and what it contributes to the outputs (importance()).
struct UnitScore {
  int layer;  ///< 0: the first hidden layer
  int unit;
  double score;
};

/// Of all hidden units over the points x (one column an input), the least first.
std::vector<UnitScore> unit_scores(const kernels::NetworkShape& shape,
                                   const std::vector<double>& theta, const Columns& x);

/// The `count` units of highest score, of each hidden layer at least one: ascending, an entry a
/// hidden layer. scores: of all units, ascending.
std::vector<std::vector<int>> best_units(const std::vector<UnitScore>& scores, int count);

/// The network without the hidden units that are not listed, with their edges; the others keep
/// their functions. theta: the parameters of the network, and maybe trainable scalars, which stay.
void keep_units(kernels::NetworkShape& shape, std::vector<double>& theta,
                const std::vector<std::vector<int>>& units);

}  // namespace kanpde::kan
