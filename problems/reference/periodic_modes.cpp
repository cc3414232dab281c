#include "problems/reference/periodic_modes.hpp"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/FFT>

#include "kernels/base/parallel.hpp"

namespace kanpde::problems {

/// Complex transforms. In 2-D the spectrum is kept transposed, [k_1][k_0], and its rows that hold
/// no kept mode are neither read nor written.
struct PeriodicModes::Plan {
  using Fft = Eigen::FFT<double>;
  std::vector<Fft> ffts;  ///< one a thread
  std::vector<Complex> grid, other;

  Plan() {
    for (int i = 0; i < threads().size(); ++i)
      ffts.emplace_back(Eigen::default_fft_impl<double>(), Fft::Unscaled);
  }
  /// Rows of length n of grid (written) from those of other, all or, of a spectrum, those kept.
  void transform(bool forward, int rows, int n, int cut) {
    const auto one = [&](int i, int worker) {
      Complex* out = &grid[std::size_t(i) * n];
      const Complex* in = &other[std::size_t(i) * n];
      if (i > cut && i < rows - cut)
        std::fill_n(out, n, Complex(0));
      else if (forward)
        ffts[worker].fwd(out, in, n);
      else
        ffts[worker].inv(out, in, n);
    };
    if (rows == 1)
      one(0, 0);
    else
      threads().run(rows, one);
  }
  void transpose() {  ///< grid to other
    constexpr int tile = 16;
    const int n = int(std::lround(std::sqrt(double(grid.size()))));
    for (int i0 = 0; i0 < n; i0 += tile)
      for (int j0 = 0; j0 < n; j0 += tile)
        for (int i = i0; i < std::min(n, i0 + tile); ++i)
          for (int j = j0; j < std::min(n, j0 + tile); ++j)
            other[std::size_t(j) * n + i] = grid[std::size_t(i) * n + j];
  }
};

PeriodicModes::PeriodicModes(int axes, int points)
    : axes_(axes), points_(points), cut_((points - 1) / 3), plan_(std::make_unique<Plan>()) {
  if (axes == 1)
    for (int k = 0; k <= cut_; ++k) k_.push_back({k, 0});
  else
    for (int k1 = 0; k1 <= cut_; ++k1)
      for (int k0 = k1 == 0 ? 0 : -cut_; k0 <= cut_; ++k0) k_.push_back({k0, k1});
  const auto wrap = [&](int k) { return k < 0 ? k + points : k; };
  for (const auto& k : k_) {
    at_.push_back(wrap(k[1]) * (axes == 1 ? 0 : points) + wrap(k[0]));
    opposite_.push_back(wrap(-k[1]) * (axes == 1 ? 0 : points) + wrap(-k[0]));
  }
  plan_->grid.resize(grid_size());
  plan_->other.resize(grid_size());
}

PeriodicModes::~PeriodicModes() = default;
PeriodicModes::PeriodicModes(PeriodicModes&&) noexcept = default;
PeriodicModes& PeriodicModes::operator=(PeriodicModes&&) noexcept = default;

int PeriodicModes::find(int k0, int k1) const {
  if (std::abs(k0) > cut_ || k1 < 0 || k1 > (axes_ == 1 ? 0 : cut_) || (k1 == 0 && k0 < 0))
    return -1;
  return k1 == 0 ? k0 : cut_ + 1 + (k1 - 1) * (2 * cut_ + 1) + k0 + cut_;
}

void PeriodicModes::to_grid(const Complex* a, const Complex* b, double* on_a, double* on_b) const {
  auto& [ffts, grid, other] = *plan_;
  const int rows = axes_ == 1 ? 1 : points_;
  std::fill(other.begin(), other.end(), Complex(0));
  for (int m = size() - 1; m >= 0; --m) {  // mode 0, its own opposite, last
    const Complex second = b ? b[m] : Complex(0);
    other[opposite_[m]] = std::conj(a[m]) + Complex(0, 1) * std::conj(second);
    other[at_[m]] = a[m] + Complex(0, 1) * second;
  }
  if (axes_ == 2) {
    plan_->transform(false, rows, points_, cut_);
    plan_->transpose();
  }
  plan_->transform(false, rows, points_, rows);
  for (int i = 0; i < grid_size(); ++i) {
    on_a[i] = grid[i].real();
    if (on_b) on_b[i] = grid[i].imag();
  }
}

void PeriodicModes::to_modes(const double* on_a, const double* on_b, Complex* a, Complex* b) const {
  auto& [ffts, grid, other] = *plan_;
  const int rows = axes_ == 1 ? 1 : points_;
  for (int i = 0; i < grid_size(); ++i) other[i] = {on_a[i], on_b ? on_b[i] : 0};
  plan_->transform(true, rows, points_, rows);
  if (axes_ == 2) {
    plan_->transpose();
    plan_->transform(true, rows, points_, cut_);
  }
  const double scale = 0.5 / grid_size();
  for (int m = 0; m < size(); ++m) {
    const Complex plus = grid[at_[m]], minus = std::conj(grid[opposite_[m]]);
    a[m] = scale * (plus + minus);
    if (b) b[m] = scale * Complex(0, -1) * (plus - minus);
  }
}

}  // namespace kanpde::problems
