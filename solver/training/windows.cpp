/// Windows in time and the passes within each.

#include <algorithm>
#include <cmath>

#include "solver/optimizer/gauss_newton.hpp"
#include "solver/training/automatic.hpp"
#include "solver/training/training.hpp"
#include "solver/training/window.hpp"

namespace kanpde::solver {

namespace {

using problems::Condition;
using problems::Expr;
using problems::MultiIndex;
using problems::Problem;
using problems::Symbol;

constexpr std::uint64_t start_stream = 11;
constexpr int grid_points = 1000;  ///< points over which grids are fitted to the activations
constexpr double slow_weight =
    1.2;  ///< of time beside stretched coordinates, in intervals of the grid

MultiIndex derivative_along(int axis, int order) {
  MultiIndex alpha;
  if (order > 0) alpha.count[axis] = std::uint8_t(order);
  return alpha;
}

/// Whether the points of a term may move along the axes: not measured ones, and not those of a
/// condition that holds where its predicate does or at one point.
bool may_move(const Problem& problem, const TermSpec& spec) {
  if (spec.kind == TermSpec::Kind::data) return false;
  if (spec.kind != TermSpec::Kind::condition) return true;
  const Condition& c = problem.conditions[std::size_t(spec.index)];
  return !c.predicate.valid() && c.where != Condition::Where::point;
}

/// Condition that gives unknown u at the start, or null.
const Condition* initial_condition(const Problem& problem, int u) {
  for (const Condition& c : problem.conditions)
    if (c.where == Condition::Where::initial && c.dirichlet_unknown == u) return &c;
  return nullptr;
}

}  // namespace

double Training::window_end() const {
  const double begin = problem_.region.extra.lower[0], end = problem_.region.extra.upper[0];
  return window() + 1 == windows() ? end : begin + (end - begin) * (window() + 1) / windows();
}

Solution Training::solution() const {
  Solution all = done_;
  all.pieces.push_back({done_.time < 0 ? 0.0 : window_end(),
                        Ansatz(problem_.graph, local(), output_scales_), surrogate_});
  return all;
}

Profile Training::profile_of(Solution solution) const {
  return [this, solution = std::move(solution)](int axis, int order, const Columns& x) {
    std::vector<Expr> fields;
    for (int u = 0; u < int(problem_.unknowns.size()); ++u)
      fields.push_back(problem_.graph.unknown(u, derivative_along(axis, order)));
    return evaluate_fields(problem_, solution, fields, x);
  };
}

/// Of the initial conditions, whatever the time; zero where an unknown has none.
Profile Training::initial_profile() const {
  return [this](int axis, int order, const Columns& x) {
    Columns values(int(problem_.unknowns.size()), x.points());
    for (int u = 0; u < values.columns(); ++u) {
      const Condition* c = initial_condition(problem_, u);
      if (c == nullptr) continue;
      const Expr at_start = problem_.graph.substitute(c->parsed.right, [&](const Symbol& s) {
        const bool time = s.kind == Symbol::Kind::coordinate && s.index == problem_.space_dimension;
        return time ? problem_.graph.constant(problem_.region.extra.lower[0]) : Expr{};
      });
      const Expr e = problem_.graph.derivative(at_start, derivative_along(axis, order));
      for (int p = 0; p < x.points(); ++p)
        values(u, p) = problem_.graph.evaluate(e, [&](const Symbol& s) {
          return s.kind == Symbol::Kind::coordinate ? x(s.index, p) : std::nan("");
        });
    }
    return values;
  };
}

/// Makes the window's problem and terms.
void Training::enter_window() {
  if (windows() > 1) {
    const double begin =
        done_.pieces.empty() ? problem_.region.extra.lower[0] : done_.pieces.back().end;
    window_problem_ = make_window(problem_, begin, window_end(), window() > 0);
  }
  ansatz_.emplace(local().graph, local(), output_scales_);
  specs_ = list_terms(local(), *ansatz_);
  if (window() > 0) specs_.push_back(start_term(local(), *ansatz_));
}

/// Whether points and inner edges of this model may follow the solution.
bool Training::may_stretch() const {
  return trains_output_layer() && is_stretchable(local(), make_shape(local(), model_, seed_));
}

bool Training::trains_output_layer() const {
  return settings_.stages.front().optimizer == problems::StageSettings::Optimizer::output_layer;
}

/// Draws the points of all terms, and the values that the start of the window gives.
void Training::place_points() {
  random_.seek(pass_random_);
  points_.clear();
  for (const TermSpec& spec : specs_) {
    points_.push_back(draw_points(local(), spec, random_));
    TermPoints& points = points_.back();
    if (may_move(local(), spec)) stretch(local(), stretching_, points);
    if (spec.kind != TermSpec::Kind::start) continue;
    std::vector<Expr> fields;
    for (const StartValue& v : start_values(local()))
      fields.push_back(problem_.graph.unknown(v.unknown, v.alpha));
    points.data = evaluate_fields(problem_, done_, fields, points.x);
  }
}

/// The network of a pass before anything is trained: on stretched edges, on from the window
/// before, or from scratch.
void Training::start_network() {
  const bool ridge = trains_output_layer();
  Random start(std::uint64_t(seed_), start_stream);
  const Columns fit = grid_fit_points(local(), grid_points, start);
  if (stretches()) {
    kan::Stretching s;
    s.points = stretching_;
    s.slow = local().has_time ? local().space_dimension : -1;
    s.slow_weight = slow_weight * 2.0 / model_.grid;
    surrogate_ = make_stretched(local(), model_, seed_, s, fit);
    return;
  }
  Surrogate fresh =
      make_surrogate(local(), model_, seed_, ridge ? Start::ridge : Start::glorot, fit);
  if (ridge || done_.pieces.empty()) {
    surrogate_ = std::move(fresh);
    return;
  }
  surrogate_ = done_.pieces.back().surrogate;
  surrogate_.shape.input_shift = fresh.shape.input_shift;
  surrogate_.shape.input_scale = fresh.shape.input_scale;
}

/// The output layer that comes nearest to a profile held constant in time.
void Training::fit_start(const Profile& profile) {
  std::vector<Expr> residuals;
  problems::Graph& g = local().graph;
  for (int u = 0; u < int(local().unknowns.size()); ++u)
    residuals.push_back(g.sub(ansatz_->unknown(u), g.symbol({Symbol::Kind::column, u, 0, {}})));
  TermPoints at;
  at.x = points_.front().x;
  at.data = profile(0, 0, at.x);
  std::vector<kernels::Term> terms;
  terms.push_back(
      build_term(g, residuals, at, local().variable_count(), int(local().unknowns.size())));
  ProblemObjective fit(kernels::make_evaluator(target_, surrogate_.shape, std::move(terms),
                                               int(local().parameters.size())));
  fit.activate(active_parameters(), surrogate_.theta);
  Vector theta = fit.pack(surrogate_.theta);
  double loss = 0;
  GaussNewton(gauss_newton_options()).step(fit, theta, loss);
  surrogate_.theta = fit.unpack(theta);
}

void Training::begin_pass() {
  pass_random_ = random_.position();
  const double begin = local().has_time ? local().region.extra.lower[0] : 0.0;
  const double end = local().has_time ? local().region.extra.upper[0] : 0.0;
  Profile profile;
  if (pass_ > 0)
    profile = profile_of(solution());
  else if (window() > 0)
    profile = [from = profile_of(done_), begin, time = done_.time](int axis, int order,
                                                                   const Columns& x) {
      Columns at_start = x;
      std::fill_n(at_start.column(time), x.points(), begin);
      return from(axis, order, at_start);
    };
  else
    profile = initial_profile();
  const std::vector<double> times =
      pass_ == 0 || begin == end
          ? std::vector<double>{begin}
          : std::vector<double>{begin, (2 * begin + end) / 3, (begin + 2 * end) / 3, end};
  const bool stretched = may_stretch() && (windows() > 1 || pass_ > 0);
  stretching_ = stretched ? equidistribute(problem_, profile, times) : AxisPoints{};
  place_points();
  scales_.clear();
  stage_ = 0;
  start_network();
  build_objective();
  balance();
  if (stretches() && !is_linear(local())) fit_start(profile);
  begin_stage();
}

void Training::note(const std::string& text) {
  notes_.push_back(windows() > 1 ? fmt::format("window {} of {}: {}", window() + 1, windows(), text)
                                 : text);
}

/// On to the next pass, the next window, or the end.
void Training::end_pass() {
  if (status_ == "failed") {
    finished_ = true;
    return;
  }
  const bool last = window() + 1 >= windows();
  if (out_of_time() && !last) {
    note("stopped by its share of the time limit; the next one starts from there");
    status_ = "out of time";
  }
  if (!out_of_time() && pass_ < settings_.adapt_edges && may_stretch()) {
    ++pass_;
    begin_pass();
    return;
  }
  if (last) {
    finished_ = true;
    return;
  }
  done_ = solution();
  pass_ = 0;
  enter_window();
  begin_pass();
}

}  // namespace kanpde::solver
