#pragma once
/// Limited-memory BFGS.

#include <vector>

#include "kernels/vector_pairs.hpp"
#include "solver/optimizer/quasi_newton.hpp"

namespace kanpde::solver {

struct LbfgsOptions {
  int memory = 50;  ///< pairs (s, y) kept
  LineSearchOptions search;
};

/// The compact representation of Byrd, Nocedal and Schnabel 1994 (doi:10.1007/BF01582063), eq. 3.1:
/// with S = [s_1 ... s_k], Y likewise (n x k, oldest first), R the upper triangle of S'Y, D its
/// diagonal and gamma = s_k'y_k / y_k'y_k,
///   H = gamma I + [S gamma Y] [R^-T (D + gamma Y'Y) R^-1, -R^-T; -R^-1, 0] [S gamma Y]',
/// the same matrix as that of the two-loop recursion. S and Y lie where the objective computes; the
/// host holds S'Y and Y'Y. Two products with [S Y] a direction, one an update: 8 n k flops and 4 n
/// k; of vectors of length n go there the gradient, s and twice y, and come back the direction.
class Lbfgs : public QuasiNewton {
 public:
  explicit Lbfgs(LbfgsOptions options = {}, Bounds bounds = {});
  StepStatus step(Objective& objective, Vector& theta, double& loss) override;
  void restart() override;
  OptimizerState save() const override;
  void load(const OptimizerState& state) override;
  std::string_view name() const override { return "lbfgs"; }

 protected:
  Vector direction(const Vector& gradient) override;
  void update(const Change& change) override;
  void forget_curvature() override { count_ = oldest_ = 0; }
  bool has_curvature() const override { return count_ > 0; }

 private:
  int slot(int age_rank) const { return (oldest_ + age_rank) % memory_; }
  void make_pairs(int n);
  void place_loaded();

  int memory_;
  std::unique_ptr<kernels::VectorPairs> pairs_;  // by slots, of which count_ are in use
  int count_ = 0, oldest_ = 0;                   // a slot
  Matrix sy_, yy_;                               // s_i'y_j for i not younger than j, y_i'y_j; slots
  std::vector<double> loaded_s_, loaded_y_;      // pairs that still lack an objective
  Objective* objective_ = nullptr;               // during a step
};

}  // namespace kanpde::solver
