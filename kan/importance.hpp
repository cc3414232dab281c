#pragma once
/// How much the edges and nodes of a network contribute to its outputs, over given points.

#include <span>
#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kan {

/// Of one layer with weights: what each of its edges contributes, outputs x inputs (row-major; 0
/// between blocks), and each of its inputs.
struct LayerImportance {
  int layer = 0;  ///< index in NetworkShape::layers
  int outputs = 0, inputs = 0;
  std::vector<double> edges, nodes;
  double edge(int output, int input) const { return edges[std::size_t(output) * inputs + input]; }
};

/// Scores of Liu et al. 2024 (arXiv:2408.10205, section 4.1), back to front: an output of the
/// network has the score 1; an edge, the score of its output times the ratio of the standard
/// deviations of the edge's values and of the output's over the points x (one column an input); an
/// input of a layer, the sum over its edges. Scores exceed 1 where edges cancel each other. An
/// entry a layer with weights, front to back; none of products.
std::vector<LayerImportance> importance(const kernels::NetworkShape& shape,
                                        std::span<const double> theta, const Columns& x);

}  // namespace kanpde::kan
