#pragma once
/// All constants of formulas at once, by Levenberg-Marquardt on residuals given as expressions.

#include <memory>
#include <vector>

#include "kernels/tape.hpp"
#include "solver/formula/formula.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

/// Residuals in coordinates, normals, columns and constants, and the points where they hold.
struct ResidualBlock {
  std::vector<Expr> residuals;
  TermPoints points;
  double weight = 1;  ///< each residual is multiplied by it
};

class ConstantsFit {
 public:
  /// Compiles residuals and their derivatives with respect to parameters first .. first + count
  /// - 1.
  ConstantsFit(Graph& graph, std::vector<ResidualBlock> blocks, int first, int count);
  ~ConstantsFit();
  ConstantsFit(const ConstantsFit&) = delete;
  ConstantsFit& operator=(const ConstantsFit&) = delete;

  struct Outcome {
    double rms = 0, largest = 0;  ///< of all residuals; infinite where one is not finite
    int steps = 0;
  };
  /// Rows (residual by residual, point by point) whose value is finite.
  std::vector<bool> finite(const std::vector<double>& values) const;
  Outcome measure(const std::vector<double>& values) const;
  /// Moves the values that `moves` names until nothing gets better.
  Outcome fit(std::vector<double>& values, const std::vector<bool>& moves,
              int most_steps = 200) const;
  /// Standard deviation of each value under a random misfit of this rms; 0 for those that do not
  /// move; large where others can make up for it.
  std::vector<double> uncertainty(const std::vector<double>& values, const std::vector<bool>& moves,
                                  double rms) const;

 private:
  struct State;
  std::vector<ResidualBlock> blocks_;
  std::unique_ptr<State> state_;
};

}  // namespace kanpde::solver
