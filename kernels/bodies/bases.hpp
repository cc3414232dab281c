#pragma once
/// Bases of a KAN edge on a grid, with derivatives; all basis functions of one input at once.
/// f[(k * features + g) * stride] = B_g^(k)(x), k = 0 .. count-1, g = 0 .. features of the basis
/// - 1. Outside [a, b] every function continues linearly: B(a) + B'(a) (x - a), so derivatives
/// above the first vanish.

#include "kernels/bodies/math.hpp"

namespace kanpde::kernels {

inline constexpr int max_degree = 11;

/// B-splines of degree p on knots t[0 .. n+p], n functions, for x in the grid [t_p, t_n]: the
/// recurrences of Cox and de Boor (de Boor 1978, ch. X, eq. 4 and 12), from the last function to
/// the first, so that only what function g hands on to function g - 1 is kept. With w = (x - t_g) /
/// (t_{g+r+1} - t_g)
///   B_{g,r+1} = w B_{g,r} + rest_{g+1,r},   rest_{g,r} = B_{g,r} - w B_{g,r}.
/// inverse[r * knots + g] = 1 / (t_{g+r} - t_g), r = 1 .. p. Cost for each function: 4 p operations
/// for the value and 2 k for derivative k. Callers with a constant degree get straight-line code.
/// put(g, k, B_g^(k)(x)) for k = min(count - 1, p) .. 0, then done(g).
template <class T, class Put, class Done>
KANPDE_HD KANPDE_INLINE void for_each_bspline(T x, int degree, int n, const double* t,
                                              const double* inverse, int knots, int count, Put put,
                                              Done done) {
  const int p = degree;
  T rest[max_degree + 1];
  T slope[max_derivative + 1]
         [max_derivative];  // of function g + 1, at each step of each derivative
  KANPDE_UNROLL
  for (int r = 0; r < p; ++r) rest[r] = T(0.0);
  KANPDE_UNROLL
  for (int k = 0; k <= max_derivative; ++k) {
    KANPDE_UNROLL
    for (int s = 0; s < k && s < max_derivative; ++s) slope[k][s] = T(0.0);
  }
  T after = T(0.0);  // 1 where x lies in an interval after the g-th
  for (int g = n - 1; g >= 0; --g) {
    T reached = T(1.0);  // the end intervals are unbounded
    if (g > p) reached = select(x >= T(t[g]), reached, T(0.0));
    T b = reached - after;  // B_{g,r}
    after = reached;
    const T left = x - T(t[g]);
    KANPDE_UNROLL
    for (int r = 0; r <= p; ++r) {
      const int k = p - r;
      if (k <= max_derivative && k < count) {  // degree r to p, derivative 0 to k
        T d = b;
        int factor = 1;
        KANPDE_UNROLL
        for (int s = 0; s < k && s < max_derivative; ++s) {
          const T c = T(inverse[(r + s + 1) * knots + g]) * d;
          d = c - slope[k][s];
          slope[k][s] = c;
          factor *= r + s + 1;
        }
        put(g, k, k > 0 ? T(factor) * d : d);
      }
      if (r < p) {
        const T a = left * T(inverse[(r + 1) * knots + g]) * b;
        const T next = a + rest[r];
        rest[r] = b - a;
        b = next;
      }
    }
    done(g);
  }
}

/// The same, stored.
template <class T>
KANPDE_HD KANPDE_INLINE void bspline_derivatives(T x, int degree, int n, const double* t,
                                                 const double* inverse, int knots, int features,
                                                 int count, T* f) {
  for_each_bspline(
      x, degree, n, t, inverse, knots, count,
      [=](int g, int k, T value) { f[k * features + g] = value; }, [](int) {});
  for (int k = degree + 1; k < count; ++k)
    for (int g = 0; g < n; ++g) f[k * features + g] = T(0.0);
}

/// Gaussian exp(-((x - c) / h)^2): y = (x - c)/h, derivatives (-1/h)^k H_k(y) exp(-y^2); f[k *
/// stride].
template <class T>
KANPDE_HD inline void gaussian_derivatives(T x, double center, double inverse_width, int count,
                                           T* f, int stride) {
  using std::exp;
  const T w = T(inverse_width);
  const T y = (x - T(center)) * w;
  f[0] = exp(-y * y);
  if (count > 1) f[stride] = T(-2.0) * w * y * f[0];
  for (int k = 2; k < count; ++k)
    f[k * stride] = T(-2.0) * w * (y * f[(k - 1) * stride] + T(k - 1) * w * f[(k - 2) * stride]);
}

template <class T>
KANPDE_HD inline void rbf_derivatives(T x, int n, const double* centers, double inverse_width,
                                      int features, int count, T* f) {
  for (int g = 0; g < n; ++g)
    gaussian_derivatives(x, centers[g], inverse_width, count, f + g, features);
}

/// Chebyshev polynomials T_0 .. T_{n-1} of z = (x - center) * scale, z in [-1, 1]: put(g, k,
/// d^k T_g / dx^k), then done(g), in the order of g.
template <class T, class Put, class Done>
KANPDE_HD KANPDE_INLINE void for_each_chebyshev(T x, int n, double center, double scale, int count,
                                                Put put, Done done) {
  const T z = (x - T(center)) * T(scale);
  T last[max_derivative + 1], before[max_derivative + 1];  // with respect to z, of g - 1 and g - 2
  for (int g = 0; g < n; ++g) {
    T power = T(1.0), lower = T(0.0);  // lower: derivative k - 1 of function g - 1
    for (int k = 0; k < count; ++k) {
      T value = g == 0 ? T(k == 0 ? 1.0 : 0.0) : (k == 0 ? z : T(k == 1 ? 1.0 : 0.0));
      if (g > 1) {
        value = T(2.0) * z * last[k] - before[k];
        if (k > 0) value = value + T(2 * k) * lower;
      }
      if (g > 0) {
        lower = last[k];
        before[k] = lower;
      }
      last[k] = value;
      put(g, k, k == 0 ? value : power * value);
      power = T(scale) * power;
    }
    done(g);
  }
}

template <class T>
KANPDE_HD inline void chebyshev_derivatives(T x, int n, double center, double scale, int features,
                                            int count, T* f) {
  for_each_chebyshev(
      x, n, center, scale, count, [=](int g, int k, T value) { f[k * features + g] = value; },
      [](int) {});
}

/// Turns values at clamp(x) into the linear continuation at x; distance = x - clamp(x), zero inside
/// the grid.
template <class T>
KANPDE_HD inline void continue_linearly(T distance, int n, int features, int count, T* f) {
  if (is_zero(distance)) return;
  for (int g = 0; g < n; ++g) f[g] = f[g] + distance * f[features + g];
  const auto inside_low = distance >= T(0.0);
  const auto inside_high = distance <= T(0.0);
  for (int k = 2; k < count; ++k)
    for (int g = 0; g < n; ++g) {
      T& value = f[k * features + g];
      value = select(inside_low, select(inside_high, value, T(0.0)), T(0.0));
    }
}

}  // namespace kanpde::kernels
