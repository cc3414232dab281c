#include "kan/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/base/error.hpp"

namespace kanpde::kan {

int basis_count(Features basis, int degree, int grid) {
  if (basis == Features::bspline) return grid + degree;
  if (basis == Features::rbf || basis == Features::rational) return grid + 1;
  return basis == Features::fourier ? 2 * degree + 1 : degree + 1;
}

namespace {

void add_embedding(NetworkShape& shape, std::vector<int> harmonics, double frequency) {
  LayerShape layer;
  layer.inputs = int(harmonics.size());
  layer.outputs = 0;
  for (int h : harmonics) layer.outputs += h > 0 ? 2 * h : 1;
  layer.frequencies.assign(harmonics.size(), frequency);
  layer.harmonics = std::move(harmonics);
  shape.layers.push_back(std::move(layer));
}

/// The coordinates of every subdomain, [-1, 1] within: an untrained layer.
void add_local_coordinates(NetworkShape& shape, const std::vector<Subdomain>& subdomains) {
  LayerShape layer;
  layer.inputs = shape.inputs;
  layer.outputs = shape.inputs * int(subdomains.size());
  layer.bias = layer.frozen = true;
  layer.weights = int(shape.constants.size());
  shape.constants.resize(shape.constants.size() + layer.parameters());
  double* row = shape.constants.data() + layer.weights;
  for (const Subdomain& s : subdomains)
    for (int i = 0; i < layer.inputs; ++i, row += layer.columns()) {
      const double low = (s.lower[i] - shape.input_shift[i]) * shape.input_scale[i];
      const double high = (s.upper[i] - shape.input_shift[i]) * shape.input_scale[i];
      row[i] = 2 / (high - low);
      row[layer.inputs] = -(high + low) / (high - low);
    }
  shape.layers.push_back(std::move(layer));
}

/// Scaling of the coordinates, subdomains, harmonics and Fourier features; returns the width behind
/// them.
int add_inputs(NetworkShape& shape, const InputMap& inputs, Random& random) {
  check(inputs.subdomains.empty() || (inputs.harmonics.empty() && inputs.fourier_features == 0),
        "subdomains of harmonics or Fourier features");
  shape.inputs = int(inputs.lower.size());
  for (int i = 0; i < shape.inputs; ++i) {
    shape.input_shift.push_back(0.5 * (inputs.lower[i] + inputs.upper[i]));
    shape.input_scale.push_back(2.0 / (inputs.upper[i] - inputs.lower[i]));
  }
  int width = shape.inputs;
  if (inputs.blocks() > 1) {
    add_local_coordinates(shape, inputs.subdomains);
    width = shape.layers.back().outputs;
  }
  if (std::any_of(inputs.harmonics.begin(), inputs.harmonics.end(), [](int h) { return h > 0; })) {
    add_embedding(shape, inputs.harmonics, std::numbers::pi);  // period 2 on [-1, 1]
    width = shape.layers.back().outputs;
  }
  if (inputs.fourier_features > 0) {
    LayerShape layer;
    layer.inputs = width;
    layer.outputs = inputs.fourier_features;
    layer.frozen = true;
    layer.weights = int(shape.constants.size());
    for (int k = 0; k < layer.parameters(); ++k)
      shape.constants.push_back(inputs.fourier_scale * random.normal());
    shape.layers.push_back(layer);
    add_embedding(shape, std::vector<int>(inputs.fourier_features, 1), 1.0);
    width = shape.layers.back().outputs;
  }
  return width;
}

void add_layer(NetworkShape& shape, LayerShape layer) {
  layer.weights = shape.parameters;
  shape.parameters += layer.parameters();
  layer.grid = int(shape.grids.size());
  layer.grid_size = kernels::grid_size(layer.basis, layer.basis_count, layer.degree);
  shape.grids.resize(shape.grids.size() + std::size_t(layer.inputs) * layer.grid_size);
  if (layer.grid_size > 0) {
    const int intervals = layer.basis == Features::bspline ? layer.basis_count - layer.degree : 1;
    std::vector<double> breaks(intervals + 1);
    for (int g = 0; g <= intervals; ++g) breaks[g] = -1.0 + 2.0 * g / intervals;
    for (int i = 0; i < layer.inputs; ++i)
      kernels::fill_grid(layer.basis, layer.basis_count, layer.degree, breaks,
                         shape.grids.data() + layer.grid + i * layer.grid_size);
  }
  shape.layers.push_back(std::move(layer));
}

}  // namespace

NetworkShape make_kan(const InputMap& inputs, const KanOptions& options, int outputs,
                      Random& random) {
  NetworkShape shape;
  shape.outputs = outputs * inputs.blocks();
  int width = add_inputs(shape, inputs, random);
  std::vector<int> widths = options.hidden;
  widths.push_back(outputs);
  for (int next : widths) {
    LayerShape layer;
    layer.blocks = inputs.blocks();
    layer.inputs = width;
    layer.outputs = next * layer.blocks;
    layer.basis = options.basis;
    layer.degree = options.degree;
    layer.basis_count = basis_count(options.basis, options.degree, options.grid);
    layer.base = options.base;
    layer.bias = options.bias;
    if (shape.parameters == 0 && options.bias && options.base != Features::none)
      layer.base = Features::identity;
    add_layer(shape, layer);
    width = layer.outputs;
  }
  return shape;
}

namespace {

std::vector<double> graded_breaks(int grid, double stretch) {
  std::vector<double> breaks(std::size_t(grid) + 1);
  for (int g = 0; g <= grid; ++g) {
    const double z = (2.0 * g - grid) / grid;
    breaks[g] = stretch > 0 ? std::tanh(stretch * z) / std::tanh(stretch) : z;
  }
  return breaks;
}

}  // namespace

NetworkShape make_products(const InputMap& inputs, int degree, const std::vector<ProductAxis>& axes,
                           int outputs) {
  NetworkShape shape;
  shape.outputs = outputs;
  Random unused(0);
  LayerShape layer;
  layer.inputs = add_inputs(shape, {inputs.lower, inputs.upper, {}, 0, 1, {}}, unused);
  layer.outputs = outputs;
  layer.basis = Features::none;
  layer.basis_count = 0;
  layer.degree = degree;
  for (const ProductAxis& axis : axes)
    layer.axes.push_back(
        axis.grid == 0
            ? kernels::SplineAxis{}
            : kernels::make_axis(degree, graded_breaks(axis.grid, axis.stretch), axis.periodic));
  shape.parameters = layer.parameters();
  shape.layers.push_back(std::move(layer));
  return shape;
}

NetworkShape make_mlp(const InputMap& inputs, const MlpOptions& options, int outputs,
                      Random& random) {
  NetworkShape shape;
  shape.outputs = outputs * inputs.blocks();
  int width = add_inputs(shape, inputs, random);
  std::vector<int> widths = options.hidden;
  widths.push_back(outputs);
  for (std::size_t l = 0; l < widths.size(); ++l) {
    LayerShape layer;
    layer.blocks = inputs.blocks();
    layer.inputs = width;
    layer.outputs = widths[l] * layer.blocks;
    layer.basis = l == 0 ? Features::identity : options.activation;
    layer.bias = true;
    add_layer(shape, layer);
    width = layer.outputs;
  }
  return shape;
}

int smoothness(const NetworkShape& shape) {
  int smooth = 1000;
  for (const LayerShape& layer : shape.layers)
    if (layer.basis == Features::bspline || layer.is_product())
      smooth = std::min(smooth, layer.degree - 1);
  return smooth;
}

namespace {

std::string describe_products(const NetworkShape& shape) {
  const LayerShape& layer = shape.layers.back();
  std::vector<std::string> grids;
  for (const kernels::SplineAxis& axis : layer.axes)
    if (axis.takes_part())
      grids.push_back(axis.periodic ? fmt::format("{}p", axis.count)
                                    : fmt::format("{}", axis.count - layer.degree));
  return fmt::format("[{} x,{}] bspline k={} G={}", grids.size(), shape.outputs, layer.degree,
                     fmt::join(grids, "x"));
}

}  // namespace

std::string describe(const NetworkShape& shape) {
  static constexpr const char* names[] = {"none",      "identity", "tanh",    "sin",
                                          "silu",      "gelu",     "bspline", "rbf",
                                          "chebyshev", "fourier",  "rational"};
  if (shape.is_product()) return describe_products(shape);
  std::string widths = fmt::format("[{}", shape.inputs);
  const int blocks = shape.blocks();
  for (const LayerShape& layer : shape.layers)
    if (blocks == 1 || !layer.frozen) widths += fmt::format(",{}", layer.block_outputs());
  const LayerShape& last = shape.layers.back();
  std::string text =
      (blocks > 1 ? fmt::format("{} x ", blocks) : "") + widths + "] " + names[int(last.basis)];
  if (last.basis == Features::bspline)
    text += fmt::format(" k={} G={}", last.degree, last.basis_count - last.degree);
  if (last.basis == Features::rational)
    text += fmt::format(" d={} G={}", last.degree, last.basis_count - 1);
  if (last.basis == Features::rbf) text += fmt::format(" G={}", last.basis_count - 1);
  if (last.basis == Features::chebyshev) text += fmt::format(" n={}", last.basis_count - 1);
  if (last.basis == Features::fourier) text += fmt::format(" n={}", (last.basis_count - 1) / 2);
  if (last.base != Features::none) text += fmt::format(" + {}", names[int(last.base)]);
  return text;
}

}  // namespace kanpde::kan
