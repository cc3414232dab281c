#pragma once
/// Periodic evolution equations, by Fourier modes and exponential collocation.

#include <memory>

#include "problems/reference/reference.hpp"

namespace kanpde::problems {

/// Reference for semilinear_form() problems. Modes are added until the outer tenth of them is below
/// the tolerance from a thousandth of the time on (kinks of the initial values have smoothed by
/// then; at the initial time the initial values themselves are given, and between, the error
/// next to a kink is larger than the stated one). Option `tolerance`, 1e-12 where not given: of
/// each step, relative to the root mean square of the solution. The stated error is the largest
/// difference, over 64 times and 1,024 points, to a solution with fewer modes, ten times the
/// tolerance, and initial values sampled at fewer points. Kept in the cache. Throws InputError when
/// the problem is of another kind, the solution does not stay finite, or it needs more than about a
/// minute.
std::unique_ptr<ReferenceField> make_fourier_reference(const Problem& problem);

}  // namespace kanpde::problems
