#pragma once
/// Where the break points of a refined grid lie.

#include <span>
#include <vector>

namespace kanpde::kan {

/// What a refined grid is finest for: nothing, where the inputs are dense, or where the edges bend.
enum class Knots { uniform, quantile, curvature };

/// Relative mass of intervals: the integral of a density that is constant between ascending points.
class Density {
 public:
  /// `values`: a number between every two of `points`, not negative.
  Density(std::vector<double> points, const std::vector<double>& values);
  double mass(double a, double b) const { return cumulative(b) - cumulative(a); }

 private:
  double cumulative(double x) const;  ///< mass left of x, which may lie outside
  std::vector<double> points_, sums_;
};

/// Of the values within [a, b], each with the same mass; an even `share` of the whole everywhere.
Density density_of(std::vector<double> values, double a, double b, double share);

/// For splines of a degree p on these knots: the density |D^(p+1) f|^(1/(p+1)) that makes errors
/// even, from the jumps of D^p f (de Boor 1978, A Practical Guide to Splines, chapter XII,
/// NEWKNOT), f of norm sum over the splines; an even `share` of the whole everywhere. coefficients:
/// one entry a spline.
Density curvature_density(const std::vector<double>& knots, int degree,
                          const std::vector<std::vector<double>>& coefficients, double share);

/// The break points with intervals halved, those of largest mass first, until there are
/// `intervals`: every spline on the break points is one on these. Of intervals alike, some spread
/// evenly are halved.
std::vector<double> halved(std::vector<double> breaks, const Density& density, int intervals);

/// Moves an end of the break points outward that a value has come to: by `margin` times the width,
/// or the interval at the end if that is less, so that its polynomial may go on. Where values are
/// over the end it moves to the middle between those on its two sides if one is within rounding of
/// it, and no farther than that. Returns whether one has moved.
bool move_reached_ends(std::vector<double>& breaks, std::span<const double> values, double margin);

/// Coefficients of the same spline of a degree p on finer knots, whose p-th to p-th last contain
/// those of the coarser, but for its ends, which may lie farther out: values of its blossom at the
/// new knots (Ramshaw 1989, doi:10.1016/0167-8396(89)90032-0).
std::vector<double> refined(const std::vector<double>& knots, int degree,
                            const std::vector<double>& coefficients,
                            const std::vector<double>& finer);

}  // namespace kanpde::kan
