#include "problems/sampling/sobol.hpp"

#include <fmt/format.h>

#include <bit>
#include <stdexcept>

namespace kanpde::problems {

namespace {
/// Primitive polynomial x^degree + a_1 x^(degree-1) + ... + 1 over GF(2), with a_1 .. a_(degree-1)
/// as the bits of `coefficients`, and the first `degree` odd numbers m_1, m_2, ... of the
/// recurrence.
struct Directions {
  int degree;
  std::uint32_t coefficients;
  std::array<std::uint32_t, 7> m;
};

constexpr std::array<Directions, SobolSequence::max_dimension - 1> joe_kuo = {{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
}};

/// V_j = m_j 2^(32-j), continued by
/// V_j = V_(j-s) ^ (V_(j-s) >> s) ^ a_1 V_(j-1) ^ ... ^ a_(s-1) V_(j-s+1).
std::array<std::uint32_t, 32> direction_numbers(const Directions& d) {
  std::array<std::uint32_t, 32> v{};
  const int s = d.degree;
  for (int j = 0; j < 32; ++j) {
    if (j < s) {
      v[j] = d.m[j] << (31 - j);
      continue;
    }
    v[j] = v[j - s] ^ (v[j - s] >> s);
    for (int k = 1; k < s; ++k)
      if (d.coefficients >> (s - 1 - k) & 1u) v[j] ^= v[j - k];
  }
  return v;
}

std::array<std::uint32_t, 32> van_der_corput() {
  std::array<std::uint32_t, 32> v{};
  for (int j = 0; j < 32; ++j) v[j] = 1u << (31 - j);
  return v;
}
}  // namespace

SobolSequence::SobolSequence(int dimension) {
  if (dimension < 0 || dimension > max_dimension)
    throw std::invalid_argument(
        fmt::format("the Sobol sequence has at most {} dimensions, {} were asked for",
                    max_dimension, dimension));
  for (int d = 0; d < dimension; ++d)
    directions_.push_back(d == 0 ? van_der_corput() : direction_numbers(joe_kuo[d - 1]));
  state_.assign(dimension, 0);
}

void SobolSequence::advance() {
  const int bit = std::countr_one(index_++);  // 32 only at the end of the period
  for (std::size_t d = 0; d < state_.size(); ++d)
    state_[d] = bit < 32 ? state_[d] ^ directions_[d][bit] : 0u;
}

}  // namespace kanpde::problems
