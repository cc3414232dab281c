#pragma once
/// Kernels of a layer over a tile of points. Arrays hold rows of C components of `width` points
/// each: value of row i, component c, point p at [(i * C + c) * width + p].

#include "kernels/bodies/jet.hpp"
#include "kernels/device/features.hpp"

namespace kanpde::kernels::device {

/// What kernels know of a JetPlan; a plain object.
struct JetView {
  int components = 1, order = 0;
  Span<const DirectionView> directions;
};

/// Values that a thread keeps for each component of a jet: in registers and local memory where
/// there are few components, else in `scratch`, `Slots` values a component and an item.
template <class T, int Slots>
class Slice {
 public:
  static constexpr int local_components = 16;
  /// Size of the scratch array for so many items.
  static std::size_t scratch_size(int components, long items) {
    return components > local_components ? std::size_t(items) * components * Slots : 0;
  }
  KANPDE_HD Slice(Span<T> scratch, int components, long item)
      : values_(components > local_components ? scratch
                                                    .part(std::size_t(item) * components * Slots,
                                                          std::size_t(components) * Slots)
                                                    .data()
                                              : local_) {}
  Slice(const Slice&) = delete;
  KANPDE_HD T* values() { return values_; }

 private:
  T local_[local_components * Slots];
  T* values_;
};

inline constexpr int expand_slots = 1 + max_order;        ///< x, monomials
inline constexpr int contract_slots = 2 + 2 * max_order;  ///< x, monomials, and their adjoints

/// out(c, value) for the jet of a function from its derivatives d and its argument's monomials.
template <class T, class Out>
KANPDE_HD inline void apply_chain_rule(const JetView& jets, const T* monomials, const T* d,
                                       Out out) {
  out(0, d[0]);
  for (int c = 1; c < jets.components; ++c) {
    T value = T(0.0);
    for (int k = 1; k <= jets.order; ++k) value += monomials[c * max_order + k - 1] * d[k];
    out(c, value);
  }
}

/// Coordinates and their directional derivatives: the jets that enter the network.
template <class T>
struct PlaceInputs {
  static constexpr bool cooperative = false;
  int inputs, components, points, begin, count, copies;  ///< count points of `points` from begin on
  Span<const T> x;                                       ///< copies * inputs columns of `points`
  Span<const T> shift, scale;
  Span<const T> derivatives;  ///< inputs * C: of the scaled input, components 1 and more
  Span<T> values;             ///< inputs rows (written); width = copies * count

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long width = long(copies) * count;
    const long i = item(t) / width, p = item(t) % width;
    if (i >= inputs) return;
    const long column = p / count * inputs + i;
    const T value = x[column * points + begin + p % count];
    values[i * components * width + p] = (value - shift[i]) * scale[i];
    for (int c = 1; c < components; ++c)
      values[(i * components + c) * width + p] = derivatives[i * components + c];
  }
};

/// One row of a layer of periodic features: input i itself, or sin(factor * x_i + phase).
struct Harmonic {
  int input;
  bool identity;
  double factor, phase;
};

template <class T>
struct EmbedInputs {
  static constexpr bool cooperative = false;
  JetView jets;
  long width;
  Span<const Harmonic> rows;
  Span<const T> x;  ///< inputs rows
  Span<T> y;        ///< rows.size() rows (written)
  Span<T> scratch;  ///< Slice<T, expand_slots>

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long row = item(t) / width, p = item(t) % width;
    if (row >= long(rows.size())) return;
    const Harmonic harmonic = rows[row];
    const int components = jets.components;
    Slice<T, expand_slots> slice(scratch, components, item(t));
    T* argument = slice.values();
    T* monomials = argument + components;
    const T factor = harmonic.identity ? T(1.0) : T(harmonic.factor);
    for (int c = 0; c < components; ++c)
      argument[c] = factor * x[(long(harmonic.input) * components + c) * width + p];
    const auto out = [&](int c, T value) { y[(row * components + c) * width + p] = value; };
    if (harmonic.identity) {
      for (int c = 0; c < components; ++c) out(c, argument[c]);
      return;
    }
    T d[max_derivative + 1];
    sin_derivatives(argument[0] + T(harmonic.phase), jets.order + 1, d);
    jet_monomials(components, int(jets.directions.size()), jets.directions.data(), argument,
                  monomials);
    apply_chain_rule(jets, monomials, d, out);
  }
};

/// Jets of every feature of a layer, and the row of ones of its bias.
template <class T, int Kind>
struct ExpandFeatures {
  static constexpr bool cooperative = false;
  LayerView layer;
  JetView jets;
  long width;
  Span<const T> x;  ///< inputs rows
  Span<T> h;        ///< columns rows (written)
  Span<T> scratch;  ///< Slice<T, expand_slots>

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long i = item(t) / width, p = item(t) % width;
    const int components = jets.components, order = jets.order;
    if (i > layer.inputs) return;
    if (i == layer.inputs) {
      if (layer.columns == layer.inputs * layer.features) return;
      for (int c = 0; c < components; ++c)
        h[((layer.columns - 1L) * components + c) * width + p] = T(c == 0 ? 1.0 : 0.0);
      return;
    }
    Slice<T, expand_slots> slice(scratch, components, item(t));
    T* argument = slice.values();
    T* monomials = argument + components;
    for (int c = 0; c < components; ++c) argument[c] = x[(i * components + c) * width + p];
    jet_monomials(components, int(jets.directions.size()), jets.directions.data(), argument,
                  monomials);
    for_each_feature<Kind>(layer, int(i), argument[0], order + 1, [&](int g, const T* d) {
      const long row = (i * layer.features + g) * components;
      apply_chain_rule(jets, monomials, d,
                       [&](int c, T value) { h[(row + c) * width + p] = value; });
    });
  }
};

/// Adjoint of ExpandFeatures.
template <class T, int Kind>
struct ContractFeatures {
  static constexpr bool cooperative = false;
  LayerView layer;
  JetView jets;
  long width;
  Span<const T> x;   ///< inputs rows
  Span<const T> dh;  ///< columns rows
  Span<T> dx;        ///< inputs rows (written)
  Span<T> scratch;   ///< Slice<T, contract_slots>

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long i = item(t) / width, p = item(t) % width;
    const int components = jets.components, order = jets.order;
    if (i >= layer.inputs) return;
    Slice<T, contract_slots> slice(scratch, components, item(t));
    T* argument = slice.values();
    T* d_argument = argument + components;
    T* monomials = d_argument + components;
    T* d_monomials = monomials + components * max_order;
    for (int c = 0; c < components; ++c) {
      argument[c] = x[(i * components + c) * width + p];
      d_argument[c] = T(0.0);
      for (int k = 0; k < max_order; ++k) d_monomials[c * max_order + k] = T(0.0);
    }
    const int directions = int(jets.directions.size());
    jet_monomials(components, directions, jets.directions.data(), argument, monomials);
    T d0 = T(0.0);
    for_each_feature<Kind>(layer, int(i), argument[0], order + 2, [&](int g, const T* d) {
      const long row = (i * layer.features + g) * components;
      d0 += dh[row * width + p] * d[1];
      for (int c = 1; c < components; ++c) {
        const T seed = dh[(row + c) * width + p];
        for (int k = 1; k <= order; ++k) {
          d_monomials[c * max_order + k - 1] += seed * d[k];
          d0 += seed * monomials[c * max_order + k - 1] * d[k + 1];
        }
      }
    });
    d_argument[0] = d0;
    d_jet_monomials(components, directions, jets.directions.data(), argument, d_monomials,
                    d_argument);
    for (int c = 0; c < components; ++c) dx[(i * components + c) * width + p] = d_argument[c];
  }
};

/// Entries of the Jacobian that belong to the weights of one layer.
template <class T>
struct JacobianRows {
  static constexpr bool cooperative = false;
  int outputs, columns, components, count, copies;
  int weights;                 ///< number of the layer's first parameter
  Span<const int> columns_of;  ///< column of J for each parameter, -1: not wanted
  Span<const T> dy;            ///< outputs rows: seeds, width = copies * count
  Span<const T> h;             ///< columns rows
  Span<double> j;              ///< column-major, leading dimension `rows` (written)
  long rows, first_row;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t) / count, p = item(t) % count;
    if (k >= long(outputs) * columns) return;
    const int target = columns_of[weights + k];
    if (target < 0) return;
    const long o = k / columns, column = k % columns, width = long(copies) * count;
    T value = T(0.0);
    for (int c = 0; c < components; ++c)
      for (long q = p; q < width; q += count)
        value += dy[(o * components + c) * width + q] * h[(column * components + c) * width + q];
    j[target * rows + first_row + p] = double(value);
  }
};

}  // namespace kanpde::kernels::device
