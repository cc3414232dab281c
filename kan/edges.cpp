#include "kan/edges.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "kernels/base/error.hpp"
#include "kernels/bodies/activations.hpp"
#include "kernels/bodies/bases.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {

using kernels::Features;

namespace {

/// Of a grid's width at each end. B-splines there are idle until an activation comes; functions
/// that reach over the whole grid are steep behind its ends.
double margin_of(Features basis) { return basis == Features::bspline ? 0.05 : 0.2; }

/// Values of the basis functions at the points z: z.size() x basis_count.
Eigen::MatrixXd basis_matrix(Features basis, int count, int degree, const double* grid,
                             const Eigen::VectorXd& z) {
  Eigen::MatrixXd b(z.size(), count);
  std::vector<double> f(2 * count);
  for (int p = 0; p < z.size(); ++p) {
    const double x = std::clamp(z[p], grid[0], grid[1]);
    const int knots = count + degree + 1;
    if (basis == Features::bspline)
      kernels::bspline_derivatives(x, degree, count, grid + 2, grid + 2 + knots, knots, count, 2,
                                   f.data());
    else if (basis == Features::rbf)
      kernels::rbf_derivatives(x, count, grid + 2, grid[2 + count], count, 2, f.data());
    else if (basis == Features::rational)
      kernels::rational_derivatives(x, count, grid[0], grid[1], grid + 2, count, 2, f.data());
    else if (basis == Features::fourier)
      kernels::fourier_derivatives(x, count, 0.5 * (grid[0] + grid[1]),
                                   kernels::fourier_frequency(grid[0], grid[1]), count, 2,
                                   f.data());
    else
      kernels::chebyshev_derivatives(x, count, 0.5 * (grid[0] + grid[1]), 2.0 / (grid[1] - grid[0]),
                                     count, 2, f.data());
    kernels::continue_linearly(z[p] - x, count, count, 2, f.data());
    for (int g = 0; g < count; ++g) b(p, g) = f[g];
  }
  return b;
}

/// Value of a function without a grid.
double activation(Features f, double x) {
  double value = 0;
  switch (f) {
    case Features::identity:
      return x;
    case Features::tanh:
      return std::tanh(x);
    case Features::sin:
      return std::sin(x);
    case Features::silu:
      kernels::silu_derivatives(x, 1, &value);
      return value;
    case Features::gelu:
      kernels::gelu_derivatives(x, 1, &value);
      return value;
    default:
      throw std::logic_error("not a function without a grid");
  }
}

/// Chebyshev points on each of `pieces` pieces of [a, b]: dense enough for a stable least-squares
/// fit.
Eigen::VectorXd fit_points(double a, double b, int pieces, int per_piece) {
  Eigen::VectorXd z(pieces * per_piece);
  for (int s = 0; s < pieces; ++s)
    for (int q = 0; q < per_piece; ++q) {
      const double t = 0.5 - 0.5 * std::cos(std::numbers::pi * (q + 0.5) / per_piece);
      z[s * per_piece + q] = a + (b - a) * (s + t) / pieces;
    }
  return z;
}

/// Whether splines on one grid are splines on the other.
bool is_refinement(const LayerShape& old_layer, const double* old_grid, const LayerShape& layer,
                   const double* grid) {
  if (layer.basis != Features::bspline) return false;
  const std::vector<double> old_breaks =
      kernels::grid_breaks(old_layer.basis, old_layer.basis_count, old_layer.degree, old_grid);
  const std::vector<double> breaks =
      kernels::grid_breaks(layer.basis, layer.basis_count, layer.degree, grid);
  return breaks.front() == old_breaks.front() && breaks.back() == old_breaks.back() &&
         std::includes(breaks.begin(), breaks.end(), old_breaks.begin(), old_breaks.end());
}

std::vector<double> knots_of(const LayerShape& layer, const double* grid) {
  return {grid + 2, grid + 2 + layer.basis_count + layer.degree + 1};
}

/// Coefficients whose functions, the columns of b, come closest to the values. Harmonics of half a
/// period are nearly dependent, so of all that serve theirs are the smallest.
Eigen::MatrixXd least_squares(Features basis, const Eigen::MatrixXd& b,
                              const Eigen::MatrixXd& values) {
  if (basis == Features::fourier) return b.completeOrthogonalDecomposition().solve(values);
  return b.colPivHouseholderQr().solve(values);
}

/// The grid of input i replaced: coefficients of every output that it reaches, from the old W to
/// the new one, exactly where `is_exact`, that is where splines on the old grid are splines on the
/// new one, and by least squares otherwise. Returns the largest change of an edge.
double refit(const LayerShape& old_layer, const double* old_grid, const LayerShape& layer,
             const double* grid, int input, bool is_exact, const double* from, double* to) {
  const int pieces = std::max(layer.basis_count, old_layer.basis_count);
  const double* fitted_range = is_exact ? old_grid : grid;
  const Eigen::VectorXd z = fit_points(fitted_range[0], fitted_range[1], pieces, 4);
  const Eigen::MatrixXd before =
      basis_matrix(old_layer.basis, old_layer.basis_count, old_layer.degree, old_grid, z);
  const Eigen::MatrixXd after = basis_matrix(layer.basis, layer.basis_count, layer.degree, grid, z);
  const int outputs = layer.block_outputs(), first = layer.first_output(input);
  Eigen::MatrixXd c(old_layer.basis_count, outputs), fitted(layer.basis_count, outputs);
  for (int j = 0; j < outputs; ++j)
    for (int g = 0; g < old_layer.basis_count; ++g)
      c(g, j) = from[old_layer.edge(first + j, input) + g];
  const Eigen::MatrixXd values = before * c;
  if (is_exact) {
    const std::vector<double> coarse = knots_of(old_layer, old_grid), fine = knots_of(layer, grid);
    for (int j = 0; j < outputs; ++j) {
      const std::vector<double> r =
          refined(coarse, layer.degree, {c.col(j).begin(), c.col(j).end()}, fine);
      std::copy(r.begin(), r.end(), fitted.col(j).begin());
    }
  } else {
    fitted = least_squares(layer.basis, after, values);
  }
  for (int j = 0; j < outputs; ++j)
    for (int g = 0; g < layer.basis_count; ++g) to[layer.edge(first + j, input) + g] = fitted(g, j);
  return values.size() ? (after * fitted - values).cwiseAbs().maxCoeff() : 0.0;
}

std::vector<double> uniform_breaks(double a, double b, int intervals) {
  std::vector<double> breaks(intervals + 1);
  for (int g = 0; g <= intervals; ++g) breaks[g] = a + (b - a) * g / intervals;
  return breaks;
}

int intervals_of(const LayerShape& layer) {
  return layer.basis == Features::bspline ? layer.basis_count - layer.degree : 1;
}

constexpr double even_share = 0.2;  ///< of the density of break points, everywhere

/// Break points of the grid of an input with so many intervals, from its grid now.
std::vector<double> finer_breaks(const LayerShape& layer, const double* grid, int input,
                                 const double* weights, int intervals, Knots knots,
                                 std::span<const double> values) {
  if (layer.basis != Features::bspline || intervals < intervals_of(layer))
    return uniform_breaks(grid[0], grid[1], intervals);
  const int p = layer.degree;
  const std::vector<double> breaks = kernels::grid_breaks(layer.basis, layer.basis_count, p, grid);
  if (knots == Knots::quantile)
    return halved(breaks, density_of({values.begin(), values.end()}, grid[0], grid[1], even_share),
                  intervals);
  if (knots == Knots::uniform) return halved(breaks, Density({grid[0], grid[1]}, {1.0}), intervals);
  std::vector<std::vector<double>> coefficients;
  for (int j = 0; j < layer.block_outputs(); ++j) {
    const double* c = weights + layer.edge(layer.first_output(input) + j, input);
    coefficients.emplace_back(c, c + layer.basis_count);
  }
  const double* t = grid + 2;
  return halved(breaks,
                curvature_density({t, t + layer.basis_count + p + 1}, p, coefficients, even_share),
                intervals);
}

/// Smallest and largest value of an input; of one of several blocks over the points that lie in its
/// subdomain, where the inputs of its first layer are within [-1, 1], or over all if none does.
std::pair<double, double> range(const LayerShape& layer, int input, const Columns& values,
                                const LayerShape& first, const Columns& first_inputs) {
  double low = INFINITY, high = -INFINITY;
  const int begin = input / layer.block_inputs() * first.block_inputs();
  const auto is_inside = [&](int p) {
    for (int i = begin; i < begin + first.block_inputs(); ++i)
      if (std::abs(first_inputs(i, p)) > 1) return false;
    return true;
  };
  for (bool all = layer.blocks == 1; low > high; all = true)
    for (int p = 0; p < values.points(); ++p) {
      if (!all && !is_inside(p)) continue;
      low = std::min(low, values(input, p));
      high = std::max(high, values(input, p));
    }
  return {low, high};
}

}  // namespace

void linear_coefficients(const NetworkShape& shape, const LayerShape& layer, int i, double slope,
                         double* c) {
  const double* grid = shape.grids.data() + layer.grid + i * layer.grid_size;
  if (layer.basis == Features::bspline) {  // Greville abscissae: exact
    const double* t = grid + 2;
    for (int g = 0; g < layer.basis_count; ++g) {
      double sum = 0;
      for (int r = 1; r <= layer.degree; ++r) sum += t[g + r];
      c[g] = slope * sum / layer.degree;
    }
    return;
  }
  const Eigen::VectorXd z = fit_points(grid[0], grid[1], layer.basis_count, 4);
  const Eigen::MatrixXd b = basis_matrix(layer.basis, layer.basis_count, layer.degree, grid, z);
  const Eigen::VectorXd fit = least_squares(layer.basis, b, slope * z);
  std::copy_n(fit.data(), layer.basis_count, c);
}

Columns edge_functions(const NetworkShape& shape, int l, int input, std::span<const double> z) {
  const LayerShape& layer = shape.layers[std::size_t(l)];
  Columns f(layer.features(), int(z.size()));
  if (layer.grid_size > 0) {
    const Eigen::MatrixXd b =
        basis_matrix(layer.basis, layer.basis_count, layer.degree,
                     shape.grids.data() + layer.grid + std::size_t(input) * layer.grid_size,
                     Eigen::Map<const Eigen::VectorXd>(z.data(), Eigen::Index(z.size())));
    for (int g = 0; g < layer.basis_count; ++g)
      std::copy(b.col(g).begin(), b.col(g).end(), f.column(g));
  } else {
    for (int p = 0; p < f.points(); ++p) f(0, p) = activation(layer.basis, z[std::size_t(p)]);
  }
  if (layer.base != Features::none)
    for (int p = 0; p < f.points(); ++p)
      f(layer.basis_count, p) = activation(layer.base, z[std::size_t(p)]);
  return f;
}

std::vector<double> edge_values(const NetworkShape& shape, std::span<const double> theta, int l,
                                int output, int input, std::span<const double> z) {
  const LayerShape& layer = shape.layers[std::size_t(l)];
  const double* w = (layer.frozen ? shape.constants.data() : theta.data()) + layer.weights +
                    layer.edge(output, input);
  const Columns f = edge_functions(shape, l, input, z);
  std::vector<double> values(z.size(), 0.0);
  for (int g = 0; g < f.columns(); ++g)
    for (int p = 0; p < f.points(); ++p) values[std::size_t(p)] += w[g] * f(g, p);
  return values;
}

Transfer adapt_grids(NetworkShape& shape, std::vector<double>& theta, const Columns& x, bool room) {
  Transfer transfer;
  const LayerShape* first = nullptr;
  Columns first_inputs;
  for (int l = 0; l < int(shape.layers.size()); ++l) {
    const LayerShape& layer = shape.layers[l];
    if (layer.grid_size == 0) continue;
    Columns in;
    kernels::layer_inputs(shape, theta, l, x, in);
    if (first == nullptr) {  // the first grids span the scaled coordinates
      first = &layer;
      first_inputs = std::move(in);
      continue;
    }
    std::vector<double> old_grid(layer.grid_size), old_weights(layer.parameters());
    for (int i = 0; i < layer.inputs; ++i) {
      const auto [low, high] = range(layer, i, in, *first, first_inputs);
      const double pad =
          (room ? margin_of(layer.basis) : 0) * (high - low) + 1e-8 * (1 + std::abs(low));
      double* grid = shape.grids.data() + layer.grid + i * layer.grid_size;
      std::copy_n(grid, layer.grid_size, old_grid.data());
      kernels::fill_grid(layer.basis, layer.basis_count, layer.degree,
                         uniform_breaks(low - pad, high + pad, intervals_of(layer)), grid);
      double* w = theta.data() + layer.weights;
      std::copy_n(w, old_weights.size(), old_weights.data());
      const bool is_exact = is_refinement(layer, old_grid.data(), layer, grid);
      transfer.error = std::max(transfer.error, refit(layer, old_grid.data(), layer, grid, i,
                                                      is_exact, old_weights.data(), w));
    }
  }
  return transfer;
}

Transfer move_reached_ends(NetworkShape& shape, std::vector<double>& theta, const Columns& x) {
  Transfer transfer;
  bool is_first = true;
  for (int l = 0; l < int(shape.layers.size()); ++l) {
    const LayerShape& layer = shape.layers[l];
    if (layer.grid_size == 0 || layer.basis != Features::bspline || layer.frozen) continue;
    if (std::exchange(is_first, false)) continue;  // these grids span the scaled coordinates
    Columns in;
    kernels::layer_inputs(shape, theta, l, x, in);
    for (int i = 0; i < layer.inputs; ++i) {
      double* grid = shape.grids.data() + layer.grid + i * layer.grid_size;
      const std::vector<double> old_grid(grid, grid + layer.grid_size);
      std::vector<double> breaks =
          kernels::grid_breaks(layer.basis, layer.basis_count, layer.degree, grid);
      if (!move_reached_ends(breaks, {in.column(i), std::size_t(in.points())},
                             margin_of(layer.basis)))
        continue;
      kernels::fill_grid(layer.basis, layer.basis_count, layer.degree, breaks, grid);
      double* w = theta.data() + layer.weights;
      const std::vector<double> old_weights(w, w + layer.parameters());
      transfer.error = std::max(transfer.error, refit(layer, old_grid.data(), layer, grid, i, true,
                                                      old_weights.data(), w));
    }
  }
  return transfer;
}

void close_period(NetworkShape& shape, const std::vector<double>& theta, const Columns& ends) {
  const int last = int(shape.layers.size()) - 1;
  const LayerShape& layer = shape.layers[last];
  Columns in;
  kernels::layer_inputs(shape, theta, last, ends, in);
  const int intervals = intervals_of(layer);
  const double half = 0.5 * (in(0, 1) - in(0, 0)) / (intervals - 1);
  kernels::fill_grid(layer.basis, layer.basis_count, layer.degree,
                     uniform_breaks(in(0, 0) - half, in(0, 1) + half, intervals),
                     shape.grids.data() + layer.grid);
}

std::vector<std::pair<int, int>> period_ties(const NetworkShape& shape) {
  const LayerShape& layer = shape.layers.back();
  const int period = intervals_of(layer) - 1;
  std::vector<std::pair<int, int>> ties;
  for (int o = 0; o < layer.outputs; ++o)
    for (int g = period; g < layer.basis_count; ++g) {
      const int parameter = layer.weights + o * layer.columns() + g;
      ties.emplace_back(parameter, parameter - period);
    }
  return ties;
}

Transfer extend_grids(NetworkShape& shape, std::vector<double>& theta, int intervals, Knots knots,
                      const Columns& x) {
  const NetworkShape old = shape;
  const std::vector<double> old_theta = theta;
  Transfer transfer;
  shape.parameters = 0;
  shape.grids.clear();
  for (LayerShape& layer : shape.layers) {
    if (layer.basis == Features::bspline) layer.basis_count = intervals + layer.degree;
    if (layer.basis == Features::rbf || layer.basis == Features::rational)
      layer.basis_count = intervals + 1;
    if (!layer.frozen) layer.weights = shape.parameters;
    if (!layer.frozen) shape.parameters += layer.parameters();
    layer.grid = int(shape.grids.size());
    layer.grid_size = kernels::grid_size(layer.basis, layer.basis_count, layer.degree);
    shape.grids.resize(shape.grids.size() + std::size_t(layer.inputs) * layer.grid_size);
  }
  theta.assign(shape.parameters, 0.0);
  for (std::size_t l = 0; l < shape.layers.size(); ++l) {
    const LayerShape& before = old.layers[l];
    const LayerShape& layer = shape.layers[l];
    if (layer.frozen || layer.parameters() == 0) continue;
    const double* from = old_theta.data() + before.weights;
    double* to = theta.data() + layer.weights;
    Columns in;
    if (knots == Knots::quantile && layer.grid_size > 0)
      kernels::layer_inputs(old, old_theta, int(l), x, in);
    for (int j = 0; j < layer.outputs; ++j) {  // base weights and bias carry over
      for (int i = 0; i < layer.block_inputs() && layer.base != Features::none; ++i)
        to[layer.edge(j, i) + layer.features() - 1] =
            from[before.edge(j, i) + before.features() - 1];
      if (layer.bias) to[(j + 1) * layer.columns() - 1] = from[(j + 1) * before.columns() - 1];
    }
    for (int i = 0; i < layer.inputs; ++i) {
      const double* old_grid = old.grids.data() + before.grid + i * before.grid_size;
      double* grid = shape.grids.data() + layer.grid + i * layer.grid_size;
      if (layer.grid_size == 0) {
        const int output = layer.first_output(i);
        for (int j = output; j < output + layer.block_outputs(); ++j)
          std::copy_n(from + before.edge(j, i), layer.basis_count, to + layer.edge(j, i));
        continue;
      }
      const std::span<const double> values =
          in.points() > 0 ? std::span<const double>(in.column(i), std::size_t(in.points()))
                          : std::span<const double>();
      kernels::fill_grid(
          layer.basis, layer.basis_count, layer.degree,
          finer_breaks(before, old_grid, i, from, intervals_of(layer), knots, values), grid);
      transfer.error =
          std::max(transfer.error, refit(before, old_grid, layer, grid, i,
                                         is_refinement(before, old_grid, layer, grid), from, to));
    }
  }
  return transfer;
}

}  // namespace kanpde::kan
