#pragma once
/// The functions on the edges of a KAN layer, and their grids: fit, adaptation to the data,
/// extension.

#include <span>
#include <utility>
#include <vector>

#include "kan/knots.hpp"
#include "kernels/base/array.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kan {

using kernels::LayerShape;
using kernels::NetworkShape;

/// Coefficients (basis_count values, written) of the function slope * x of input i.
void linear_coefficients(const NetworkShape& shape, const LayerShape& layer, int i, double slope,
                         double* coefficients);

/// Values of the functions of one input of a layer at the points z, its base function last:
/// a column a function. Not of products.
Columns edge_functions(const NetworkShape& shape, int layer, int input, std::span<const double> z);

/// Values at the points z of the edge between an input and an output of a layer, both of the same
/// block: sum_g W[output][input][g] phi_g(z), its base function included. Not of products.
std::vector<double> edge_values(const NetworkShape& shape, std::span<const double> theta, int layer,
                                int output, int input, std::span<const double> z);

/// How well a change of grid kept the edge functions: largest difference over the old grid's range.
struct Transfer {
  double error = 0;
};

/// Moves the grids of every layer but the first to the range of the activations at the points x
/// (one column an input) and refits the edges by least squares. With `room` to move in training the
/// range is wider on both sides, by 5 % of its width for B-splines and 20 % for other bases. Layers
/// are visited front to back, so that each sees the activations behind the moved grids.
Transfer adapt_grids(NetworkShape& shape, std::vector<double>& theta, const Columns& x,
                     bool room = true);

/// Moves ends of grids of B-splines that an activation of the points x has come to. The second
/// derivative jumps there, so training stops at an end, and rounding could carry the activation
/// over it. An end moves outward by 5 % of the width (by its interval if that is less), or where
/// activations are over it already, whose edges would change, just so far that none lies within
/// rounding of it. The end pieces go on as polynomials: the functions stay the same.
Transfer move_reached_ends(NetworkShape& shape, std::vector<double>& theta, const Columns& x);

/// Moves the grid of the last layer, of B-splines of one input, to what this input spans between
/// two points (a column a coordinate) and half an interval more at both ends, so that rounding does
/// not leave it: all but one interval are a period, where the input goes on periodically. The edges
/// are not refitted.
void close_period(NetworkShape& shape, const std::vector<double>& theta, const Columns& ends);
/// Under these ties the edges of such a layer are as smooth over the ends of the period as between:
/// parameter, and the one that it equals.
std::vector<std::pair<int, int>> period_ties(const NetworkShape& shape);

/// The same network with `grid` intervals on every layer of splines or Gaussians, on the range of
/// the old grid. Splines that get finer keep every break point, by halved(): the functions are the
/// same but for rounding. Others get uniform grids, by least squares. x: points (one column an
/// input) whose activations Knots::quantile follows; unused by the others.
Transfer extend_grids(NetworkShape& shape, std::vector<double>& theta, int grid,
                      Knots knots = Knots::uniform, const Columns& x = {});

}  // namespace kanpde::kan
