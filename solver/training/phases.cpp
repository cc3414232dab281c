#include "solver/training/phases.hpp"

#include <algorithm>

#include "solver/training/solution.hpp"

namespace kanpde::solver {

Phases::Phases(const problems::Problem& problem, const problems::ContinualSettings& settings)
    : axis_(int(std::find(problem.variables.begin(), problem.variables.end(), settings.variable) -
                problem.variables.begin())),
      count_(settings.phases) {
  const problems::Region& region = problem.region;
  const bool in_space = axis_ < problem.space_dimension;
  const problems::Box box = in_space ? region.space->bounding_box() : region.extra;
  const std::size_t i = std::size_t(in_space ? axis_ : axis_ - problem.space_dimension);
  lower_ = box.lower[i];
  upper_ = box.upper[i];
}

int Phases::of(const Columns& x, int point) const {
  const double share = (x(axis_, point) - lower_) / (upper_ - lower_);
  return std::clamp(int(share * count_), 0, count_ - 1);
}

TermPoints take_points(const TermPoints& points, const std::vector<int>& which) {
  TermPoints some;
  const auto take = [&](const Columns& from) {
    return from.columns() > 0 ? take_points(from, which) : from;
  };
  some.x = take(points.x);
  some.normals = take(points.normals);
  some.partner = take(points.partner);
  some.data = take(points.data);
  return some;
}

}  // namespace kanpde::solver
