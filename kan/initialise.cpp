#include <algorithm>
#include <cmath>
#include <numbers>

#include "kan/edges.hpp"
#include "kan/network.hpp"

namespace kanpde::kan {

namespace {

/// body(output, input) for every edge.
template <class Body>
void for_edges(const LayerShape& layer, Body body) {
  for (int j = 0; j < layer.outputs; ++j)
    for (int i = 0; i < layer.block_inputs(); ++i) body(j, layer.first_input(j) + i);
}

/// Of Glorot-normal weights.
double deviation(const LayerShape& layer) {
  return std::sqrt(2.0 / (layer.block_inputs() + layer.block_outputs()));
}

/// Weights of the one feature (activation or base function) an input that makes the layer an MLP
/// layer.
void glorot(const LayerShape& layer, Random& random, double* w) {
  const int slot = layer.base == Features::none ? 0 : layer.features() - 1;
  for_edges(layer,
            [&](int j, int i) { w[layer.edge(j, i) + slot] = deviation(layer) * random.normal(); });
}

/// Coefficients of the edge function slope * x + roughness * noise on the layer's grid.
void near_linear(const NetworkShape& shape, const LayerShape& layer, int i, int j, double slope,
                 double roughness, Random& random, double* w) {
  double* c = w + layer.edge(j, i);
  linear_coefficients(shape, layer, i, slope, c);
  for (int g = 0; g < layer.basis_count; ++g) c[g] += roughness * slope * random.normal();
}

/// Unit vectors of R^d spread evenly: equal angles in the half plane, random directions above two
/// dimensions.
std::vector<double> directions(int count, int dimension, Random& random) {
  std::vector<double> v(std::size_t(count) * dimension);
  const double turn = random.uniform();
  for (int j = 0; j < count; ++j) {
    double* a = v.data() + std::size_t(j) * dimension;
    if (dimension == 2) {
      const double angle = std::numbers::pi * (j + turn) / count;
      a[0] = std::cos(angle);
      a[1] = std::sin(angle);
      continue;
    }
    double norm = 0;
    for (int i = 0; i < dimension; ++i) {
      a[i] = random.normal();
      norm += a[i] * a[i];
    }
    for (int i = 0; i < dimension; ++i) a[i] /= std::sqrt(norm);
  }
  return v;
}

/// The same with zeros at one component; -1: at none.
std::vector<double> directions_without(int left_out, int count, int dimension, Random& random) {
  if (left_out < 0) return directions(count, dimension, random);
  const std::vector<double> part = directions(count, dimension - 1, random);
  std::vector<double> v(std::size_t(count) * dimension, 0.0);
  for (int j = 0; j < count; ++j)
    for (int i = 0, k = 0; i < dimension; ++i)
      if (i != left_out) v[std::size_t(j) * dimension + i] = part[j * (dimension - 1) + k++];
  return v;
}

bool on_grid(const LayerShape& layer) { return layer.grid_size > 0; }

}  // namespace

void initialise(const NetworkShape& shape, Random& random, std::vector<double>& theta) {
  theta.assign(shape.parameters, 0.0);
  for (const LayerShape& layer : shape.layers) {
    if (layer.parameters() == 0 || layer.frozen || layer.is_product()) continue;
    double* w = theta.data() + layer.weights;
    if (!on_grid(layer) || layer.base != Features::none) {
      glorot(layer, random, w);
      continue;
    }
    for_edges(layer, [&](int j, int i) {
      near_linear(shape, layer, i, j, deviation(layer) * random.normal(), 0.1, random, w);
    });
  }
}

void initialise_ridge(const NetworkShape& shape, double roughness, Random& random,
                      std::vector<double>& theta, int left_out) {
  theta.assign(shape.parameters, 0.0);
  for (std::size_t l = 0; l + 1 < shape.layers.size(); ++l) {
    const LayerShape& layer = shape.layers[l];
    if (layer.parameters() == 0 || layer.frozen) continue;
    double* w = theta.data() + layer.weights;
    const int without = l == 0 && layer.inputs == shape.inputs ? left_out : -1;
    const int width = layer.block_inputs();
    std::vector<double> v;  // of each block its own
    for (int b = 0; b < layer.blocks; ++b) {
      const auto part = directions_without(without, layer.block_outputs(), width, random);
      v.insert(v.end(), part.begin(), part.end());
    }
    const bool oscillates = layer.basis == Features::chebyshev || layer.basis == Features::fourier;
    const double noise = oscillates ? 0 : roughness;
    for_edges(layer, [&](int j, int i) {
      const double slope = v[std::size_t(j) * width + i % width];
      if (on_grid(layer))
        near_linear(shape, layer, i, j, slope, noise, random, w);
      else
        w[layer.edge(j, i)] = 2.0 * slope * random.uniform(0.2, 1.0);
    });
    if (layer.bias && !on_grid(layer))
      for (int j = 0; j < layer.outputs; ++j)
        w[(j + 1) * layer.columns() - 1] = random.uniform(-1.0, 1.0);
  }
}

bool set_first_direction(const NetworkShape& shape, const std::vector<double>& direction,
                         std::vector<double>& theta) {
  const LayerShape& layer = shape.layers.front();
  if (!on_grid(layer) || layer.inputs != shape.inputs || shape.layers.size() < 2) return false;
  double* w = theta.data() + layer.weights;
  std::fill_n(w, layer.columns(), 0.0);
  for (int i = 0; i < layer.inputs; ++i)
    linear_coefficients(shape, layer, i, direction[std::size_t(i)], w + i * layer.features());
  return true;
}

namespace {

/// The points as a function of their index: the polynomial through the eight nearest, as
/// derivatives of high order are taken, which a broken line would spoil. Beyond the ends it goes on
/// periodically, or as the mirror image about the end.
double position(const std::vector<double>& points, bool periodic, double index) {
  const int last = int(points.size()) - 1, count = std::min(8, last + 1);
  const double length = points.back() - points.front();
  if (index < 0)
    return periodic ? position(points, true, index + last) - length
                    : 2 * points.front() - position(points, false, -index);
  if (index > last)
    return periodic ? position(points, true, index - last) + length
                    : 2 * points.back() - position(points, false, 2 * last - index);
  const int first = std::clamp(int(index) - count / 2 + 1, 0, last + 1 - count);
  double sum = 0;
  for (int j = first; j < first + count; ++j) {
    double weight = 1;
    for (int k = first; k < first + count; ++k)
      if (k != j) weight *= (index - k) / (j - k);
    sum += weight * points[j];
  }
  return sum;
}

/// Knots of the layer's splines at equal steps of the index, those beyond the ends as well.
std::vector<double> stretched_knots(const LayerShape& layer, const std::vector<double>& points,
                                    bool periodic) {
  const int k = layer.degree, intervals = layer.basis_count - k;
  std::vector<double> knots(intervals + 2 * k + 1);
  for (int j = 0; j < int(knots.size()); ++j)
    knots[j] = position(points, periodic, double(points.size() - 1) * (j - k) / intervals);
  knots[k] = points.front();
  knots[intervals + k] = points.back();
  return knots;
}

/// Coefficients of the spline that takes the averages of the knots to the averages of their
/// indices: for equal steps these are the coefficients of the identity.
void index_coefficients(const LayerShape& layer, double* c) {
  const int intervals = layer.basis_count - layer.degree;
  for (int g = 0; g < layer.basis_count; ++g)
    c[g] = -1 + (2 * g + 1 - layer.degree) / double(intervals);
}

/// Weights of the inputs for each of `count` directions.
std::vector<double> stretched_directions(int count, int inputs, const Stretching& s,
                                         Random& random) {
  const int fast = inputs - (s.slow >= 0);
  const std::vector<double> v =
      fast == 1 ? std::vector<double>(count, 1.0) : directions(count, fast, random);
  std::vector<double> weights(std::size_t(count) * inputs);
  const double turn = random.uniform();
  for (int j = 0; j < count; ++j)
    for (int i = 0, k = 0; i < inputs; ++i)
      weights[std::size_t(j) * inputs + i] =
          i != s.slow ? v[std::size_t(j) * fast + k++]
          : fast == 1 ? s.slow_weight * std::cos(std::numbers::pi * (j + turn) / count)
                      : s.slow_weight * random.uniform(-1.0, 1.0);
  return weights;
}

}  // namespace

bool can_stretch(const NetworkShape& shape) {
  return shape.layers.size() == 2 && shape.layers[0].basis == Features::bspline &&
         shape.layers[0].inputs == shape.inputs;
}

void initialise_stretched(NetworkShape& shape, const Stretching& stretching, Random& random,
                          std::vector<double>& theta) {
  theta.assign(shape.parameters, 0.0);
  const LayerShape& layer = shape.layers[0];
  const std::vector<double> weights =
      stretched_directions(layer.outputs, layer.inputs, stretching, random);
  std::vector<double> c(layer.basis_count);
  for (int i = 0; i < layer.inputs; ++i) {
    const std::vector<double>& points = stretching.points[i];
    if (points.empty()) {
      linear_coefficients(shape, layer, i, 1.0, c.data());
    } else {
      double* grid = shape.grids.data() + layer.grid + std::ptrdiff_t(i) * layer.grid_size;
      const bool periodic = !stretching.periodic.empty() && stretching.periodic[i];
      kernels::fill_knots(layer.basis_count, layer.degree, stretched_knots(layer, points, periodic),
                          grid);
      index_coefficients(layer, c.data());
    }
    for (int j = 0; j < layer.outputs; ++j)
      for (int g = 0; g < layer.basis_count; ++g)
        theta[layer.weights + j * layer.columns() + i * layer.features() + g] =
            weights[std::size_t(j) * layer.inputs + i] * c[g];
  }
}

}  // namespace kanpde::kan
