#include "solver/objective/collocation.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::solver {

namespace {

using problems::Condition;
using problems::Expr;
using problems::Graph;
using problems::MultiIndex;
using problems::Points;
using problems::Problem;
using problems::Symbol;

bool met_by_ansatz(const Condition& c) { return c.hard; }

/// The coordinate at the upper end of a periodic condition's axis.
double upper_end(const Problem& problem, const Condition& c) {
  return problem.region.space->bounding_box().upper[c.periodic_axis];
}

/// The part of the boundary on which a condition holds.
problems::BoundaryFilter boundary_filter(const Problem& problem, const Condition& c) {
  problems::BoundaryFilter filter;
  if (c.where == Condition::Where::part)
    filter.patch = [&](int patch) { return problem.region.space->patches()[patch].name == c.part; };
  if (c.where == Condition::Where::predicate || c.predicate.valid())
    filter.where = [&](std::span<const double> x) {
      return problem.graph.evaluate(c.predicate, [&](const Symbol& s) {
        return s.kind == Symbol::Kind::coordinate ? x[s.index] : std::nan("");
      }) > 0;
    };
  return filter;
}

/// The condition's point, once or with n drawn values of time and parameters.
Points draw_at_point(const Problem& problem, const Condition& c, int n, Random& random) {
  const auto method = problem.points.method;
  Points points = problems::sample_interior(problem.region, method, n, random);
  for (std::size_t i = 0; i < c.point.size(); ++i)
    std::fill_n(points.x.column(int(i)), points.count(), c.point[i]);
  return points;
}

Points draw_where(const Problem& problem, const Condition& c, int n, Random& random) {
  using Where = Condition::Where;
  const auto method = problem.points.method;
  if (c.where == Where::point) return draw_at_point(problem, c, n, random);
  if (c.where == Where::interior)
    return problems::sample_interior(problem.region, method, n, random);
  if (c.where == Where::initial) return problems::sample_initial(problem.region, method, n, random);
  return problems::sample_boundary(problem.region, method, n, random, boundary_filter(problem, c));
}

/// The 2^d corners of the region's bounding box.
Columns box_corners(const Problem& problem) {
  problems::Box box = problem.region.extra;
  if (problem.region.space) {
    const problems::Box space = problem.region.space->bounding_box();
    box.lower.insert(box.lower.begin(), space.lower.begin(), space.lower.end());
    box.upper.insert(box.upper.begin(), space.upper.begin(), space.upper.end());
  }
  const int d = box.dimension(), corners = 1 << d;
  Columns x(d, corners);
  for (int i = 0; i < d; ++i)
    for (int k = 0; k < corners; ++k) x(i, k) = k >> i & 1 ? box.upper[i] : box.lower[i];
  return x;
}

void append(Columns& to, const Columns& more) {
  Columns all(to.columns(), to.points() + more.points());
  for (int c = 0; c < to.columns(); ++c) {
    std::copy_n(to.column(c), to.points(), all.column(c));
    std::copy_n(more.column(c), more.points(), all.column(c) + to.points());
  }
  to = std::move(all);
}

/// Interior points, then one for every ten of them on the boundary, on the initial slice, and the
/// corners of a box: equations hold up to the boundary, and splines are fixed there by few interior
/// points.
TermPoints draw_closure(const Problem& problem, const problems::PointSettings& counts,
                        Random& random) {
  TermPoints result;
  const auto& region = problem.region;
  result.x = problems::sample_interior(region, counts.method, counts.interior, random).x;
  const int extra = std::max(2, counts.interior / 10);
  if (region.space)
    append(result.x, problems::sample_boundary(region, counts.method, extra, random).x);
  if (problem.has_time)
    append(result.x, problems::sample_initial(region, counts.method, extra, random).x);
  if (!region.space || region.space->is_box()) append(result.x, box_corners(problem));
  return result;
}

TermPoints from_points(Points&& points) {
  TermPoints result;
  result.x = std::move(points.x);
  result.normals = std::move(points.normals);
  return result;
}

TermPoints draw_periodic(const Problem& problem, const Condition& c, int n, Random& random) {
  TermPoints result = from_points(
      problems::sample_periodic(problem.region, problem.points.method, n, c.periodic_axis, random));
  result.partner = result.x;
  std::fill_n(result.partner.column(c.periodic_axis), result.count(), upper_end(problem, c));
  return result;
}

}  // namespace

problems::PointSettings point_counts(const Problem& problem) {
  problems::PointSettings s = problem.points;
  const int d = problem.variable_count();
  static constexpr int interior[] = {200, 2500, 4000, 6000};
  if (s.interior == 0) s.interior = interior[std::min(d, 4) - 1];
  if (s.boundary == 0) s.boundary = d == 1 ? 2 : d == 2 ? 400 : d == 3 ? 1500 : 3000;
  if (s.initial == 0) s.initial = d == 1 ? 1 : d == 2 ? 300 : 1000;
  return s;
}

std::vector<Expr> periodic_residuals(Problem& problem, const Condition& c) {
  std::vector<Expr> residuals;
  Graph& g = problem.graph;
  for (int u = 0; u < int(problem.unknowns.size()); ++u)
    for (int k = 0; k <= c.periodic_order; ++k) {
      MultiIndex alpha;
      alpha.count[c.periodic_axis] = std::uint8_t(k);
      residuals.push_back(g.sub(g.unknown(u, alpha, 0), g.unknown(u, alpha, 1)));
    }
  return residuals;
}

std::vector<TermSpec> list_terms(Problem& problem, const Ansatz& ansatz) {
  std::vector<TermSpec> terms;
  if (!problem.equations.empty()) {
    TermSpec equations{TermSpec::Kind::equations, 0, "equations", {}, 1.0};
    for (const auto& e : problem.equations)
      equations.residuals.push_back(ansatz.apply(e.parsed.residual));
    terms.push_back(std::move(equations));
  }
  for (int i = 0; i < int(problem.conditions.size()); ++i) {
    const Condition& c = problem.conditions[i];
    if (met_by_ansatz(c)) continue;
    TermSpec term{TermSpec::Kind::condition, i, c.text, {}, c.weight};
    if (c.periodic_axis >= 0) {
      term.kind = TermSpec::Kind::periodic;
      term.residuals = periodic_residuals(problem, c);
    } else {
      term.residuals = {c.parsed.residual};
    }
    for (Expr& r : term.residuals)
      r = c.periodic_axis < 0 ? ansatz.apply(r)
                              : ansatz.apply_to_pairs(r, c.periodic_axis, upper_end(problem, c));
    terms.push_back(std::move(term));
  }
  for (int i = 0; i < int(problem.data.size()); ++i) {
    const problems::DataSet& data = problem.data[i];
    TermSpec term{TermSpec::Kind::data, i, "data " + data.file, {}, data.weight};
    Graph& g = problem.graph;
    for (int k = 0; k < int(data.unknowns.size()); ++k)
      term.residuals.push_back(
          g.sub(ansatz.unknown(data.unknowns[k]), g.symbol({Symbol::Kind::column, k, 0, {}})));
    terms.push_back(std::move(term));
  }
  return terms;
}

TermPoints draw_points(const Problem& problem, const TermSpec& term, Random& random) {
  const problems::PointSettings counts = point_counts(problem);
  if (term.kind == TermSpec::Kind::equations) return draw_closure(problem, counts, random);
  if (term.kind == TermSpec::Kind::data) {
    TermPoints result;
    result.x = problem.data[term.index].x;
    result.data = problem.data[term.index].values;
    return result;
  }
  if (term.kind == TermSpec::Kind::start)
    return from_points(
        problems::sample_initial(problem.region, counts.method, counts.initial, random));
  const Condition& c = problem.conditions[term.index];
  try {
    if (term.kind == TermSpec::Kind::periodic)
      return draw_periodic(problem, c, counts.boundary / 2, random);
    int n = counts.interior;
    if (c.where == Condition::Where::point)
      n = problem.region.extra.dimension() == 0 ? 1 : counts.boundary;
    else if (c.where == Condition::Where::initial)
      n = counts.initial;
    else if (c.where != Condition::Where::interior)
      n = std::max(problem.variable_count() == 1 ? 1 : 16,
                   int(std::lround(counts.boundary *
                                   boundary_share(problem.region, boundary_filter(problem, c)))));
    return from_points(draw_where(problem, c, n, random));
  } catch (const InputError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw InputError(c.location, error.what());
  }
}

Columns grid_fit_points(const Problem& problem, int count, Random& random) {
  Columns all = interior_points(problem, count, random);
  append(all, box_corners(problem));
  return all;
}

Columns interior_points(const Problem& problem, int count, Random& random) {
  return problems::sample_interior(problem.region, problems::SamplingMethod::sobol, count, random)
      .x;
}

}  // namespace kanpde::solver
