#include "kan/prune.hpp"

#include <algorithm>
#include <numeric>

#include "kan/importance.hpp"
#include "kernels/base/error.hpp"

namespace kanpde::kan {

namespace {

using kernels::LayerShape;
using kernels::NetworkShape;

bool is_trained(const LayerShape& layer) { return layer.parameters() > 0 && !layer.frozen; }

std::vector<int> all_of(int count) {
  std::vector<int> all(std::size_t(count), 0);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The part of a layer between some inputs and outputs. Appends its grids and parameters.
LayerShape cut(const LayerShape& layer, const double* grids, const double* weights,
               const std::vector<int>& inputs, const std::vector<int>& outputs, NetworkShape& shape,
               std::vector<double>& theta) {
  LayerShape part = layer;
  part.inputs = int(inputs.size());
  part.outputs = int(outputs.size());
  part.grid = int(shape.grids.size());
  part.weights = int(theta.size());
  for (const int i : inputs) {
    const double* grid = grids + layer.grid + std::ptrdiff_t(i) * layer.grid_size;
    shape.grids.insert(shape.grids.end(), grid, grid + layer.grid_size);
  }
  for (const int j : outputs) {
    for (const int i : inputs) {
      const double* w = weights + layer.edge(j, i);
      theta.insert(theta.end(), w, w + layer.features());
    }
    if (layer.bias) theta.push_back(weights[(j + 1) * layer.columns() - 1]);
  }
  return part;
}

}  // namespace

const char* why_not_pruned(const NetworkShape& shape) {
  if (shape.is_product()) return "a model of products has no hidden units";
  if (shape.blocks() > 1) return "networks on subdomains are not pruned";
  const auto trained = std::count_if(shape.layers.begin(), shape.layers.end(), is_trained);
  return trained < 2 ? "it has no hidden layer" : "";
}

std::vector<UnitScore> unit_scores(const NetworkShape& shape, const std::vector<double>& theta,
                                   const Columns& x) {
  std::vector<UnitScore> scores;
  int hidden = -1;  // the inputs of the first trained layer are no hidden units
  for (const LayerImportance& layer : importance(shape, theta, x)) {
    if (!is_trained(shape.layers[std::size_t(layer.layer)])) continue;
    if (hidden >= 0)
      for (int i = 0; i < layer.inputs; ++i)
        scores.push_back({hidden, i, layer.nodes[std::size_t(i)]});
    ++hidden;
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const UnitScore& a, const UnitScore& b) { return a.score < b.score; });
  return scores;
}

std::vector<std::vector<int>> best_units(const std::vector<UnitScore>& scores, int count) {
  int layers = 0;
  for (const UnitScore& s : scores) layers = std::max(layers, s.layer + 1);
  std::vector<std::vector<int>> units(std::size_t(layers), std::vector<int>{});
  int missing = layers, left = std::max(count, layers);
  for (auto s = scores.rbegin(); s != scores.rend() && left > 0; ++s) {
    std::vector<int>& of_layer = units[std::size_t(s->layer)];
    if (!of_layer.empty() && left <= missing) continue;  // room for the best of other layers
    missing -= of_layer.empty();
    of_layer.push_back(s->unit);
    --left;
  }
  for (std::vector<int>& of_layer : units) std::sort(of_layer.begin(), of_layer.end());
  return units;
}

void keep_units(NetworkShape& shape, std::vector<double>& theta,
                const std::vector<std::vector<int>>& units) {
  check(*why_not_pruned(shape) == 0, "{}", why_not_pruned(shape));
  const NetworkShape old = shape;
  const std::vector<double> from = theta;
  shape.grids.clear();
  theta.clear();
  std::size_t hidden = 0;
  std::vector<int> inputs;  // kept, of the present layer; empty: all
  for (LayerShape& layer : shape.layers) {
    if (!is_trained(layer)) {
      check(layer.grid_size == 0, "a layer that is not trained has a grid");
      continue;
    }
    const LayerShape before = layer;
    if (inputs.empty()) inputs = all_of(layer.inputs);
    const std::vector<int> outputs = hidden < units.size() ? units[hidden] : all_of(layer.outputs);
    layer =
        cut(before, old.grids.data(), from.data() + before.weights, inputs, outputs, shape, theta);
    inputs = outputs;
    ++hidden;
  }
  shape.parameters = int(theta.size());
  theta.insert(theta.end(), from.begin() + old.parameters, from.end());
}

}  // namespace kanpde::kan
