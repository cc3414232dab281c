#pragma once
/// Semilinear evolution equations on periodic boxes, by exponential collocation.

#include <cstdint>

#include "problems/reference/exponential_collocation.hpp"
#include "problems/reference/periodic_modes.hpp"
#include "problems/reference/semilinear.hpp"

namespace kanpde::problems {

using Spectrum = std::vector<Complex>;  ///< [unknown][mode]

/// u_t = L u + N for the coefficients of Fourier modes. Where L couples unknowns, each mode's
/// matrix is diagonalised; one that has no good basis of eigenvectors keeps its diagonal, and the
/// rest joins N.
class SpectralSystem {
 public:
  SpectralSystem(const SemilinearForm& form, int points);

  const PeriodicModes& modes() const { return modes_; }
  int size() const { return form_.unknowns * modes_.size(); }
  /// Coefficients of the initial values, from grids of `refinement` (4 or more) times as many
  /// points, at least 65,536 in 1-D and 256 in 2-D times refinement/4, and half of that: a kink's
  /// aliases are of second order in their spacing, which is extrapolated.
  Spectrum initial(int refinement) const;
  /// Into and out of the eigenvectors of L.
  Spectrum to_diagonal(const Spectrum& u) const { return multiply(inverse_, u); }
  Spectrum from_diagonal(const Spectrum& y) const { return multiply(vectors_, y); }
  const Spectrum& eigenvalues() const { return eigenvalues_; }
  /// N in the eigenvectors of L (written). Cost: transforms of every field and every equation.
  void rest(double t, const Spectrum& y, Spectrum& out) const;

 private:
  Spectrum multiply(const Spectrum& matrices, const Spectrum& u) const;
  void diagonalise();
  Complex factor(const MultiIndex& alpha, int mode) const;  ///< (i k 2 pi/width)^alpha

  const SemilinearForm& form_;
  PeriodicModes modes_;
  std::vector<std::vector<double>> coordinates_;  ///< of the grid
  Spectrum eigenvalues_;
  Spectrum vectors_, inverse_, remainder_;  ///< [row][column][mode]; empty: identity, or zero
};

/// Steps of y' = lambda y + N(t, y): spectral deferred corrections (Buvoli 2020,
/// doi:10.1137/19M1256166) to the collocation at Gauss-Lobatto nodes, of order 16 when they have
/// converged. Steps are binary fractions of the time span, chosen so that the polynomials through
/// the nodes represent y to `tolerance` times its size.
class ExponentialStepper {
 public:
  static constexpr int intervals = 8;

  ExponentialStepper(const SpectralSystem& system, double start, double end, double tolerance);
  /// From y; false when no step is small enough, or the values are not finite.
  bool advance(Spectrum& y);
  bool finished() const { return position_ == whole; }
  double time() const { return time_at(0); }
  double from() const { return from_; }  ///< where the last step began
  /// The last step: y at the nodes.
  const std::vector<Spectrum>& nodes() const { return y_; }
  const ExponentialWeights& weights() const { return rule_; }
  long evaluations() const { return evaluations_; }

 private:
  static constexpr std::int64_t whole = std::int64_t(1) << 40;
  struct Table {
    int level = -1;
    Spectrum values;
  };
  double time_at(double fraction) const;
  const Spectrum& table(int level);
  bool converge(const Spectrum& y);
  void guess(double ratio);
  double unresolved() const;

  const SpectralSystem& system_;
  ExponentialWeights rule_;
  double start_, end_, tolerance_, from_ = 0;
  std::int64_t position_ = 0;
  int level_ = 10, previous_level_ = -1;
  double unresolved_ = 0;
  long evaluations_ = 0;
  std::vector<Complex> distinct_;  ///< eigenvalues
  std::vector<int> which_;         ///< for each entry of y
  std::vector<Table> tables_;
  std::vector<Spectrum> y_, f_, old_f_, previous_f_;
};

double norm(const Spectrum& u);  ///< of real functions with these modes, root mean square

}  // namespace kanpde::problems
