#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "kernels/base/error.hpp"
#include "problems/sampling/unit_stream.hpp"

namespace kanpde::problems {

bool is_tensor(SamplingMethod method) {
  return method == SamplingMethod::lattice || method == SamplingMethod::gauss_legendre;
}

UnitStream::UnitStream(SamplingMethod method, int dimension, Random& random)
    : method_(method),
      dimension_(dimension),
      random_(random),
      sobol_(method == SamplingMethod::sobol ? std::min(dimension, SobolSequence::max_dimension)
                                             : 0) {
  check(!is_tensor(method), "a tensor grid is not a sequence");
  if (method == SamplingMethod::sobol)
    for (std::size_t d = 0; d < sobol_.point().size(); ++d) shift_.push_back(random.bits() >> 12);
}

Columns UnitStream::next(int n) {
  if (method_ == SamplingMethod::sobol) return next_sobol(n);
  if (method_ == SamplingMethod::latin_hypercube) return next_latin(n);
  return next_uniform(n);
}

// The shift acts on 52 bits, 20 more than the sequence has; half a unit keeps points off 0 and 1.
Columns UnitStream::next_sobol(int n) {
  Columns x(dimension_, n);
  const int known = int(shift_.size());
  for (int p = 0; p < n; ++p, sobol_.advance()) {
    for (int d = 0; d < known; ++d)
      x(d, p) = (double((std::uint64_t(sobol_.point()[d]) << 20) ^ shift_[d]) + 0.5) * 0x1p-52;
    for (int d = known; d < dimension_; ++d) x(d, p) = random_.uniform();
  }
  return x;
}

Columns UnitStream::next_latin(int n) {
  Columns x(dimension_, n);
  std::vector<int> stratum(n);
  for (int d = 0; d < dimension_; ++d) {
    std::iota(stratum.begin(), stratum.end(), 0);
    for (int i = n - 1; i > 0; --i) std::swap(stratum[i], stratum[random_.below(i + 1)]);
    for (int p = 0; p < n; ++p) x(d, p) = (stratum[p] + random_.uniform()) / n;
  }
  return x;
}

Columns UnitStream::next_uniform(int n) {
  Columns x(dimension_, n);
  for (int p = 0; p < n; ++p)
    for (int d = 0; d < dimension_; ++d) x(d, p) = random_.uniform();
  return x;
}

namespace {
/// Points along each axis: nearly equal, with the largest product that does not exceed n.
std::vector<int> tensor_counts(int n, int dimension) {
  int side = std::max(1, int(std::pow(double(n), 1.0 / dimension)) - 1);
  while (std::pow(side + 1.0, dimension) <= n * (1 + 1e-12)) ++side;
  std::vector<int> counts(dimension, side);
  double product = std::pow(double(side), dimension);
  for (int& count : counts) {
    if (product / count * (count + 1) > n * (1 + 1e-12)) break;
    product = product / count * (count + 1);
    ++count;
  }
  return counts;
}

std::vector<double> axis_points(SamplingMethod method, int count) {
  std::vector<double> x(count), weights;
  if (method == SamplingMethod::gauss_legendre)
    gauss_legendre(count, x, weights);
  else
    for (int i = 0; i < count; ++i) x[i] = (i + 0.5) / count;
  return x;
}

/// First axis fastest.
Columns tensor_points(SamplingMethod method, int n, int dimension) {
  if (dimension == 0 || n == 0) return Columns(dimension, n);
  const std::vector<int> counts = tensor_counts(n, dimension);
  int total = 1;
  for (int count : counts) total *= count;
  Columns x(dimension, total);
  int stride = 1;
  for (int d = 0; d < dimension; stride *= counts[d], ++d) {
    const std::vector<double> axis = axis_points(method, counts[d]);
    for (int p = 0; p < total; ++p) x(d, p) = axis[p / stride % counts[d]];
  }
  return x;
}
}  // namespace

Columns unit_points(SamplingMethod method, int n, int dimension, Random& random) {
  if (n < 0) throw std::invalid_argument(fmt::format("cannot draw {} points", n));
  if (is_tensor(method)) return tensor_points(method, n, dimension);
  return UnitStream(method, dimension, random).next(n);
}

}  // namespace kanpde::problems
