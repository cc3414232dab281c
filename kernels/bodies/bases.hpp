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
KANPDE_HD KANPDE_INLINE void chebyshev_derivatives(T x, int n, double center, double scale,
                                                   int features, int count, T* f) {
  for_each_chebyshev(
      x, n, center, scale, count, [=](int g, int k, T value) { f[k * features + g] = value; },
      [](int) {});
}

/// c(t) (left + t) of the polynomial c(t) = sum_k c[k] t^k, truncated to count coefficients.
template <class T>
KANPDE_HD KANPDE_INLINE void times_linear(T left, int count, T* c) {
  for (int k = count - 1; k > 0; --k) c[k] = left * c[k] + c[k - 1];
  c[0] = left * c[0];
}

/// Rational functions without real poles (Floater and Hormann 2007, Numer. Math. 107, eq. 10 and
/// 18) on n equal steps y_0 .. y_{n-1} of [a, b]: function g is 1 at y_g and 0 at the others, all
/// polynomials up to the degree of the weights w are reproduced, and
///   B_g = w_g prod_{j != g} (y - y_j) / D(y),   D = sum_g w_g prod_{j != g} (y - y_j).
/// The products are expanded around y, so that nothing is divided by y - y_g; lengths are scaled
/// to an interval of capacity 1, which keeps products of many factors finite.
template <class T>
struct RationalBasis {
  KANPDE_HD RationalBasis(T x, int n, double a, double b, int derivatives)
      : y((x - T(a)) * T(4.0 / (b - a))),
        step(n > 1 ? 4.0 / (n - 1) : 4.0),
        scale(4.0 / (b - a)),
        count(derivatives) {}

  KANPDE_HD T left(int g) const { return y - T(g * step); }

  /// Coefficients of 1/D(y + t), written to r; visit(g, p) for the products p of all left(j) + t, j
  /// < g.
  template <class Visit>
  KANPDE_HD KANPDE_INLINE void reciprocal(int n, const double* w, T* r, Visit visit) const {
    T p[max_derivative + 1], d[max_derivative + 1];
    for (int k = 0; k < count; ++k) p[k] = T(k == 0 ? 1.0 : 0.0), d[k] = T(0.0);
    for (int g = 0; g < n; ++g) {
      visit(g, p);
      times_linear(left(g), count, d);
      for (int k = 0; k < count; ++k) d[k] = d[k] + T(w[g]) * p[k];
      times_linear(left(g), count, p);
    }
    r[0] = T(1.0) / d[0];
    for (int k = 1; k < count; ++k) {
      T sum = d[1] * r[k - 1];
      for (int j = 2; j <= k; ++j) sum = sum + d[j] * r[k - j];
      r[k] = -r[0] * sum;
    }
  }

  T y;
  double step, scale;
  int count;
};

/// Derivatives of all n functions, in one pass forward and one back.
template <class T>
KANPDE_HD KANPDE_INLINE void rational_derivatives(T x, int n, double a, double b, const double* w,
                                                  int features, int count, T* f) {
  const RationalBasis<T> basis(x, n, a, b, count);
  T r[max_derivative + 1];
  basis.reciprocal(n, w, r, [=](int g, const T* p) {
    for (int k = 0; k < count; ++k) f[k * features + g] = p[k];
  });
  double factors[max_derivative + 1] = {1.0};
  for (int k = 1; k < count; ++k) factors[k] = factors[k - 1] * k * basis.scale;
  for (int g = n - 1; g >= 0; --g) {
    for (int k = count - 1; k >= 0; --k) {
      T sum = f[g] * r[k];
      for (int j = 1; j <= k; ++j) sum = sum + f[j * features + g] * r[k - j];
      f[k * features + g] = T(factors[k] * w[g]) * sum;
    }
    times_linear(basis.left(g), count, r);
  }
}

/// The same one function after another, n^2 operations: put(g, k, B_g^(k)(x)), then done(g).
template <class T, class Put, class Done>
KANPDE_HD KANPDE_INLINE void for_each_rational(T x, int n, double a, double b, const double* w,
                                               int count, Put put, Done done) {
  const RationalBasis<T> basis(x, n, a, b, count);
  T r[max_derivative + 1], f[max_derivative + 1];
  basis.reciprocal(n, w, r, [](int, const T*) {});
  for (int g = 0; g < n; ++g) {
    for (int k = 0; k < count; ++k) f[k] = T(w[g]) * r[k];
    for (int j = 0; j < n; ++j)
      if (j != g) times_linear(basis.left(j), count, f);
    T factor = T(1.0);
    for (int k = 0; k < count; ++k) {
      put(g, k, factor * f[k]);
      factor = factor * T((k + 1) * basis.scale);
    }
    done(g);
  }
}

/// 1, cos t, sin t, cos 2t, sin 2t .. (n functions) of t = (x - center) * frequency: put(g, k, d^k
/// B_g / dx^k), then done(g), in the order of g. One sine and cosine, then rotations by t. With
/// frequency pi/(b - a) the grid is half a period, so that functions with different values at its
/// ends are approximated as fast as by polynomials (Huybrechs 2010, SIAM J. Numer. Anal. 47).
template <class T, class Put, class Done>
KANPDE_HD KANPDE_INLINE void for_each_fourier(T x, int n, double center, double frequency,
                                              int count, Put put, Done done) {
  using std::cos;
  using std::sin;
  for (int k = 0; k < count; ++k) put(0, k, T(k == 0 ? 1.0 : 0.0));
  done(0);
  const T angle = (x - T(center)) * T(frequency);
  const T c1 = cos(angle), s1 = sin(angle);
  T c = c1, s = s1;
  for (int g = 1; g < n; g += 2) {
    const double w = frequency * ((g + 1) / 2);
    T a = c, b = s;  // the derivatives of cos and sin, each (-b, a) w after (a, b)
    for (int k = 0; k < count; ++k) {
      put(g, k, a);
      const T next = T(-w) * b;
      b = T(w) * a;
      a = next;
    }
    done(g);
    if (g + 1 == n) return;
    a = s, b = -c;
    for (int k = 0; k < count; ++k) {
      put(g + 1, k, a);
      const T next = T(-w) * b;
      b = T(w) * a;
      a = next;
    }
    done(g + 1);
    const T rotated = c * c1 - s * s1;
    s = s * c1 + c * s1;
    c = rotated;
  }
}

template <class T>
KANPDE_HD KANPDE_INLINE void fourier_derivatives(T x, int n, double center, double frequency,
                                                 int features, int count, T* f) {
  for_each_fourier(
      x, n, center, frequency, count, [=](int g, int k, T value) { f[k * features + g] = value; },
      [](int) {});
}

/// Of the harmonics on a grid: half a period.
KANPDE_HD inline double fourier_frequency(double a, double b) {
  return 3.14159265358979323846 / (b - a);
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
