#include "kernels/cpu/product_layer.hpp"

#include <algorithm>

#include "kernels/base/error.hpp"

namespace kanpde::kernels {

namespace {

constexpr int fewest_columns = 3;  ///< for each entry of a row, that few entries save work

double power(double x, int n) {
  double result = 1;
  for (int k = 0; k < n; ++k) result *= x;
  return result;
}

double multinomial(int k, int l, int m) {
  double result = 1;
  for (int i = 1; i <= k + l + m; ++i) result *= i;
  for (const int n : {k, l, m})
    for (int i = 1; i <= n; ++i) result /= i;
  return result;
}

}  // namespace

bool ProductLayer::is_sparse(const LayerShape& layer) {
  int local = 1;
  for (const SplineAxis& axis : layer.axes)
    if (axis.takes_part()) local *= layer.degree + 1;
  return layer.columns() >= fewest_columns * local;
}

std::vector<int> ProductLayer::narrow_order(const LayerShape& layer) {
  const auto longest =
      std::max_element(layer.axes.begin(), layer.axes.end(),
                       [](const SplineAxis& a, const SplineAxis& b) { return a.count < b.count; });
  int inner = 1;
  for (auto axis = longest + 1; axis != layer.axes.end(); ++axis) inner *= axis->count;
  const int n = longest->count, outer = layer.columns() / (n * inner);
  std::vector<int> order;
  for (int k = 0; k < n; ++k) {
    const int g = !longest->periodic ? k : k % 2 == 0 ? k / 2 : n - 1 - k / 2;
    for (int a = 0; a < outer; ++a)
      for (int b = 0; b < inner; ++b)
        for (int o = 0; o < layer.outputs; ++o)
          order.push_back(((o * outer + a) * n + g) * inner + b);
  }
  return order;
}

ProductLayer::ProductLayer(const NetworkShape& shape, const JetPlan& plan, int points)
    : shape_(shape.layers.front()),
      points_(points),
      components_(plan.components()),
      orders_(plan.order() + 1),
      splines_(std::size_t(points) * axes) {
  check(shape.layers.size() == 1 && int(shape_.axes.size()) == shape.inputs,
        "products of {} axes in {} layers of {} inputs", shape_.axes.size(), shape.layers.size(),
        shape.inputs);
  std::vector<int> taking;
  for (int i = 0; i < shape.inputs; ++i)
    if (shape_.axes[i].takes_part()) taking.push_back(i);
  check(taking.size() <= axes, "products of {} inputs; {} are possible", taking.size(), axes);
  const int missing = axes - int(taking.size());
  for (int i = 0; i < axes; ++i) {
    inputs_[i] = i < missing ? -1 : taking[i - missing];
    sizes_[i] = i < missing ? 1 : shape_.axes[inputs_[i]].count;
    counts_[i] = i < missing ? 1 : shape_.degree + 1;
  }
  LocalSplines one{};
  one.value[0][0] = 1;
  std::fill(splines_.begin(), splines_.end(), one);
  for (int k = 0; k < (inputs_[0] < 0 ? 1 : orders_); ++k)
    for (int l = 0; l < (inputs_[1] < 0 ? 1 : orders_ - k); ++l) pairs_.push_back({k, l});
  map_.assign(std::size_t(components_) * pairs_.size() * most, 0.0);
  const auto entry = [&](int c, std::size_t pair, int m) -> double& {
    return map_[(std::size_t(c) * pairs_.size() + pair) * most + std::size_t(m)];
  };
  entry(0, 0, 0) = 1;
  for (const JetDirection& d : plan.directions) {
    double v[axes];
    for (int i = 0; i < axes; ++i)
      v[i] = inputs_[i] < 0 ? 0.0 : d.v[inputs_[i]] * shape.input_scale[inputs_[i]];
    for (int order = 1; order <= d.order; ++order)
      for (std::size_t q = 0; q < pairs_.size(); ++q) {
        const auto [k, l] = pairs_[q];
        const int m = order - k - l;
        if (m < 0) continue;
        const bool top = order == d.order;
        entry(top ? d.top : d.first + order - 1, q, m) += (top ? d.weight : 1.0) *
                                                          multinomial(k, l, m) * power(v[0], k) *
                                                          power(v[1], l) * power(v[2], m);
      }
  }
}

void ProductLayer::forward(const double* w, const double* x, double* y, long stride) {
  const int columns = shape_.columns(), n = counts_[2];
  const std::size_t pairs = pairs_.size();
  for (int p = 0; p < points_; ++p) {
    for (int i = 0; i < axes; ++i)
      if (inputs_[i] >= 0)
        local_splines(shape_.axes[inputs_[i]], shape_.degree, x[inputs_[i] * stride + p], orders_,
                      splines_[std::size_t(p) * axes + std::size_t(i)]);
    const LocalSplines &first = at(p, 0), &second = at(p, 1), &third = at(p, 2);
    for (int o = 0; o < shape_.outputs; ++o) {
      double sums[most * most][max_degree + 1] = {};  // of each pair, for each function c
      for (int a = 0; a < counts_[0]; ++a)
        for (int b = 0; b < counts_[1]; ++b) {
          const double* row = w + long(o) * columns +
                              (long(first.index[a]) * sizes_[1] + second.index[b]) * sizes_[2];
          double local[max_degree + 1];
          for (int c = 0; c < n; ++c) local[c] = row[third.index[c]];
          for (std::size_t q = 0; q < pairs; ++q) {
            const double f = first.value[pairs_[q].k][a] * second.value[pairs_[q].l][b];
            for (int c = 0; c < n; ++c) sums[q][c] += f * local[c];
          }
        }
      double* out = y + o * stride + p;
      for (int c = 0; c < components_; ++c) out[long(c) * points_] = 0;
      for (std::size_t q = 0; q < pairs; ++q)
        for (int m = 0; m + pairs_[q].k + pairs_[q].l < orders_; ++m) {
          double partial = 0;
          for (int c = 0; c < n; ++c) partial += sums[q][c] * third.value[m][c];
          for (int c = 0; c < components_; ++c)
            out[long(c) * points_] +=
                map_[(std::size_t(c) * pairs + q) * most + std::size_t(m)] * partial;
        }
    }
  }
}

/// d[pair][m]: of the partial derivatives of one output at point p (written); false if all are
/// zero. seed: of the output.
bool ProductLayer::partial_seeds(const double* seed, int p, double* d) const {
  const std::size_t size = pairs_.size() * most;
  std::fill_n(d, size, 0.0);
  bool any = false;
  for (int c = 0; c < components_; ++c) {
    const double value = seed[long(c) * points_ + p];
    if (value == 0.0) continue;
    any = true;
    for (std::size_t q = 0; q < size; ++q) d[q] += map_[std::size_t(c) * size + q] * value;
  }
  return any;
}

template <class Body>
void ProductLayer::for_local(int p, const double* d, Body body) const {
  const LocalSplines &first = at(p, 0), &second = at(p, 1), &third = at(p, 2);
  const int n = counts_[2];
  for (int a = 0; a < counts_[0]; ++a)
    for (int b = 0; b < counts_[1]; ++b) {
      double t[most] = {};
      for (std::size_t q = 0; q < pairs_.size(); ++q) {
        const double f = first.value[pairs_[q].k][a] * second.value[pairs_[q].l][b];
        for (int m = 0; m < orders_; ++m) t[m] += f * d[q * most + std::size_t(m)];
      }
      double s[max_degree + 1] = {};
      for (int m = 0; m < orders_; ++m)
        for (int c = 0; c < n; ++c) s[c] += t[m] * third.value[m][c];
      body((long(first.index[a]) * sizes_[1] + second.index[b]) * sizes_[2], s);
    }
}

void ProductLayer::gradient(const double* seed, long stride, double* gradient) const {
  double d[most * most * most];
  for (int p = 0; p < points_; ++p)
    for (int o = 0; o < shape_.outputs; ++o) {
      if (!partial_seeds(seed + o * stride, p, d)) continue;
      double* to = gradient + long(o) * shape_.columns();
      for_local(p, d, [&](long offset, const double* s) {
        for (int c = 0; c < counts_[2]; ++c) to[offset + at(p, 2).index[c]] += s[c];
      });
    }
}

int ProductLayer::row(const double* seed, long stride, int p, int first_column, int* column,
                      double* value) const {
  double d[most * most * most];
  int count = 0;
  for (int o = 0; o < shape_.outputs; ++o) {
    if (!partial_seeds(seed + o * stride, p, d)) continue;
    const long begin = shape_.weights + long(o) * shape_.columns() - first_column;
    for_local(p, d, [&](long offset, const double* s) {
      for (int c = 0; c < counts_[2]; ++c) {
        const int k = int(begin + offset + at(p, 2).index[c]);
        if (k < 0) continue;
        column[count] = k;
        value[count++] = s[c];
      }
    });
  }
  return count;
}

}  // namespace kanpde::kernels
