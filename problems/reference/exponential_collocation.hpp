#pragma once
/// Integrals that a step of y' = lambda y + f(t) needs, with f a polynomial through nodes of the
/// step.

#include <complex>
#include <vector>

namespace kanpde::problems {

/// The s + 1 Gauss-Lobatto nodes of [0, 1], ascending: 0, zeros of P_s', 1. Order of the
/// quadrature: 2 s.
std::vector<double> lobatto_nodes(int s);

/// Gauss-Legendre nodes and weights on [0, 1], appended.
void gauss_rule(int n, std::vector<double>& nodes, std::vector<double>& weights);

/// For z = h lambda and each interval j of the nodes c, of width d = c_{j+1} - c_j:
///   growth_j = exp(d z), first_j = int_0^d exp((d - r) z) dr,
///   weight_jm = int_0^d exp((d - r) z) l_m(c_j + r) dr, l_m Lagrange's polynomials,
/// so that y_{j+1} = growth_j y_j + h sum_m weight_jm f(c_m). Rounding errors of a few 1e-16 as
/// long as exp(d z) does not overflow.
class ExponentialWeights {
 public:
  explicit ExponentialWeights(int s);
  int intervals() const { return s_; }
  const std::vector<double>& nodes() const { return nodes_; }
  /// Values of an interval: growth, first, then the s + 1 weights.
  int stride() const { return s_ + 3; }
  /// out: intervals() * stride() values (written).
  void compute(std::complex<double> z, std::complex<double>* out) const;
  /// coefficients[p * (s + 1) + m]: of the value at node m in the coefficient of the Legendre
  /// polynomial P_p(2 c - 1) of the interpolant.
  const std::vector<double>& legendre() const { return legendre_; }

 private:
  int s_;
  std::vector<double> nodes_, legendre_;
  std::vector<double> gauss_, gauss_weights_;  ///< on [0, 1]
  std::vector<double> at_gauss_;               ///< [j][m][q]: l_m at Gauss node q of interval j
  std::vector<double> monomial_;               ///< [j][m][p]: of l_m(c_j + d r) in r^p
};

}  // namespace kanpde::problems
