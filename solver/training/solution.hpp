#pragma once
/// A trained field: one network, or several that follow one another in time.

#include <vector>

#include "problems/problem.hpp"
#include "solver/objective/ansatz.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

struct Solution {
  struct Piece {
    double end;  ///< of its time, where the next one begins
    Ansatz ansatz;
    Surrogate surrogate;
  };
  int time = -1;              ///< column of time in points; -1: there is one piece
  std::vector<Piece> pieces;  ///< one at least

  int parameters() const;  ///< of all networks
  /// Whether trained up to this time.
  bool covers(double t) const { return time < 0 || t <= pieces.back().end; }
  /// The piece that holds at this time; the last one beyond its end.
  std::size_t piece_at(double t) const;
};

/// Values of expressions in the unknowns, their derivatives and the coordinates: one column an
/// expression. Evaluated in float64 on the CPU, whatever the training computed on.
Columns evaluate_fields(problems::Problem& problem, const Solution& solution,
                        const std::vector<problems::Expr>& fields, const Columns& points);

/// Some of the points, in this order.
Columns take_points(const Columns& points, const std::vector<int>& which);

}  // namespace kanpde::solver
