#pragma once
/// Poisson's equation u_xx + u_yy = f on [-1, 1]^2 with u = 0 on the boundary as benchmarks see it:
/// terms, networks, counted FLOPs and an independent check.
///
/// FLOPs of the algorithm, counted per point and layer of I inputs, O outputs, F columns, n
/// features an input; c: components of a jet (interior: u, u_x, u_y, Laplacian; boundary: u),
/// m: highest order among them; [..] only above the first layer:
///   MLP, by features: products sum_c 2 F O forward, 2 F O for the gradient,
///                     [2 n I O for the adjoint],
///                     jets sum_c 2 order(c) n I [and 2 (order(c) + 1) n I for the adjoint]
///   KAN, by edges:    products 2 n I O for m + 1 [m + 2] derivatives forward,
///                     for m + 1 for the gradient,
///                     jets sum_c 4 order(c) I O [and 2 (order(c) + 1) I O for the adjoint]
///   basis: per input, degree p, b splines, derivatives to order k = m [m + 1]:
///          b (4 p + k (k + 1)) for the splines, 30 + 4 k for an activation; for the other bases,
///          their products counted by features: radial b (30 + 4 k), Chebyshev b (3 + 5 k),
///          Fourier 30 + b (3 + 2 k), rational b (k + 1) (k + 8)
/// Of the b splines only p + 1 differ from zero at a point; `local` counts these alone, the
/// fewest operations that any algorithm needs.

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "kernels/base/random.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_networks.hpp"
#include "tests/units/kernels/naive_network.hpp"

namespace kanpde::bench {

using namespace kanpde::kernels;

/// Interior: residual Laplacian - f, f in column 0 of the columns; boundary: u - 0.
inline Term poisson_term(int points, bool interior, std::uint64_t seed) {
  Random random(seed);
  Term term;
  term.points = points;
  term.x = Columns(2, points);
  for (double& x : term.x.values()) x = random.uniform(-1, 1);
  if (!interior)
    for (int p = 0; p < points; ++p) term.x(p & 1, p) = p & 2 ? -1.0 : 1.0;
  term.columns = Columns(1, points);
  for (int p = 0; p < points; ++p)
    term.columns(0, p) = interior ? std::sin(3 * term.x(0, p)) * std::sin(3 * term.x(1, p)) : 0.0;
  term.plan.dimension = 2;
  if (interior) term.plan.add_collapsed({{1, 0}, {0, 1}}, {1, 1}, 2);
  term.quantities = {{Quantity::Kind::jet, 0, 0, interior ? 3 : 0}};
  term.partials = {{0, 0}};
  term.tape.inputs = 2;
  term.tape.registers = 3;
  term.tape.code = {{Op::input, 0, 0, -1, -1, 0.0},
                    {Op::input, 1, 1, -1, -1, 0.0},
                    {Op::sub, 0, 1, 0, -1, 0.0},
                    {Op::constant, 2, -1, -1, -1, 1.0}};
  term.tape.outputs = {0, 2};
  term.equations = 1;
  term.scale = {1 / std::sqrt(double(points))};
  return term;
}

inline std::vector<Term> poisson(int interior, int boundary) {
  return {poisson_term(interior, true, 1), poisson_term(boundary, false, 2)};
}

inline NetworkShape kan(const std::vector<int>& widths, Features basis = Features::bspline,
                        int functions = 8) {
  std::vector<oracle::LayerSketch> layers;
  for (std::size_t l = 1; l < widths.size(); ++l)
    layers.push_back({widths[l], basis, 3, functions, Features::silu});
  return oracle::make_network(widths[0], layers, 1);
}

inline NetworkShape mlp(const std::vector<int>& widths) {
  std::vector<oracle::LayerSketch> layers;
  for (std::size_t l = 1; l < widths.size(); ++l)
    layers.push_back(
        {widths[l], l == 1 ? Features::identity : Features::tanh, 0, 1, Features::none, true});
  return oracle::make_network(widths[0], layers, 1);
}

/// See the head of this file.
inline double layer_flops(const LayerShape& layer, const JetPlan& plan, bool above, bool local) {
  const bool bspline = layer.basis == Features::bspline;
  const double edges = double(layer.inputs) * layer.outputs;
  const double splines = local && bspline ? layer.degree + 1 : layer.basis_count;
  const double n = splines + layer.features() - layer.basis_count;
  const double features = n * layer.inputs;
  const int m = plan.order(), k = m + above;
  double total = 0;
  if (bspline) {
    total += layer.inputs * splines * (4.0 * layer.degree + k * (k + 1.0));
    total += layer.inputs * (30.0 + 4 * k) + 2 * n * edges * (k + 1 + m + 1);
    for (int order : plan.orders) total += (4 * order + above * 2 * (order + 1)) * edges;
    return total;
  }
  const double one = layer.basis == Features::rbf         ? 30 + 4 * k
                     : layer.basis == Features::chebyshev ? 3 + 5 * k
                     : layer.basis == Features::fourier   ? 3 + 2 * k
                     : layer.basis == Features::rational  ? (k + 1) * (k + 8)
                                                          : 0;
  total += layer.inputs * layer.basis_count * one;
  if (layer.basis == Features::fourier) total += layer.inputs * 30.0;
  if (layer.basis == Features::tanh) total += layer.inputs * (30.0 + 4 * k);
  for (int order : plan.orders) {
    total += 4.0 * layer.columns() * layer.outputs + 2 * order * features;
    if (above) total += 2 * features * layer.outputs + 2 * (order + 1) * features;
  }
  return total;
}

inline double flops(const NetworkShape& shape, const std::vector<Term>& terms, bool local = false) {
  double total = 0;
  for (const Term& term : terms)
    for (std::size_t l = 0; l < shape.layers.size(); ++l)
      total += term.points * layer_flops(shape.layers[l], term.plan, l > 0, local);
  return total;
}

/// Loss and one directional derivative at a few points of a linear equation against long double;
/// ends the program where they differ by more than rounding, `epsilon` being that of the
/// arithmetic.
inline void check_oracle(const NetworkShape& shape, const std::vector<Term>& terms,
                         const Target& target = {}, double epsilon = 1e-16) {
  const auto theta = oracle::draw_parameters(shape, 1);
  auto evaluator = make_evaluator(target, shape, terms, 0);
  std::vector<double> gradient(theta.size());
  const double loss = evaluator->loss_gradient(theta, gradient);
  Random random(5);
  std::vector<oracle::Dual> dual(theta.size());
  double slope = 0;
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double v = random.normal();
    dual[k] = {theta[k], v};
    slope += gradient[k] * v;
  }
  oracle::Dual exact;
  for (const Term& term : terms)
    for (int p = 0; p < term.points; ++p) {
      const auto jets = oracle::jets(shape, dual, term.plan, {term.x(0, p), term.x(1, p)});
      for (int e = 0; e < term.equations; ++e) {
        const Quantity& q = term.quantities[e];
        oracle::Dual r = jets[q.output * term.plan.components() + q.component];
        if (term.columns.columns() > 0) r = r - oracle::Dual(term.columns(0, p));
        r = oracle::Dual(term.scale[e]) * r;
        exact = exact + oracle::Dual(0.5L) * r * r;
      }
    }
  const double error = std::abs(loss - double(exact.a)) / double(exact.a);
  const double slope_error = std::abs(slope - double(exact.b)) / std::abs(double(exact.b));
  if (error < 1e4 * epsilon && slope_error < 1e6 * epsilon) return;
  fmt::print("wrong: loss differs by {:.1e}, its derivative by {:.1e}\n", error, slope_error);
  std::exit(1);
}

}  // namespace kanpde::bench
