#include "solver/training/training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "problems/spec/wave.hpp"
#include "solver/objective/sparsity.hpp"
#include "solver/optimizer/least_squares.hpp"
#include "solver/optimizer/make_optimizer.hpp"
#include "solver/optimizer/output_layer.hpp"
#include "solver/training/automatic.hpp"
#include "solver/training/balance.hpp"

namespace kanpde::solver {

namespace {

using problems::StageSettings;
using Optimizers = StageSettings::Optimizer;

constexpr std::uint64_t points_stream = 10;
constexpr double rounding_level = 1e-15;  ///< of the first loss: nothing left to refine
constexpr double smallest_scale = 1e-8;   ///< of an unknown's data
constexpr double start_threshold = 1e-3;  ///< of the rank, where layers below are trained next
constexpr double least_progress = 1e-3;   ///< relative gain that counts against stagnation

class Stopwatch {
 public:
  explicit Stopwatch(double& total) : total_(total), start_(Clock::now()) {}
  ~Stopwatch() { total_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& total_;
  Clock::time_point start_;
};

kernels::Target in_precision(kernels::Target target, const problems::TrainingSettings& settings) {
  target.single_precision =
      settings.precision == "float32" && target.kind != kernels::Target::Kind::cpu;
  return target;
}

bool is_spline_feature(const kan::LayerShape& layer, int column) {
  if (layer.grid_size == 0 || column >= layer.inputs * layer.features()) return false;
  return column % layer.features() < layer.basis_count;
}

}  // namespace

Training::Training(problems::Problem& problem, const problems::ModelSettings& model,
                   problems::TrainingSettings settings, int seed, kernels::Target target)
    : problem_(problem),
      model_(model),
      settings_(std::move(settings)),
      seed_(seed),
      target_(in_precision(target, settings_)),
      output_scales_(output_scales(problem)),
      weights_(settings_),
      random_(std::uint64_t(seed), points_stream) {
  Stopwatch stopwatch(seconds_);
  done_.time = windows() > 1 ? problem.space_dimension : -1;
  if (trains_output_layer() && model_.time_degree == 0 && !model_.products)
    wave_ = problems::wave_direction(problem);
  enter_window();
  begin_pass();
}

void Training::build_objective() {
  std::vector<kernels::Term> terms;
  for (std::size_t t = 0; t < specs_.size(); ++t) {
    const auto& residuals = t == 0 && pseudo_active_ ? pseudo_residuals_ : specs_[t].residuals;
    terms.push_back(build_term(local().graph, residuals, points_[t], local().variable_count(),
                               surrogate_.shape.outputs));
    if (t < scales_.size()) terms.back().set_scales(scales_[t], point_scale(int(t)));
  }
  objective_ = std::make_unique<ProblemObjective>(kernels::make_evaluator(
      target_, surrogate_.shape, std::move(terms), int(local().parameters.size())));
}

void Training::start_from(Surrogate surrogate, long steps, double seconds) {
  check(steps_ == 0, "training has begun");
  steps_ = steps;
  seconds_ = seconds;
  surrogate_ = std::move(surrogate);
  build_objective();
  begin_stage();
}

/// Parameters that the present stage trains.
/// with_start: also those of the outputs at the start of the window, where it is fitted beforehand.
std::vector<int> Training::active_parameters(bool with_start) const {
  const bool output_only = stage_ >= 0 && stage_settings().optimizer == Optimizers::output_layer;
  const bool no_splines = stage_ >= 0 && stage_settings().freeze_splines;
  std::vector<int> active;
  for (const kan::LayerShape& layer : surrogate_.shape.layers) {
    if (layer.frozen || layer.parameters() == 0) continue;
    if (output_only && layer.weights < surrogate_.last_layer()) continue;
    for (int k = 0; k < layer.parameters(); ++k) {
      const int output = k / layer.columns();
      if (!with_start && output_only && output % (model_.time_degree + 1) == 0) continue;
      if (!no_splines || !is_spline_feature(layer, k % layer.columns()))
        active.push_back(layer.weights + k);
    }
  }
  for (int k = surrogate_.shape.parameters; k < int(surrogate_.theta.size()); ++k)
    active.push_back(k);
  for (const auto& [tied, to] : ties()) std::erase(active, tied);
  return active;
}

/// Towards few edges, where the settings ask for it, with the weights of a state.
void Training::penalise(const std::vector<double>& at) {
  if (settings_.sparsity == 0 || surrogate_.shape.layers.back().grid_size == 0) return;
  penalised_at_ = at;
  objective_->penalise(sparsity_penalty(surrogate_.shape, at, points_.front().x, settings_.sparsity,
                                        settings_.entropy));
}

void Training::activate() {
  objective_->activate(active_parameters(!holds_start_), surrogate_.theta, ties());
  penalise(surrogate_.theta);
  theta_ = objective_->pack(surrogate_.theta);
}

/// Factor of each point's equations, for stretched points; empty: 1.
AlignedVector<double> Training::volume_factor(int term) const {
  if (!stretches() || specs_[term].kind != TermSpec::Kind::equations) return {};
  return volume_scale(local(), stretching_, points_[term].x);
}

/// The same times the weight of the point.
AlignedVector<double> Training::point_scale(int term) const {
  AlignedVector<double> scale = volume_factor(term);
  const AlignedVector<double> weights = weights_.factors(term);
  if (scale.empty()) return weights;
  for (std::size_t p = 0; p < weights.size(); ++p) scale[p] *= weights[p];
  return scale;
}

/// Scales every equation so that its rows of the Jacobian of a probe have unit mean length, so that
/// no term drowns another (the trace of the neural tangent kernel of each term, Wang, Yu,
/// Perdikaris 2022, doi:10.1016/j.jcp.2021.110768, eq. 6.5), times the user's weight. The probe is
/// one network for all models, so that all minimise the same loss. Rows are divided by the number
/// of points: F is a sum of means.
void Training::balance() {
  const bool automatic = settings_.weights == "auto";
  std::vector<std::vector<double>> lengths;
  if (automatic) {
    const std::vector<TermSpec> all = terms_in(Ansatz(local(), output_scales_));
    std::vector<TermSpec> present;
    for (const std::size_t t : present_) present.push_back(all[t]);
    lengths = probe_row_lengths(local(), present, points_, target_);
  }
  scales_.clear();
  for (std::size_t t = 0; t < specs_.size(); ++t) {
    const kernels::Term& term = objective_->evaluator().terms()[t];
    std::vector<double> scale(term.equations, std::sqrt(specs_[t].weight / term.points));
    for (int e = 0; e < term.equations && automatic; ++e)
      if (lengths[t][e] > 0 && std::isfinite(lengths[t][e])) scale[e] /= lengths[t][e];
    objective_->evaluator().set_scales(int(t), scale, point_scale(int(t)));
    scales_.push_back(std::move(scale));
  }
}

void Training::begin_stage() {
  const StageSettings& stage = stage_settings();
  if (pseudo_active_) {
    pseudo_active_ = false;
    points_.front().data = Columns();
    build_objective();
  }
  change_grids(stage);
  activate();
  make_stage_optimizer();
  stage_step_ = 0;
  loss_ = mark_loss_ = objective_->value(theta_);
  mark_step_ = 0;
  best_loss_ = loss_;
  best_theta_ = surrogate_.theta;
  if (stage_ == 0)
    first_loss_ = loss_;
  else if (settings_.automatic && loss_ <= rounding_level * first_loss_)
    return end_pass();
  pseudo_index_ = 0;
  if (stage.pseudo_time) begin_pseudo_step();
  if (weights_.causal()) reweight(false);
}

void Training::make_stage_optimizer() {
  const StageSettings& stage = stage_settings();
  OptimizerOptions options;
  options.adam.rate = stage.rate;
  options.adam.total = stage.steps;
  options.adam.schedule = stage.schedule == "cosine"        ? AdamOptions::Schedule::cosine
                          : stage.schedule == "exponential" ? AdamOptions::Schedule::exponential
                                                            : AdamOptions::Schedule::constant;
  const std::vector<int> active = objective_->active();
  for (std::size_t k = 0; k < active.size(); ++k)
    if (const int p = active[k] - surrogate_.shape.parameters; p >= 0)
      options.bounds.intervals.push_back(
          {int(k), local().parameters[p].min, local().parameters[p].max});
  switch (stage.optimizer) {
    case Optimizers::adam:
      optimizer_ = make_optimizer(OptimizerKind::adam, options);
      break;
    case Optimizers::lbfgs:
      optimizer_ = make_optimizer(OptimizerKind::lbfgs, options);
      break;
    case Optimizers::ssbroyden:
      optimizer_ = make_optimizer(OptimizerKind::ssbroyden, options);
      break;
    case Optimizers::levenberg_marquardt:
      optimizer_ = make_optimizer(OptimizerKind::levenberg_marquardt, options);
      break;
    case Optimizers::output_layer:
      // Parameters have bounds, which Gauss-Newton does not know.
      if (is_linear(local()) || (starts_near() && local().parameters.empty()))
        optimizer_ = std::make_unique<GaussNewton>(gauss_newton_options());
      else if (options.bounds.empty())
        optimizer_ =
            std::make_unique<OutputLayer>(options.levenberg_marquardt, gauss_newton_options(),
                                          model_.products && local().parameters.empty());
      else  // of trainable parameters, which Gauss-Newton does not know
        optimizer_ = make_optimizer(OptimizerKind::levenberg_marquardt, options);
      break;
  }
}

/// J has no more digits than the evaluation.
GaussNewtonOptions Training::gauss_newton_options() const {
  GaussNewtonOptions options;
  if (target_.single_precision)
    options.threshold = rank_threshold(int(theta_.size()), std::numeric_limits<float>::epsilon());
  return options;
}

bool Training::advance(long most) {
  if (finished_) return false;
  Stopwatch stopwatch(seconds_);
  take_steps(most);
  return !finished_;
}

/// Up to the first step at which the stage may end or points are redrawn.
StepRun Training::next_run(long most) const {
  const StageSettings& stage = stage_settings();
  const long left = stage.steps - stage_step_, patience = mark_step_ + settings_.stagnation;
  most = std::min({most, left, patience - stage_step_});
  for (const long every : {long(stage.resample), reweight_every()})
    if (every > 0) most = std::min(most, every - stage_step_ % every);
  if (stage.pseudo_time) most = std::min<long>(most, settings_.pseudo_time.inner - pseudo_taken_);
  StepRun run;
  run.most = int(std::clamp<long>(most, 1, std::numeric_limits<int>::max()));
  run.tolerance = stage.tolerance;
  run.best_loss = best_loss_;
  return run;
}

/// As the stage asks before this step.
void Training::change_objective() {
  const StageSettings& stage = stage_settings();
  const auto is_due = [&](long every) {
    return every > 0 && stage_step_ > 0 && stage_step_ % every == 0;
  };
  const bool attention = is_due(reweight_every());
  if (stage.pseudo_time) {
    if (pseudo_taken_ >= settings_.pseudo_time.inner) begin_pseudo_step();
    if (attention) reweight(true);
  } else if (is_due(stage.resample)) {
    resample();
    if (weights_.any()) reweight(true);
  } else if (attention) {
    reweight(true);
  }
}

void Training::take_steps(long most) {
  if (out_of_time()) {
    end_stage();
    return;
  }
  change_objective();
  StepRun run = next_run(most);
  const StepStatus status = optimizer_->steps(*objective_, theta_, run);
  surrogate_.theta = objective_->unpack(theta_);
  if (run.best.size() > 0) best_theta_ = objective_->unpack(run.best);
  const std::size_t before = run.losses.size() - 1;
  for (std::size_t k = 0; k < before; ++k) {
    count_step(run.losses[k]);
    best_loss_ = std::min(best_loss_, loss_);
    stage_is_over(StepStatus::ok);  // it is not, but marks progress
  }
  count_step(run.losses[before]);
  finish_step(status);
}

void Training::count_step(double loss) {
  loss_ = loss;
  ++stage_step_;
  ++steps_;
  ++pseudo_taken_;
}

/// For the last one of a run.
void Training::finish_step(StepStatus status) {
  if (!std::isfinite(loss_) || status == StepStatus::failed) {
    restore_best("the loss was not finite");
    status_ = "failed";
    end_stage();
    return;
  }
  keep_best();
  step_loss_ = loss_;
  if (stage_is_over(status)) end_stage();
}

bool Training::stage_is_over(StepStatus status) {
  const StageSettings& stage = stage_settings();
  if (stage.pseudo_time) return pseudo_stage_is_over(status);
  if (status == StepStatus::converged || status == StepStatus::stagnated) return true;
  if (stage_step_ >= stage.steps || loss_ <= stage.tolerance) return true;
  if (best_loss_ < (1 - least_progress) * mark_loss_) {
    mark_loss_ = best_loss_;
    mark_step_ = stage_step_;
  }
  return stage_step_ - mark_step_ >= settings_.stagnation;
}

void Training::end_stage() {
  if (loss_ > best_loss_) restore_best("");
  if (stage_ + 1 >= stages() || out_of_time() || status_ == "failed") {
    end_pass();
    return;
  }
  moderate_coefficients();
  ++stage_;
  begin_stage();
}

/// Of nearly dependent functions the exact output layer may have coefficients of 1e13, where the
/// layers below cannot move. They start from those of the largest independent part, unless nothing
/// is left for them to do or the coefficients hold what was learnt before.
void Training::moderate_coefficients() {
  const bool exact = stage_settings().optimizer == Optimizers::output_layer && is_linear(local());
  const bool goes_below = settings_.stages[stage_ + 1].optimizer != Optimizers::output_layer;
  if (!exact || !goes_below || continues() || loss_ <= rounding_level * first_loss_) return;
  GaussNewtonOptions options;
  options.threshold = start_threshold;
  theta_.setZero();
  GaussNewton(options).step(*objective_, theta_, loss_);
  surrogate_.theta = objective_->unpack(theta_);
}

void Training::keep_best() {
  if (loss_ > best_loss_) return;
  best_loss_ = loss_;
  best_theta_ = surrogate_.theta;
}

void Training::restore_best(const std::string& why) {
  surrogate_.theta = best_theta_;
  theta_ = objective_->pack(best_theta_);
  loss_ = best_loss_;
  if (!why.empty()) note(why + ": back to the best state");
}

std::vector<double> output_scales(problems::Problem& problem) {
  std::vector<double> largest(problem.unknowns.size(), 0.0);
  Random random(0, points_stream);
  for (const problems::Condition& c : problem.conditions) {
    if (c.dirichlet_unknown < 0) continue;
    TermSpec spec{TermSpec::Kind::condition, int(&c - problem.conditions.data()), c.text, {}, 1};
    const TermPoints at = draw_points(problem, spec, random);
    for (int p = 0; p < at.count(); ++p) {
      const double value = problem.graph.evaluate(c.parsed.right, [&](const problems::Symbol& s) {
        return s.kind == problems::Symbol::Kind::coordinate ? at.x(s.index, p) : std::nan("");
      });
      if (std::isfinite(value))
        largest[c.dirichlet_unknown] = std::max(largest[c.dirichlet_unknown], std::abs(value));
    }
  }
  for (const problems::DataSet& data : problem.data)
    for (std::size_t k = 0; k < data.unknowns.size(); ++k)
      for (int p = 0; p < data.values.points(); ++p)
        largest[data.unknowns[k]] =
            std::max(largest[data.unknowns[k]], std::abs(data.values(int(k), p)));
  for (double& size : largest)
    if (size < smallest_scale) size = 1;  // zero data, up to the rounding of sin(pi)
  return largest;
}

}  // namespace kanpde::solver
