#pragma once
/// Where a solution is steep along each space axis, and points placed accordingly.

#include <functional>
#include <vector>

#include "problems/problem.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

/// Points of [-1, 1] along each variable, ascending from -1 to 1, at equal steps of the stretched
/// coordinate; empty for variables that are left as they are.
using AxisPoints = std::vector<std::vector<double>>;

/// Derivative of `order` along `axis` of every unknown at points: a column an unknown.
using Profile = std::function<Columns(int axis, int order, const Columns& points)>;

struct StretchingOptions {
  double even_share = 0.2;  ///< added to the density everywhere, of its mean
  bool jumps = true;        ///< whether derivatives may jump at the ends of a periodic axis
};

/// Points that share the variation of a profile out over the space axes of a box. Their density is
/// max over unknowns, order k = 1, ..., 4 and the other variables of |d^k u / range u|^(1/k), the
/// inverse of the length over which u changes, at both ends of a periodic axis also for derivatives
/// that jump there (initial values may; of a solution it would be noise); raised to
/// 1/(1/density + distance) around peaks, so that spacings grow in proportion to the distance (as
/// those of asinh do); plus a share of its mean, so that no part is left out; then smoothed.
/// Equidistribution: Huang and Russell 2011, doi:10.1007/978-1-4419-7916-2, chapter 2. `times`:
/// where the profile is taken.
AxisPoints equidistribute(const problems::Problem& problem, const Profile& profile,
                          const std::vector<double>& times, const StretchingOptions& options = {});

/// The density of the break points of a model of products, along each space axis that its `stretch`
/// grades; nothing for other models.
AxisPoints product_axes(const problems::Problem& problem, const problems::ModelSettings& model);

/// Whether a condition makes the axis periodic.
bool is_periodic(const problems::Problem& problem, int axis);

/// Whether no derivative of the profile up to the order jumps from one end of the axis to the
/// other, at the start of the time: by more than 1e-9 of its largest value.
bool goes_on_smoothly(const problems::Problem& problem, const Profile& profile, int axis,
                      int highest_order);

/// Moves points that are spread evenly over the space axes' box to the density of `axes`.
void stretch(const problems::Problem& problem, const AxisPoints& axes, TermPoints& points);

/// Volume that each of the stretched points stands for, scaled to mean square 1: a factor of its
/// residuals. Second derivatives are large where points are dense, and errors there stay there; the
/// root, which would give the integral of the squared residual, left more error (Burgers' equation,
/// relative L2 6.6e-7 in place of 4.7e-7; 9.4e-7 without a factor).
AlignedVector<double> volume_scale(const problems::Problem& problem, const AxisPoints& axes,
                                   const Columns& x);

}  // namespace kanpde::solver
