#pragma once
/// Features of one input of a layer over a row of points: values and derivatives.

#include <type_traits>

#include "kernels/bodies/activations.hpp"
#include "kernels/bodies/bases.hpp"
#include "kernels/cpu/pack.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kernels {

namespace detail {

/// body(x, f) for each pack of a row; f moves on by `step` packs.
template <class Body>
inline void for_packs(int packs, const double* x, Pack* f, int step, Body body) {
  for (int q = 0; q < packs; ++q) body(Pack::load(x + q * Pack::width), f + q * step);
}

/// body(number) with `count` as a constant, 2 to max_derivative + 1, so that loops over derivatives
/// keep their values in registers.
template <int Count = 2, class Body>
inline void with_constant(int count, Body body) {
  if constexpr (Count <= max_derivative + 1) {
    if (count == Count) return body(std::integral_constant<int, Count>());
    with_constant<Count + 1>(count, body);
  }
}

template <int Degree>
inline void bspline_row(const LayerShape& layer, const double* grid, int packs, const double* x,
                        int count, Pack* f, int step) {
  if (layer.degree != Degree) {
    if constexpr (Degree < max_degree)
      bspline_row<Degree + 1>(layer, grid, packs, x, count, f, step);
    return;
  }
  const int n = layer.basis_count, features = layer.features(), knots = n + Degree + 1;
  for_packs(packs, x, f, step, [&](Pack value, Pack* out) {
    const Pack inside = clamp(value, grid[0], grid[1]);
    bspline_derivatives(inside, Degree, n, grid + 2, grid + 2 + knots, knots, features, count, out);
    continue_linearly(value - inside, n, features, count, out);
  });
}

inline void activation_row(Features kind, int packs, const double* x, int count, Pack* f, int step,
                           int features) {
  const auto each = [&](auto body) { for_packs(packs, x, f, step, body); };
  switch (kind) {
    case Features::identity:
      return each([=](Pack a, Pack* out) { identity_derivatives(a, count, out, features); });
    case Features::tanh:
      return each([=](Pack a, Pack* out) { tanh_derivatives(a, count, out, features); });
    case Features::sin:
      return each([=](Pack a, Pack* out) { sin_derivatives(a, count, out, features); });
    case Features::silu:
      return each([=](Pack a, Pack* out) { silu_derivatives(a, count, out, features); });
    case Features::gelu:
      return each([=](Pack a, Pack* out) { gelu_derivatives(a, count, out, features); });
    default:
      return;
  }
}

}  // namespace detail

/// Derivatives 0 .. count-1 of every feature of an input at a row of points x:
/// f[q * count * features + k * features + g] for pack q (written).
/// count >= 2 for bases on a grid.
inline void feature_derivatives(const LayerShape& layer, const double* grid, int packs,
                                const double* x, int count, Pack* f) {
  const int n = layer.basis_count, features = layer.features(), step = count * features;
  const auto on_grid = [&](auto body) {
    detail::for_packs(packs, x, f, step, [&](Pack value, Pack* out) {
      const Pack inside = clamp(value, grid[0], grid[1]);
      body(inside, out);
      continue_linearly(value - inside, n, features, count, out);
    });
  };
  switch (layer.basis) {
    case Features::bspline:
      detail::bspline_row<1>(layer, grid, packs, x, count, f, step);
      break;
    case Features::rbf:
      on_grid([&](Pack z, Pack* out) {
        rbf_derivatives(z, n, grid + 2, grid[2 + n], features, count, out);
      });
      break;
    case Features::chebyshev:
      detail::with_constant(count, [&](auto derivatives) {
        on_grid([&](Pack z, Pack* out) {
          chebyshev_derivatives(z, n, 0.5 * (grid[0] + grid[1]), 2.0 / (grid[1] - grid[0]),
                                features, derivatives, out);
        });
      });
      break;
    case Features::fourier:
      detail::with_constant(count, [&](auto derivatives) {
        on_grid([&](Pack z, Pack* out) {
          fourier_derivatives(z, n, 0.5 * (grid[0] + grid[1]), fourier_frequency(grid[0], grid[1]),
                              features, derivatives, out);
        });
      });
      break;
    case Features::rational:
      detail::with_constant(count, [&](auto derivatives) {
        on_grid([&](Pack z, Pack* out) {
          rational_derivatives(z, n, grid[0], grid[1], grid + 2, features, derivatives, out);
        });
      });
      break;
    default:
      detail::activation_row(layer.basis, packs, x, count, f, step, features);
  }
  detail::activation_row(layer.base, packs, x, count, f + n, step, features);
}

}  // namespace kanpde::kernels
