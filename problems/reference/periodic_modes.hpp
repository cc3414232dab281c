#pragma once
/// Real periodic functions of one or two variables as sums of Fourier modes.

#include <array>
#include <complex>
#include <memory>
#include <vector>

namespace kanpde::problems {

using Complex = std::complex<double>;

/// u(x) = sum over k of c_k exp(i k . theta), theta_d = 2 pi (x_d - lower_d)/width_d, |k_d| <= cut.
/// c_-k is the conjugate of c_k, so one of each pair is kept: in 1-D k >= 0; in 2-D the k with
/// k_1 > 0, or k_1 = 0 and k_0 >= 0. The mode k = 0 comes first.
class PeriodicModes {
 public:
  /// Grids of `points` an axis; cut = (points - 1)/3, so that products of two functions have no
  /// aliases (the 2/3 rule).
  PeriodicModes(int axes, int points);
  ~PeriodicModes();
  PeriodicModes(PeriodicModes&&) noexcept;
  PeriodicModes& operator=(PeriodicModes&&) noexcept;

  int axes() const { return axes_; }
  int points() const { return points_; }
  int grid_size() const { return axes_ == 1 ? points_ : points_ * points_; }
  int cut() const { return cut_; }
  int size() const { return int(k_.size()); }
  std::array<int, 2> wave_number(int mode) const { return k_[mode]; }
  int find(int k0, int k1) const;  ///< the kept mode of this wave number, or -1

  /// a, b: coefficients (read); grid values at theta_d = 2 pi i_d/points, last axis fastest
  /// (written). b and on_b may be null. Cost: one complex transform.
  void to_grid(const Complex* a, const Complex* b, double* on_a, double* on_b) const;
  /// The reverse, by the trapezoidal rule.
  void to_modes(const double* on_a, const double* on_b, Complex* a, Complex* b) const;

 private:
  struct Plan;
  int axes_, points_, cut_;
  std::vector<std::array<int, 2>> k_;
  std::vector<int> at_, opposite_;  ///< of each mode and its conjugate in the transform's order
  std::unique_ptr<Plan> plan_;      ///< not for several threads at a time
};

}  // namespace kanpde::problems
