/// Rows of the Jacobian of a last layer whose functions are zero but near a point.

#include <algorithm>

#include "kernels/bodies/math.hpp"
#include "kernels/cpu/network.hpp"
#include "kernels/cpu/pack.hpp"
#include "kernels/cpu/product_layer.hpp"

namespace kanpde::kernels {

namespace {

constexpr int width = Pack::width;
constexpr int fewest_columns = 3;  ///< for each entry of a row, that few entries save work

/// Entries of one output and input: the splines at a point and the base function.
int local_entries(const LayerShape& layer) {
  return layer.degree + 1 + layer.features() - layer.basis_count;
}

}  // namespace

bool BlockNetwork::has_short_rows(const NetworkShape& shape, int first_column) {
  const LayerShape& last = shape.layers.back();
  for (const LayerShape& layer : shape.layers)
    if (&layer != &last && !layer.frozen && layer.weights + layer.parameters() > first_column &&
        layer.parameters() > 0)
      return false;
  if (last.is_product()) return ProductLayer::is_sparse(last);
  return last.basis == Features::bspline && !last.frozen &&
         last.features() >= fewest_columns * local_entries(last);
}

std::vector<int> BlockNetwork::narrow_order(const NetworkShape& shape, int first_column,
                                            int parameters) {
  const LayerShape& last = shape.layers.back();
  if (!last.is_product()) return {};
  std::vector<int> order = ProductLayer::narrow_order(last);
  std::erase_if(order, [&](int& column) { return (column += last.weights - first_column) < 0; });
  for (int k = last.weights + last.parameters(); k < parameters; ++k)
    order.push_back(k - first_column);
  return order;
}

/// SparseRows::torus where the columns are all functions of one or more outputs.
std::vector<int> BlockNetwork::torus(const NetworkShape& shape, int first_column, int parameters) {
  const LayerShape& last = shape.layers.back();
  std::vector<int> nodes;
  for (const SplineAxis& axis : last.axes)
    if (axis.takes_part()) nodes.push_back(axis.periodic ? axis.count : 0);
  const bool whole = last.weights + last.parameters() == parameters && last.columns() > 0 &&
                     (first_column - last.weights) % last.columns() == 0;
  return whole && nodes.size() == 2 && nodes[0] > 0 && nodes[1] > 0 ? nodes : std::vector<int>();
}

int BlockNetwork::row_capacity() const {
  if (product_ != nullptr) return product_->row_capacity();
  const LayerShape& s = shape_.layers.back();
  return s.outputs * (s.block_inputs() * local_entries(s) + s.bias);
}

void BlockNetwork::prepare_rows() {
  if (product_ != nullptr) return;
  const LayerShape& s = shape_.layers.back();
  const int last = int(layers_.size()) - 1;
  const std::size_t size = std::size_t(points_) * (order_ + 1) * s.block_outputs();
  row_seeds_.resize(s.inputs * size);
  for (int i = 0; i < s.inputs; ++i) {
    edge_adjoint(last, i);
    std::copy_n(scratch_.data(), size, row_seeds_.data() + i * size);
  }
}

int BlockNetwork::spline_entries(int p, int o, int input, int first_column, int* column,
                                 double* value) const {
  const int last = int(layers_.size()) - 1, n = shape_.layers[last].features();
  const LayerShape& s = shape_.layers[last];
  const long q = p / width, lane = p % width, orders = order_ + 1;
  const int outputs = s.block_outputs();
  const double* seed =
      row_seeds_.data() + ((input * packs_ + q) * orders * outputs + o % outputs) * width + lane;
  double d[max_order + 1];
  bool any = false;
  for (int k = 0; k < orders; ++k) {
    d[k] = seed[k * outputs * width];
    any = any || d[k] != 0.0;
  }
  if (!any) return 0;
  const double* t = shape_.grids.data() + s.grid + long(input) * s.grid_size + 2;
  const double x = values_[last][input * stride_ + p];
  const int at = int(std::upper_bound(t + s.degree + 1, t + s.basis_count, x) - t) - 1;
  const double* f = layers_[last].derivatives.data() +
                    (input * packs_ + q) * layers_[last].feature_orders * n * width + lane;
  const int offset = s.weights + s.edge(o, input) - first_column;
  int count = 0;
  const auto add = [&](int g) {
    if (offset + g < 0) return;
    double sum = 0;
    for (int k = 0; k < orders; ++k) sum += d[k] * f[(k * n + g) * width];
    column[count] = offset + g;
    value[count++] = sum;
  };
  for (int g = at - s.degree; g <= at; ++g) add(g);
  for (int g = s.basis_count; g < n; ++g) add(g);
  return count;
}

int BlockNetwork::row(int p, int first_column, int* column, double* value) const {
  if (product_ != nullptr)
    return product_->row(d_values_.back().data(), stride_, p, first_column, column, value);
  const LayerShape& s = shape_.layers.back();
  int count = 0;
  for (int o = 0; o < s.outputs; ++o) {
    for (int i = 0; i < s.block_inputs(); ++i)
      count +=
          spline_entries(p, o, s.first_input(o) + i, first_column, column + count, value + count);
    const int bias = s.weights + (o + 1) * s.columns() - 1 - first_column;
    const double seed = d_values_.back()[o * stride_ + p];
    if (!s.bias || bias < 0 || seed == 0.0) continue;
    column[count] = bias;
    value[count++] = seed;
  }
  return count;
}

}  // namespace kanpde::kernels
