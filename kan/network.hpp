#pragma once
/// Surrogate models: how a KAN and an MLP are laid out as layers of features and linear maps.

#include <string>
#include <vector>

#include "kernels/base/random.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kan {

using kernels::Features;
using kernels::LayerShape;
using kernels::NetworkShape;

/// A box of a few coordinates.
struct Subdomain {
  std::vector<double> lower, upper;
};

/// How coordinates enter a network: scaled to [-1, 1], some replaced by harmonics, optionally
/// lifted by random Fourier features (Tancik et al. 2020, arXiv:2006.10739).
struct InputMap {
  std::vector<double> lower, upper;  ///< bounds of each coordinate
  std::vector<int> harmonics;        ///< an entry a coordinate, 0: as it is; or empty
  int fourier_features = 0;          ///< pairs of cos and sin of random projections
  double fourier_scale = 1;          ///< standard deviation of their frequencies on [-1, 1]
  /// Where not empty, there is a network for each, without edges between them, that reads the
  /// coordinates scaled to [-1, 1] within its subdomain; outputs go by network. Excludes harmonics
  /// and Fourier features.
  std::vector<Subdomain> subdomains;
  int blocks() const { return subdomains.empty() ? 1 : int(subdomains.size()); }
};

/// y_j = sum_i w b(x_i) + sum_g c_g B_g(x_i) in every layer (Liu et al. 2024, arXiv:2404.19756,
/// eq. 2.10).
struct KanOptions {
  std::vector<int> hidden = {10};
  Features basis = Features::bspline;  ///< bspline, rbf, chebyshev, fourier or rational
  int degree = 5;                  ///< of B-splines, polynomials and rational functions; harmonics
  int grid = 6;                    ///< intervals (B-splines, rational) or centers - 1 (rbf)
  Features base = Features::silu;  ///< silu, tanh, identity or none
  /// One more constant an output, and the identity as base of the first layer: with its splines at
  /// zero the KAN is then the MLP whose activation is `base`.
  bool bias = false;
};

struct MlpOptions {
  std::vector<int> hidden = {40, 40, 40};
  Features activation = Features::tanh;
};

/// Layers, grids on [-1, 1] and parameter offsets; nothing is initialised.
NetworkShape make_kan(const InputMap& inputs, const KanOptions& options, int outputs,
                      Random& random);
NetworkShape make_mlp(const InputMap& inputs, const MlpOptions& options, int outputs,
                      Random& random);

/// One axis of a model of products on [-1, 1].
struct ProductAxis {
  int grid = 0;        ///< intervals; 0: the input takes no part
  double stretch = 0;  ///< s: break points tanh(s z)/tanh(s), z at equal steps of [-1, 1]
  bool periodic = false;
};

/// sum_{a,b,..} W[a][b].. B_a(x_0) B_b(x_1) .. with B-splines of `degree`, a tensor-product spline:
/// in terms of KANs with multiplication nodes (Liu et al. 2024, arXiv:2408.10205) edges that are
/// the B-splines themselves, nodes that multiply one of each input, and linear edges. An axis an
/// input; at most three take part.
NetworkShape make_products(const InputMap& inputs, int degree, const std::vector<ProductAxis>& axes,
                           int outputs);

/// Number of basis functions an input for a grid of `grid` intervals.
int basis_count(Features basis, int degree, int grid);

/// Glorot-normal weights, zero biases; the splines of a KAN start at zero where it has a base
/// function, so that the KAN starts as an MLP, and near-linear otherwise; products
/// start at zero.
void initialise(const NetworkShape& shape, Random& random, std::vector<double>& theta);

/// Inner layers become random near-linear maps with unit-sized directions spread evenly over the
/// sphere, the last layer is zero: the start for an exact solve of the output layer. roughness:
/// size of random spline coefficients relative to the linear part; Chebyshev and Fourier
/// edges are linear, since noise in their high degrees would make the hidden units oscillate.
/// left_out: input that no hidden unit depends on, if the first layer reads the inputs themselves;
/// -1: none.
void initialise_ridge(const NetworkShape& shape, double roughness, Random& random,
                      std::vector<double>& theta, int left_out = -1);

/// The first hidden unit becomes exactly direction . x, if the first layer has splines or
/// polynomials of the coordinates themselves; false otherwise, with nothing changed. direction: an
/// entry an input.
bool set_first_direction(const NetworkShape& shape, const std::vector<double>& direction,
                         std::vector<double>& theta);

/// How the coordinates enter a network whose output layer alone is solved for.
struct Stretching {
  /// An entry an input: ascending points in the network's coordinates that the edges take to equal
  /// steps, so that edges of the next layer are finest where the points are dense; empty: the edge
  /// is linear.
  std::vector<std::vector<double>> points;
  std::vector<bool> periodic;  ///< whether they go on as they begin; empty: none does
  int slow = -1;  ///< input of small weight beside the others (time, within a window), or none
  double slow_weight = 0.1;  ///< its largest; the others form vectors of unit length
};

/// initialise_ridge() with first-layer edges phi(x) = a xi(x), xi the map of `stretching`, without
/// roughness. xi has the grid's points at the same density and is as smooth as the splines. Needs
/// a first layer of B-splines on the coordinates themselves.
void initialise_stretched(NetworkShape& shape, const Stretching& stretching, Random& random,
                          std::vector<double>& theta);
/// Whether initialise_stretched() serves: one hidden layer of B-splines on the coordinates.
bool can_stretch(const NetworkShape& shape);

/// "[2,10,1] bspline k=7 G=6 silu" or "[2,40,40,1] tanh" or, of products, "[2 x,3] bspline k=7
/// G=40x40", with a p behind the grid of a period.
std::string describe(const NetworkShape& shape);

/// Largest order of derivatives in the inputs that the network has everywhere (continuous): degree
/// - 1 for splines.
int smoothness(const NetworkShape& shape);

}  // namespace kanpde::kan
