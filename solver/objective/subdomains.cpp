#include "solver/objective/subdomains.hpp"

#include <algorithm>

namespace kanpde::solver {

namespace {

using problems::Expr;
using problems::Graph;
using problems::ModelSettings;
using problems::Op;
using problems::Problem;

/// Equal cells of one variable.
struct Cells {
  double lower, width;
  int count;
  double overlap;  ///< length that two neighbours share
  double edge(int k) const { return lower + k * width; }
};

std::vector<Cells> cells(const Problem& problem, const ModelSettings& model) {
  std::vector<Cells> axes;
  for (int i = 0; i < int(model.subdomains.size()); ++i) {
    const int space = problem.space_dimension;
    const problems::Box box =
        i < space ? problem.region.space->bounding_box() : problem.region.extra;
    const std::size_t k = std::size_t(i < space ? i : i - space);
    const double width = (box.upper[k] - box.lower[k]) / model.subdomains[std::size_t(i)];
    axes.push_back({box.lower[k], width, model.subdomains[std::size_t(i)], model.overlap * width});
  }
  return axes;
}

/// For each choice of a cell in every variable, in order, body(cell a variable).
template <class Body>
void for_each_cell(const std::vector<Cells>& axes, Body body) {
  std::vector<int> at(axes.size(), 0);
  for (int i = 0; i >= 0 && !axes.empty();) {
    body(at);
    for (i = int(axes.size()) - 1; i >= 0 && ++at[std::size_t(i)] == axes[std::size_t(i)].count;
         --i)
      at[std::size_t(i)] = 0;
  }
}

/// 0 before the edge, 1 behind it, within half of the overlap a polynomial of degree 9 whose
/// derivatives up to order 4 vanish at both ends.
Expr step(Graph& g, Expr x, double edge, double overlap) {
  const Expr start = g.constant(edge - 0.5 * overlap);
  const Expr scaled = g.div(g.sub(x, start), g.constant(overlap));
  const Expr z = g.apply(Op::min, g.apply(Op::max, scaled, g.constant(0)), g.constant(1));
  Expr sum = g.constant(70);
  for (const double c : {-315.0, 540.0, -420.0, 126.0}) sum = g.add(g.constant(c), g.mul(z, sum));
  return g.mul(g.powi(z, 5), sum);
}

/// Of cell k of a variable.
Expr bump(Graph& g, Expr x, const Cells& c, int k) {
  const Expr up = k == 0 ? g.constant(1) : step(g, x, c.edge(k), c.overlap);
  if (k + 1 == c.count) return up;
  return g.sub(up, step(g, x, c.edge(k + 1), c.overlap));
}

}  // namespace

std::vector<kan::Subdomain> subdomains(const Problem& problem, const ModelSettings& model) {
  const std::vector<Cells> axes = cells(problem, model);
  std::vector<kan::Subdomain> all;
  for_each_cell(axes, [&](const std::vector<int>& at) {
    kan::Subdomain& s = all.emplace_back();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Cells& c = axes[i];
      s.lower.push_back(c.edge(at[i]) - (at[i] > 0 ? 0.5 * c.overlap : 0));
      s.upper.push_back(c.edge(at[i] + 1) + (at[i] + 1 < c.count ? 0.5 * c.overlap : 0));
    }
  });
  return all;
}

std::vector<Expr> partition_of_unity(Graph& g, const Problem& problem, const ModelSettings& model) {
  const std::vector<Cells> axes = cells(problem, model);
  std::vector<Expr> all;
  for_each_cell(axes, [&](const std::vector<int>& at) {
    Expr product = g.constant(1);
    for (std::size_t i = 0; i < axes.size(); ++i)
      product = g.mul(product, bump(g, g.coordinate(int(i)), axes[i], at[i]));
    all.push_back(product);
  });
  return all;
}

}  // namespace kanpde::solver
