/// Where the points of a pass lie.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "solver/training/phases.hpp"
#include "solver/training/radau.hpp"
#include "solver/training/training.hpp"
#include "solver/training/window.hpp"

namespace kanpde::solver {

namespace {

using problems::Condition;
using problems::Expr;
using problems::Problem;

/// Whether the points of a term may move along the axes: not measured ones, and not those of a
/// condition that holds where its predicate does or at one point.
bool may_move(const Problem& problem, const TermSpec& spec) {
  if (spec.kind == TermSpec::Kind::data) return false;
  if (spec.kind != TermSpec::Kind::condition) return true;
  const Condition& c = problem.conditions[std::size_t(spec.index)];
  return !c.predicate.valid() && c.where != Condition::Where::point;
}

bool holds_at_start(const Problem& problem, const TermSpec& spec) {
  return spec.kind == TermSpec::Kind::start ||
         (spec.kind == TermSpec::Kind::condition &&
          problem.conditions[std::size_t(spec.index)].where == Condition::Where::initial);
}

bool has_hard_start(const Problem& problem) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(), [](const Condition& c) {
    return c.hard && c.where == Condition::Where::initial;
  });
}

/// Whether every unknown evolves, so that the start of a window gives its values.
bool start_gives_all(const Problem& problem) {
  std::vector<bool> given(problem.unknowns.size(), false);
  for (const StartValue& v : start_values(problem)) given[v.unknown] = true;
  return std::all_of(given.begin(), given.end(), [](bool g) { return g; });
}

/// n points in the middles of equal parts of an interval.
TermPoints spread_evenly(const Problem& problem, int n) {
  TermPoints points;
  points.x = Columns(problem.variable_count(), n);
  const problems::Box box = problem.region.space->bounding_box();
  for (int p = 0; p < n; ++p) points.x(0, p) = std::lerp(box.lower[0], box.upper[0], (p + 0.5) / n);
  return points;
}

/// The same points and the ends of the first axis.
TermPoints with_ends(const Problem& problem, const TermPoints& points) {
  const problems::Box box = problem.region.space->bounding_box();
  const int n = points.count();
  TermPoints all;
  all.x = Columns(points.x.columns(), n + 2);
  for (int c = 0; c < all.x.columns(); ++c) {
    std::copy_n(points.x.column(c), n, all.x.column(c));
    for (int end = 0; end < 2; ++end)
      all.x(c, n + end) = c > 0 ? points.x(c, 0) : end == 0 ? box.lower[0] : box.upper[0];
  }
  return all;
}

/// Whether the start gives the values of all unknowns and nothing else, so that the part of the
/// polynomials at the start of a window can be fitted to it beforehand.
bool start_gives_values(const Problem& problem) {
  const std::vector<StartValue> values = start_values(problem);
  std::vector<bool> given(problem.unknowns.size(), false);
  for (const Condition& c : problem.conditions)
    if (c.where == Condition::Where::initial && c.dirichlet_unknown >= 0)
      given[std::size_t(c.dirichlet_unknown)] = true;
  return values.size() == problem.unknowns.size() &&
         std::all_of(values.begin(), values.end(),
                     [](const StartValue& v) { return v.alpha == problems::MultiIndex{}; }) &&
         std::all_of(given.begin(), given.end(), [](bool g) { return g; });
}

/// Every point at each of some times, one time after another.
TermPoints repeat_at(const TermPoints& points, int time, const std::vector<double>& times) {
  TermPoints all;
  const int n = points.count();
  const auto repeat = [&](const Columns& from, Columns& to) {
    to = Columns(from.columns(), from.columns() > 0 ? n * int(times.size()) : 0);
    for (int c = 0; c < from.columns(); ++c)
      for (std::size_t k = 0; k < times.size(); ++k)
        std::copy_n(from.column(c), n, to.column(c) + k * n);
  };
  repeat(points.x, all.x);
  repeat(points.normals, all.normals);
  repeat(points.partner, all.partner);
  for (std::size_t k = 0; k < times.size(); ++k)
    for (Columns* x : {&all.x, &all.partner})
      if (x->columns() > 0) std::fill_n(x->column(time) + k * n, n, times[k]);
  return all;
}

bool is_tensor(problems::SamplingMethod method) {
  return method == problems::SamplingMethod::lattice ||
         method == problems::SamplingMethod::gauss_legendre;
}

/// Whether a part of the boundary that a condition holds on changes with time.
bool has_moving_parts(const Problem& problem) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(), [&](const Condition& c) {
    if (!c.predicate.valid()) return false;
    const auto symbols = problem.graph.symbols({&c.predicate, 1});
    return std::any_of(symbols.begin(), symbols.end(), [&](const problems::Symbol& s) {
      return s.kind == problems::Symbol::Kind::coordinate && s.index >= problem.space_dimension;
    });
  });
}

/// The same with a column of zeros before column `at`.
Columns with_column(const Columns& x, int at) {
  if (x.columns() == 0) return x;
  Columns all(x.columns() + 1, x.points());
  for (int c = 0; c < x.columns(); ++c)
    std::copy_n(x.column(c), x.points(), all.column(c + (c >= at)));
  return all;
}

/// Places in space for points at given times. Points of a tensor product over space and time would
/// repeat each place, so those are drawn over space alone.
TermPoints draw_places(Problem& problem, const TermSpec& spec, Random& random) {
  const int time = problem.space_dimension;
  if (!is_tensor(problem.points.method) || problem.region.extra.dimension() > 1 ||
      has_moving_parts(problem))
    return draw_points(problem, spec, random);
  problem.region.extra = {};
  problem.has_time = false;
  TermPoints points = draw_points(problem, spec, random);
  points.x = with_column(points.x, time);
  points.partner = with_column(points.partner, time);
  return points;
}

}  // namespace

/// Times of the polynomials of the present window: its start and the nodes of Radau's right
/// quadrature; none where the network reads the time.
std::vector<double> Training::time_nodes() const {
  if (model_.time_degree == 0) return {};
  const problems::Box& time = local().region.extra;
  return nodes_within(time.lower[0], time.upper[0], model_.time_degree);
}

/// With polynomials in time, all but the start and what is measured is looked at where they are
/// defined, at their nodes: fewer places, each at every node, the first one only if the start takes
/// no part in the fit.
TermPoints Training::draw(const TermSpec& spec) {
  std::vector<double> nodes = time_nodes();
  if (nodes.empty() || spec.kind == TermSpec::Kind::data)
    return draw_points(local(), spec, random_);
  const bool on_a_line = local().variable_count() == 2;
  const bool at_start = holds_at_start(local(), spec);
  const int interior = std::max(2, point_counts(local()).interior / model_.time_degree);
  if (at_start && !on_a_line) return draw_points(local(), spec, random_);
  if (at_start) {
    Problem more = local();
    more.points.initial = std::max(interior, point_counts(more).initial);
    return with_ends(local(), draw_points(more, spec, random_));
  }
  Problem fewer = local();
  problems::PointSettings counts = point_counts(fewer);
  for (int* count : {&counts.interior, &counts.boundary})
    *count = std::max(2, *count / model_.time_degree);
  fewer.points = counts;
  if (!has_hard_start(fewer) && start_gives_all(fewer)) nodes.erase(nodes.begin());
  TermPoints points;
  if (on_a_line && spec.kind == TermSpec::Kind::equations)
    points = is_wrapped_ ? spread_evenly(local(), interior)
                         : with_ends(local(), draw_places(fewer, spec, random_));
  else
    points = draw_places(fewer, spec, random_);
  return repeat_at(points, fewer.space_dimension, nodes);
}

bool Training::may_hold_start() const {
  const auto is_output_layer = [](const problems::StageSettings& s) {
    return s.optimizer == problems::StageSettings::Optimizer::output_layer;
  };
  return model_.products && model_.time_degree > 0 &&
         std::all_of(settings_.stages.begin(), settings_.stages.end(), is_output_layer) &&
         !has_hard_start(problem_) && start_gives_all(problem_) && start_gives_values(problem_);
}

void Training::drop_start(std::vector<TermSpec>& terms) const {
  std::erase_if(terms, [&](const TermSpec& t) { return holds_at_start(local(), t); });
}

/// Draws the points of all terms, and the values that the start of the window gives. Points follow
/// the stretching of the window, or the graded break points of a model of products.
void Training::place_points() {
  random_.seek(pass_random_);
  points_.clear();
  const AxisPoints graded = product_axes(problem_, model_);
  for (const TermSpec& spec : specs_) {
    points_.push_back(draw(spec));
    TermPoints& points = points_.back();
    if (may_move(local(), spec))
      stretch(local(), stretching_.empty() ? graded : stretching_, points);
    if (spec.kind != TermSpec::Kind::start) continue;
    std::vector<Expr> fields;
    for (const StartValue& v : start_values(local()))
      fields.push_back(problem_.graph.unknown(v.unknown, v.alpha));
    points.data = evaluate_fields(problem_, done_, fields, points.x);
  }
  present_.resize(specs_.size());
  std::iota(present_.begin(), present_.end(), std::size_t(0));
  if (settings_.continual.phases > 0) keep_phase();
}

TermPoints Training::of_phase(const TermPoints& points, int phase) const {
  const Phases phases(problem_, settings_.continual);
  std::vector<int> which;
  for (int p = 0; p < points.count(); ++p)
    if (phases.of(points.x, p) == phase) which.push_back(p);
  return take_points(points, which);
}

/// Leaves the points of the present phase of continual training, and the terms that have any.
/// Throws InputError where this one or a later one has none.
void Training::keep_phase() {
  for (int phase = pass_; phase < settings_.continual.phases; ++phase)
    if (std::all_of(points_.begin(), points_.end(),
                    [&](const TermPoints& points) { return of_phase(points, phase).count() == 0; }))
      throw InputError(settings_.continual.where,
                       fmt::format("continual: phase {} of {} has no points", phase + 1,
                                   settings_.continual.phases));
  std::vector<TermSpec> specs;
  std::vector<TermPoints> points;
  present_.clear();
  for (std::size_t t = 0; t < specs_.size(); ++t) {
    TermPoints here = of_phase(points_[t], pass_);
    if (here.count() == 0) continue;
    present_.push_back(t);
    specs.push_back(std::move(specs_[t]));
    points.push_back(std::move(here));
  }
  specs_ = std::move(specs);
  points_ = std::move(points);
}

/// Points of the first term and, with polynomials in time, as many at the start of the window,
/// which the equations may leave out.
Columns Training::fit_points() const {
  const Columns& x = points_.front().x;
  const std::vector<double> nodes = time_nodes();
  if (nodes.empty()) return x;
  const int time = local().space_dimension;
  std::vector<int> which(std::size_t(x.points()));
  std::iota(which.begin(), which.end(), 0);
  for (int p = 0; p < x.points(); ++p)
    if (x(time, p) == nodes.back()) which.push_back(p);
  Columns all = take_points(x, which);
  for (int p = x.points(); p < all.points(); ++p) all(time, p) = nodes.front();
  return all;
}

}  // namespace kanpde::solver
