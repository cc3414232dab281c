#pragma once
/// Evolution equations of first order in time, split into a linear part with constant coefficients
/// and the rest.

#include <vector>

#include "problems/problem.hpp"

namespace kanpde::problems {

/// u_t = L u + N, with L u a sum of constant multiples of derivatives in space and N an expression
/// of coordinates, unknowns and their derivatives in space.
struct SemilinearForm {
  struct Term {
    int equation, unknown;
    MultiIndex alpha;
    double coefficient;
  };
  int unknowns = 0, axes = 0;
  std::vector<double> lower, upper;  ///< of the space variables, then time
  std::vector<Term> linear;
  std::vector<Symbol> fields;  ///< unknowns and derivatives that N needs
  kernels::Tape rest;          ///< N; inputs: the coordinates, time, then `fields`
  /// u at the initial time, one an unknown, then its derivatives along the space variables:
  /// [unknown][0: value, 1 + i: along i]; inputs: the coordinates and time.
  std::vector<std::vector<kernels::Tape>> initial;
  std::string text;  ///< everything above in words: equal texts, equal problems
};

/// The form of a problem that is periodic along every axis of an interval or a rectangle, has as
/// many equations as unknowns, linear in u_t with constant coefficients, and an initial condition
/// u = ... for each unknown. Throws InputError at the reference's place otherwise.
SemilinearForm semilinear_form(const Problem& problem);

}  // namespace kanpde::problems
