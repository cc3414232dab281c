#include "kan/importance.hpp"

#include <algorithm>
#include <cmath>

#include "kan/edges.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {

namespace {

using kernels::LayerShape;
using kernels::NetworkShape;

double standard_deviation(std::span<const double> v) {
  double mean = 0, square = 0;
  for (const double a : v) mean += a;
  mean /= double(v.size());
  for (const double a : v) square += (a - mean) * (a - mean);
  return std::sqrt(square / double(v.size()));
}

/// Scores of a layer from those of its outputs.
LayerImportance score(const NetworkShape& shape, std::span<const double> theta, int l,
                      const std::vector<double>& of_outputs, const Columns& x) {
  const LayerShape& layer = shape.layers[std::size_t(l)];
  LayerImportance result{l, layer.outputs, layer.inputs, {}, {}};
  result.edges.assign(std::size_t(layer.outputs) * layer.inputs, 0.0);
  result.nodes.assign(std::size_t(layer.inputs), 0.0);
  Columns in;
  kernels::layer_inputs(shape, theta, l, x, in);
  std::vector<double> sum(std::size_t(x.points()));
  for (int j = 0; j < layer.outputs; ++j) {
    std::fill(sum.begin(), sum.end(), 0.0);
    const int first = layer.first_input(j);
    double* row = result.edges.data() + std::size_t(j) * layer.inputs;
    for (int i = first; i < first + layer.block_inputs(); ++i) {
      const std::vector<double> values =
          edge_values(shape, theta, l, j, i, {in.column(i), std::size_t(in.points())});
      row[i] = standard_deviation(values);
      for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += values[p];
    }
    const double whole = standard_deviation(sum);
    for (int i = first; i < first + layer.block_inputs(); ++i) {
      row[i] = whole > 0 ? of_outputs[std::size_t(j)] * row[i] / whole : 0.0;
      result.nodes[std::size_t(i)] += row[i];
    }
  }
  return result;
}

/// Scores of the inputs of a layer without weights: each sums those of what it becomes.
std::vector<double> gathered(const LayerShape& layer, const std::vector<double>& of_outputs) {
  std::vector<double> nodes;
  std::size_t next = 0;
  for (const int pairs : layer.harmonics) {
    const std::size_t count = pairs == 0 ? 1 : 2 * std::size_t(pairs);
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += of_outputs[next + k];
    nodes.push_back(sum);
    next += count;
  }
  return nodes;
}

}  // namespace

std::vector<LayerImportance> importance(const NetworkShape& shape, std::span<const double> theta,
                                        const Columns& x) {
  std::vector<LayerImportance> result;
  if (shape.is_product()) return result;
  std::vector<double> of_outputs(std::size_t(shape.outputs), 1.0);
  for (int l = int(shape.layers.size()) - 1; l >= 0; --l) {
    const LayerShape& layer = shape.layers[std::size_t(l)];
    if (layer.is_embedding()) {
      of_outputs = gathered(layer, of_outputs);
      continue;
    }
    result.push_back(score(shape, theta, l, of_outputs, x));
    of_outputs = result.back().nodes;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

}  // namespace kanpde::kan
