#pragma once
/// Functions of one variable that an edge of a KAN may turn out to be.

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kanpde::kan {

/// f in y = a f(b z + c) + d.
struct EdgeFunction {
  /// Which of b and c make a difference beside a and d.
  enum class Argument {
    none,    ///< z itself
    scale,   ///< b alone: exp(b z + c) = e^c exp(b z)
    shift,   ///< c alone, b = 1 or -1: powers, roots, logarithm
    affine,  ///< both
  };
  std::string name;  ///< as asked for by users
  std::string text;  ///< as an expression in z
  double complexity = 2;
  Argument argument = Argument::affine;
  /// Values and derivatives at the points z, not finite where there are none.
  std::function<void(std::span<const double> z, double* f, double* df)> values;
  /// Arguments for which the function is defined and worth a look.
  double low = -1e300, high = 1e300;
};

/// Polynomials of degree 1 to 4, reciprocals, roots, elementary functions, the Gaussian, the error
/// function and Bessel functions.
const std::vector<EdgeFunction>& edge_library();

}  // namespace kanpde::kan
