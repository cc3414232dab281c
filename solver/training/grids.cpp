/// Changes of the grids between stages. The function stays as it is, and so does the loss, but for
/// the error of the transfer, which is noted.

#include <cmath>

#include "kan/edges.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

namespace {

using problems::StageSettings;

constexpr std::uint64_t held_out_stream = 11;
constexpr int trial_steps = 5;        ///< with each kind of knots
constexpr double allowed_rise = 1.1;  ///< of the loss, by grids that move

kan::Knots kind_of(problems::Knots knots) {
  return knots == problems::Knots::quantile    ? kan::Knots::quantile
         : knots == problems::Knots::curvature ? kan::Knots::curvature
                                               : kan::Knots::uniform;
}

const char* name_of(problems::Knots knots) {
  return knots == problems::Knots::quantile    ? "quantile"
         : knots == problems::Knots::curvature ? "curvature"
                                               : "uniform";
}

/// Wherever the network is evaluated in training.
Columns all_of(const std::vector<TermPoints>& terms) {
  int count = 0, points = 0;
  for (const TermPoints& t : terms) count += t.x.points() + t.partner.points();
  Columns all(terms.front().x.columns(), count);
  for (const TermPoints& t : terms)
    for (const Columns* x : {&t.x, &t.partner}) {
      for (int i = 0; i < x->columns(); ++i)
        std::copy_n(x->column(i), x->points(), all.column(i) + points);
      points += x->points();
    }
  return all;
}

/// Root of half the sum of squares of the differences: the root of the loss, half the sum of
/// squares itself, changes by no more.
double change(const std::vector<double>& before, const std::vector<double>& after) {
  double sum = 0;
  for (std::size_t k = 0; k < before.size(); ++k)
    sum += (after[k] - before[k]) * (after[k] - before[k]) / 2;
  return std::sqrt(sum);
}

}  // namespace

/// Whether the grids of this stage may be there already.
bool Training::is_repeated() const {
  return (continues() && pass_ > 0) ||
         (stage_ > 0 && settings_.stages[std::size_t(stage_) - 1].pseudo_time);
}

/// Intervals of the output layer's splines.
int Training::present_grid() const {
  const kan::LayerShape& layer = surrogate_.shape.layers.back();
  return layer.basis == kernels::Features::bspline ? layer.basis_count - layer.degree
                                                   : layer.basis_count - 1;
}

/// Of the present network over the present points.
double Training::whole_loss() { return objective_->evaluator().loss(surrogate_.theta); }
std::vector<double> Training::all_residuals() {
  std::vector<double> r(std::size_t(objective_->evaluator().rows()));
  objective_->evaluator().residuals(surrogate_.theta, r.data());
  return r;
}

void Training::change_grids(const StageSettings& stage) {
  if (!stage.grid && !stage.adapt_grid) return;
  if (stage.adapt_grid) move_grids();
  if (!stage.grid || (is_repeated() && *stage.grid <= present_grid())) return;
  problems::Knots knots = stage.knots;
  if (surrogate_.shape.layers.back().basis != kernels::Features::bspline)
    knots = problems::Knots::uniform;  // of other bases the only kind
  if (knots == problems::Knots::chosen) knots = best_knots(stage);
  extend_grids(*stage.grid, knots);
}

/// To the range of the activations, unless the loss would rise.
void Training::move_grids() {
  const Surrogate before = surrogate_;
  const double loss = whole_loss();
  const auto transfer = kan::adapt_grids(surrogate_.shape, surrogate_.theta, points_.front().x);
  build_objective();
  const double moved = whole_loss();
  if (moved <= allowed_rise * loss) {
    note(
        fmt::format("grids moved to the activations, edges changed by at most {:.1e}, loss from "
                    "{:.6e} to {:.6e}",
                    transfer.error, loss, moved));
    return;
  }
  surrogate_ = before;
  build_objective();
  note(fmt::format("grids not moved to the activations: the loss would rise from {:.6e} to {:.6e}",
                   loss, moved));
}

void Training::extend_grids(int grid, problems::Knots knots) {
  const double loss = whole_loss();
  const std::vector<double> residuals = all_residuals();
  const std::vector<double> scalars(surrogate_.theta.begin() + surrogate_.shape.parameters,
                                    surrogate_.theta.end());
  auto transfer = kan::move_reached_ends(surrogate_.shape, surrogate_.theta, all_of(points_));
  const auto extension = kan::extend_grids(surrogate_.shape, surrogate_.theta, grid, kind_of(knots),
                                           points_.front().x);
  transfer.error = std::max(transfer.error, extension.error);
  surrogate_.theta.insert(surrogate_.theta.end(), scalars.begin(), scalars.end());
  build_objective();
  note(
      fmt::format("grids extended to {} intervals, {} knots, edges changed by at most {:.1e}, "
                  "residuals by {:.1e}, loss from {:.6e} to {:.6e}",
                  grid, name_of(knots), transfer.error, change(residuals, all_residuals()), loss,
                  whole_loss()));
}

/// The kind with the lowest loss over points that are not trained on, after a few steps with each.
problems::Knots Training::best_knots(const StageSettings& stage) {
  const Surrogate start = surrogate_;
  const std::vector<TermPoints> points = points_;
  const std::size_t notes = notes_.size();
  std::vector<TermPoints> held_out;
  Random own = random_;
  random_ = Random(std::uint64_t(seed_), held_out_stream);
  for (std::size_t t = 0; t < specs_.size(); ++t) {
    held_out.push_back(draw(specs_[t]));
    if (settings_.continual.phases == 0) continue;
    held_out.back() = of_phase(held_out.back(), pass_);
    if (held_out.back().count() == 0) held_out.back() = points[t];
  }
  random_ = own;
  problems::Knots best = problems::Knots::uniform;
  double lowest = std::numeric_limits<double>::infinity();
  std::string text;
  for (const problems::Knots knots :
       {problems::Knots::uniform, problems::Knots::quantile, problems::Knots::curvature}) {
    extend_grids(*stage.grid, knots);
    activate();
    make_stage_optimizer();
    StepRun run;
    run.most = 1;
    for (int k = 0; k < trial_steps; ++k) optimizer_->steps(*objective_, theta_, run);
    surrogate_.theta = objective_->unpack(theta_);
    points_ = held_out;
    PointWeights none;  // those of the training belong to its points
    std::swap(weights_, none);
    build_objective();
    const double loss = whole_loss();
    std::swap(weights_, none);
    text += fmt::format("{}{} {:.2e}", text.empty() ? "" : ", ", name_of(knots), loss);
    if (loss < lowest) {
      lowest = loss;
      best = knots;
    }
    surrogate_ = start;
    points_ = points;
    build_objective();
  }
  notes_.resize(notes);
  note("held-out loss by kind of knots: " + text);
  return best;
}

}  // namespace kanpde::solver
