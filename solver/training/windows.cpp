/// Windows in time and the passes within each; the values of a continued constant.

#include <algorithm>
#include <cmath>

#include "kan/edges.hpp"
#include "solver/objective/subdomains.hpp"
#include "solver/optimizer/gauss_newton.hpp"
#include "solver/training/automatic.hpp"
#include "solver/training/going_on.hpp"
#include "solver/training/radau.hpp"
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
constexpr int most_going_on = 4;  ///< degree of polynomials in time that go on into the next window
constexpr double most_growth = 2;  ///< of the solution in a window, for its polynomials to go on
constexpr double slow_weight =
    1.2;  ///< of time beside stretched coordinates, in intervals of the grid

MultiIndex derivative_along(int axis, int order) {
  MultiIndex alpha;
  if (order > 0) alpha.count[axis] = std::uint8_t(order);
  return alpha;
}

double largest(const Columns& values) {
  double most = 0;
  for (const double v : values.values()) most = std::fmax(most, std::abs(v));
  return most;
}

/// Condition that gives unknown u at the start, or null.
const Condition* initial_condition(const Problem& problem, int u) {
  for (const Condition& c : problem.conditions)
    if (c.where == Condition::Where::initial && c.dirichlet_unknown == u) return &c;
  return nullptr;
}

/// Of the first one, at the start of the time.
Columns ends_of_axis(const Problem& problem) {
  const problems::Box box = problem.region.space->bounding_box();
  Columns ends(problem.variable_count(), 2);
  for (int i = 1; i < ends.columns(); ++i)
    std::fill_n(ends.column(i), 2, problem.region.extra.lower[0]);
  ends(0, 0) = box.lower[0];
  ends(0, 1) = box.upper[0];
  return ends;
}

}  // namespace

double Training::window_end() const {
  const double begin = problem_.region.extra.lower[0], end = problem_.region.extra.upper[0];
  const double share = std::pow(double(window() + 1) / windows(), settings_.window_grading);
  return window() + 1 == windows() ? end : begin + (end - begin) * share;
}

Solution Training::solution() const {
  Solution all = done_;
  all.pieces.push_back(
      {done_.time < 0 ? 0.0 : window_end(), ansatz_in(problem_.graph), surrogate_});
  return all;
}

/// Of the unknowns of local(), in a graph that holds its expressions.
Ansatz Training::ansatz_in(problems::Graph& graph) const {
  return Ansatz(graph, local(), output_scales_, time_nodes(),
                partition_of_unity(graph, local(), model_));
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

/// Of the windows done, on from the end of the last one: its polynomials in time, if of low degree;
/// along its slope where it has none, or where they leave the size of the solution.
Profile Training::extrapolation() const {
  return [from = profile_of(done_), begin = local().region.extra.lower[0], time = done_.time,
          polynomial = model_.time_degree > 0 && model_.time_degree <= most_going_on](
             int axis, int order, const Columns& x) {
    Columns at_start = x;
    std::fill_n(at_start.column(time), x.points(), begin);
    Columns values = from(axis, order, at_start);
    if (order > 0) return values;
    if (polynomial)
      if (Columns on = from(axis, order, x); largest(on) <= most_growth * largest(values))
        return on;
    const Columns slope = from(time, 1, at_start);
    for (int u = 0; u < values.columns(); ++u)
      for (int p = 0; p < x.points(); ++p) values(u, p) += (x(time, p) - begin) * slope(u, p);
    return values;
  };
}

/// The problem with the equations and conditions for the present value of the constant.
std::unique_ptr<Problem> Training::make_variant() {
  const problems::ContinuationSettings& c = settings_.continuation;
  auto problem = std::make_unique<Problem>(problems::copy_as_read(problem_));
  if (c.values.empty()) return problem;
  const double value = c.values[std::size_t(pass_)];
  for (const problems::Variant& v : problem_.variants)
    if (v.constant == c.constant && v.value == value && value != c.values.back()) {
      problem->equations = v.equations;
      problem->conditions = v.conditions;
    }
  return problem;
}

/// Makes the window's problem and terms, or those of the constant's value.
void Training::enter_window() {
  if (continues()) window_problem_ = make_variant();
  if (windows() > 1) {
    const double begin =
        done_.pieces.empty() ? problem_.region.extra.lower[0] : done_.pieces.back().end;
    window_problem_ = make_window(problem_, begin, window_end(), window() > 0);
  }
  if (done_.pieces.empty()) {
    is_wrapped_ = may_wrap();
    holds_start_ = may_hold_start();
  }
  ansatz_.emplace(ansatz_in(local().graph));
  specs_ = terms_in(*ansatz_);
  pseudo_active_ = false;
  if (settings_.pseudo_time.steps > 0)
    pseudo_residuals_ = pseudo_residuals(local(), *ansatz_, specs_.front().residuals,
                                         evolutions(local(), settings_.pseudo_time));
}

std::vector<TermSpec> Training::terms_in(const Ansatz& ansatz) {
  std::vector<TermSpec> terms = list_terms(local(), ansatz);
  if (window() > 0) terms.push_back(start_term(local(), ansatz));
  if (holds_start_) drop_start(terms);
  if (model_.products || is_wrapped_)  // they meet periodic conditions as they are
    std::erase_if(terms, [](const TermSpec& t) { return t.kind == TermSpec::Kind::periodic; });
  return terms;
}

/// Whether points and inner edges of this model may follow the solution.
bool Training::may_stretch() const {
  return trains_output_layer() && is_stretchable(local(), make_shape(local(), model_, seed_));
}

bool Training::trains_output_layer() const {
  return settings_.stages.front().optimizer == problems::StageSettings::Optimizer::output_layer;
}

/// Whether the output layer can be made periodic as the solution is: polynomials in time over
/// splines of one stretched coordinate, of a solution that starts as smooth as they are.
bool Training::may_wrap() {
  return model_.time_degree > 0 && model_.hidden == std::vector<int>{1} &&
         model_.grid > 2 * model_.degree && problem_.variable_count() == 2 &&
         is_periodic(problem_, 0) && may_stretch() && !continues() &&
         goes_on_smoothly(problem_, initial_profile(), 0, model_.degree - 1);
}

std::vector<std::pair<int, int>> Training::ties() const {
  return is_wrapped_ ? kan::period_ties(surrogate_.shape) : std::vector<std::pair<int, int>>{};
}

/// The network of a pass before anything is trained: on stretched edges, on from the window
/// before, or from scratch.
void Training::start_network() {
  if (continues() && pass_ > 0) return;  // on from the value before
  const bool ridge = trains_output_layer();
  Random start(std::uint64_t(seed_), start_stream);
  const Columns fit = grid_fit_points(local(), grid_points, start);
  if (stretches()) {
    kan::Stretching s;
    s.points = stretching_;
    for (int i = 0; i < local().variable_count(); ++i)
      s.periodic.push_back(is_periodic(local(), i));
    s.slow = local().has_time ? local().space_dimension : -1;
    s.slow_weight = model_.time_degree > 0 ? 0.0 : slow_weight * 2.0 / model_.grid;
    surrogate_ = make_stretched(local(), model_, seed_, s, fit);
    if (is_wrapped_) kan::close_period(surrogate_.shape, surrogate_.theta, ends_of_axis(local()));
    return;
  }
  Surrogate fresh =
      make_surrogate(local(), model_, seed_, ridge ? Start::ridge : Start::glorot, fit, wave_);
  if (ridge || done_.pieces.empty()) {
    surrogate_ = std::move(fresh);
    return;
  }
  surrogate_ = done_.pieces.back().surrogate;
  surrogate_.shape.input_shift = fresh.shape.input_shift;
  surrogate_.shape.input_scale = fresh.shape.input_scale;
}

/// Whether the window has the functions of the one before, as products have, so that going on is a
/// matter of their coefficients.
bool Training::keeps_functions() const {
  const auto is_hard = [](const Condition& c) { return c.hard && c.periodic_axis < 0; };
  return model_.products && model_.time_degree > 0 && window() > 0 &&
         std::none_of(problem_.conditions.begin(), problem_.conditions.end(), is_hard);
}

/// extrapolation() of every coefficient.
void Training::extrapolate_coefficients() {
  const int unknowns = int(problem_.unknowns.size()), degree = model_.time_degree;
  const Solution::Piece& before = done_.pieces.back();
  const double begin =
      done_.pieces.size() == 1 ? problem_.region.extra.lower[0] : done_.pieces.end()[-2].end;
  const std::vector<double> nodes = nodes_within(begin, before.end, degree);
  const auto on = [&](bool straight) {
    return go_on(before.surrogate.theta, unknowns, nodes, time_nodes(), straight);
  };
  surrogate_.theta = on(degree > most_going_on);
  if (degree <= most_going_on &&
      sizes(surrogate_.theta, unknowns, degree + 1).all >
          most_growth * sizes(before.surrogate.theta, unknowns, degree + 1).at_end)
    surrogate_.theta = on(true);
}

/// The output layer that comes nearest to a profile.
void Training::fit_start(const Profile& profile) {
  std::vector<Expr> residuals;
  problems::Graph& g = local().graph;
  for (int u = 0; u < int(local().unknowns.size()); ++u)
    residuals.push_back(g.sub(ansatz_->unknown(u), g.symbol({Symbol::Kind::column, u, 0, {}})));
  TermPoints at;
  at.x = fit_points();
  at.data = profile(0, 0, at.x);
  std::vector<kernels::Term> terms;
  terms.push_back(build_term(g, residuals, at, local().variable_count(), surrogate_.shape.outputs));
  fit_output_layer(std::move(terms));
}

void Training::fit_output_layer(std::vector<kernels::Term> terms) {
  ProblemObjective fit(kernels::make_evaluator(target_, surrogate_.shape, std::move(terms),
                                               int(local().parameters.size())));
  fit.activate(active_parameters(true), surrogate_.theta, ties());
  Vector theta = fit.pack(surrogate_.theta);
  double loss = 0;
  GaussNewton(gauss_newton_options()).step(fit, theta, loss);
  surrogate_.theta = fit.unpack(theta);
}

/// The output layer that comes nearest to the conditions, equations left out.
void Training::fit_conditions() {
  std::vector<kernels::Term> terms;
  for (std::size_t t = 0; t < specs_.size(); ++t) {
    if (specs_[t].kind == TermSpec::Kind::equations) continue;
    terms.push_back(build_term(local().graph, specs_[t].residuals, points_[t],
                               local().variable_count(), surrogate_.shape.outputs));
    terms.back().set_scales(scales_[t], point_scale(int(t)));
  }
  fit_output_layer(std::move(terms));
}

/// Whether the output layer starts from a fit: on points and edges that follow the solution, from
/// the window before, or with a hidden unit along the plane wave that the solution starts as.
bool Training::starts_near() const {
  return stretches() || !wave_.empty() ||
         (trains_output_layer() && (windows() > 1 || model_.time_degree > 0));
}

void Training::begin_pass() {
  pass_random_ = random_.position();
  const double begin = local().has_time ? local().region.extra.lower[0] : 0.0;
  const double end = local().has_time ? local().region.extra.upper[0] : 0.0;
  Profile profile;
  if (pass_ > 0 && !continues())
    profile = profile_of(solution());
  else if (window() > 0)
    profile = extrapolation();
  else
    profile = initial_profile();
  const std::vector<double> times =
      pass_ == 0 || begin == end
          ? std::vector<double>{begin}
          : std::vector<double>{begin, (2 * begin + end) / 3, (begin + 2 * end) / 3, end};
  const bool stretched =
      may_stretch() && !continues() && (windows() > 1 || pass_ > 0 || model_.time_degree > 0);
  stretching_ =
      stretched ? equidistribute(problem_, profile, times, {settings_.even_share, window() == 0})
                : AxisPoints{};
  place_points();
  scales_.clear();
  weights_.clear();
  stage_ = 0;
  start_network();
  build_objective();
  balance();
  if (holds_start_ || (starts_near() && !is_linear(local()))) {
    if (keeps_functions() && pass_ == 0)
      extrapolate_coefficients();
    else if (stretches() || wave_.empty())
      fit_start(profile);
    else
      fit_conditions();
  }
  begin_stage();
}

void Training::note(const std::string& text) {
  std::string where;
  if (windows() > 1) where = fmt::format("window {} of {}: ", window() + 1, windows());
  if (settings_.continual.phases > 0)
    where = fmt::format("phase {} of {}: ", pass_ + 1, settings_.continual.phases);
  else if (continues())
    where = fmt::format("{} = {}: ", settings_.continuation.constant,
                        settings_.continuation.values[std::size_t(pass_)]);
  notes_.push_back(where + text);
}

/// On to the next value of the constant, or the next phase.
void Training::next_value() {
  if (out_of_time()) note("stopped by its share of the time limit; the next one starts from there");
  ++pass_;
  enter_window();
  begin_pass();
}

/// On to the next pass, the next window, or the end.
void Training::end_pass() {
  if (status_ == "failed") {
    finished_ = true;
    return;
  }
  if (weights_.causal()) note(fmt::format("the least causal weight is {:.2g}", weights_.least()));
  if (pass_ + 1 < settings_.turn_count()) {
    next_value();
    return;
  }
  const bool last = window() + 1 >= windows();
  if (out_of_time() && !last) {
    note("stopped by its share of the time limit; the next one starts from there");
    status_ = "out of time";
  }
  if (!out_of_time() && pass_ < settings_.more_passes() && may_stretch()) {
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
