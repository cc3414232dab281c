#pragma once
/// The functions on the edges of a KAN layer, and their grids: fit, adaptation to the data,
/// extension.

#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kan {

using kernels::LayerShape;
using kernels::NetworkShape;

/// Coefficients (basis_count values, written) of the function slope * x of input i.
void linear_coefficients(const NetworkShape& shape, const LayerShape& layer, int i, double slope,
                         double* coefficients);

/// How well a change of grid kept the edge functions: largest difference over the old grid's range.
struct Transfer {
  double error = 0;
};

/// Moves the grids of every layer but the first to the range of the activations at the points x
/// (one column an input), widened by `margin` of its width on both sides, and refits the edges by
/// least squares. Layers are visited front to back, so that each sees the activations behind the
/// moved grids.
Transfer adapt_grids(NetworkShape& shape, std::vector<double>& theta, const Columns& x,
                     double margin = 0.05);

/// The same network with `grid` intervals on every spline layer, refitted by least squares; every
/// new grid spans what the old one did.
Transfer extend_grids(NetworkShape& shape, std::vector<double>& theta, int grid);

}  // namespace kanpde::kan
