#pragma once
/// Fourier coefficients over time, in little memory.

#include <string>
#include <string_view>

#include "problems/reference/spectral_evolution.hpp"

namespace kanpde::problems {

/// For each step in time, each unknown and each mode a Legendre series in time, rounded to
/// multiples of a quantum and written in as few bytes as that takes.
class SpectralHistory {
 public:
  /// Ends of the axes and of time; `cut` as in PeriodicModes.
  SpectralHistory(int axes, int cut, int unknowns, std::vector<double> lower,
                  std::vector<double> upper, double quantum);
  /// The next step, [from, to]; nodes[m]: coefficients [unknown][mode] at node m.
  void add(double from, double to, const std::vector<Spectrum>& nodes,
           const ExponentialWeights& rule);

  /// out[p] (written): the unknown, or its derivative along `variable` unless that is -1, at point
  /// p (one column a variable); NaN outside the box. Cost: for each point of a time of its own, the
  /// number of modes times the series' length.
  void evaluate(const Columns& x, int unknown, int variable, double* out) const;

  std::string bytes() const;
  static SpectralHistory from_bytes(std::string_view bytes);  ///< of bytes()

 private:
  struct Step {
    double from, to;
    std::size_t begin;  ///< in data_
  };
  using Series = std::vector<Complex>;  ///< [mode][coefficient]
  Series series(std::size_t step, int unknown) const;
  Spectrum at_time(const Series& series, const Step& step, double t, bool slope) const;
  void differentiate(Spectrum& c, int axis) const;
  double sum_1d(const Spectrum& c, int modes, double x) const;
  void sum_2d(const Spectrum& c, const Columns& x, const std::vector<int>& points,
              double* out) const;
  Complex phase(int axis, double x) const;

  int axes_, unknowns_, length_ = 0;
  std::vector<double> lower_, upper_;
  double quantum_;
  PeriodicModes modes_;
  std::vector<Step> steps_;
  std::string data_;
};

}  // namespace kanpde::problems
