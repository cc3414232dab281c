#pragma once
/// Steady flow in the unit square, driven by its lid.

#include <memory>
#include <vector>

#include "problems/reference/spline_axis.hpp"

namespace kanpde::problems {

/// Stream function psi, u = psi_y, v = -psi_x, with
///   laplacian^2(psi)/Re = psi_y laplacian(psi)_x - psi_x laplacian(psi)_y,
/// u = 1 on the lid y = 1 and no motion at the other walls, by Galerkin's method in products of
/// splines whose breakpoints are graded towards the walls: the velocity jumps at the ends of the
/// lid, where psi behaves as r f(theta), and a geometric grading down to `first` confines the error
/// there. On the lid u is a spline that rises from 0 to 1 over the first two spans.
class CavityFlow {
 public:
  CavityFlow(int degree, const Grading& grading);

  /// Newton's method from the present flow (at rest at first). False when it does not converge.
  bool solve(double reynolds);
  /// The flow of another mesh as a start.
  void start_from(const CavityFlow& other);

  /// psi and its derivatives: out[i * 5 + j] = derivative i along x and j along y, i, j <= 4.
  void derivatives(double x, double y, double* out) const;
  const SplineAxis& axis() const { return axis_; }
  const std::vector<double>& coefficients() const { return c_; }
  void set_coefficients(std::vector<double> c) { c_ = std::move(c); }

 private:
  struct Blocks;
  void assemble(double reynolds, Blocks& system) const;
  void add(int ex, int ey, const double* matrix, const double* value, Blocks& system) const;
  std::vector<double> correction(double reynolds) const;
  void impose_walls();

  SplineAxis axis_;
  std::vector<double> gauss_, weights_;  ///< on [0, 1]
  std::vector<double> tables_;           ///< [span][Gauss point][derivative 0 .. 2][function]
  std::vector<double> c_;                ///< [function in x][function in y]
};

}  // namespace kanpde::problems
