#include <algorithm>
#include <cmath>
#include <numbers>

#include "kan/edges.hpp"
#include "kan/network.hpp"

namespace kanpde::kan {

namespace {

/// Weights of the one feature (activation or base function) an input that makes the layer an MLP
/// layer.
void glorot(const LayerShape& layer, Random& random, double* w) {
  const double deviation = std::sqrt(2.0 / (layer.inputs + layer.outputs));
  const int n = layer.features(), slot = layer.base == Features::none ? 0 : n - 1;
  for (int j = 0; j < layer.outputs; ++j)
    for (int i = 0; i < layer.inputs; ++i)
      w[j * layer.columns() + i * n + slot] = deviation * random.normal();
}

/// Coefficients of the edge function slope * x + roughness * noise on the layer's grid.
void near_linear(const NetworkShape& shape, const LayerShape& layer, int i, int j, double slope,
                 double roughness, Random& random, double* w) {
  double* c = w + j * layer.columns() + i * layer.features();
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

bool on_grid(const LayerShape& layer) { return layer.grid_size > 0; }

}  // namespace

void initialise(const NetworkShape& shape, Random& random, std::vector<double>& theta) {
  theta.assign(shape.parameters, 0.0);
  for (const LayerShape& layer : shape.layers) {
    if (layer.parameters() == 0 || layer.frozen) continue;
    double* w = theta.data() + layer.weights;
    if (!on_grid(layer) || layer.base != Features::none) {
      glorot(layer, random, w);
      continue;
    }
    const double deviation = std::sqrt(2.0 / (layer.inputs + layer.outputs));
    for (int j = 0; j < layer.outputs; ++j)
      for (int i = 0; i < layer.inputs; ++i)
        near_linear(shape, layer, i, j, deviation * random.normal(), 0.1, random, w);
  }
}

void initialise_ridge(const NetworkShape& shape, double roughness, Random& random,
                      std::vector<double>& theta) {
  theta.assign(shape.parameters, 0.0);
  for (std::size_t l = 0; l + 1 < shape.layers.size(); ++l) {
    const LayerShape& layer = shape.layers[l];
    if (layer.parameters() == 0 || layer.frozen) continue;
    double* w = theta.data() + layer.weights;
    const std::vector<double> v = directions(layer.outputs, layer.inputs, random);
    const double noise = layer.basis == Features::chebyshev ? 0 : roughness;
    for (int j = 0; j < layer.outputs; ++j)
      for (int i = 0; i < layer.inputs; ++i) {
        const double slope = v[std::size_t(j) * layer.inputs + i];
        if (on_grid(layer))
          near_linear(shape, layer, i, j, slope, noise, random, w);
        else
          w[j * layer.columns() + i] = 2.0 * slope * random.uniform(0.2, 1.0);
      }
    if (layer.bias && !on_grid(layer))
      for (int j = 0; j < layer.outputs; ++j)
        w[(j + 1) * layer.columns() - 1] = random.uniform(-1.0, 1.0);
  }
}

namespace {

/// The points at `count` equal steps of their index.
std::vector<double> at_equal_steps(const std::vector<double>& points, int count) {
  std::vector<double> result(count);
  const double step = double(points.size() - 1) / (count - 1);
  for (int k = 0; k < count; ++k) {
    const int j = std::min(int(k * step), int(points.size()) - 2);
    result[k] = std::lerp(points[j], points[j + 1], k * step - j);
  }
  result.back() = points.back();
  return result;
}

/// Index of x among the points, scaled to [-1, 1].
double image(const std::vector<double>& points, double x) {
  const auto above = std::upper_bound(points.begin() + 1, points.end() - 1, x);
  const auto below = above - 1;
  const double index = double(below - points.begin()) + (x - *below) / (*above - *below);
  return 2.0 * index / double(points.size() - 1) - 1.0;
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
    double* grid = shape.grids.data() + layer.grid + std::ptrdiff_t(i) * layer.grid_size;
    if (!points.empty())
      kernels::fill_grid(layer.basis, layer.basis_count, layer.degree,
                         at_equal_steps(points, layer.basis_count - layer.degree + 1), grid);
    linear_coefficients(shape, layer, i, 1.0, c.data());
    if (!points.empty())
      for (double& x : c) x = image(points, x);  // Schoenberg's approximation of xi
    for (int j = 0; j < layer.outputs; ++j)
      for (int g = 0; g < layer.basis_count; ++g)
        theta[layer.weights + j * layer.columns() + i * layer.features() + g] =
            weights[std::size_t(j) * layer.inputs + i] * c[g];
  }
}

}  // namespace kanpde::kan
