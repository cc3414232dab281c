#include "solver/optimizer/levenberg_marquardt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/optimizer/state.hpp"

namespace kanpde::solver {

namespace {
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double loss_noise = 1e-13;  // relative rounding of a loss of partly cancelling residuals
}  // namespace

LevenbergMarquardt::LevenbergMarquardt(LevenbergMarquardtOptions options, Bounds bounds)
    : options_(options), bounds_(std::move(bounds)) {
  restart();
}

void LevenbergMarquardt::restart() {
  scaling_.resize(0);
  lambda_ = options_.damping;
  growth_ = options_.raise;
  last_predicted_ = infinity;
  model_.reset();
}

void LevenbergMarquardt::linearise(Objective& objective, const Vector& theta) {
  if (!model_) model_ = make_damped_model(objective, options_.jacobian_bytes);
  model_->linearise(theta, lambda_ < options_.orthogonal_below);
  if (!model_->finite()) return;
  fixed_ = bounds_.active(theta, model_->gradient());
  update_scaling();
  model_->scale(scaling_, fixed_);
}

void LevenbergMarquardt::update_scaling() {
  const Vector& diagonal = model_->diagonal();
  const bool keep = options_.scaling == LevenbergMarquardtOptions::Scaling::largest &&
                    scaling_.size() == diagonal.size();
  scaling_ = keep ? Vector(scaling_.cwiseMax(diagonal)) : diagonal;
  const double floor = std::max(options_.scaling_floor, epsilon * epsilon) * scaling_.maxCoeff();
  scaling_ = scaling_.cwiseMax(floor > 0.0 ? floor : 1.0);
}

/// max_j |J_j'r| / (D_jj^1/2 |r|): about the largest cosine of an angle between r and a column.
double LevenbergMarquardt::gradient_cosine() const {
  Vector scaled = model_->gradient().cwiseAbs().cwiseQuotient(scaling_.cwiseSqrt());
  for (const int i : fixed_) scaled(i) = 0.0;
  return scaled.maxCoeff() / std::sqrt(2 * model_->loss());
}

LevenbergMarquardt::Trial LevenbergMarquardt::attempt(Objective& objective, const Vector& theta,
                                                      double lambda) {
  Trial trial;
  trial.lambda = lambda;
  trial.loss = infinity;
  trial.factored = model_->factor(lambda);
  if (!trial.factored) return trial;
  const Vector p = model_->step();
  if (!p.allFinite()) return trial;
  trial.theta = theta + p;
  bounds_.project(trial.theta);
  const bool inside = bounds_.empty() || trial.theta == theta + p;
  trial.predicted = inside
                        ? 0.5 * (lambda * p.cwiseAbs2().dot(scaling_) - model_->gradient().dot(p))
                        : model_->reduction(trial.theta - theta);
  Vector a;
  if (inside && options_.acceleration && !accelerate(p, a)) return trial;
  if (a.size() > 0) {
    trial.theta += 0.5 * a;
    bounds_.project(trial.theta);
  }
  trial.loss = objective.value(trial.theta);
  if (!std::isfinite(trial.loss)) trial.loss = infinity;
  return trial;
}

/// The acceleration of the step p, empty where the model has none; false when it is too large for
/// the expansion to be trusted.
bool LevenbergMarquardt::accelerate(const Vector& p, Vector& a) {
  a = model_->acceleration(p, options_.acceleration_step);
  if (a.size() == 0) return true;
  const double length = a.cwiseAbs2().dot(scaling_), limit = options_.acceleration_limit;
  return length <= limit * limit * p.cwiseAbs2().dot(scaling_);
}

/// Smaller lambda from an accepted trial on, while the loss falls.
LevenbergMarquardt::Trial LevenbergMarquardt::search(Objective& objective, const Vector& theta,
                                                     Trial best) {
  for (int i = 0; i < options_.searches; ++i) {
    const double lambda = std::max(best.lambda / options_.lower, options_.smallest);
    const bool leaves =
        model_->method() != DampedModel::Method::orthogonal && lambda < options_.orthogonal_below;
    if (lambda == best.lambda || leaves) break;
    Trial next = attempt(objective, theta, lambda);
    if (!next.below(best.loss)) break;
    best = std::move(next);
  }
  return best;
}

bool LevenbergMarquardt::level(const Trial& trial) const {
  const double noise = loss_noise * model_->loss();
  return trial.predicted <= noise && std::abs(trial.loss - model_->loss()) <= 4 * noise;
}

StepStatus LevenbergMarquardt::finish(const Trial& trial, Vector& theta, double& loss) {
  theta = trial.theta;
  loss = trial.loss;
  const double gain = (model_->loss() - trial.loss) / trial.predicted;
  const double factor = 1.0 - std::pow(2.0 * std::clamp(gain, 0.0, 1.0) - 1.0, 3);
  lambda_ = std::max(trial.lambda * std::max(1.0 / options_.lower, factor), options_.smallest);
  growth_ = options_.raise;
  last_predicted_ = infinity;
  return StepStatus::ok;
}

/// At rounding level the loss cannot judge a step any more; the predicted reduction can, as long
/// as it shrinks.
StepStatus LevenbergMarquardt::finish_level(const Trial& trial, Vector& theta, double& loss) {
  if (!(trial.predicted < 0.9 * last_predicted_)) return StepStatus::converged;
  theta = trial.theta;
  loss = trial.loss;
  last_predicted_ = trial.predicted;
  lambda_ = std::max(trial.lambda / options_.lower, options_.smallest);
  return StepStatus::ok;
}

StepStatus LevenbergMarquardt::step(Objective& objective, Vector& theta, double& loss) {
  bounds_.project(theta);
  linearise(objective, theta);
  loss = model_->loss();
  if (!model_->finite()) return StepStatus::failed;
  if (loss == 0.0 || gradient_cosine() <= epsilon) return StepStatus::converged;
  for (; lambda_ <= options_.largest; lambda_ *= growth_, growth_ *= options_.raise) {
    Trial trial = attempt(objective, theta, lambda_);
    if (!trial.factored && model_->use_orthogonal()) trial = attempt(objective, theta, lambda_);
    if (!trial.factored) continue;
    if (level(trial)) return finish_level(trial, theta, loss);
    if (trial.below(loss)) return finish(search(objective, theta, std::move(trial)), theta, loss);
  }
  lambda_ = options_.largest;
  return StepStatus::stagnated;
}

OptimizerState LevenbergMarquardt::save() const {
  return {{"scaling", to_list(scaling_)}, {"control", {lambda_, growth_, last_predicted_}}};
}

void LevenbergMarquardt::load(const OptimizerState& state) {
  scaling_ = to_vector(entry(state, "scaling"));
  const auto& control = entry(state, "control", 3);
  lambda_ = control[0];
  growth_ = control[1];
  last_predicted_ = control[2];
}

}  // namespace kanpde::solver
