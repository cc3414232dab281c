#pragma once
/// A penalty that is quadratic in the parameters, as more rows of a least-squares objective.

#include <vector>

#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

/// 1/2 sum_blocks |R theta[parameters]|^2.
struct QuadraticPenalty {
  struct Block {
    std::vector<int> parameters;  ///< columns of R
    Matrix R;
  };
  std::vector<Block> blocks;
  int rows() const {
    int count = 0;
    for (const Block& block : blocks) count += int(block.R.rows());
    return count;
  }
};

}  // namespace kanpde::solver
