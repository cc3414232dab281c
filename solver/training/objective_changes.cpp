/// What changes the objective within a stage: other points, other weights of points, another step
/// in pseudo-time. After each the optimizer and the search for the best state start afresh, since
/// losses before and after do not compare.

#include <algorithm>
#include <cmath>

#include "solver/training/adaptive_points.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

namespace {

using Optimizers = problems::StageSettings::Optimizer;

/// Length of the vector of residuals at each point of each term; `r` in the evaluator's order.
std::vector<std::vector<double>> residual_sizes(const std::vector<kernels::Term>& terms,
                                                const std::vector<double>& r) {
  std::vector<std::vector<double>> sizes;
  std::size_t row = 0;
  for (const kernels::Term& term : terms) {
    std::vector<double> size(std::size_t(term.points), 0.0);
    for (int e = 0; e < term.equations; ++e)
      for (double& s : size) {
        s += r[row] * r[row];
        ++row;
      }
    for (double& s : size) s = std::sqrt(s);
    sizes.push_back(std::move(size));
  }
  return sizes;
}

/// Slice of the time axis of each point, 0 .. slices - 1.
std::vector<int> time_slices(const problems::Problem& problem, const Columns& x, int slices) {
  const double begin = problem.region.extra.lower[0], end = problem.region.extra.upper[0];
  std::vector<int> slice;
  for (int p = 0; p < x.points(); ++p) {
    const double t = (x(problem.space_dimension, p) - begin) / (end - begin);
    slice.push_back(std::clamp(int(t * slices), 0, slices - 1));
  }
  return slice;
}

bool is_at_start(const problems::Problem& problem, const TermSpec& spec) {
  return spec.kind == TermSpec::Kind::start ||
         (spec.kind == TermSpec::Kind::condition &&
          problem.conditions[std::size_t(spec.index)].where == problems::Condition::Where::initial);
}

}  // namespace

/// The objective is another one: what is known of losses no longer holds.
void Training::start_afresh() {
  optimizer_->restart();
  loss_ = best_loss_ = mark_loss_ = objective_->value(theta_);
  best_theta_ = surrogate_.theta;
  mark_step_ = stage_step_;
}

void Training::resample() {
  redraw_adaptively(local(), surrogate_, specs_, points_, target_, random_);
  weights_.forget(0);
  build_objective();
  activate();
  start_afresh();
}

long Training::reweight_every() const {
  if (!weights_.any() && settings_.sparsity == 0) return 0;
  if (settings_.reweight > 0) return settings_.reweight;
  return stage_settings().optimizer == Optimizers::adam ? 10 : 50;
}

/// Updates the weights of points from the residuals of the present state.
void Training::reweight(bool attention) {
  kernels::Evaluator& evaluator = objective_->evaluator();
  for (std::size_t t = 0; t < specs_.size(); ++t)
    evaluator.set_scales(int(t), scales_[t], volume_factor(int(t)));
  std::vector<double> r(std::size_t(evaluator.rows()));
  evaluator.residuals(surrogate_.theta, r.data());
  const auto sizes = residual_sizes(evaluator.terms(), r);
  const bool adam = stage_settings().optimizer == Optimizers::adam;
  if (attention) weights_.attend(sizes, settings_.attention_memory.value_or(adam ? 0.99 : 0.1));
  if (weights_.causal() && specs_.front().kind == TermSpec::Kind::equations) hold_back(sizes);
  for (std::size_t t = 0; t < specs_.size(); ++t)
    evaluator.set_scales(int(t), scales_[t], point_scale(int(t)));
  penalise(surrogate_.theta);
  start_afresh();
}

/// Causal weights: losses of slices and of the initial conditions are means over their points.
void Training::hold_back(const std::vector<std::vector<double>>& sizes) {
  double start = 0;
  for (std::size_t t = 0; t < specs_.size(); ++t)
    if (is_at_start(local(), specs_[t]))
      for (const double s : sizes[t]) start += s * s;  // rows are divided by the root of the count
  std::vector<double> squares = sizes.front();
  for (double& s : squares) s *= s * double(sizes.front().size());
  weights_.hold_back(0, squares, time_slices(local(), points_.front().x, weights_.slices()), start);
}

/// On in pseudo-time, from the present state.
void Training::begin_pseudo_step() {
  pseudo_active_ = false;
  points_.front().data = Columns();
  if (stage_settings().resample > 0 && pseudo_index_ > 0)
    redraw_adaptively(local(), surrogate_, specs_, points_, target_, random_);
  build_objective();
  activate();
  const double norm = std::sqrt(objective_->value(theta_));
  if (pseudo_index_ == 0) pseudo_first_ = norm;
  const double step = relaxed_step(settings_.pseudo_time.step, pseudo_first_, norm);
  const std::vector<Evolution> all = evolutions(local(), settings_.pseudo_time);
  std::vector<problems::Expr> fields;
  for (const Evolution& e : all)
    if (e.unknown >= 0) fields.push_back(problem_.graph.unknown(e.unknown));
  const Columns before = evaluate_fields(problem_, solution(), fields, points_.front().x);
  Columns& data = points_.front().data;
  data = Columns(before.columns() + 1, before.points());
  std::copy(before.values().begin(), before.values().end(), data.values().begin());
  std::fill_n(data.column(before.columns()), before.points(), 1 / step);
  pseudo_active_ = true;
  ++pseudo_index_;
  pseudo_taken_ = 0;
  build_objective();
  activate();
  start_afresh();
}

/// Whether the stage in pseudo-time has made its steps. One that the optimizer cannot improve any
/// more ends early.
bool Training::pseudo_stage_is_over(StepStatus status) {
  if (status != StepStatus::ok) pseudo_taken_ = settings_.pseudo_time.inner;
  return pseudo_index_ >= settings_.pseudo_time.steps &&
         pseudo_taken_ >= settings_.pseudo_time.inner;
}

}  // namespace kanpde::solver
