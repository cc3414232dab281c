#pragma once
/// Small networks, parameters and jet plans for tests and benchmarks.

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/base/random.hpp"
#include "kernels/jet_plan.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::oracle {

using kernels::Features;
using kernels::LayerShape;
using kernels::NetworkShape;

/// What the constructors of tests say about one layer.
struct LayerSketch {
  int outputs;
  kernels::Features basis;
  int degree = 0;
  int basis_count = 1;
  kernels::Features base = kernels::Features::none;
  bool bias = false;
  bool frozen = false;
  int blocks = 1;
};

namespace detail {

inline bool on_grid(Features f) { return f >= Features::bspline; }

inline void add_grids(LayerShape& layer, NetworkShape& shape, Random& random) {
  layer.grid = int(shape.grids.size());
  layer.grid_size = kernels::grid_size(layer.basis, layer.basis_count, layer.degree);
  shape.grids.resize(layer.grid + layer.inputs * layer.grid_size);
  const int intervals = layer.basis == Features::bspline ? layer.basis_count - layer.degree : 1;
  for (int i = 0; i < layer.inputs; ++i) {
    std::vector<double> breaks{random.uniform(-1.2, -0.8)};
    for (int g = 0; g < intervals; ++g)
      breaks.push_back(breaks.back() + random.uniform(1.4, 2.2) / intervals);
    kernels::fill_grid(layer.basis, layer.basis_count, layer.degree, breaks,
                       shape.grids.data() + layer.grid + i * layer.grid_size);
  }
}

}  // namespace detail

/// A network with grids whose ends and break points are drawn at random around [-1, 1]
/// (`harmonics`: an embedding as first layer; empty: none).
inline NetworkShape make_network(int inputs, const std::vector<LayerSketch>& layers,
                                 std::uint64_t seed, const std::vector<int>& harmonics = {}) {
  Random random(seed, 1);
  NetworkShape shape;
  shape.inputs = inputs;
  for (int i = 0; i < inputs; ++i) {
    shape.input_shift.push_back(random.uniform(-0.2, 0.2));
    shape.input_scale.push_back(random.uniform(0.7, 1.1));
  }
  int width = inputs;
  if (!harmonics.empty()) {
    LayerShape layer;
    layer.inputs = inputs;
    layer.harmonics = harmonics;
    for (int h : harmonics) layer.outputs += h == 0 ? 1 : 2 * h;
    for (int i = 0; i < inputs; ++i) layer.frequencies.push_back(random.uniform(0.8, 1.5));
    layer.basis_count = 0;
    width = layer.outputs;
    shape.layers.push_back(layer);
  }
  for (const LayerSketch& sketch : layers) {
    LayerShape layer;
    layer.inputs = width;
    layer.outputs = width = sketch.outputs;
    layer.basis = sketch.basis;
    layer.basis_count = sketch.basis == Features::none ? 0 : sketch.basis_count;
    layer.degree = sketch.degree;
    layer.base = sketch.base;
    layer.bias = sketch.bias;
    layer.frozen = sketch.frozen;
    layer.blocks = sketch.blocks;
    if (detail::on_grid(layer.basis)) detail::add_grids(layer, shape, random);
    if (layer.frozen) {
      layer.weights = int(shape.constants.size());
      for (int k = 0; k < layer.parameters(); ++k) shape.constants.push_back(random.normal());
    } else {
      layer.weights = shape.parameters;
      shape.parameters += layer.parameters();
    }
    shape.layers.push_back(layer);
  }
  shape.outputs = width;
  return shape;
}

/// Normal numbers, `scale` times 1/sqrt(columns) in each layer, so that values stay of order one.
inline std::vector<double> draw_parameters(const NetworkShape& shape, std::uint64_t seed,
                                           double scale = 1) {
  Random random(seed, 2);
  std::vector<double> theta(shape.parameters);
  for (const LayerShape& layer : shape.layers)
    for (int k = 0; k < layer.parameters() && !layer.frozen; ++k)
      theta[layer.weights + k] = scale * random.normal() / std::sqrt(layer.columns());
  return theta;
}

/// Plans of few random directions of order one and two, plain and collapsed with weights:
/// those of common equations.
inline std::vector<kernels::JetPlan> common_plans(int dimension) {
  Random random(12);
  const auto direction = [&] {
    std::vector<double> v(dimension);
    for (double& value : v) value = random.uniform(-1, 1);
    return v;
  };
  // Each number is a direction of that order; 22 and 222 are collapsed directions of order 2.
  const std::vector<std::vector<int>> sketches = {
      {}, {1}, {1, 1}, {1, 1, 1}, {2}, {2, 1}, {1, 2}, {2, 2}, {22}, {222}, {22, 1}, {1, 22}};
  std::vector<kernels::JetPlan> plans;
  for (const auto& sketch : sketches) {
    kernels::JetPlan plan;
    plan.dimension = dimension;
    for (int part : sketch) {
      if (part < 10) plan.add(direction(), part);
      if (part == 22) plan.add_collapsed({direction(), direction()}, {0.75, -1.5}, 2);
      if (part == 222)
        plan.add_collapsed({direction(), direction(), direction()}, {0.5, -1.5, 2.5}, 2);
    }
    plans.push_back(plan);
  }
  return plans;
}

/// A plan of several directions of every order up to `order`, then a weighted collapsed sum where
/// order >= 2.
inline kernels::JetPlan mixed_plan(int dimension, int order, std::uint64_t seed) {
  Random random(seed, 4);
  kernels::JetPlan plan;
  plan.dimension = dimension;
  const auto direction = [&] {
    std::vector<double> v(dimension);
    for (double& value : v) value = random.uniform(-1, 1);
    return v;
  };
  for (int k = 1; k <= order; ++k) plan.add(direction(), k);
  if (order >= 2) plan.add_collapsed({direction(), direction()}, {0.75, -1.5}, order);
  return plan;
}

}  // namespace kanpde::oracle
