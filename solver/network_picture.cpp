#include "solver/network_picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kan/edges.hpp"
#include "kan/importance.hpp"
#include "kernels/base/error.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::solver {

namespace {

using kan::Features;
using kan::LayerShape;
using kan::NetworkShape;
using output::EdgePicture;
using output::LayerPicture;
using output::NetworkPicture;

constexpr double beyond = 0.125;  ///< of the data's width, shown on either side

/// Whether an edge is a function of its own, not a weight of an activation that all share.
bool has_functions(const LayerShape& layer) {
  return layer.grid_size > 0 || layer.base != Features::none;
}

/// The network's layers with edges to draw, and the nodes before the first.
std::vector<int> drawn_layers(const NetworkShape& shape) {
  std::vector<int> layers;
  for (int l = 0; l < int(shape.layers.size()); ++l)
    if (!shape.layers[l].is_embedding() && !shape.layers[l].frozen) layers.push_back(l);
  return layers;
}

/// cos(k w x) and sin(k w x) of a periodic coordinate, in units of the problem.
std::string harmonic(const NetworkShape& shape, const LayerShape& layer, int input, int k,
                     bool sine, const std::string& name) {
  const double frequency = k * layer.frequencies[input] * shape.input_scale[input];
  const double shift = shape.input_shift[input];
  const char* function = sine ? "sin" : "cos";
  if (shift == 0) return fmt::format("{} {:.3g} {}", function, frequency, name);
  return fmt::format("{} {:.3g} ({} {} {:.3g})", function, frequency, name, shift < 0 ? '+' : '-',
                     std::abs(shift));
}

/// Names behind the layers in front of layer `first`.
std::vector<std::string> input_labels(const NetworkShape& shape, int first,
                                      std::vector<std::string> names) {
  bool is_projected = false;
  for (int l = 0; l < first; ++l) {
    const LayerShape& layer = shape.layers[l];
    std::vector<std::string> next;
    if (!layer.is_embedding() && shape.blocks() > 1) {  // coordinates of every subdomain
      for (int b = 0; b < shape.blocks(); ++b) next.insert(next.end(), names.begin(), names.end());
    } else if (!layer.is_embedding()) {  // random projections
      for (int j = 0; j < layer.outputs; ++j) next.push_back(fmt::format("w{}", j + 1));
      is_projected = true;
    } else {
      for (int i = 0; i < layer.inputs; ++i) {
        if (layer.harmonics[i] == 0) next.push_back(names[i]);
        for (int k = 1; k <= layer.harmonics[i]; ++k)
          for (const bool sine : {false, true})
            next.push_back(is_projected ? (sine ? "sin " : "cos ") + names[i]
                                        : harmonic(shape, layer, i, k, sine, names[i]));
      }
    }
    names = std::move(next);
  }
  return names;
}

std::vector<std::string> hidden_labels(int layer, int layers, int count) {
  std::vector<std::string> labels;
  for (int j = 1; j <= count; ++j)
    labels.push_back(layers <= 2 ? fmt::format("h{}", j) : fmt::format("{}.{}", layer, j));
  return labels;
}

/// Values of a node and how they are shown: shown = offset + slope * value.
struct Axis {
  double low, high;
  double offset = 0, slope = 1;
  double shown(double value) const { return offset + slope * value; }
};

/// In the units of the coordinate where the node is one, scaled.
Axis axis_of(std::span<const double> values, std::span<const double> coordinate) {
  const auto [low, high] = std::ranges::minmax_element(values);
  Axis axis{*low, *high};
  if (coordinate.empty() || !(axis.high > axis.low)) return axis;
  const double from = coordinate[std::size_t(low - values.begin())];
  const double to = coordinate[std::size_t(high - values.begin())];
  axis.slope = (to - from) / (axis.high - axis.low);
  axis.offset = from - axis.slope * axis.low;
  return axis;
}

std::span<const double> column(const Columns& x, int c) {
  return {x.column(c), std::size_t(x.points())};
}

/// Break points of an edge's grid; none for functions of the whole line.
std::vector<double> breaks_of(const NetworkShape& shape, const LayerShape& layer, int input) {
  if (layer.grid_size == 0) return {};
  const double* grid = shape.grids.data() + layer.grid + std::size_t(input) * layer.grid_size;
  if (layer.basis == Features::rbf) return {grid + 2, grid + 2 + layer.basis_count};  // centers
  return kernels::grid_breaks(layer.basis, layer.basis_count, layer.degree, grid);
}

/// The most important edges, at most `most` from at most `most_units` nodes, in order.
std::vector<EdgePicture> most_important(std::vector<EdgePicture> edges, std::size_t most,
                                        std::size_t most_units) {
  std::vector<std::size_t> order(edges.size()), chosen;
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](auto a, auto b) { return edges[a].importance > edges[b].importance; });
  std::vector<int> units;
  for (const std::size_t e : order) {
    if (chosen.size() == most) break;
    const bool is_new = std::ranges::find(units, edges[e].from) == units.end();
    if (is_new && units.size() == most_units) continue;
    if (is_new) units.push_back(edges[e].from);
    chosen.push_back(e);
  }
  std::ranges::sort(chosen);
  std::vector<EdgePicture> kept;
  for (const std::size_t e : chosen) kept.push_back(std::move(edges[e]));
  return kept;
}

class Maker {
 public:
  Maker(const NetworkShape& shape, std::span<const double> theta, const Columns& x,
        const PictureOptions& options)
      : shape_(shape),
        theta_(theta),
        x_(x),
        options_(options),
        layers_(drawn_layers(shape)),
        scores_(kan::importance(shape, theta, x)) {}

  NetworkPicture make(const std::vector<std::string>& inputs,
                      const std::vector<std::string>& outputs) const {
    NetworkPicture picture;
    const int count = int(layers_.size());
    picture.nodes.push_back(block_of(input_labels(shape_, layers_.front(), inputs)));
    for (int k = 0; k + 1 < count; ++k)
      picture.nodes.push_back(
          hidden_labels(k + 1, count, shape_.layers[layers_[k]].block_outputs()));
    picture.nodes.push_back(outputs);
    picture.layers.resize(std::size_t(count));
    std::vector<bool> shown(picture.nodes.back().size(), true);
    for (int k = count - 1; k >= 0; --k) picture.layers[k] = layer(k, shown);
    return picture;
  }

 private:
  /// Only those of the block to draw.
  std::vector<std::string> block_of(const std::vector<std::string>& all) const {
    const std::size_t each = all.size() / shape_.blocks();
    const auto begin = all.begin() + std::ptrdiff_t(each * options_.block);
    return {begin, begin + std::ptrdiff_t(each)};
  }

  /// Few enough of the nodes before a layer that there is room for the edges that lead to them.
  int most_units(int k, int most) const {
    const LayerShape& layer = shape_.layers[layers_[k]];
    if (k == 0) return layer.block_inputs();
    return std::max(most / shape_.layers[layers_[k - 1]].block_inputs(), (most + 2) / 3);
  }

  /// `shown`: the nodes behind, then those in front.
  LayerPicture layer(int k, std::vector<bool>& shown) const {
    const LayerShape& layer = shape_.layers[layers_[k]];
    const int first_input = options_.block * layer.block_inputs();
    const int first_output = options_.block * layer.block_outputs();
    const auto score = std::ranges::find(scores_, layers_[k], &kan::LayerImportance::layer);
    std::vector<EdgePicture> edges;
    for (int j = 0; j < layer.block_outputs(); ++j)
      for (int i = 0; i < layer.block_inputs() && shown[std::size_t(j)]; ++i)
        edges.push_back({i, j, score->edge(first_output + j, first_input + i), 0, {}, {}, {}, {}});
    const int most = has_functions(layer) ? options_.most_curves : options_.most_lines;
    LayerPicture picture{
        long(layer.block_inputs()) * layer.block_outputs(),
        most_important(std::move(edges), std::size_t(most), std::size_t(most_units(k, most)))};
    shown.assign(std::size_t(layer.block_inputs()), false);
    for (const EdgePicture& e : picture.edges) shown[std::size_t(e.from)] = true;
    fill(layers_[k], first_input, first_output, picture.edges);
    return picture;
  }

  void fill(int l, int first_input, int first_output, std::vector<EdgePicture>& edges) const {
    const LayerShape& layer = shape_.layers[l];
    if (!has_functions(layer)) {
      for (EdgePicture& e : edges)
        e.weight = theta_[std::size_t(layer.weights +
                                      layer.edge(first_output + e.to, first_input + e.from))];
      return;
    }
    Columns in;
    kernels::layer_inputs(shape_, theta_, l, x_, in);
    for (EdgePicture& e : edges) {
      const int input = first_input + e.from;
      const auto coordinate = coordinate_of(l, e.from);
      fill(l, first_output + e.to, input, axis_of(column(in, input), coordinate), e);
    }
  }

  /// The coordinate that a node before layer l is, up to scale; empty where it is none.
  std::span<const double> coordinate_of(int l, int node) const {
    const bool is_direct = l == 0 || (l == 1 && shape_.blocks() > 1);
    return is_direct ? column(x_, node) : std::span<const double>{};
  }

  /// Samples such that the ends of the data are among them.
  void fill(int l, int output, int input, Axis axis, EdgePicture& edge) const {
    const LayerShape& layer = shape_.layers[l];
    if (!(axis.high > axis.low)) axis.low -= 0.5, axis.high += 0.5;
    const double width = axis.high - axis.low;
    const double low = axis.low - beyond * width, high = axis.high + beyond * width;
    const int steps = 10 * std::clamp(layer.basis_count / 2, 8, 20);
    std::vector<double> z(std::size_t(steps) + 1);
    for (int k = 0; k <= steps; ++k) z[std::size_t(k)] = low + (high - low) * k / steps;
    edge.values = kan::edge_values(shape_, theta_, l, output, input, z);
    edge.view = {axis.shown(low), axis.shown(high)};
    edge.data = {axis.shown(axis.low), axis.shown(axis.high)};
    for (const double b : breaks_of(shape_, layer, input)) edge.breaks.push_back(axis.shown(b));
  }

  const NetworkShape& shape_;
  std::span<const double> theta_;
  const Columns& x_;
  const PictureOptions& options_;
  std::vector<int> layers_;
  std::vector<kan::LayerImportance> scores_;
};

}  // namespace

std::string why_no_picture(const NetworkShape& shape) {
  if (!shape.is_product()) return "";
  return "its terms are products of B-splines of several variables; it has no functions on edges";
}

NetworkPicture picture_of(const NetworkShape& shape, std::span<const double> theta,
                          const Columns& x, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs, const PictureOptions& options) {
  check(why_no_picture(shape).empty(), "a picture of products");
  return Maker(shape, theta, x, options).make(inputs, outputs);
}

}  // namespace kanpde::solver
