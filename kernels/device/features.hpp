#pragma once
/// Features of one input of a layer at one point, one after another: kernels/cpu/features.hpp for a
/// thread of a device.

#include "kernels/bodies/activations.hpp"
#include "kernels/bodies/bases.hpp"
#include "kernels/device/launch.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kernels::device {

/// What kernels know of a layer; a plain object.
struct LayerView {
  Features basis = Features::identity, base = Features::none;
  int inputs = 0, outputs = 0, basis_count = 1, features = 1, columns = 1, degree = 0;
  int grid_size = 0;
  Span<const double> grids;  ///< inputs * grid_size
};

/// Which code a layer's features need: the degree of B-splines (> 0), or one of these.
inline constexpr int activation_kind = 0, rbf_kind = -1, chebyshev_kind = -2, fourier_kind = -3,
                     rational_kind = -4, last_kind = rational_kind;

inline int feature_kind(const LayerShape& layer) {
  if (layer.basis == Features::bspline) return layer.degree;
  if (layer.basis == Features::rbf) return rbf_kind;
  if (layer.basis == Features::chebyshev) return chebyshev_kind;
  if (layer.basis == Features::fourier) return fourier_kind;
  return layer.basis == Features::rational ? rational_kind : activation_kind;
}

template <class T>
KANPDE_HD inline void activation_derivatives(Features kind, T x, int count, T* d) {
  switch (kind) {
    case Features::identity:
      return identity_derivatives(x, count, d);
    case Features::tanh:
      return tanh_derivatives(x, count, d);
    case Features::sin:
      return sin_derivatives(x, count, d);
    case Features::silu:
      return silu_derivatives(x, count, d);
    case Features::gelu:
      return gelu_derivatives(x, count, d);
    default:
      return;
  }
}

/// visit(g, d) for the functions of a basis on a grid, d[k] = derivative k, k < count, count >= 2;
/// every function continues linearly outside the grid.
template <int Kind, class T, class Visit>
KANPDE_HD inline void for_each_basis_function(const LayerView& layer, const double* grid, T x,
                                              int count, Visit visit) {
  const T inside = clamp(x, T(grid[0]), T(grid[1])), distance = x - inside;
  const int n = layer.basis_count;
  T d[max_derivative + 1];
  const auto put = [&d](int, int k, T value) { d[k] = value; };
  const auto done = [&](int g) {
    if constexpr (Kind > 0 && Kind < max_derivative)
      for (int k = Kind + 1; k < count; ++k) d[k] = T(0.0);
    if (distance != T(0.0)) {
      d[0] = d[0] + distance * d[1];
      for (int k = 2; k < count; ++k) d[k] = T(0.0);
    }
    visit(g, d);
  };
  if constexpr (Kind > 0) {
    const int knots = n + Kind + 1;
    for_each_bspline(inside, Kind, n, grid + 2, grid + 2 + knots, knots, count, put, done);
  } else if constexpr (Kind == chebyshev_kind) {
    for_each_chebyshev(inside, n, 0.5 * (grid[0] + grid[1]), 2.0 / (grid[1] - grid[0]), count, put,
                       done);
  } else if constexpr (Kind == fourier_kind) {
    for_each_fourier(inside, n, 0.5 * (grid[0] + grid[1]), fourier_frequency(grid[0], grid[1]),
                     count, put, done);
  } else if constexpr (Kind == rational_kind) {
    for_each_rational(inside, n, grid[0], grid[1], grid + 2, count, put, done);
  } else {
    for (int g = 0; g < n; ++g) {
      gaussian_derivatives(inside, grid[2 + g], grid[2 + n], count, d, 1);
      done(g);
    }
  }
}

/// visit(feature, d) for every feature of input i, the base last.
template <int Kind, class T, class Visit>
KANPDE_HD inline void for_each_feature(const LayerView& layer, int i, T x, int count, Visit visit) {
  if constexpr (Kind != activation_kind) {
    const auto grid = layer.grids.part(std::size_t(i) * layer.grid_size, layer.grid_size);
    for_each_basis_function<Kind>(layer, grid.data(), x, count < 2 ? 2 : count, visit);
  }
  T d[max_derivative + 1];
  if constexpr (Kind == activation_kind) {
    activation_derivatives(layer.basis, x, count, d);
    visit(0, d);
  }
  if (layer.base == Features::none) return;
  activation_derivatives(layer.base, x, count, d);
  visit(layer.basis_count, d);
}

}  // namespace kanpde::kernels::device
