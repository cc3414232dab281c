#include "kernels/cpu/network.hpp"

#include <algorithm>

#include "kernels/base/error.hpp"
#include "kernels/cpu/features.hpp"
#include "kernels/cpu/gemm.hpp"
#include "kernels/cpu/jet_map.hpp"
#include "kernels/cpu/product_layer.hpp"

namespace kanpde::kernels {

namespace {
constexpr int width = Pack::width;

/// Fewer features an input are better off with one matrix product over all components.
constexpr int fewest_edge_features = 3;

/// Inputs whose features take part in one product of the adjoint: enough rows for register tiles.
int inputs_at_once(const LayerShape& layer) {
  return std::clamp(24 / std::max(1, layer.features()), 1, layer.block_inputs());
}

Pack* packs(AlignedVector<double>& values) { return reinterpret_cast<Pack*>(values.data()); }
}  // namespace

int BlockNetwork::block_points(const JetPlan& plan, int copies) {
  const int wanted = 256 / plan.components() / copies / width * width;
  return copies * std::clamp(wanted, width, 64);
}

BlockNetwork::BlockNetwork(const NetworkShape& shape, const JetPlan& plan, int points,
                           bool with_adjoint)
    : shape_(shape),
      plan_(plan),
      points_(points),
      components_(plan.components()),
      packs_(points / width),
      order_(plan.order()),
      with_adjoint_(with_adjoint),
      jets_(make_jet_map(plan, points)),
      layers_(shape.layers.size()) {
  check(points % width == 0, "a block of {} points is no multiple of {}", points, width);
  stride_ = long(components_) * points_ + width;  // the odd pack keeps rows off the same cache sets
  long widest = 1, scratch = stride_ + long(points_) * (order_ + 1);  // what embed() needs
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const LayerShape& s = shape.layers[l];
    values_.emplace_back(s.inputs * stride_);
    if (s.is_embedding()) {
      check(first_trained_layer(0) > int(l), "an embedding above a trained layer");
      continue;
    }
    if (s.is_product()) {
      product_ = std::make_unique<ProductLayer>(shape, plan, points);
      continue;
    }
    Layer& layer = layers_[l];
    const bool propagates = with_adjoint && l > 0;
    layer.by_edges = s.features() >= fewest_edge_features;
    layer.edge_orders = order_ + (propagates ? 2 : 1);
    layer.feature_orders = std::max(layer.edge_orders, 2);
    layer.derivatives.resize(long(s.inputs) * points_ * layer.feature_orders * s.features());
    if (layer.by_edges) {
      layer.edges.resize(long(propagates ? s.inputs : 1) * points_ * layer.edge_orders *
                         s.block_outputs());
      scratch = std::max(scratch, long(points_) * (order_ + 1) * s.block_outputs());
    } else {
      layer.jets.resize(s.blocks * s.columns() * stride_);
      widest = std::max<long>(widest, inputs_at_once(s) * s.features());
    }
  }
  values_.emplace_back(shape.outputs * stride_);
  if (with_adjoint)
    for (const auto& v : values_) d_values_.emplace_back(v.size());
  d_features_.resize(widest * stride_);
  scratch_.resize(scratch);
}

BlockNetwork::~BlockNetwork() = default;

const double* BlockNetwork::weights(const LayerShape& layer, const double* theta) const {
  return (layer.frozen ? shape_.constants.data() : theta) + layer.weights;
}

void BlockNetwork::forward(const double* theta, const double* const* x) {
  for (int i = 0; i < shape_.inputs; ++i) {
    double* row = values_[0].data() + i * stride_;
    const double shift = shape_.input_shift[i], scale = shape_.input_scale[i];
    for (int p = 0; p < points_; ++p) row[p] = (x[i][p] - shift) * scale;
    std::fill(row + points_, row + components_ * points_, 0.0);
    for (const JetDirection& d : plan_.directions)
      std::fill_n(row + d.first * points_, points_, d.v[i] * scale);
  }
  if (product_ != nullptr)
    return product_->forward(theta + shape_.layers[0].weights, values_[0].data(), values_[1].data(),
                             stride_);
  for (int l = 0; l < int(layers_.size()); ++l) {
    if (shape_.layers[l].is_embedding())
      embed(l);
    else if (layers_[l].by_edges)
      forward_edges(l, theta);
    else
      forward_features(l, theta);
  }
}

void BlockNetwork::evaluate_features(int l, int input) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  feature_derivatives(
      s, shape_.grids.data() + s.grid + long(input) * s.grid_size, packs_,
      values_[l].data() + input * stride_, layer.feature_orders,
      packs(layer.derivatives) + long(input) * packs_ * layer.feature_orders * s.features());
}

void BlockNetwork::forward_features(int l, const double* theta) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  const int n = s.features(), step = layer.feature_orders * n;
  for (int b = 0; b < s.blocks; ++b) {
    const int first = b * s.block_inputs(), output = b * s.block_outputs();
    double* jets = layer.jets.data() + b * s.columns() * stride_;
    for (int i = 0; i < s.block_inputs(); ++i) {
      evaluate_features(l, first + i);
      const Pack* f = packs(layer.derivatives) + long(first + i) * packs_ * step;
      jets_->apply(false, n, f, step, values_[l].data() + (first + i) * stride_,
                   jets + i * n * stride_, stride_);
    }
    if (s.bias) {
      double* row = jets + (s.columns() - 1) * stride_;
      std::fill_n(row, points_, 1.0);
      std::fill(row + points_, row + components_ * points_, 0.0);
    }
    product(s.block_outputs(), s.columns(), components_ * packs_,
            weights(s, theta) + output * s.columns(), s.columns(), 1, jets, stride_,
            values_[l + 1].data() + output * stride_, stride_);
  }
}

void BlockNetwork::forward_edges(int l, const double* theta) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  const double* w = weights(s, theta);
  const int n = s.features(), step = layer.feature_orders * n;
  const int edge_step = layer.edge_orders * s.block_outputs();
  const bool keep = with_adjoint_ && l > 0;
  for (int o = 0; o < s.outputs; ++o) {
    double* row = values_[l + 1].data() + o * stride_;
    std::fill_n(row, points_, s.bias ? w[(o + 1) * s.columns() - 1] : 0.0);
    std::fill(row + points_, row + components_ * points_, 0.0);
  }
  for (int i = 0; i < s.inputs; ++i) {
    evaluate_features(l, i);
    const Pack* f = packs(layer.derivatives) + long(i) * packs_ * step;
    Pack* edges = packs(layer.edges) + (keep ? long(i) * packs_ * edge_step : 0);
    for (int q = 0; q < packs_; ++q)
      edge_product(s.block_outputs(), n, layer.edge_orders, w + s.edge(s.first_output(i), i),
                   s.columns(), f + q * step, edges + q * edge_step);
    jets_->apply(true, s.block_outputs(), edges, edge_step, values_[l].data() + i * stride_,
                 values_[l + 1].data() + s.first_output(i) * stride_, stride_);
  }
}

void BlockNetwork::embed(int l) {
  const LayerShape& layer = shape_.layers[l];
  const int count = order_ + 1;
  AlignedVector<double>& scaled = scratch_;
  Pack* f = packs(scratch_) + components_ * packs_;
  long row = 0;
  for (int i = 0; i < layer.inputs; ++i) {
    const double* in = values_[l].data() + i * stride_;
    if (layer.harmonics[i] == 0)
      std::copy_n(in, components_ * points_, values_[l + 1].data() + row++ * stride_);
    for (int h = 0; h < 2 * layer.harmonics[i]; ++h, ++row) {
      const double w = layer.frequencies[i] * (h / 2 + 1);
      for (int k = 0; k < components_ * points_; ++k) scaled[k] = w * in[k];
      const Pack quarter = h % 2 == 0 ? 1.57079632679489661923 : 0.0;  // cos x = sin(x + pi/2)
      for (int q = 0; q < packs_; ++q)
        sin_derivatives(Pack::load(scaled.data() + q * width) + quarter, count, f + q * count);
      jets_->apply(false, 1, f, count, scaled.data(), values_[l + 1].data() + row * stride_,
                   stride_);
    }
  }
}

int BlockNetwork::first_trained_layer(int first_column) const {
  int first = int(shape_.layers.size());
  for (int l = int(shape_.layers.size()) - 1; l >= 0; --l) {
    const LayerShape& layer = shape_.layers[l];
    if (layer.parameters() > 0 && !layer.frozen &&
        layer.weights + layer.parameters() > first_column)
      first = l;
  }
  return first;
}

void BlockNetwork::backward(const double* theta, double* gradient) {
  if (product_ != nullptr)
    return product_->gradient(d_output(), stride_, gradient + shape_.layers[0].weights);
  const int first = first_trained_layer(0);
  for (int l = int(layers_.size()) - 1; l >= first; --l) {
    const LayerShape& s = shape_.layers[l];
    if (!s.frozen && layers_[l].by_edges)
      edges_gradient(l, gradient + s.weights);
    else if (!s.frozen)
      features_gradient(l, gradient + s.weights);
    if (l > first) propagate_back(l, theta);
  }
}

/// d_values_[l + 1] -> d_values_[l].
void BlockNetwork::propagate_back(int l, const double* theta) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  const int n = s.features(), step = inputs_at_once(s);
  const auto adjoint = [&](int i, int functions, int orders, AlignedVector<double>& f,
                           const double* d) {
    jets_->adjoint(functions, packs(f) + long(i) * packs_ * orders * functions, orders * functions,
                   values_[l].data() + i * stride_, d, stride_, d_values_[l].data() + i * stride_);
  };
  if (layer.by_edges) {
    for (int i = 0; i < s.inputs; ++i)
      adjoint(i, s.block_outputs(), layer.edge_orders, layer.edges,
              d_values_[l + 1].data() + s.first_output(i) * stride_);
    return;
  }
  for (int begin = 0, count = 0; begin < s.inputs; begin += count) {
    const int output = s.first_output(begin);
    count = std::min(step, s.first_input(output) + s.block_inputs() - begin);
    product(count * n, s.block_outputs(), components_ * packs_,
            weights(s, theta) + s.edge(output, begin), 1, s.columns(),
            d_values_[l + 1].data() + output * stride_, stride_, d_features_.data(), stride_);
    for (int i = 0; i < count; ++i)
      adjoint(begin + i, n, layer.feature_orders, layer.derivatives,
              d_features_.data() + i * n * stride_);
  }
}

void BlockNetwork::features_gradient(int l, double* gradient) {
  const LayerShape& s = shape_.layers[l];
  for (int b = 0; b < s.blocks; ++b) {
    const int output = b * s.block_outputs();
    outer_product(s.block_outputs(), s.columns(), 1, components_ * packs_,
                  {d_values_[l + 1].data() + output * stride_, stride_, 0, width},
                  {layers_[l].jets.data() + b * s.columns() * stride_, stride_, 0, width},
                  gradient + output * s.columns(), s.columns());
  }
}

/// Adjoint of the derivatives of the edges of an input: scratch_[q][k][o], k = 0 .. order, o an
/// output of its block (written).
void BlockNetwork::edge_adjoint(int l, int input) {
  const LayerShape& s = shape_.layers[l];
  jets_->derivative_adjoint(s.block_outputs(), values_[l].data() + input * stride_,
                            d_values_[l + 1].data() + s.first_output(input) * stride_, stride_,
                            packs(scratch_));
}

void BlockNetwork::edges_gradient(int l, double* gradient) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  const long n = s.features(), step = layer.feature_orders * n;
  for (int i = 0; i < s.inputs; ++i) {
    edge_adjoint(l, i);
    const long outputs = s.block_outputs();
    outer_product(
        int(outputs), int(n), packs_, order_ + 1,
        {scratch_.data(), width, (order_ + 1) * outputs * width, outputs * width},
        {layer.derivatives.data() + i * packs_ * step * width, width, step * width, n * width},
        gradient + s.edge(s.first_output(i), i), s.columns());
  }
  for (int o = 0; o < s.outputs && s.bias; ++o) {
    Pack total = 0.0;
    for (int q = 0; q < packs_; ++q)
      total += Pack::load(d_values_[l + 1].data() + o * stride_ + q * width);
    gradient[(o + 1) * s.columns() - 1] += sum(total);
  }
}

struct BlockNetwork::Rows {
  int first_column, copies, count, half;  ///< half: packs of one copy
  bool add;
  double* j;
  long rows;

  /// body(q): the entries of a column at pack q of the points, summed over the copies.
  template <class Body>
  void write(int k, Body body) const {
    if (k < first_column) return;
    double* out = j + long(k - first_column) * rows;
    for (int q = 0, p = 0; p < count; ++q, p += width) {
      Pack value = body(q);
      if (copies == 2) value += body(q + half);
      if (p + width <= count) {
        if (add) value += Pack::load_unaligned(out + p);
        value.store_unaligned(out + p);
      } else {
        alignas(64) double tail[width];
        value.store(tail);
        for (int t = 0; p + t < count; ++t) out[p + t] = tail[t] + (add ? out[p + t] : 0.0);
      }
    }
  }
};

void BlockNetwork::jacobian(const double* theta, int first_column, int copies, int count, bool add,
                            double* j, long rows) {
  const int first = first_trained_layer(first_column);
  const Rows out{first_column, copies, count, packs_ / copies, add, j, rows};
  if (product_ != nullptr) return product_jacobian(out);
  for (int l = int(layers_.size()) - 1; l >= first; --l) {
    if (!shape_.layers[l].frozen && layers_[l].by_edges)
      edges_jacobian(l, out);
    else if (!shape_.layers[l].frozen)
      features_jacobian(l, out);
    if (l > first) propagate_back(l, theta);
  }
}

void BlockNetwork::product_jacobian(const Rows& rows) const {
  const int end = shape_.layers[0].weights + shape_.layers[0].parameters();
  for (int k = rows.first_column; k < end && !rows.add; ++k)
    std::fill_n(rows.j + long(k - rows.first_column) * rows.rows, rows.count, 0.0);
  std::vector<int> column(row_capacity());
  std::vector<double> value(row_capacity());
  for (int p = 0; p < rows.count; ++p)
    for (int copy = 0; copy < rows.copies; ++copy) {
      const int n =
          row(p + copy * rows.half * width, rows.first_column, column.data(), value.data());
      for (int k = 0; k < n; ++k) rows.j[long(column[k]) * rows.rows + p] += value[k];
    }
}

void BlockNetwork::features_jacobian(int l, const Rows& rows) {
  const LayerShape& s = shape_.layers[l];
  for (int o = 0; o < s.outputs; ++o) {
    const double* d = d_values_[l + 1].data() + o * stride_;
    for (int f = 0; f < s.columns(); ++f) {
      const double* x =
          layers_[l].jets.data() + (o / s.block_outputs() * s.columns() + f) * stride_;
      rows.write(s.weights + o * s.columns() + f, [&](int q) {
        Pack value = 0.0;
        for (int c = 0; c < components_; ++c) {
          const long at = long(c) * points_ + q * width;
          value = fma(Pack::load(d + at), Pack::load(x + at), value);
        }
        return value;
      });
    }
  }
}

void BlockNetwork::edges_jacobian(int l, const Rows& rows) {
  const LayerShape& s = shape_.layers[l];
  Layer& layer = layers_[l];
  const int n = s.features(), step = layer.feature_orders * n;
  for (int i = 0; i < s.inputs; ++i) {
    edge_adjoint(l, i);
    const Pack* derivatives = packs(layer.derivatives) + long(i) * packs_ * step;
    const int outputs = s.block_outputs();
    for (int o = 0; o < outputs; ++o)
      for (int g = 0; g < n; ++g)
        rows.write(s.weights + s.edge(s.first_output(i) + o, i) + g, [&](int q) {
          const Pack* f = derivatives + long(q) * step + g;
          const Pack* d = packs(scratch_) + long(q) * (order_ + 1) * outputs + o;
          Pack value = f[0] * d[0];
          for (int k = 1; k <= order_; ++k) value = fma(f[k * n], d[k * outputs], value);
          return value;
        });
  }
  for (int o = 0; o < s.outputs && s.bias; ++o) {
    const double* d = d_values_[l + 1].data() + o * stride_;
    rows.write(s.weights + (o + 1) * s.columns() - 1,
               [&](int q) { return Pack::load(d + q * width); });
  }
}

}  // namespace kanpde::kernels
