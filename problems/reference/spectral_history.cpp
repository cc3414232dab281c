#include "problems/reference/spectral_history.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <numeric>

namespace kanpde::problems {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Seven bits a byte, the sign in the lowest.
void append_whole(std::string& to, std::int64_t value) {
  std::uint64_t bits = (std::uint64_t(value) << 1) ^ std::uint64_t(value >> 63);
  for (; bits >= 128; bits >>= 7) to += char(bits | 128);
  to += char(bits);
}

std::int64_t take_whole(const char*& from) {
  std::uint64_t bits = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*from++);
    bits |= std::uint64_t(byte & 127) << shift;
    if (byte < 128) break;
  }
  return std::int64_t(bits >> 1) ^ -std::int64_t(bits & 1);
}

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view& from) {
  T value;
  std::memcpy(&value, from.data(), sizeof value);
  from.remove_prefix(sizeof value);
  return value;
}

}  // namespace

SpectralHistory::SpectralHistory(int axes, int cut, int unknowns, std::vector<double> lower,
                                 std::vector<double> upper, double quantum)
    : axes_(axes),
      unknowns_(unknowns),
      lower_(std::move(lower)),
      upper_(std::move(upper)),
      quantum_(quantum),
      modes_(axes, 3 * cut + 1) {}

void SpectralHistory::add(double from, double to, const std::vector<Spectrum>& nodes,
                          const ExponentialWeights& rule) {
  length_ = int(nodes.size());
  steps_.push_back({from, to, data_.size()});
  std::vector<std::int64_t> whole(2 * length_);
  for (std::size_t i = 0; i < nodes[0].size(); ++i) {
    int used = 0;
    for (int p = 0; p < length_; ++p) {
      Complex sum = 0;
      for (int m = 0; m < length_; ++m) sum += rule.legendre()[p * length_ + m] * nodes[m][i];
      whole[2 * p] = std::llround(sum.real() / quantum_);
      whole[2 * p + 1] = std::llround(sum.imag() / quantum_);
      if (whole[2 * p] != 0 || whole[2 * p + 1] != 0) used = p + 1;
    }
    data_ += char(used);
    for (int p = 0; p < 2 * used; ++p) append_whole(data_, whole[p]);
  }
}

SpectralHistory::Series SpectralHistory::series(std::size_t step, int unknown) const {
  Series out(std::size_t(modes_.size()) * length_, 0);
  const char* from = data_.data() + steps_[step].begin;
  for (int u = 0; u <= unknown; ++u)
    for (int m = 0; m < modes_.size(); ++m) {
      const int used = static_cast<unsigned char>(*from++);
      for (int p = 0; p < used; ++p) {
        const double real = double(take_whole(from)), imaginary = double(take_whole(from));
        if (u == unknown) out[std::size_t(m) * length_ + p] = quantum_ * Complex(real, imaginary);
      }
    }
  return out;
}

/// Coefficients of the modes, or their derivatives, at t.
Spectrum SpectralHistory::at_time(const Series& series, const Step& step, double t,
                                  bool slope) const {
  const double width = step.to - step.from, x = 2 * (t - step.from) / width - 1;
  std::vector<double> value = {1, x}, derivative = {0, 1};
  for (int p = 2; p < length_; ++p) {
    value.push_back(((2 * p - 1) * x * value[p - 1] - (p - 1) * value[p - 2]) / p);
    derivative.push_back(derivative[p - 2] + (2 * p - 1) * value[p - 1]);
  }
  Spectrum out(modes_.size(), 0);
  for (int m = 0; m < modes_.size(); ++m)
    for (int p = 0; p < length_; ++p)
      out[m] +=
          series[std::size_t(m) * length_ + p] * (slope ? derivative[p] * 2 / width : value[p]);
  return out;
}

void SpectralHistory::differentiate(Spectrum& c, int axis) const {
  const double wave = 2 * std::numbers::pi / (upper_[axis] - lower_[axis]);
  for (int m = 0; m < modes_.size(); ++m) c[m] *= Complex(0, wave * modes_.wave_number(m)[axis]);
}

Complex SpectralHistory::phase(int axis, double x) const {
  const double angle = 2 * std::numbers::pi * (x - lower_[axis]) / (upper_[axis] - lower_[axis]);
  return {std::cos(angle), std::sin(angle)};
}

/// The first `modes` modes at x, by Horner's rule.
double SpectralHistory::sum_1d(const Spectrum& c, int modes, double x) const {
  const Complex e = phase(0, x);
  Complex sum = 0;
  for (int k = modes - 1; k >= 1; --k) sum = (sum + c[k]) * e;
  return c[0].real() + 2 * sum.real();
}

void SpectralHistory::sum_2d(const Spectrum& c, const Columns& x, const std::vector<int>& points,
                             double* out) const {
  const int cut = modes_.cut();
  Spectrum row(cut + 1);
  double x0 = nan;
  for (const int p : points) {
    if (x(0, p) != x0) {  // sum over k_0
      x0 = x(0, p);
      const Complex e = phase(0, x0), back = std::pow(std::conj(e), cut);
      for (int k1 = 0; k1 <= cut; ++k1) {
        Complex sum = 0;
        const int first = k1 == 0 ? 1 : -cut;
        for (int k0 = cut; k0 >= first; --k0) sum = sum * e + c[modes_.find(k0, k1)];
        row[k1] = k1 == 0 ? c[0].real() + 2 * (sum * e).real() : sum * back;
      }
    }
    const Complex e = phase(1, x(1, p));
    Complex sum = 0;
    for (int k1 = cut; k1 >= 1; --k1) sum = (sum + row[k1]) * e;
    out[p] = row[0].real() + 2 * sum.real();
  }
}

void SpectralHistory::evaluate(const Columns& x, int unknown, int variable, double* out) const {
  std::vector<int> order(x.points());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return x(axes_, a) != x(axes_, b) ? x(axes_, a) < x(axes_, b) : x(0, a) < x(0, b);
  });
  const auto outside = [&](int p) {
    for (int i = 0; i <= axes_; ++i) {
      const double slack = 1e-9 * (upper_[i] - lower_[i]);
      if (!(x(i, p) >= lower_[i] - slack && x(i, p) <= upper_[i] + slack)) return true;
    }
    return false;
  };
  std::size_t current = steps_.size();
  Series now;
  std::vector<int> group;
  for (std::size_t i = 0; i < order.size();) {
    const double t = x(axes_, order[i]);
    group.clear();
    do {
      if (outside(order[i]))
        out[order[i]] = nan;
      else
        group.push_back(order[i]);
    } while (++i < order.size() && x(axes_, order[i]) == t);
    if (group.empty()) continue;
    std::size_t step = 0;
    while (step + 1 < steps_.size() && steps_[step].to < t) ++step;
    if (step != current) now = series(current = step, unknown);
    Spectrum c = at_time(now, steps_[step], t, variable == axes_);
    if (variable >= 0 && variable < axes_) differentiate(c, variable);
    if (axes_ == 2) {
      sum_2d(c, x, group, out);
      continue;
    }
    int used = int(c.size());
    while (used > 1 && c[used - 1] == Complex(0)) --used;
    for (const int p : group) out[p] = sum_1d(c, used, x(0, p));
  }
}

std::string SpectralHistory::bytes() const {
  std::string out;
  for (const int value : {axes_, modes_.cut(), unknowns_, length_, int(steps_.size())})
    append(out, value);
  append(out, quantum_);
  for (int i = 0; i <= axes_; ++i) append(out, lower_[i]), append(out, upper_[i]);
  for (const Step& step : steps_) append(out, step);
  return out + data_;
}

SpectralHistory SpectralHistory::from_bytes(std::string_view bytes) {
  int head[5];
  for (int& value : head) value = take<int>(bytes);
  const double quantum = take<double>(bytes);
  std::vector<double> lower, upper;
  for (int i = 0; i <= head[0]; ++i) {
    lower.push_back(take<double>(bytes));
    upper.push_back(take<double>(bytes));
  }
  SpectralHistory out(head[0], head[1], head[2], lower, upper, quantum);
  out.length_ = head[3];
  for (int i = 0; i < head[4]; ++i) out.steps_.push_back(take<Step>(bytes));
  out.data_ = bytes;
  return out;
}

}  // namespace kanpde::problems
