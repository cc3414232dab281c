#pragma once
/// Parts of the domain that continual training takes in turn.

#include "kernels/base/array.hpp"
#include "problems/problem.hpp"
#include "solver/objective/term_builder.hpp"

namespace kanpde::solver {

/// Parts of equal length along one variable, over the bounds of the region.
class Phases {
 public:
  Phases(const problems::Problem& problem, const problems::ContinualSettings& settings);
  int count() const { return count_; }
  int of(const Columns& x, int point) const;  ///< 0 .. count() - 1

 private:
  int axis_, count_;
  double lower_, upper_;
};

/// Some of the points, in this order, with all that belongs to them.
TermPoints take_points(const TermPoints& points, const std::vector<int>& which);

}  // namespace kanpde::solver
