#include "kernels/device/fused_text.hpp"

namespace kanpde::kernels::device {

// Needs the text before it and collect, spread, d_monomials; of each layer trained, propagates,
// group, sums, keep.
const char* const fused_backward_text = R"(
// v[q] summed over the lanes of a warp that differ in the bits mask .. 16, by recursive halving:
// lanes with and without a bit exchange the half that the other keeps. What lane l then holds in
// v[q], q < remaining<n, mask>(), is the sum number slot<n, mask>(q, l), none where that is < 0.
template <int n, int mask>
KANPDE_DEVICE void halve(T* v, int lane) {
  if constexpr (mask < 32) {
    constexpr int half = (n + 1) / 2;
    const bool upper = lane & mask;
    #pragma unroll
    for (int q = 0; q < half; ++q) {
      if (n == 1) {
        v[0] += __shfl_xor_sync(0xffffffffu, v[0], mask);
        continue;
      }
      const T high = q + half < n ? v[q + half] : T(0);
      const T keep = upper ? high : v[q], send = upper ? v[q] : high;
      v[q] = keep + __shfl_xor_sync(0xffffffffu, send, mask);
    }
    halve<half, 2 * mask>(v, lane);
  }
}

template <int n, int mask>
KANPDE_DEVICE constexpr int remaining() {
  if constexpr (mask < 32) return remaining<(n + 1) / 2, 2 * mask>();
  return n;
}

template <int n, int mask>
KANPDE_DEVICE int slot(int q, int lane) {
  if constexpr (mask < 32) {
    constexpr int half = (n + 1) / 2;
    const int inner = slot<half, 2 * mask>(q, lane), index = inner + (lane & mask ? half : 0);
    return inner < 0 || index >= n ? -1 : index;
  }
  return q;
}

template <int n, int mask>
KANPDE_DEVICE void add_sums(T* v, double* sums, int lane) {
  halve<n, mask>(v, lane);
  #pragma unroll
  for (int q = 0; q < remaining<n, mask>(); ++q) {
    const int index = slot<n, mask>(q, lane);
    if (index >= 0) sums[index] += double(v[q]);
  }
}

// Adjoints of the jets of a layer's outputs: in registers, or where the outputs were.
template <class L>
struct KeptSeeds {
  static constexpr int unrolled = 4096;
  T d[L::outputs][components];
  KANPDE_MEMBER T operator()(int j, int c) const { return d[j][c]; }
};
template <class L>
struct StoredSeeds {
  static constexpr int unrolled = 1;
  const Work& w;
  KANPDE_MEMBER T operator()(int j, int c) const { return value(w, L::rows + L::inputs + j, c); }
};

template <class Seeds>
KANPDE_DEVICE void seeds_of(const Seeds& seeds, int j, T* dy) {
  #pragma unroll
  for (int c = 0; c < components; ++c) dy[c] = seeds(j, c);
}

// dx of an input of many features; the input's jet becomes its adjoint.
template <class L, class In, class Seeds>
KANPDE_DEVICE void propagate_edges(const Work& w, const In& in, const T* weights, int i,
                                   const Seeds& seeds) {
  T dm[most(1, monomial_count)] = {}, d0 = T(0), dx[components];
  #pragma unroll Seeds::unrolled
  for (int j = 0; j < L::outputs; j += 2) {
    T e[2][order + 2];
    edge_derivatives<L, 1>(weights + j, in.s, in.f, e);
    #pragma unroll
    for (int u = 0; u < 2; ++u) {
      if (j + u >= L::outputs) continue;
      T dy[components], a[order + 1];
      seeds_of(seeds, j + u, dy);
      collect(in.m, dy, a);
      spread(dy, e[u], dm);
      #pragma unroll
      for (int k = 0; k <= order; ++k) d0 += a[k] * e[u][k + 1];
    }
  }
  d_monomials(in.x, dm, dx);
  dx[0] = d0;
  #pragma unroll
  for (int c = 0; c < components; ++c) value(w, L::rows + i, c) = dx[c];
}

// The same for few features an input: first the adjoints of their jets.
template <class L, class In, class Seeds>
KANPDE_DEVICE void propagate_features(const Work& w, const In& in, const T* weights, int i,
                                      const Seeds& seeds) {
  constexpr int rows = L::active + (L::base != f_none);
  T dm[most(1, monomial_count)] = {}, d0 = T(0), dx[components], dh[rows][components] = {};
  #pragma unroll Seeds::unrolled
  for (int j = 0; j < L::outputs; j += 2) {
    #pragma unroll
    for (int q = 0; q < rows; ++q) {
      const Pair pair = weight_pair<L>(weights + q * L::pitch + j);
      #pragma unroll
      for (int c = 0; c < components; ++c) {
        dh[q][c] += pair.a * seeds(j, c);
        if (j + 1 < L::outputs) dh[q][c] += pair.b * seeds(j + 1, c);
      }
    }
  }
  #pragma unroll
  for (int q = 0; q < rows; ++q) {
    T a[order + 1];
    collect(in.m, dh[q], a);
    spread(dh[q], in.f[q], dm);
    #pragma unroll
    for (int k = 0; k <= order; ++k) d0 += a[k] * in.f[q][k + 1];
  }
  d_monomials(in.x, dm, dx);
  dx[0] = d0;
  #pragma unroll
  for (int c = 0; c < components; ++c) value(w, L::rows + i, c) = dx[c];
}

// What belongs to all features of an input from what belongs to those that differ from zero, for
// `columns` numbers a feature: shifts by the bits of s.
template <class L, int columns, int count, int size>
KANPDE_DEVICE void place(const T (*some)[count], int s, T (*all)[size]) {
  constexpr int n = L::basis_count, range = n - L::active;
  #pragma unroll
  for (int k = 0; k < columns; ++k) {
    #pragma unroll
    for (int q = 0; q < n; ++q) all[q][k] = q < L::active ? some[q][k] : T(0);
    #pragma unroll
    for (int bit = 1; bit <= range; bit *= 2) {
      #pragma unroll
      for (int q = n - 1; q >= 0; --q) {
        const T from = q >= bit ? all[q - bit][k] : T(0);
        all[q][k] = s & bit ? from : all[q][k];
      }
    }
    if (L::base != f_none) all[n][k] = some[L::active][k];
  }
}

// v[q] = sum_k a[k] f[q][k], added to what v holds unless that is nothing (`fresh`).
template <int n, bool fresh, int count>
KANPDE_DEVICE void edge_gradient(const T* a, const T (*f)[count], T* v) {
  #pragma unroll
  for (int q = 0; q < n; ++q) {
    v[q] = fresh ? a[0] * f[q][0] : v[q] + a[0] * f[q][0];
    #pragma unroll
    for (int k = 1; k <= order; ++k) v[q] += a[k] * f[q][k];
  }
}

// v = edge gradients of place 0, summed over the lanes that differ in `bit` and lower ones: each
// holds another output there. What others send comes first, to save an addition.
template <int n, int bit, bool fresh>
KANPDE_DEVICE void exchange_edges(const T (*a)[order + 1], const T (*f)[order + 1], T* v) {
  if constexpr (bit == 0) {
    edge_gradient<n, fresh>(a[0], f, v);
  } else {
    T send[n];
    exchange_edges<n, bit / 2, true>(a + bit, f, send);
    #pragma unroll
    for (int q = 0; q < n; ++q) {
      const T received = __shfl_xor_sync(0xffffffffu, send[q], bit);
      v[q] = fresh ? received : v[q] + received;
    }
    exchange_edges<n, bit / 2, false>(a, f, v);
  }
}

// Gradient of the weights from one input to the outputs j .. j + B - 1. Lane l has output
// j + (u ^ (l & (B - 1))) in place u, so that the first exchanges send what lies in fixed places:
// a sixth of the selections that halving of all B n sums needs.
template <class L, int B, class Seeds>
KANPDE_DEVICE void add_edges(const Seeds& seeds, int j, const T* m, const T (*f)[order + 1],
                             double* sums, int lane) {
  constexpr int n = L::basis_count + (L::base != f_none);
  T a[B][order + 1], v[n];
  #pragma unroll
  for (int u = 0; u < B; ++u) {
    T dy[components];
    seeds_of(seeds, j + u, dy);
    collect(m, dy, a[u]);
  }
  #pragma unroll
  for (int bit = 1; bit < B; bit *= 2) {
    #pragma unroll
    for (int u = 0; u < B; ++u) {
      #pragma unroll
      for (int k = 0; k <= order; ++k) {
        if (u & bit) continue;
        const T low = a[u][k], high = a[u | bit][k];
        a[u][k] = lane & bit ? high : low;
        a[u | bit][k] = lane & bit ? low : high;
      }
    }
  }
  exchange_edges<n, B / 2, true>(a, f, v);
  add_sums<n, B>(v, sums + (j + (lane & (B - 1))) * n, lane);
}

// The same for one output where it is cheaper to place its gradient than the features.
template <class L, class In, class Seeds>
KANPDE_DEVICE void add_edge(const In& in, int j, const Seeds& seeds, double* sums, int lane) {
  constexpr int n = L::basis_count + (L::base != f_none), some = L::active + (L::base != f_none);
  T dy[components], a[order + 1], v[some], all[n][1];
  seeds_of(seeds, j, dy);
  collect(in.m, dy, a);
  edge_gradient<some, true>(a, in.f, v);
  place<L, 1>(reinterpret_cast<const T (*)[1]>(v), in.s, all);
  add_sums<n, 1>(all[0], sums + j * n, lane);
}

// Few features an input: outputs j .. j + B - 1 at once, h: jets of the features.
template <class L, int B, class Seeds>
KANPDE_DEVICE void add_features(const Seeds& seeds, int j, const T (*h)[components], double* sums,
                                int lane) {
  constexpr int n = L::basis_count + (L::base != f_none);
  T v[B * n];
  #pragma unroll
  for (int u = 0; u < B; ++u) {
    #pragma unroll
    for (int q = 0; q < n; ++q) {
      v[u * n + q] = seeds(j + u, 0) * h[q][0];
      #pragma unroll
      for (int c = 1; c < components; ++c) v[u * n + q] += seeds(j + u, c) * h[q][c];
    }
  }
  add_sums<B * n, 1>(v, sums + j * n, lane);
}

template <int B, class Seeds>
KANPDE_DEVICE void add_biases(const Seeds& seeds, int j, double* sums, int lane) {
  T v[B];
  #pragma unroll
  for (int u = 0; u < B; ++u) v[u] = seeds(j + u, 0);
  add_sums<B, 1>(v, sums + j, lane);
}

template <class L, class Seeds>
KANPDE_DEVICE void bias_gradient(const Seeds& seeds, double* sums, int lane) {
  constexpr int B = least(16, L::outputs), whole = L::outputs / B, rest = L::outputs % B;
  #pragma unroll Seeds::unrolled
  for (int b = 0; b < whole; ++b) add_biases<B>(seeds, b * B, sums, lane);
  if constexpr (rest > 0) add_biases<rest>(seeds, whole * B, sums, lane);
}

template <class L, class In, class Seeds>
KANPDE_DEVICE void input_gradient(const In& in, const Seeds& seeds, double* sums, int lane) {
  constexpr int n = L::basis_count + (L::base != f_none);
  if constexpr (L::edges && L::outputs <= order) {
    #pragma unroll
    for (int j = 0; j < L::outputs; ++j) add_edge<L>(in, j, seeds, sums, lane);
  } else if constexpr (L::edges) {
    T f[n][order + 1];
    place<L, order + 1>(in.f, in.s, f);
    #pragma unroll Seeds::unrolled
    for (int b = 0; b < L::outputs / 4; ++b) add_edges<L, 4>(seeds, 4 * b, in.m, f, sums, lane);
    constexpr int four = L::outputs / 4 * 4, two = L::outputs / 2 * 2;
    if constexpr (four < two) add_edges<L, 2>(seeds, four, in.m, f, sums, lane);
    if constexpr (two < L::outputs) add_edges<L, 1>(seeds, two, in.m, f, sums, lane);
  } else {
    T h[n][components] = {};
    #pragma unroll
    for (int q = 0; q < n; ++q) apply(in.m, in.f[q], h[q]);
    constexpr int B = least(L::outputs, 16 / n), whole = L::outputs / B, rest = L::outputs % B;
    #pragma unroll Seeds::unrolled
    for (int b = 0; b < whole; ++b) add_features<L, B>(seeds, b * B, h, sums, lane);
    if constexpr (rest > 0) add_features<L, rest>(seeds, whole * B, h, sums, lane);
  }
}

// One input of a layer: its jet becomes its adjoint where that is wanted, its weights' gradient is
// added to the sums.
template <class L, class Seeds>
KANPDE_DEVICE void backward_input(const Work& w, const Seeds& seeds, int i, double* sums) {
  constexpr int features = L::basis_count + (L::base != f_none);
  const Input<L, order + 2> in(w, i);
  const T* weights = w.weights + L::weights + i * features * L::pitch;
  if constexpr (L::propagates && L::edges) propagate_edges<L>(w, in, weights, i, seeds);
  if constexpr (L::propagates && !L::edges) propagate_features<L>(w, in, weights, i, seeds);
  if constexpr (L::trained)
    input_gradient<L>(in, seeds, sums + i * features * L::outputs, w.lane);
}

// `group` warps share one set of sums: each begins with another input, and all wait for one another
// after each, so that no two add to the same sums, and always in the same order.
template <class L, class Seeds>
KANPDE_DEVICE void backward(const Work& w, const Seeds& seeds) {
  constexpr int steps = L::inputs + (L::bias && L::trained);
  double* sums = w.sums + L::sums + w.warp / L::group * L::sum_count;
  #pragma unroll 1
  for (int step = 0; step < steps; ++step) {
    int i = step + w.warp % L::group;
    if (i >= steps) i -= steps;
    if (i < L::inputs)
      backward_input<L>(w, seeds, i, sums);
    else
      bias_gradient<L>(seeds, sums + L::sum_count - L::outputs, w.lane);
    if (L::group > 1) __syncthreads();
  }
}

// A layer below the last.
template <class L>
KANPDE_DEVICE void backward(const Work& w) {
  if constexpr (L::keep) {
    KeptSeeds<L> seeds;
    #pragma unroll
    for (int j = 0; j < L::outputs; ++j) seeds_of(StoredSeeds<L>{w}, j, seeds.d[j]);
    backward<L>(w, seeds);
  } else {
    backward<L>(w, StoredSeeds<L>{w});
  }
}

// Gradient with respect to a layer's weights, all sets of sums in order.
template <class L>
KANPDE_DEVICE void write_gradient(const double* all_sums, double* gradient, int thread) {
  constexpr int n = L::basis_count + (L::base != f_none), columns = L::inputs * n + L::bias;
  for (int k = thread; k < L::outputs * columns; k += threads) {
    const int j = k / columns, column = k % columns;
    const int index = column < L::inputs * n ? (column / n * L::outputs + j) * n + column % n
                                             : L::inputs * n * L::outputs + j;
    double sum = 0;
    for (int s = 0; s < L::copies; ++s) sum += all_sums[L::sums + s * L::sum_count + index];
    gradient[L::parameters + k] = sum;
  }
}

// `sum` over the threads of the block: to *to, in a fixed order; `all`: a value a warp.
KANPDE_DEVICE void write_sum(double sum, double* all, double* to, int thread) {
  #pragma unroll
  for (int bit = 16; bit > 0; bit /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, bit);
  if (thread % 32 == 0) all[thread / 32] = sum;
  __syncthreads();
  if (thread == 0) {
    double total = 0;
    for (int k = 0; k < threads / 32; ++k) total += all[k];
    *to = total;
  }
  __syncthreads();
}
)";

}  // namespace kanpde::kernels::device
