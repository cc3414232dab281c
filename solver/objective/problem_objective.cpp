#include "solver/objective/problem_objective.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "kernels/base/error.hpp"
#include "solver/optimizer/device_model.hpp"
#include "solver/optimizer/linear_algebra.hpp"

namespace kanpde::solver {

ProblemObjective::ProblemObjective(std::unique_ptr<kernels::Evaluator> evaluator)
    : evaluator_(std::move(evaluator)), rows_(evaluator_->rows()) {
  activate_all(std::vector<double>(evaluator_->parameters(), 0.0));
}

void ProblemObjective::activate(std::vector<int> active, std::vector<double> full,
                                std::vector<std::pair<int, int>> ties) {
  active_ = std::move(active);
  full_ = std::move(full);
  for (auto& [tied, to] : ties) {
    const auto at = std::lower_bound(active_.begin(), active_.end(), to);
    check(at != active_.end() && *at == to, "parameter {} tied to {}, which is held", tied, to);
    to = int(at - active_.begin());
  }
  ties_ = std::move(ties);
}

void ProblemObjective::activate_all(std::vector<double> full) {
  std::vector<int> all(full.size());
  std::iota(all.begin(), all.end(), 0);
  activate(std::move(all), std::move(full));
}

Vector ProblemObjective::pack(const std::vector<double>& full) const {
  Vector theta(active_.size());
  for (std::size_t k = 0; k < active_.size(); ++k) theta[k] = full[active_[k]];
  return theta;
}

std::vector<double> ProblemObjective::unpack(const Vector& theta) const {
  std::vector<double> full = full_;
  for (std::size_t k = 0; k < active_.size(); ++k) full[active_[k]] = theta[k];
  for (const auto& [tied, to] : ties_) full[tied] = theta[to];
  return full;
}

void ProblemObjective::place(const Vector& theta) {
  for (std::size_t k = 0; k < active_.size(); ++k) full_[active_[k]] = theta[k];
  for (const auto& [tied, to] : ties_) full_[tied] = theta[to];
  ++evaluations_;
}

double ProblemObjective::value(const Vector& theta) {
  place(theta);
  return evaluator_->loss(full_) + 0.5 * penalty_residual().squaredNorm();
}

/// R theta of the blocks, one after another, at the parameters placed last.
Vector ProblemObjective::penalty_residual() const {
  Vector r(penalty_.rows());
  int row = 0;
  for (const QuadraticPenalty::Block& block : penalty_.blocks) {
    Vector part(block.R.cols());
    for (int k = 0; k < part.size(); ++k) part[k] = full_[std::size_t(block.parameters[k])];
    r.segment(row, block.R.rows()) = block.R * part;
    row += int(block.R.rows());
  }
  return r;
}

void ProblemObjective::add_penalty_gradient(Vector& gradient) const {
  if (penalty_.blocks.empty()) return;
  const Vector r = penalty_residual();
  int row = 0;
  for (const QuadraticPenalty::Block& block : penalty_.blocks) {
    const Vector part = block.R.transpose() * r.segment(row, block.R.rows());
    row += int(block.R.rows());
    for (int k = 0; k < part.size(); ++k) {
      const auto at = std::lower_bound(active_.begin(), active_.end(), block.parameters[k]);
      if (at != active_.end() && *at == block.parameters[k])
        gradient[at - active_.begin()] += part[k];
    }
  }
}

/// Below those of the equations, in a matrix with room for them.
void ProblemObjective::add_penalty_rows(Matrix& jacobian) const {
  int row = rows_;
  for (const QuadraticPenalty::Block& block : penalty_.blocks) {
    for (int k = 0; k < block.R.cols(); ++k) {
      const auto at = std::lower_bound(active_.begin(), active_.end(), block.parameters[k]);
      if (at != active_.end() && *at == block.parameters[k])
        jacobian.col(at - active_.begin()).segment(row, block.R.rows()) = block.R.col(k);
    }
    row += int(block.R.rows());
  }
}

double ProblemObjective::gradient(const Vector& theta, Vector& gradient) {
  place(theta);
  full_gradient_.resize(full_.size());
  const double loss = evaluator_->loss_gradient(full_, full_gradient_);
  gradient.resize(theta.size());
  for (std::size_t k = 0; k < active_.size(); ++k) gradient[k] = full_gradient_[active_[k]];
  for (const auto& [tied, to] : ties_) gradient[to] += full_gradient_[tied];
  add_penalty_gradient(gradient);
  return loss + 0.5 * penalty_residual().squaredNorm();
}

void ProblemObjective::residual(const Vector& theta, Vector& r) {
  place(theta);
  r.resize(residuals());
  evaluator_->residuals(full_, r.data());
  r.tail(penalty_.rows()) = penalty_residual();
}

void ProblemObjective::jacobian(const Vector& theta, Vector& r, Matrix& jacobian) {
  place(theta);
  r.resize(residuals());
  const int first = active_.empty() ? 0 : active_.front();
  const int columns = int(full_.size()) - first;
  jacobian.resize(residuals(), active_.size());
  if (columns == int(active_.size()) && penalty_.blocks.empty()) {
    evaluator_->jacobian(full_, first, r.data(), jacobian.data());
    return;
  }
  full_jacobian_.resize(rows_, columns);
  evaluator_->jacobian(full_, first, r.data(), full_jacobian_.data());
  for (std::size_t k = 0; k < active_.size(); ++k)
    jacobian.col(k).head(rows_) = full_jacobian_.col(active_[k] - first);
  for (const auto& [tied, to] : ties_)
    jacobian.col(to).head(rows_) += full_jacobian_.col(tied - first);
  if (penalty_.blocks.empty()) return;
  jacobian.bottomRows(penalty_.rows()).setZero();
  r.tail(penalty_.rows()) = penalty_residual();
  add_penalty_rows(jacobian);
}

namespace {
/// Whether of each function all columns stay (target >= 0) or none.
bool keeps_functions(const std::vector<int>& torus, const std::vector<int>& target) {
  const std::size_t nodes =
      std::accumulate(torus.begin(), torus.end(), std::size_t(1), std::multiplies<>());
  for (std::size_t k = 0; k < target.size(); ++k)
    if ((target[k] < 0) != (target[k - k % nodes] < 0)) return false;
  return target.size() % nodes == 0;
}
}  // namespace

bool ProblemObjective::sparse_jacobian(const Vector& theta, Vector& r, kernels::SparseRows& J) {
  if (active_.empty() || on_device() || !penalty_.blocks.empty()) return false;
  place(theta);
  r.resize(rows_);
  const int first = active_.front();
  if (!evaluator_->sparse_jacobian(full_, first, r.data(), J)) return false;
  std::vector<int> target(full_.size() - first, -1);
  for (std::size_t k = 0; k < active_.size(); ++k) target[active_[k] - first] = int(k);
  for (const auto& [tied, to] : ties_) target[tied - first] = to;
  J.columns = int(active_.size());
  std::erase_if(J.order, [&](int& column) { return (column = target[column]) < 0; });
  if (!ties_.empty()) J.order.clear();
  if (!ties_.empty() || !keeps_functions(J.torus, target)) J.torus.clear();
  std::int64_t end = 0, read = 0;
  for (int i = 0; i < J.rows(); ++i) {
    const std::int64_t begin = end, stop = J.begin[i + 1];
    for (; read < stop; ++read) {
      const int column = target[J.column[read]];
      if (column < 0) continue;
      const std::int64_t from = ties_.empty() ? end : begin;  // only ties make two of one
      const auto at = std::find(J.column.begin() + from, J.column.begin() + end, column);
      const std::int64_t place = at - J.column.begin();
      J.column[place] = column;
      J.value[place] = J.value[read] + (place < end ? J.value[place] : 0.0);
      end = std::max(end, place + 1);
    }
    J.begin[i + 1] = end;
  }
  J.column.resize(end);
  J.value.resize(end);
  return true;
}

double ProblemObjective::normal_equations(const Vector& theta, Matrix& gram, Vector& gradient) {
  Vector r;
  jacobian(theta, r, jacobian_);
  gradient.noalias() = jacobian_.transpose() * r;
  solver::gram(jacobian_, gram);
  return 0.5 * r.squaredNorm();
}

/// From a device comes the triangle of J alone.
double ProblemObjective::reduced(const Vector& theta, Matrix& A, Vector& b) {
  if (!on_device()) return Objective::reduced(theta, A, b);
  kernels::LinearModel* linear = evaluator_->linear_model();
  place(theta);
  const double loss = linear->linearise(full_, active_);
  const int rows = std::min(rows_, parameters());
  A.resize(rows, parameters());
  b.resize(rows);
  linear->reduce({A.data(), std::size_t(A.size())}, {b.data(), std::size_t(rows)});
  return loss;
}

std::unique_ptr<DampedModel> ProblemObjective::device_model() {
  if (!on_device()) return nullptr;
  return std::make_unique<DeviceModel>(*evaluator_->linear_model(), rows_, active_,
                                       [this](const Vector& theta) {
                                         place(theta);
                                         return std::span<const double>(full_);
                                       });
}

kernels::AdamSteps* ProblemObjective::device_adam() {
  const bool plain = ties_.empty() && penalty_.blocks.empty();
  kernels::AdamSteps* adam = plain ? evaluator_->adam_steps() : nullptr;
  if (adam != nullptr) adam->activate(active_, full_);
  return adam;
}

}  // namespace kanpde::solver
