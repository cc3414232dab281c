#pragma once
/// Networks evaluated one point and one edge at a time in series arithmetic, from the definitions:
/// the oracle of BlockNetwork and of the evaluators.

#include <algorithm>
#include <numbers>
#include <vector>

#include "kernels/jet_plan.hpp"
#include "kernels/network_shape.hpp"
#include "tests/units/kernels/series.hpp"

namespace kanpde::oracle {

/// B_{g,p} by its recursive definition, in the interval t[interval] <= x <= t[interval + 1].
template <class S>
Series<S> bspline(int g, int p, const Series<S>& x, int interval, const double* t) {
  const auto constant = [](Real a) { return Series<S>(S(a)); };
  std::vector<Series<S>> b;  // B_{g,r} .. B_{g+p-r,r}
  for (int k = g; k <= g + p; ++k) b.push_back(constant(k == interval));
  for (int r = 1; r <= p; ++r)
    for (int k = g; k <= g + p - r; ++k)
      b[k - g] = (x - constant(t[k])) * constant(1 / (Real(t[k + r]) - t[k])) * b[k - g] +
                 (constant(t[k + r + 1]) - x) * constant(1 / (Real(t[k + r + 1]) - t[k + 1])) *
                     b[k - g + 1];
  return b[0];
}

/// Of Floater and Hormann, nodes 0 .. n - 1: sum_i lambda_i p_i / sum_i lambda_i with the
/// polynomials p_i of degree d through g's value at the nodes i .. i + d and lambda_i = (-1)^i /
/// ((x - i) .. (x - i - d)), multiplied by the product of all (x - j).
template <class S>
Series<S> rational(int g, int n, int degree, const Series<S>& x) {
  const int d = std::min(degree, n - 1);
  const auto factor = [&](int j) { return x - Series<S>(S(Real(j))); };
  Series<S> numerator, denominator;
  for (int i = 0; i + d < n; ++i) {
    Series<S> others(S(i % 2 == 0 ? 1 : -1)), cardinal(S(1));
    for (int j = 0; j < n; ++j)
      if (j < i || j > i + d) others = others * factor(j);
    denominator = denominator + others;
    if (g < i || g > i + d) continue;
    for (int j = i; j <= i + d; ++j)
      if (j != g) cardinal = cardinal * factor(j) / Series<S>(S(Real(g - j)));
    numerator = numerator + others * cardinal;
  }
  return numerator / denominator;
}

/// Basis function g of a layer on its grid, x inside.
template <class S>
Series<S> inside(const kernels::LayerShape& layer, const double* grid, int g, const Series<S>& x) {
  using kernels::Features;
  const int n = layer.basis_count;
  if (layer.basis == Features::bspline) {
    const double* t = grid + 2;
    int interval = layer.degree;
    while (interval < n - 1 && value(x.c[0]) >= t[interval + 1]) ++interval;
    return bspline(g, layer.degree, x, interval, t);
  }
  const Real a = grid[0], b = grid[1];
  if (layer.basis == Features::rbf) {
    const Real h = n > 1 ? (b - a) / (n - 1) : b - a;
    const Series<S> y = (x - Series<S>(S(a + g * h))) / Series<S>(S(h));
    return exp(Series<S>() - y * y);
  }
  if (layer.basis == Features::rational)
    return rational(g, n, layer.degree,
                    (x - Series<S>(S(a))) * Series<S>(S(n > 1 ? (n - 1) / (b - a) : 1 / (b - a))));
  const Series<S> z = (x - Series<S>(S((a + b) / 2))) / Series<S>(S((b - a) / 2));
  if (layer.basis == Features::fourier) {
    const Series<S> angle = Series<S>(S((g + 1) / 2 * std::numbers::pi_v<Real> / 2)) * z;
    return g % 2 == 0 && g > 0 ? sin(angle) : cos(angle);
  }
  Series<S> before(S(1)), now = z;  // Chebyshev
  if (g == 0) return before;
  for (int k = 1; k < g; ++k) {
    const Series<S> next = Series<S>(S(2)) * z * now - before;
    before = now;
    now = next;
  }
  return now;
}

/// Feature g of input x: the basis, continued linearly outside its grid, or an activation.
template <class S>
Series<S> feature(const kernels::LayerShape& layer, const double* grid, int g, const Series<S>& x) {
  using kernels::Features;
  const Features kind = g < layer.basis_count ? layer.basis : layer.base;
  switch (kind) {
    case Features::identity:
      return x;
    case Features::tanh:
      return tanh(x);
    case Features::sin:
      return sin(x);
    case Features::silu:
      return silu(x);
    case Features::gelu:
      return gelu(x);
    default:
      break;
  }
  const Real x0 = value(x.c[0]);
  if (x0 >= grid[0] && x0 <= grid[1]) return inside(layer, grid, g, x);
  const Real end = x0 < grid[0] ? grid[0] : grid[1];
  const Series<S> at_end = inside(layer, grid, g, Series<S>(S(end), S(1)));
  return Series<S>(at_end.c[0]) + Series<S>(at_end.c[1]) * (x - Series<S>(S(end)));
}

template <class S>
std::vector<Series<S>> embed(const kernels::LayerShape& layer, const std::vector<Series<S>>& x) {
  std::vector<Series<S>> y;
  for (int i = 0; i < layer.inputs; ++i) {
    if (layer.harmonics[i] == 0) y.push_back(x[i]);
    for (int h = 1; h <= layer.harmonics[i]; ++h) {
      const Series<S> angle = Series<S>(S(Real(layer.frequencies[i]) * h)) * x[i];
      y.push_back(cos(angle));
      y.push_back(sin(angle));
    }
  }
  return y;
}

/// Outputs along x0 + t v; theta: the parameters. `inputs_of`: stop before that layer (-1: go to
/// the end).
template <class S>
std::vector<Series<S>> evaluate(const kernels::NetworkShape& shape, const std::vector<S>& theta,
                                const std::vector<double>& x0, const std::vector<double>& v,
                                int inputs_of = -1) {
  std::vector<Series<S>> x;
  for (int i = 0; i < shape.inputs; ++i)
    x.emplace_back(S((Real(x0[i]) - shape.input_shift[i]) * shape.input_scale[i]),
                   S(Real(v[i]) * shape.input_scale[i]));
  for (int l = 0; l < int(shape.layers.size()) && l != inputs_of; ++l) {
    const kernels::LayerShape& layer = shape.layers[l];
    if (layer.is_embedding()) {
      x = embed(layer, x);
      continue;
    }
    const int inputs = layer.inputs / layer.blocks, outputs = layer.outputs / layer.blocks;
    std::vector<Series<S>> y(layer.outputs);
    for (int block = 0, at = layer.weights; block < layer.blocks; ++block) {
      std::vector<Series<S>> features;
      for (int i = block * inputs; i < (block + 1) * inputs; ++i)
        for (int g = 0; g < layer.features(); ++g)
          features.push_back(
              feature(layer, shape.grids.data() + layer.grid + i * layer.grid_size, g, x[i]));
      if (layer.bias) features.emplace_back(S(1));
      for (int o = block * outputs; o < (block + 1) * outputs; ++o)
        for (const Series<S>& f : features) {
          const S w = layer.frozen ? S(Real(shape.constants[at])) : theta[at];
          y[o] = y[o] + Series<S>(w) * f;
          ++at;
        }
    }
    x = std::move(y);
  }
  return x;
}

/// Components of the jets of every output at x0: [output * components + component].
template <class S>
std::vector<S> jets(const kernels::NetworkShape& shape, const std::vector<S>& theta,
                    const kernels::JetPlan& plan, const std::vector<double>& x0) {
  const int components = plan.components();
  std::vector<S> result(shape.outputs * components);
  const auto zero = evaluate(shape, theta, x0, std::vector<double>(x0.size(), 0.0));
  for (int o = 0; o < shape.outputs; ++o) result[o * components] = zero[o].c[0];
  for (const kernels::JetDirection& d : plan.directions) {
    const auto y = evaluate(shape, theta, x0, d.v);
    for (int o = 0; o < shape.outputs; ++o) {
      Real factorial = 1;
      for (int k = 1; k <= d.order; ++k) {
        factorial *= k;
        const int at = o * components + (k == d.order ? d.top : d.first + k - 1);
        const Real weight = k == d.order ? d.weight : 1;
        result[at] = result[at] + S(weight * factorial) * y[o].c[k];
      }
    }
  }
  return result;
}

}  // namespace kanpde::oracle
