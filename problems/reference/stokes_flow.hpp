#pragma once
/// Stokes flow in a polygon whose velocity is given on the boundary.

#include <complex>
#include <functional>
#include <memory>
#include <vector>

#include "problems/reference/rational_basis.hpp"

namespace kanpde::problems {

/// laplacian(u) = p_x, laplacian(v) = p_y, u_x + v_y = 0 through Goursat's functions f and g of
/// z = x + i y:
///   stream function Im(conj(z) f + g),  u - i v = -conj(f) + conj(z) f' + g',  p = 4 Re f'
/// f and g are rational functions whose poles lie on the bisectors outside the corners, clustered
/// there exponentially, plus a polynomial; the velocity on the boundary fixes them by least
/// squares. The equations hold exactly. Source: Brubeck, Trefethen 2022, doi:10.1137/21M1434121.
class StokesFlow {
 public:
  using Complex = std::complex<double>;
  /// u + i v at a point of the edge from corner `edge` to the next.
  using Velocity = std::function<Complex(int edge, Complex z)>;

  /// Corners counterclockwise; `poles` >= 2 of them a corner.
  StokesFlow(std::vector<Complex> corners, const Velocity& velocity, int poles, int degree);

  /// u, v, p, up to the constant of p; with gradients 9 values: those, then their x-, then their
  /// y-derivatives. out[value][point], written.
  void evaluate(const std::vector<Complex>& z, bool gradients,
                std::vector<std::vector<double>>& out) const;
  /// Largest difference |u + i v - velocity| over points of the boundary that the fit does not use.
  double boundary_error() const { return boundary_error_; }

 private:
  std::vector<Complex> corners_;
  Complex center_;
  std::shared_ptr<const RationalBasis> basis_;
  std::vector<Complex> f_, g_;  ///< coefficients; that of the constant is 0 in g
  double boundary_error_ = 0;
};

}  // namespace kanpde::problems
