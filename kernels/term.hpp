#pragma once
/// One set of points with the residuals that hold there: what every backend evaluates.

#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/jet_plan.hpp"
#include "kernels/tape.hpp"

namespace kanpde::kernels {

/// A value that changes with the parameters: component of a network output's jet, or a trainable
/// scalar.
struct Quantity {
  enum class Kind { jet, parameter } kind = Kind::jet;
  int copy = 0;       ///< 0: at the point, 1: at its partner
  int output = 0;     ///< network output, or index of the trainable scalar
  int component = 0;  ///< of the jet
  bool operator==(const Quantity&) const = default;
};

/// The tape's inputs are first `columns.columns()` per-point columns, then `quantities`, in this
/// order. Its outputs are the residuals R_e, e = 0 .. equations-1, then dR_{p.equation}/d quantity
/// p.quantity for each entry of `partials`.
struct Term {
  struct Partial {
    int equation, quantity;
  };
  int points = 0;
  int copies = 1;   ///< 2: each point has a partner (periodic pairs)
  Columns x;        ///< coordinates; copies * dimension columns, the partner's last
  Columns columns;  ///< per-point values that the residual needs
  JetPlan plan;
  Tape tape;
  int equations = 0;
  std::vector<Quantity> quantities;
  std::vector<Partial> partials;
  std::vector<double> scale;  ///< an entry an equation: the residual vector holds scale_e R_e
  AlignedVector<double> point_scale;  ///< empty, or one more factor a point
  int rows() const { return points * equations; }
  /// Throws std::logic_error unless there is a coordinate column an input and copy.
  void check_inputs(int inputs) const;
  /// Throws std::logic_error unless there is an entry an equation and, if any, an entry a point.
  void set_scales(std::vector<double> equations_scale, AlignedVector<double> points_scale);
};

}  // namespace kanpde::kernels
