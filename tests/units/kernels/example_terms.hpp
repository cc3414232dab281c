#pragma once
/// Networks of every kind of layer, with jets of every kind, and a term for each: what backends are
/// compared on.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "kernels/term.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::oracle {

using kernels::JetPlan;
using kernels::Op;
using kernels::Quantity;
using kernels::Tape;
using kernels::Term;

struct Example {
  std::string name;
  NetworkShape shape;
  JetPlan plan;
};

inline JetPlan laplacian(int dimension) {
  JetPlan plan;
  plan.dimension = dimension;
  std::vector<std::vector<double>> axes;
  for (int i = 0; i < dimension; ++i) {
    axes.emplace_back(dimension, 0.0);
    axes.back()[i] = 1;
  }
  plan.add_collapsed(axes, std::vector<double>(dimension, 1.0), 2);
  return plan;
}

inline JetPlan along(int dimension,
                     const std::vector<std::pair<std::vector<double>, int>>& directions) {
  JetPlan plan;
  plan.dimension = dimension;
  for (const auto& [v, order] : directions) plan.add(v, order);
  return plan;
}

inline std::vector<Example> examples() {
  using enum Features;
  std::vector<Example> all;
  const auto add = [&](const std::string& name, int inputs, const std::vector<LayerSketch>& layers,
                       JetPlan plan, const std::vector<int>& harmonics = {}) {
    all.push_back({name, make_network(inputs, layers, all.size() + 1, harmonics), std::move(plan)});
  };
  for (int degree = 1; degree <= 11; ++degree)
    add("bspline" + std::to_string(degree), 2,
        {{4, bspline, degree, degree + 3, silu}, {1, bspline, degree, degree + 2, none}},
        laplacian(2));
  add("rbf", 2, {{4, rbf, 0, 6, tanh}, {2, rbf, 0, 5, none}}, laplacian(2));
  add("chebyshev", 2, {{4, chebyshev, 0, 6, identity}, {2, chebyshev, 0, 5, none}}, laplacian(2));
  add("fourier", 2, {{4, fourier, 0, 7, tanh}, {2, fourier, 0, 6, none}}, laplacian(2));
  add("rational", 2, {{4, rational, 3, 8, silu}, {2, rational, 4, 5, none}}, laplacian(2));
  add("mlp_sin", 3, {{7, identity, 0, 1, none, true}, {1, sin, 0, 1, none, true}}, laplacian(3));
  add("mlp_gelu", 2,
      {{7, identity, 0, 1, none, true}, {6, gelu, 0, 1, none, true}, {2, silu, 0, 1, none, true}},
      along(2, {{{1, 0}, 3}, {{1, 1}, 2}}));
  add("order4", 2, {{4, bspline, 6, 9, silu}, {1, bspline, 7, 9, none}},
      along(2, {{{1, 0}, 4}, {{0, 1}, 4}, {{1, 1}, 4}, {{1, -1}, 4}}));
  add("order4_rbf", 1, {{4, rbf, 0, 9, sin}, {1, chebyshev, 0, 7, none}}, along(1, {{{1}, 4}}));
  add("order4_fourier", 1, {{4, fourier, 0, 9, sin}, {1, rational, 5, 10, none}},
      along(1, {{{1}, 4}}));
  add("values", 2, {{4, bspline, 3, 8, silu}, {1, bspline, 3, 8, silu}}, along(2, {}));
  add("many_components", 6, {{5, bspline, 4, 7, silu}, {1, bspline, 4, 6, none}},
      along(6, {{{1, 0, 0, 0, 0, 0}, 4},
                {{0, 1, 0, 0, 0, 0}, 4},
                {{0, 0, 1, 0, 0, 0}, 4},
                {{0, 0, 0, 1, 0, 0}, 4},
                {{0, 0, 0, 0, 1, 1}, 3}}));
  add("harmonics", 2, {{5, bspline, 5, 8, silu}, {2, tanh, 0, 1, none, true}}, laplacian(2),
      {3, 0});
  LayerSketch fixed{5, bspline, 3, 7, silu};
  fixed.frozen = true;
  add("frozen", 2, {fixed, {3, bspline, 5, 8, none}}, laplacian(2));
  return all;
}

/// R = sum of a_q q + q_0 q_last over every component of every output's jet.
inline Term example_term(const Example& example, int points) {
  Random random(17);
  Term term;
  term.points = points;
  term.x = Columns(example.shape.inputs, points);
  for (double& x : term.x.values()) x = random.uniform(-1.4, 1.4);
  term.plan = example.plan;
  term.equations = 1;
  term.scale = {0.7};
  Tape& tape = term.tape;
  const auto put = [&](Op op, int a, int b, double value = 0) {
    tape.code.push_back({op, tape.registers, a, b, -1, value});
    return tape.registers++;
  };
  std::vector<int> q, factor;
  for (int o = 0; o < example.shape.outputs; ++o)
    for (int c = 0; c < term.plan.components(); ++c) {
      term.quantities.push_back({Quantity::Kind::jet, 0, o, c});
      q.push_back(put(Op::input, int(q.size()), -1));
      factor.push_back(
          put(Op::constant, -1, -1, random.normal() / std::pow(4, term.plan.orders[c])));
    }
  tape.inputs = int(q.size());
  int sum = put(Op::mul, q.front(), q.back());
  for (std::size_t i = 0; i < q.size(); ++i) sum = put(Op::add, sum, put(Op::mul, factor[i], q[i]));
  tape.outputs = {sum};
  for (int i = 0; i < int(q.size()); ++i) {
    int partial = factor[i];
    if (i == 0) partial = put(Op::add, partial, q.back());
    if (i == int(q.size()) - 1) partial = put(Op::add, partial, q.front());
    term.partials.push_back({0, i});
    tape.outputs.push_back(partial);
  }
  return term;
}

}  // namespace kanpde::oracle
