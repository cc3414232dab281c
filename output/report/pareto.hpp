#pragma once
/// Error against the number of parameters.

#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/report/drawing.hpp"

namespace kanpde::output {

/// A model: medians over seeds with the smallest and largest.
struct ParetoPoint {
  std::string name, type;
  double parameters = 0;
  double error = 0, smallest = 0, largest = 0;
  bool on_front = false;  ///< no other model has fewer parameters and no larger error
};

/// What the points of a summary measure, its best known quantity: relative L2 error, mean square
/// error or, without a reference, the residual's mean square; the largest over the unknowns.
struct ParetoFront {
  std::string measure;
  std::vector<ParetoPoint> points;  ///< only those whose parameters and error can be drawn
};

/// All models of all summaries, by the measure that all of these know. `prefixes`: what the names
/// of the models of each begin with; or empty. `on_front` is filled in.
ParetoFront pareto_front(const std::vector<Summary>& summaries,
                         const std::vector<std::string>& prefixes = {});

/// Both axes logarithmic; a dot a KAN, a square an MLP, and a line along the front.
Drawing draw_pareto(const ParetoFront& front);

}  // namespace kanpde::output
