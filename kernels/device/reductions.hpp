#pragma once
/// Sums that come out the same in every run: fixed pieces, summed in a fixed order, in float64.

#include <algorithm>
#include <bit>

#include "kernels/device/launch.hpp"

namespace kanpde::kernels::device {

inline constexpr int sum_threads = 256;
inline constexpr long sum_piece = 4096;  ///< values that one block sums

/// How many blocks sum so many values.
inline long sum_pieces_of(long values) {
  return std::max<long>(1, (values + sum_piece - 1) / sum_piece);
}

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

/// out[k] += factor * sum over b of partial[b * out.size() + k]. A block takes `width` values,
/// `lanes` threads each (both powers of two): lane l sums b = l, l + lanes, ..., then the lanes are
/// summed by halving.
template <class T, bool several_lanes>
struct AddPartials {
  static constexpr bool cooperative = several_lanes;
  int parts, width, lanes;
  Span<const T> partial;
  Span<double> out;
  double factor;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const int column = t.thread() % width, lane = t.thread() / width;
    const long k = long(t.block()) * width + column, n = long(out.size());
    double sum = 0;
    if (k < n)
      for (int b = lane; b < parts; b += lanes) sum += double(partial[b * n + k]);
    if constexpr (several_lanes) sum = over_lanes(t, sum, lane);
    if (lane == 0 && k < n) out[k] += factor * sum;
  }

 private:
  template <class Thread>
  KANPDE_KERNEL double over_lanes(const Thread& t, double sum, int lane) const {
    const auto sums = t.template shared<double>(t.threads());
    sums[t.thread()] = sum;
    for (int half = lanes / 2; half > 0; half /= 2) {
      t.sync();
      if (lane < half) sums[t.thread()] += sums[t.thread() + half * width];
    }
    return sums[t.thread()];
  }
};

inline constexpr int most_lanes = 32;     ///< that sum one value
inline constexpr int parts_per_lane = 4;  ///< at least: fewer are not worth a barrier

/// One launch, whose shape depends on the sizes alone.
template <class T, class R>
void add_partials(R& runtime, int parts, Span<const T> partial, Span<double> out,
                  double factor = 1) {
  const unsigned n = unsigned(out.size());
  const int lanes =
      std::clamp(int(std::bit_floor(unsigned(parts / parts_per_lane))), 1, most_lanes);
  const int width = std::min(sum_threads / lanes, int(std::bit_ceil(n)));
  LaunchSize size{int((n + width - 1) / width), width * lanes, 0};
  if (lanes == 1)
    return runtime.launch(size, AddPartials<T, false>{parts, width, lanes, partial, out, factor});
  size.shared_bytes = size.threads * sizeof(double);
  runtime.launch(size, AddPartials<T, true>{parts, width, lanes, partial, out, factor});
}

}  // namespace kanpde::kernels::device
