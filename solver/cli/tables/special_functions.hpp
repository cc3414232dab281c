#pragma once
/// Special functions of two arguments in the conventions of scipy.special, by the standard library
/// or, where it has none for real orders, by series; absolute errors below 1e-12 on the domains of
/// the table `special`.

namespace kanpde::solver {

/// Jacobi's sn(u | m), 0 <= m < 1, by the arithmetic-geometric mean (Abramowitz, Stegun 16.4).
double elliptic_sn(double u, double m);

/// Incomplete elliptic integrals of the first and second kind of parameter m (not modulus).
double elliptic_f(double phi, double m);
double elliptic_e(double phi, double m);

/// Associated Legendre function of the first kind of order m >= 0 and real degree v on (-1, 1],
/// with the Condon-Shortley phase (DLMF 14.3.1), by its hypergeometric series.
double legendre(int m, double v, double x);

/// Real part of the spherical harmonic of degree n and order m, 0 <= m <= n.
double spherical_harmonic(int m, int n, double azimuth, double polar);

}  // namespace kanpde::solver
