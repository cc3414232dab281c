#pragma once
/// The least-squares objective of one network on one problem, with some of its parameters held.

#include <memory>
#include <utility>
#include <vector>

#include "kernels/evaluator.hpp"
#include "solver/objective/quadratic_penalty.hpp"
#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// Presents an evaluator to optimizers; theta there holds the active parameters only.
class ProblemObjective : public Objective {
 public:
  explicit ProblemObjective(std::unique_ptr<kernels::Evaluator> evaluator);

  /// Which parameters the optimizer sees; `full` gives the values of all, held ones included.
  /// `ties`: parameters (first) that always have the value of an active one (second).
  void activate(std::vector<int> active, std::vector<double> full,
                std::vector<std::pair<int, int>> ties = {});
  /// In all that follows; its parameters are those of the network, held ones are left out.
  void penalise(QuadraticPenalty penalty) { penalty_ = std::move(penalty); }
  void activate_all(std::vector<double> full);
  const std::vector<int>& active() const { return active_; }
  Vector pack(const std::vector<double>& full) const;     ///< active values of `full`
  std::vector<double> unpack(const Vector& theta) const;  ///< all values
  kernels::Evaluator& evaluator() { return *evaluator_; }

  int parameters() const override { return int(active_.size()); }
  int residuals() const override { return rows_ + penalty_.rows(); }
  double value(const Vector& theta) override;
  double gradient(const Vector& theta, Vector& gradient) override;
  void residual(const Vector& theta, Vector& r) override;
  void jacobian(const Vector& theta, Vector& r, Matrix& jacobian) override;
  bool sparse_jacobian(const Vector& theta, Vector& r, kernels::SparseRows& J) override;
  double normal_equations(const Vector& theta, Matrix& gram, Vector& gradient) override;
  /// For the parameters that are active now.
  double reduced(const Vector& theta, Matrix& A, Vector& b) override;
  std::unique_ptr<DampedModel> device_model() override;
  std::unique_ptr<kernels::SymmetricMatrix> device_matrix(int n) override {
    return evaluator_->make_matrix(n);
  }
  std::unique_ptr<kernels::VectorPairs> device_pairs(int n, int pairs) override {
    return evaluator_->make_pairs(n, pairs);
  }
  kernels::AdamSteps* device_adam() override;

  /// Of any kind but those of device_adam(), for cost per step.
  long evaluations() const { return evaluations_; }

 private:
  void place(const Vector& theta);
  bool on_device() const {
    return ties_.empty() && penalty_.blocks.empty() && evaluator_->linear_model() != nullptr;
  }
  Vector penalty_residual() const;
  void add_penalty_gradient(Vector& gradient) const;
  void add_penalty_rows(Matrix& jacobian) const;

  std::unique_ptr<kernels::Evaluator> evaluator_;
  int rows_;
  std::vector<int> active_;
  std::vector<std::pair<int, int>> ties_;  // parameter, index in active_
  QuadraticPenalty penalty_;
  std::vector<double> full_, full_gradient_;
  Matrix full_jacobian_, jacobian_;
  long evaluations_ = 0;
};

}  // namespace kanpde::solver
