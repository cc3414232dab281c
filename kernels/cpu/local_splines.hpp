#pragma once
/// The B-splines that are not zero at a point, with derivatives.

#include <algorithm>

#include "kernels/bodies/bases.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kernels {

/// Those of one input at one point: value[k][r] = derivative k of function index[r], r = 0 ..
/// degree; index ascending.
struct LocalSplines {
  int index[max_degree + 1];
  double value[max_order + 1][max_degree + 1];
};

/// The recurrences of Cox and de Boor (de Boor 1978, ch. X, eq. 4 and 12) over the functions at - p
/// .. at whose support holds the interval [t_at, t_{at+1}]:
///   B_{g,r} = (x - t_g) / (t_{g+r} - t_g) B_{g,r-1} + (t_{g+r+1} - x) / (t_{g+r+1} - t_{g+1})
///             B_{g+1,r-1}
///   B'_{g,r} = r (B_{g,r-1} / (t_{g+r} - t_g) - B_{g+1,r-1} / (t_{g+r+1} - t_{g+1}))
/// x is moved to the nearer end of the grid if it lies outside. Derivatives 0 .. orders - 1.
inline void local_splines(const SplineAxis& axis, int degree, double x, int orders,
                          LocalSplines& out) {
  const int p = degree,
            last = int(axis.knots.size()) - p - 2;  // knot that the last interval starts
  const double* t = axis.knots.data();
  x = x < t[p] ? t[p] : x > t[last + 1] ? t[last + 1] : x;
  const int at = int(std::upper_bound(t + p + 1, t + last + 1, x) - t) - 1;
  double b[max_degree + 2], d[max_degree + 2];  // of function at - r + j at degree r
  const auto differentiate = [&](int r) {       // of degree r - 1 to derivatives at degree r
    double before = 0;
    for (int j = 0; j <= r; ++j) {
      const int g = at - r + j;
      const double after = j < r ? d[j] / (t[g + r + 1] - t[g + 1]) : 0.0;
      d[j] = r * (before - after);
      before = after;
    }
  };
  b[0] = 1;
  for (int r = 0; r <= p; ++r) {
    if (const int k = p - r; k < orders) {  // derivative k of degree p
      std::copy_n(b, r + 1, d);
      for (int s = r + 1; s <= p; ++s) differentiate(s);
      std::copy_n(d, p + 1, out.value[k]);
    }
    double left = 0;
    for (int j = 0; j <= r; ++j) {  // to degree r + 1
      const int g = at - r + j;
      const double share = r < p ? b[j] / (t[g + r + 1] - t[g]) : 0.0;
      b[j] = left + (t[g + r + 1] - x) * share;
      left = (x - t[g]) * share;
    }
    b[r + 1] = left;
  }
  for (int k = p + 1; k < orders; ++k) std::fill_n(out.value[k], p + 1, 0.0);
  const int first = at - p;
  for (int r = 0; r <= p; ++r) out.index[r] = first + r;
  const int turn = axis.periodic ? std::max(0, first + p + 1 - axis.count) : 0;
  if (turn == 0) return;
  for (int r = 0; r <= p; ++r) out.index[r] %= axis.count;
  std::rotate(out.index, out.index + p + 1 - turn, out.index + p + 1);
  for (int k = 0; k < orders; ++k)
    std::rotate(out.value[k], out.value[k] + p + 1 - turn, out.value[k] + p + 1);
}

}  // namespace kanpde::kernels
