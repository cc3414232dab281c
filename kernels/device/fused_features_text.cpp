#include "kernels/device/fused_text.hpp"

namespace kanpde::kernels::device {

// Needs: T, real_tanh .. real_erf, and for each layer a struct L with basis, base (numbers of
// kernels::Features), basis_count, active, degree.
const char* const fused_features_text = R"(
enum { f_none, f_identity, f_tanh, f_sin, f_silu, f_gelu, f_bspline, f_rbf, f_chebyshev,
       f_fourier, f_rational };

struct alignas(2 * sizeof(T)) Pair { T a, b; };

// Derivatives of tanh, t = tanh(x).
template <int count>
KANPDE_DEVICE void derivatives_of_tanh(T t, T* f) {
  const T q = t * t, s = T(1) - q;
  f[0] = t;
  if constexpr (count > 1) f[1] = s;
  if constexpr (count > 2) f[2] = T(-2) * t * s;
  if constexpr (count > 3) f[3] = s * (T(6) * q - T(2));
  if constexpr (count > 4) f[4] = s * t * (T(16) - T(24) * q);
  if constexpr (count > 5) f[5] = s * (T(16) + q * (T(-120) + T(120) * q));
}

// x g(x) from g, in place.
template <int count>
KANPDE_DEVICE void times_x(T x, T* f) {
  #pragma unroll
  for (int k = count - 1; k > 0; --k) f[k] = x * f[k] + T(k) * f[k - 1];
  f[0] = x * f[0];
}

// Derivatives 0 .. count - 1 of an activation.
template <int kind, int count>
KANPDE_DEVICE void activation(T x, T* f) {
  if constexpr (kind == f_identity) {
    #pragma unroll
    for (int k = 0; k < count; ++k) f[k] = k == 0 ? x : T(k == 1);
  } else if constexpr (kind == f_tanh) {
    derivatives_of_tanh<count>(real_tanh(x), f);
  } else if constexpr (kind == f_sin) {
    T s, c;
    real_sincos(x, &s, &c);
    #pragma unroll
    for (int k = 0; k < count; ++k) {
      const T value = k & 1 ? c : s;
      f[k] = k & 2 ? -value : value;
    }
  } else if constexpr (kind == f_silu) {
    const T g = T(1) / (T(1) + real_exp(-x)), t = T(2) * g - T(1);  // t = tanh(x / 2)
    derivatives_of_tanh<count>(t, f);
    T scale = T(0.5);
    f[0] = g;
    #pragma unroll
    for (int k = 1; k < count; ++k) {
      scale = T(0.5) * scale;
      f[k] = scale * f[k];
    }
    times_x<count>(x, f);
  } else if constexpr (kind == f_gelu) {
    f[0] = T(0.5) + T(0.5) * real_erf(x * T(0.70710678118654752440));
    if constexpr (count > 1) f[1] = T(0.39894228040143267794) * real_exp(T(-0.5) * x * x);
    if constexpr (count > 2) f[2] = -x * f[1];
    #pragma unroll
    for (int k = 3; k < count; ++k) f[k] = -x * f[k - 1] - T(k - 2) * f[k - 2];
    times_x<count>(x, f);
  }
}

// The degree + 1 B-splines that differ from zero at x inside the grid: f[q][k] is derivative k of
// function s + q; returns s. The recurrences of bodies/bases.hpp without their zeros.
template <class L, int count>
KANPDE_DEVICE int bsplines(const T* grid, T x, T (*f)[count]) {
  constexpr int p = L::degree, n = L::basis_count, knots = n + p + 1;
  int s = 0;
  #pragma unroll
  for (int g = p + 1; g < n; ++g) s += x >= grid[2 + g];
  const T* t = grid + 2 + s;               // t[p - q]: knot s + p - q, left of x
  const T* inverse = grid + 2 + knots + s;
  T b[p + 1];                              // of degree r, functions s + p - r + q
  b[0] = T(1);
  #pragma unroll
  for (int r = 0; r <= p; ++r) {
    const int k = p - r;                   // derivative k is made of splines of degree r
    if (k < count) {
      T d[p + 1];
      T factor = T(1);
      #pragma unroll
      for (int q = 0; q <= r; ++q) d[q] = b[q];
      #pragma unroll
      for (int u = r; u < p; ++u) {        // from degree u to u + 1
        T before = T(0);
        #pragma unroll
        for (int q = 0; q <= u; ++q) {
          const T c = inverse[(u + 1) * knots + p - u + q] * d[q];
          d[q] = before - c;
          before = c;
        }
        d[u + 1] = before;
        factor *= T(u + 1);
      }
      #pragma unroll
      for (int q = 0; q <= p; ++q) f[q][k] = k > 0 ? factor * d[q] : d[q];
    }
    if (r < p) {
      T before = T(0);
      #pragma unroll
      for (int q = 0; q <= r; ++q) {
        const T left = x - t[p - r + q];
        const T a = left * inverse[(r + 1) * knots + p - r + q] * b[q];
        const T rest = b[q] - a;
        b[q] = before + rest;
        before = a;
      }
      b[r + 1] = before;
    }
  }
  #pragma unroll
  for (int k = p + 1; k < count; ++k) {
    #pragma unroll
    for (int q = 0; q <= p; ++q) f[q][k] = T(0);
  }
  return s;
}

template <class L, int count>
KANPDE_DEVICE void gaussians(const T* grid, T x, T (*f)[count]) {
  const T w = grid[2 + L::basis_count];
  #pragma unroll
  for (int g = 0; g < L::basis_count; ++g) {
    const T y = (x - grid[2 + g]) * w;
    f[g][0] = real_exp(-y * y);
    f[g][1] = T(-2) * w * y * f[g][0];
    #pragma unroll
    for (int k = 2; k < count; ++k)
      f[g][k] = T(-2) * w * (y * f[g][k - 1] + T(k - 1) * w * f[g][k - 2]);
  }
}

template <class L, int count>
KANPDE_DEVICE void chebyshevs(const T* grid, T x, T (*f)[count]) {
  const T scale = T(2) / (grid[1] - grid[0]), z = (x - T(0.5) * (grid[0] + grid[1])) * scale;
  T last[count], before[count];
  #pragma unroll
  for (int g = 0; g < L::basis_count; ++g) {
    T power = T(1), lower = T(0);
    #pragma unroll
    for (int k = 0; k < count; ++k) {
      T value = g == 0 ? T(k == 0) : (k == 0 ? z : T(k == 1));
      if (g > 1) {
        value = T(2) * z * last[k] - before[k];
        if (k > 0) value = value + T(2 * k) * lower;
      }
      if (g > 0) {
        lower = last[k];
        before[k] = lower;
      }
      last[k] = value;
      f[g][k] = k == 0 ? value : power * value;
      power = scale * power;
    }
  }
}

// c(t) (left + t), truncated.
template <int count>
KANPDE_DEVICE void times_linear(T left, T* c) {
  #pragma unroll
  for (int k = count - 1; k > 0; --k) c[k] = left * c[k] + c[k - 1];
  c[0] = left * c[0];
}

// See RationalBasis of bodies/bases.hpp.
template <class L, int count>
KANPDE_DEVICE void rationals(const T* grid, T x, T (*f)[count]) {
  constexpr int n = L::basis_count;
  const T scale = T(4) / (grid[1] - grid[0]), y = (x - grid[0]) * scale;
  const T step = T(n > 1 ? 4.0 / (n - 1) : 4.0);
  const T* w = grid + 2;
  T p[count], d[count], r[count];
  #pragma unroll
  for (int k = 0; k < count; ++k) p[k] = T(k == 0), d[k] = T(0);
  #pragma unroll
  for (int g = 0; g < n; ++g) {
    const T left = y - T(g) * step;
    times_linear<count>(left, d);
    #pragma unroll
    for (int k = 0; k < count; ++k) f[g][k] = p[k], d[k] = d[k] + w[g] * p[k];
    times_linear<count>(left, p);
  }
  r[0] = T(1) / d[0];
  #pragma unroll
  for (int k = 1; k < count; ++k) {
    T sum = T(0);
    #pragma unroll
    for (int j = 1; j <= k; ++j) sum += d[j] * r[k - j];
    r[k] = -r[0] * sum;
  }
  #pragma unroll
  for (int g = n - 1; g >= 0; --g) {
    T value[count];
    T factor = w[g];
    #pragma unroll
    for (int k = 0; k < count; ++k) {
      T sum = T(0);
      #pragma unroll
      for (int j = 0; j <= k; ++j) sum += f[g][j] * r[k - j];
      value[k] = factor * sum;
      factor *= T(k + 1) * scale;
    }
    #pragma unroll
    for (int k = 0; k < count; ++k) f[g][k] = value[k];
    times_linear<count>(y - T(g) * step, r);
  }
}

// d[k] = derivative k of a function whose value is a and whose slope is -w b.
template <int count>
KANPDE_DEVICE void turns(T a, T b, T w, T* d) {
  #pragma unroll
  for (int k = 0; k < count; ++k) {
    d[k] = a;
    const T next = -w * b;
    b = w * a;
    a = next;
  }
}

template <class L, int count>
KANPDE_DEVICE void harmonics_of(const T* grid, T x, T (*f)[count]) {
  const T frequency = T(3.14159265358979323846) / (grid[1] - grid[0]);
  T c1, s1;
  real_sincos((x - T(0.5) * (grid[0] + grid[1])) * frequency, &s1, &c1);
  T c = c1, s = s1;
  #pragma unroll
  for (int k = 0; k < count; ++k) f[0][k] = T(k == 0);
  #pragma unroll
  for (int g = 1; g < L::basis_count; g += 2) {
    const T w = frequency * T((g + 1) / 2);
    turns<count>(c, s, w, f[g]);
    if (g + 1 < L::basis_count) turns<count>(s, -c, w, f[g + 1]);
    const T rotated = c * c1 - s * s1;
    s = s * c1 + c * s1;
    c = rotated;
  }
}

// Derivatives 0 .. count - 1 (count >= 2) of the features that may differ from zero at x: `active`
// functions of the basis, of which the first is number s (returned), then the base.
template <class L, int count>
KANPDE_DEVICE int features(const T* grid, T x, T (*f)[count]) {
  int s = 0;
  if constexpr (L::basis >= f_bspline) {
    const T inside = x < grid[0] ? grid[0] : (x > grid[1] ? grid[1] : x), distance = x - inside;
    if constexpr (L::basis == f_bspline) s = bsplines<L>(grid, inside, f);
    if constexpr (L::basis == f_rbf) gaussians<L>(grid, inside, f);
    if constexpr (L::basis == f_chebyshev) chebyshevs<L>(grid, inside, f);
    if constexpr (L::basis == f_fourier) harmonics_of<L>(grid, inside, f);
    if constexpr (L::basis == f_rational) rationals<L>(grid, inside, f);
    if (distance != T(0)) {                // every function continues linearly
      #pragma unroll
      for (int q = 0; q < L::active; ++q) {
        f[q][0] = f[q][0] + distance * f[q][1];
        #pragma unroll
        for (int k = 2; k < count; ++k) f[q][k] = T(0);
      }
    }
  } else if constexpr (L::basis != f_none) {
    activation<L::basis, count>(x, f[0]);
  }
  if constexpr (L::base != f_none) activation<L::base, count>(x, f[L::active]);
  return s;
}
)";

}  // namespace kanpde::kernels::device
