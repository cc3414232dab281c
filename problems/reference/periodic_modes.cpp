#include "problems/reference/periodic_modes.hpp"

#include <unsupported/Eigen/FFT>

namespace kanpde::problems {

/// Complex transforms. In 2-D the spectrum is kept transposed, [k_1][k_0], and its rows that hold
/// no kept mode are neither read nor written.
struct PeriodicModes::Plan {
  Eigen::FFT<double> fft{Eigen::default_fft_impl<double>(), Eigen::FFT<double>::Unscaled};
  std::vector<Complex> grid, other, row;

  void transform(bool forward, Complex* out, const Complex* in, int n) {
    if (forward)
      fft.fwd(out, in, n);
    else
      fft.inv(out, in, n);
  }
  void transpose(const std::vector<Complex>& from, std::vector<Complex>& to, int n) const {
    constexpr int tile = 16;
    for (int i0 = 0; i0 < n; i0 += tile)
      for (int j0 = 0; j0 < n; j0 += tile)
        for (int i = i0; i < std::min(n, i0 + tile); ++i)
          for (int j = j0; j < std::min(n, j0 + tile); ++j)
            to[std::size_t(j) * n + i] = from[std::size_t(i) * n + j];
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
  auto& [fft, grid, other, row] = *plan_;
  const int n = points_;
  std::fill(other.begin(), other.end(), Complex(0));
  for (int m = size() - 1; m >= 0; --m) {  // mode 0, its own opposite, last
    const Complex second = b ? b[m] : Complex(0);
    other[opposite_[m]] = std::conj(a[m]) + Complex(0, 1) * std::conj(second);
    other[at_[m]] = a[m] + Complex(0, 1) * second;
  }
  if (axes_ == 2) {
    for (int k = 0; k < n; ++k)
      if (k <= cut_ || k >= n - cut_)
        plan_->transform(false, &grid[std::size_t(k) * n], &other[std::size_t(k) * n], n);
      else
        std::fill_n(&grid[std::size_t(k) * n], n, Complex(0));
    plan_->transpose(grid, other, n);
  }
  for (int i = 0; i < grid_size(); i += n) plan_->transform(false, &grid[i], &other[i], n);
  for (int i = 0; i < grid_size(); ++i) {
    on_a[i] = grid[i].real();
    if (on_b) on_b[i] = grid[i].imag();
  }
}

void PeriodicModes::to_modes(const double* on_a, const double* on_b, Complex* a, Complex* b) const {
  auto& [fft, grid, other, row] = *plan_;
  const int n = points_;
  for (int i = 0; i < grid_size(); ++i) other[i] = {on_a[i], on_b ? on_b[i] : 0};
  for (int i = 0; i < grid_size(); i += n) plan_->transform(true, &grid[i], &other[i], n);
  if (axes_ == 2) {
    plan_->transpose(grid, other, n);
    for (int k = 0; k < n; ++k)
      if (k <= cut_ || k >= n - cut_)
        plan_->transform(true, &grid[std::size_t(k) * n], &other[std::size_t(k) * n], n);
  }
  const double scale = 0.5 / grid_size();
  for (int m = 0; m < size(); ++m) {
    const Complex plus = grid[at_[m]], minus = std::conj(grid[opposite_[m]]);
    a[m] = scale * (plus + minus);
    if (b) b[m] = scale * Complex(0, -1) * (plus - minus);
  }
}

}  // namespace kanpde::problems
