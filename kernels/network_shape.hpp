#pragma once
/// A network as kernels see it: layers of features and linear maps, with offsets into one parameter
/// vector.

#include <vector>

#include "kernels/base/array.hpp"

namespace kanpde::kernels {

/// Families of functions of one variable.
enum class Features {
  none,
  identity,
  tanh,
  sin,
  silu,
  gelu,
  bspline,
  rbf,
  chebyshev,
  fourier,
  rational
};

/// The B-splines of one input of a layer of products.
struct SplineAxis {
  int count = 1;  ///< functions; 1 without knots: the function 1, so the input takes no part
  bool periodic = false;      ///< function g goes on as function g mod count
  std::vector<double> knots;  ///< the grid begins at knots[degree] and ends as far from the last
  bool takes_part() const { return !knots.empty(); }
};

/// On the intervals between the break points: intervals + degree functions, the knots at the ends
/// repeated, or as many functions as intervals (at least degree + 1), going on periodically.
SplineAxis make_axis(int degree, const std::vector<double>& breaks, bool periodic);

/// y_j = sum_i sum_g W[j][i][g] phi_g(x_i) + bias_j: a KAN layer when phi is a basis on a grid,
/// a layer of an MLP when phi is an activation (or the identity, in its first layer).
/// W is row-major, outputs x columns(); the bias is its last column. Of several blocks each has as
/// many inputs and outputs, one after another, and no edges to those of the others.
struct LayerShape {
  int inputs = 0, outputs = 0;
  int blocks = 1;
  Features basis = Features::identity;
  int basis_count = 1;             ///< basis functions an input
  int degree = 0;                  ///< of B-splines and rational functions
  Features base = Features::none;  ///< one more feature an input, placed last
  bool bias = false;
  bool frozen = false;  ///< W lies in NetworkShape::constants and is not trained
  int weights = 0;      ///< offset of W
  int grid = 0;         ///< offset of the grids in NetworkShape::grids
  int grid_size = 0;    ///< numbers an input there

  /// Layers without weights that replace x_i by cos(w x_i), sin(w x_i), cos(2 w x_i) ... :
  /// harmonics[i] pairs, or x_i itself where it is 0. Empty for other layers.
  std::vector<int> harmonics;
  std::vector<double> frequencies;  ///< w, an entry an input

  /// A layer of products, y_j = sum_{a,b,..} W[j][a][b].. B_a(x_0) B_b(x_1) .. with B-splines of
  /// `degree`: one axis an input, at most three of which take part, the last index fastest. It is
  /// the only layer, on the CPU alone. Empty for other layers.
  std::vector<SplineAxis> axes;

  int features() const { return basis_count + (base == Features::none ? 0 : 1); }
  int block_inputs() const { return inputs / blocks; }
  int block_outputs() const { return outputs / blocks; }
  int first_output(int input) const { return input / block_inputs() * block_outputs(); }
  int first_input(int output) const { return output / block_outputs() * block_inputs(); }
  /// Of the edge from an input to an output of the same block: where its features begin in W.
  int edge(int output, int input) const {
    return output * columns() + input % block_inputs() * features();
  }
  int columns() const {
    if (!is_product()) return block_inputs() * features() + (bias ? 1 : 0);
    int count = 1;
    for (const SplineAxis& axis : axes) count *= axis.count;
    return count;
  }
  int parameters() const { return is_embedding() ? 0 : outputs * columns(); }
  bool is_embedding() const { return !harmonics.empty(); }
  bool is_product() const { return !axes.empty(); }
};

struct NetworkShape {
  int inputs = 0, outputs = 0;
  int parameters = 0;
  std::vector<LayerShape> layers;
  std::vector<double> input_shift, input_scale;  ///< the network sees (x - shift) * scale
  AlignedVector<double> grids, constants;
  bool is_product() const { return !layers.empty() && layers.back().is_product(); }
  int blocks() const { return layers.empty() ? 1 : layers.back().blocks; }
};

/// Numbers of one input's grid: a, b (the ends), then
///   bspline: knots t[0 .. n+p], then inverse[(p+1)][n+p+1] (bodies/bases.hpp);
///   rbf: centers[n], 1/h;   rational: weights[n];   chebyshev, fourier: nothing more.
int grid_size(Features basis, int basis_count, int degree);
/// Fills those of B-splines from all basis_count + degree + 1 knots, ascending.
void fill_knots(int basis_count, int degree, const std::vector<double>& knots, double* grid);
/// Fills them. breaks: the G+1 grid points, ascending, from a to b (all but B-splines use the
/// ends only).
void fill_grid(Features basis, int basis_count, int degree, const std::vector<double>& breaks,
               double* grid);
/// The break points back from a filled grid of G intervals.
std::vector<double> grid_breaks(Features basis, int basis_count, int degree, const double* grid);

}  // namespace kanpde::kernels
