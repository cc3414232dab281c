#pragma once
/// Sums that come out the same in every run: fixed pieces, summed in a fixed order, in float64.

#include "kernels/device/launch.hpp"

namespace kanpde::kernels::device {

inline constexpr int sum_threads = 256;
inline constexpr long sum_piece = 4096;  ///< values that one block sums

enum class Transform { none, square };

/// Block b writes out[b] = sum of the transformed values[b * piece .. (b + 1) * piece).
template <class T, Transform transform>
struct SumPieces {
  static constexpr bool cooperative = true;
  Span<const T> values;
  long piece;
  Span<double> out;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const auto sums = t.template shared<double>(sum_threads);
    const long begin = t.block() * piece, size = long(values.size());
    const long end = begin + piece < size ? begin + piece : size;
    double sum = 0;
    for (long i = begin + t.thread(); i < end; i += sum_threads) {
      const double value = double(values[i]);
      sum += transform == Transform::square ? value * value : value;
    }
    sums[t.thread()] = sum;
    for (int half = sum_threads / 2; half > 0; half /= 2) {
      t.sync();
      if (t.thread() < half) sums[t.thread()] += sums[t.thread() + half];
    }
    if (t.thread() == 0) out[t.block()] = sums[0];
  }
};

/// out[k] += factor * sum over b of partial[b * out.size() + k].
template <class T>
struct AddPartials {
  static constexpr bool cooperative = false;
  int parts;
  Span<const T> partial;
  Span<double> out;
  double factor = 1;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), n = long(out.size());
    if (k >= n) return;
    double sum = 0;
    for (int b = 0; b < parts; ++b) sum += double(partial[b * n + k]);
    out[k] += factor * sum;
  }
};

}  // namespace kanpde::kernels::device
