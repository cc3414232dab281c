#pragma once
/// A network over tiles of points on a device: jets forward, their adjoint, rows of the Jacobian.
/// Every layer is its features' jets (one kernel) times its weights (one matrix product).

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/device/algebra.hpp"
#include "kernels/device/array.hpp"
#include "kernels/device/layer_kernels.hpp"
#include "kernels/device/reductions.hpp"
#include "kernels/jet_plan.hpp"

namespace kanpde::kernels::device {

/// A JetPlan for one network, in the memory of the device.
template <class R, class T>
struct DevicePlan {
  DevicePlan(R& runtime, const NetworkShape& shape, const JetPlan& plan)
      : components(plan.components()), order(plan.order()) {
    std::vector<DirectionView> views;
    std::vector<double> first(std::size_t(shape.inputs) * components, 0.0);
    for (const JetDirection& d : plan.directions) {
      views.push_back({d.order, d.first, d.top, d.weight});
      for (int i = 0; i < shape.inputs; ++i)
        first[std::size_t(i) * components + d.first] = d.v[i] * shape.input_scale[i];
    }
    directions = Array<R, DirectionView>::of(runtime, views);
    derivatives = Array<R, T>::of(runtime, first);
  }
  JetView view() const { return {components, order, directions.read()}; }

  int components, order;
  Array<R, DirectionView> directions;
  Array<R, T> derivatives;  ///< of the scaled inputs: inputs * components
};

/// Points begin .. begin + count of a set of `points`, with their partners where copies is 2.
struct Tile {
  int points = 0, begin = 0, count = 0, copies = 1;
  long width() const { return long(copies) * count; }
};

template <class R, class T>
class Network {
 public:
  Network(R& runtime, const NetworkShape& shape)
      : runtime_(runtime),
        shape_(shape),
        grids_(Array<R, double>::of(runtime, shape.grids)),
        constants_(Array<R, T>::of(runtime, shape.constants)),
        shift_(Array<R, T>::of(runtime, shape.input_shift)),
        scale_(Array<R, T>::of(runtime, shape.input_scale)),
        features_(runtime, 0),
        scratch_(runtime, 0),
        partial_(runtime, 0) {
    for (std::size_t l = 0; l <= shape.layers.size(); ++l) {
      values_.emplace_back(runtime, 0);
      d_values_.emplace_back(runtime, 0);
      harmonics_.push_back(l < shape.layers.size() ? make_harmonics(shape.layers[l])
                                                   : Array<R, Harmonic>(runtime, 0));
    }
  }

  /// Bytes of working memory that a point takes, for tiles that fit.
  static std::size_t bytes_per_point(const NetworkShape& shape, const JetPlan& plan, int copies) {
    const long c = plan.components();
    long values = shape.outputs, widest = 0, inputs = shape.inputs;
    for (const LayerShape& layer : shape.layers) {
      values += layer.inputs;
      inputs = std::max<long>(inputs, layer.is_embedding() ? layer.inputs * 20L : layer.inputs);
      widest = std::max<long>(widest, layer.is_embedding() ? 0 : layer.columns());
    }
    const long scratch = Slice<T, contract_slots>::scratch_size(int(c), inputs);
    return std::size_t(copies) * sizeof(T) * (c * (2 * values + widest) + scratch);
  }

  /// Makes room for tiles of this width.
  void reserve(const JetPlan& plan, long width) {
    const std::size_t row = std::size_t(plan.components()) * width;
    std::size_t widest = 0, items = 0;
    for (std::size_t l = 0; l < shape_.layers.size(); ++l) {
      const LayerShape& layer = shape_.layers[l];
      values_[l].reserve(layer.inputs * row);
      d_values_[l].reserve(layer.inputs * row);
      items = std::max(items,
                       std::size_t(layer.is_embedding() ? harmonics_[l].size() : layer.inputs + 1));
      if (!layer.is_embedding()) widest = std::max(widest, std::size_t(layer.columns()));
    }
    values_.back().reserve(shape_.outputs * row);
    d_values_.back().reserve(shape_.outputs * row);
    features_.reserve(widest * row);
    scratch_.reserve(
        Slice<T, contract_slots>::scratch_size(plan.components(), long(items) * width));
  }

  /// x: copies * inputs columns of tile.points; theta: all parameters.
  void forward(const DevicePlan<R, T>& plan, const Tile& tile, Span<const T> x,
               Span<const T> theta) {
    const JetView jets = plan.view();
    const long width = tile.width();
    expanded_ = -1;
    runtime_.launch(one_thread_each(shape_.inputs * width),
                    PlaceInputs<T>{shape_.inputs, jets.components, tile.points, tile.begin,
                                   tile.count, tile.copies, x, shift_.read(), scale_.read(),
                                   plan.derivatives.read(), values_[0].span()});
    for (int l = 0; l < layers(); ++l) {
      if (shape_.layers[l].is_embedding()) {
        embed(l, jets, width);
        continue;
      }
      expand(l, jets, width);
      multiply_forward(l, jets.components * width, theta);
    }
  }

  Span<const T> constants() const { return constants_.read(); }
  Span<const double> grids() const { return grids_.read(); }
  Span<T> output() const { return values_.back().span(); }
  /// Seed of the two below; both overwrite the seeds of lower layers.
  Span<T> d_output() const { return d_values_.back().span(); }

  /// gradient += d(seed . output)/dtheta.
  void backward(const DevicePlan<R, T>& plan, const Tile& tile, Span<const T> theta,
                Span<double> gradient) {
    const JetView jets = plan.view();
    const long rows = jets.components * tile.width();
    const int first = first_trained_layer(0);
    for (int l = layers() - 1; l >= first; --l) {
      const LayerShape& layer = shape_.layers[l];
      if (!layer.frozen) {
        expand(l, jets, tile.width());
        add_gradient(l, rows, gradient.part(layer.weights, layer.parameters()));
      }
      if (l > first) propagate_back(l, jets, tile.width(), theta);
    }
  }

  /// Columns of J, as columns_of says (-1: not wanted), at the rows first_row + p, p < tile.count.
  void jacobian(const DevicePlan<R, T>& plan, const Tile& tile, Span<const T> theta,
                int first_parameter, Span<const int> columns_of, Span<double> j, long rows,
                long first_row) {
    const JetView jets = plan.view();
    const int first = first_trained_layer(first_parameter);
    for (int l = layers() - 1; l >= first; --l) {
      const LayerShape& layer = shape_.layers[l];
      if (!layer.frozen) {
        expand(l, jets, tile.width());
        runtime_.launch(
            one_thread_each(long(layer.parameters()) * tile.count),
            JacobianRows<T>{layer.outputs, layer.columns(), jets.components, tile.count,
                            tile.copies, layer.weights, columns_of, d_values_[l + 1].read(),
                            features_.read(), j, rows, first_row});
      }
      if (l > first) propagate_back(l, jets, tile.width(), theta);
    }
  }

 private:
  int layers() const { return int(shape_.layers.size()); }

  int first_trained_layer(int first_parameter) const {
    for (int l = 0; l < layers(); ++l) {
      const LayerShape& layer = shape_.layers[l];
      if (layer.parameters() > 0 && !layer.frozen &&
          layer.weights + layer.parameters() > first_parameter)
        return l;
    }
    return layers();
  }

  LayerView view(int l) const {
    const LayerShape& layer = shape_.layers[l];
    return {layer.basis,
            layer.base,
            layer.inputs,
            layer.outputs,
            layer.basis_count,
            layer.features(),
            layer.columns(),
            layer.degree,
            layer.grid_size,
            grids_.read().part(layer.grid, std::size_t(layer.inputs) * layer.grid_size)};
  }

  Span<const T> weights(int l, Span<const T> theta) const {
    const LayerShape& layer = shape_.layers[l];
    return (layer.frozen ? constants_.read() : theta).part(layer.weights, layer.parameters());
  }

  Array<R, Harmonic> make_harmonics(const LayerShape& layer) const {
    std::vector<Harmonic> rows;
    for (int i = 0; i < int(layer.harmonics.size()); ++i) {
      if (layer.harmonics[i] == 0) rows.push_back({i, true, 1.0, 0.0});
      for (int h = 0; h < 2 * layer.harmonics[i]; ++h)
        rows.push_back({i, false, layer.frequencies[i] * (h / 2 + 1),
                        h % 2 == 0 ? std::numbers::pi / 2 : 0.0});  // cos x = sin(x + pi/2)
    }
    return Array<R, Harmonic>::of(runtime_, rows);
  }

  void embed(int l, const JetView& jets, long width) {
    const auto rows = harmonics_[l].read();
    runtime_.launch(one_thread_each(long(rows.size()) * width),
                    EmbedInputs<T>{jets, width, rows, values_[l].read(), values_[l + 1].span(),
                                   scratch_.span()});
  }

  /// launch(kind) with the code that the layer's features need as a compile-time constant.
  template <int Kind = max_degree, class Launch>
  static void for_kind(int kind, Launch launch) {
    if (kind == Kind)
      launch(std::integral_constant<int, Kind>{});
    else if constexpr (Kind > last_kind)
      for_kind<Kind - 1>(kind, launch);
  }

  /// Jets of the features of layer l, unless they are there.
  void expand(int l, const JetView& jets, long width) {
    if (expanded_ == l) return;
    expanded_ = l;
    const LayerView layer = view(l);
    for_kind(feature_kind(shape_.layers[l]), [&](auto kind) {
      runtime_.launch(one_thread_each((layer.inputs + 1L) * width),
                      ExpandFeatures<T, kind.value>{layer, jets, width, values_[l].read(),
                                                    features_.span(), scratch_.span()});
    });
  }

  void multiply_forward(int l, long rows, Span<const T> theta) {
    const LayerShape& layer = shape_.layers[l];
    Product y;
    y.m = rows, y.n = layer.outputs, y.k = layer.columns();
    y.lda = y.ldc = rows, y.ldb = layer.columns();
    runtime_.template multiply<T>(y, features_.read(), weights(l, theta), values_[l + 1].span());
  }

  /// d_values_[l + 1] -> d_values_[l]; overwrites the features.
  void propagate_back(int l, const JetView& jets, long width, Span<const T> theta) {
    const LayerShape& shape = shape_.layers[l];
    const LayerView layer = view(l);
    expanded_ = -1;
    Product dh;
    dh.transpose_b = true;
    dh.m = jets.components * width, dh.n = shape.columns(), dh.k = shape.outputs;
    dh.lda = dh.ldc = dh.m, dh.ldb = shape.columns();
    runtime_.template multiply<T>(dh, d_values_[l + 1].read(), weights(l, theta), features_.span());
    for_kind(feature_kind(shape), [&](auto kind) {
      runtime_.launch(
          one_thread_each(layer.inputs * width),
          ContractFeatures<T, kind.value>{layer, jets, width, values_[l].read(), features_.read(),
                                          d_values_[l].span(), scratch_.span()});
    });
  }

  /// gradient += features' seeds, by products over pieces of the points that are then summed in
  /// order: enough of them to fill a GPU, and the same bits in every run.
  void add_gradient(int l, long rows, Span<double> gradient) {
    const LayerShape& layer = shape_.layers[l];
    const long piece =
        std::min(rows, std::max((rows + most_pieces - 1) / most_pieces, least_piece));
    const long whole = rows / piece, rest = rows % piece;
    partial_.reserve(std::size_t(whole + (rest > 0)) * layer.parameters());
    Product w;
    w.transpose_a = true;
    w.m = layer.columns(), w.n = layer.outputs, w.k = piece;
    w.lda = w.ldb = rows, w.ldc = layer.columns();
    w.batch = int(whole), w.stride_a = w.stride_b = piece, w.stride_c = layer.parameters();
    const auto seeds = d_values_[l + 1].read();
    runtime_.template multiply<T>(w, features_.read(), seeds, partial_.span());
    if (rest > 0) {
      w.batch = 1, w.k = rest;
      runtime_.template multiply<T>(w, features_.read().from(whole * piece),
                                    seeds.from(whole * piece),
                                    partial_.span().from(whole * layer.parameters()));
    }
    add_partials<T>(runtime_, int(whole + (rest > 0)), partial_.read(), gradient);
  }

  static constexpr long least_piece = 2048, most_pieces = 128;

  R& runtime_;
  const NetworkShape& shape_;
  Array<R, double> grids_;
  Array<R, T> constants_, shift_, scale_;
  std::vector<Array<R, T>> values_, d_values_;  ///< inputs of layer l; the last are the outputs
  std::vector<Array<R, Harmonic>> harmonics_;
  Array<R, T> features_, scratch_, partial_;
  int expanded_ = -1;  ///< layer whose features' jets features_ holds
};

}  // namespace kanpde::kernels::device
