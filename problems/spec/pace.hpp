#pragma once
/// How fast a solution changes at its start, read from the equations without solving them.

#include <optional>

#include "problems/problem.hpp"

namespace kanpde::problems {

struct Pace {
  /// Phase, in radians, that a wave of the present size and rate of change runs through in half of
  /// the time: T/2 max |2 u_t/range u|, or T/2 max |2 u_tt/range u|^(1/2) for equations of second
  /// order in time; the largest over the unknowns. It is the wave number in time once the time is
  /// scaled to [-1, 1].
  double phase = 0;
  /// Largest part of the nonlinear terms in an equation, 0 (none) to 1 (only such).
  double nonlinear = 0;
  bool nearly_linear() const { return nonlinear < 0.05; }
};

/// Of a problem with one space variable on an interval and time: every equation with a time
/// derivative is solved for the highest one, at the initial values. Nothing where that cannot be
/// done: no initial values, or two such derivatives in one equation.
std::optional<Pace> start_pace(const Problem& problem);

}  // namespace kanpde::problems
