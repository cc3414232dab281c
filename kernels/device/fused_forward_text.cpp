#include "kernels/device/fused_text.hpp"

namespace kanpde::kernels::device {

// Needs: components, order, monomial_count, threads; monomials, apply; what features need, and of
// each layer inputs, outputs, pitch, bias, edges, weights, grid, grid_size, rows
// (fused_source.cpp).
const char* const fused_forward_text = R"(
KANPDE_DEVICE constexpr int least(int a, int b) { return a < b ? a : b; }
KANPDE_DEVICE constexpr int most(int a, int b) { return a < b ? b : a; }

// What a thread knows: shared memory of its block and its own values there.
struct Work {
  const T* weights;   // [layer][input][feature][output], see place_weights
  const T* grids;
  T* values;          // of this thread: the jets that enter the layers, [row][component]
  double* sums;       // gradient of the points so far
  int thread, lane, warp;
};

KANPDE_DEVICE T& value(const Work& w, int row, int c) {
  return w.values[(row * components + c) * threads];
}

// Two neighbouring outputs' weights; the second is none where there is but one output.
template <class L>
KANPDE_DEVICE Pair weight_pair(const T* w) {
  if constexpr (L::outputs > 1) return *reinterpret_cast<const Pair*>(w);
  return Pair{*w, T(0)};
}

// The jet of input i, its monomials and the features there.
template <class L, int count>
struct Input {
  T x[components], m[most(1, monomial_count)], f[L::active + (L::base != f_none)][count];
  int s;              // first function of the basis that may differ from zero

  KANPDE_MEMBER Input(const Work& w, int i) {
    #pragma unroll
    for (int c = 0; c < components; ++c) x[c] = value(w, L::rows + i, c);
    monomials(x, m);
    s = features<L>(w.grids + L::grid + i * L::grid_size, x[0], f);
  }
};

// e[u][k] = sum over the features of weight times derivative k, first <= k < count, for two
// outputs; w: weights of the input and the first of the outputs.
template <class L, int first, int count>
KANPDE_DEVICE void edge_derivatives(const T* w, int s,
                                    const T (&f)[L::active + (L::base != f_none)][count],
                                    T (*e)[count]) {
  #pragma unroll
  for (int k = first; k < count; ++k) e[0][k] = e[1][k] = T(0);
  #pragma unroll
  for (int q = 0; q < L::active + (L::base != f_none); ++q) {
    const Pair pair = weight_pair<L>(w + (q < L::active ? s + q : L::basis_count) * L::pitch);
    #pragma unroll
    for (int k = first; k < count; ++k) {
      e[0][k] += pair.a * f[q][k];
      e[1][k] += pair.b * f[q][k];
    }
  }
}

// y += what input i gives to n outputs. Layers of many features an input sum derivatives over the
// features, then apply the chain rule to the sum; the others apply it to each feature.
template <class L, int n>
KANPDE_DEVICE void add_input(const Work& w, const T* weights, int i, T (*y)[components]) {
  constexpr int count = most(2, order + 1), rows = L::active + (L::base != f_none);
  const Input<L, count> in(w, i);
  if constexpr (L::edges) {
    #pragma unroll
    for (int j = 0; j < n; j += 2) {
      T e[2][count];
      edge_derivatives<L, 0>(weights + j, in.s, in.f, e);
      apply(in.m, e[0], y[j]);
      if (j + 1 < n) apply(in.m, e[1], y[j + 1]);
    }
  } else {
    #pragma unroll
    for (int q = 0; q < rows; ++q) {
      T h[components];
      #pragma unroll
      for (int c = 0; c < components; ++c) h[c] = T(0);
      apply(in.m, in.f[q], h);
      #pragma unroll
      for (int j = 0; j < n; j += 2) {
        const Pair pair = weight_pair<L>(weights + q * L::pitch + j);
        #pragma unroll
        for (int c = 0; c < components; ++c) {
          y[j][c] += pair.a * h[c];
          if (j + 1 < n) y[j + 1][c] += pair.b * h[c];
        }
      }
    }
  }
}

// Jets of the outputs j .. j + n - 1 of a layer.
template <class L, int n>
KANPDE_DEVICE void outputs_of(const Work& w, int j, T (*y)[components]) {
  constexpr int features = L::basis_count + (L::base != f_none);
  const T* weights = w.weights + L::weights + j;
  #pragma unroll
  for (int u = 0; u < n; ++u) {
    #pragma unroll
    for (int c = 0; c < components; ++c)
      y[u][c] = L::bias && c == 0 ? weights[L::inputs * features * L::pitch + u] : T(0);
  }
  #pragma unroll 1
  for (int i = 0; i < L::inputs; ++i)
    add_input<L, n>(w, weights + i * features * L::pitch, i, y);
}

template <class L, int n>
KANPDE_DEVICE void store_outputs(const Work& w, int j) {
  T y[n][components];
  outputs_of<L, n>(w, j, y);
  #pragma unroll
  for (int u = 0; u < n; ++u) {
    #pragma unroll
    for (int c = 0; c < components; ++c) value(w, L::rows + L::inputs + j + u, c) = y[u][c];
  }
}

// A layer below the last: as many outputs at once as registers hold.
template <class L>
KANPDE_DEVICE void forward(const Work& w) {
  constexpr int n = L::at_once, whole = L::outputs / n, rest = L::outputs % n;
  #pragma unroll 1
  for (int b = 0; b < whole; ++b) store_outputs<L, n>(w, b * n);
  if constexpr (rest > 0) store_outputs<L, rest>(w, whole * n);
}

// One row of a layer of periodic features: sin(factor * x + phase).
KANPDE_DEVICE void harmonic(const Work& w, int from, int to, T factor, T phase) {
  T x[components], y[components], m[most(1, monomial_count)], f[order + 1];
  #pragma unroll
  for (int c = 0; c < components; ++c) {
    x[c] = factor * value(w, from, c);
    y[c] = T(0);
  }
  activation<f_sin, order + 1>(x[0] + phase, f);
  monomials(x, m);
  apply(m, f, y);
  #pragma unroll
  for (int c = 0; c < components; ++c) value(w, to, c) = y[c];
}

KANPDE_DEVICE void copy_row(const Work& w, int from, int to) {
  #pragma unroll
  for (int c = 0; c < components; ++c) value(w, to, c) = value(w, from, c);
}

// A layer's weights, from the network's row-major outputs x columns, to [column][output].
template <class L>
KANPDE_DEVICE void place_weights(const T* theta, T* weights, int thread) {
  constexpr int columns = L::inputs * (L::basis_count + (L::base != f_none)) + L::bias;
  for (int k = thread; k < columns * L::pitch; k += threads) {
    const int column = k / L::pitch, j = k % L::pitch;
    weights[L::weights + k] = j < L::outputs ? theta[L::parameters + j * columns + column] : T(0);
  }
}
)";

}  // namespace kanpde::kernels::device
