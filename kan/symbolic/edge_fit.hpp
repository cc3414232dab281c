#pragma once
/// What an edge is among the functions of a library: a f(b z + c) + d.

#include <span>
#include <vector>

#include "kan/symbolic/library.hpp"

namespace kanpde::kan {

inline constexpr int constant_edge = -1, polynomial_edge = -2;

struct EdgeFit {
  int function = 0;  ///< index in the library, or one of the above
  double a = 1, b = 1, c = 0, d = 0;
  double error = 0;  ///< root mean square of the misfit over the standard deviation of y
  /// Of a polynomial a (z^n + powers[n-2] z^(n-1) + ... + powers[0] z) + d.
  std::vector<double> powers;
  double score = 0;  ///< complexity + 2 log10(error + noise): the smaller the better
};

/// The best fit of each function of the library to the points (z, y), and of polynomials of degree
/// 2 to 6 where the library has powers, by score. a and d by linear least squares (variable
/// projection: Golub and Pereyra 1973, doi:10.1137/0710036) over a grid of b and c, then all four
/// by Levenberg-Marquardt from the best places of the grid. A function that is not defined over the
/// points is left out. `noise`: how far y is off, relative to its standard deviation. Precondition:
/// y is not constant. Cost: about 10^5 values of each function.
std::vector<EdgeFit> fit_edge(const std::vector<EdgeFunction>& library, std::span<const double> z,
                              std::span<const double> y, double noise);

/// The fit of one function; error is infinite where it is not defined over the points.
EdgeFit fit_function(const EdgeFunction& function, std::span<const double> z,
                     std::span<const double> y);

/// The polynomial of this degree.
EdgeFit fit_polynomial(int degree, std::span<const double> z, std::span<const double> y);

}  // namespace kanpde::kan
