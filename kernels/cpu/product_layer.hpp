#pragma once
/// A layer of products on a block of points: jets forward, their adjoint, rows of the Jacobian.

#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/cpu/local_splines.hpp"
#include "kernels/jet_plan.hpp"

namespace kanpde::kernels {

/// y_o(x) = sum W[o][a][b][c] A_a(x_0) B_b(x_1) C_c(x_2) over the (degree + 1)^d functions that are
/// not zero. Three axes; inputs that take no part are left out, and in front of fewer than three
/// stand axes of the one function 1. Jets follow from partial derivatives,
///   D_v^k y = sum_{|alpha| = k} k!/alpha! v^alpha d^alpha y.
class ProductLayer {
 public:
  /// components: of `plan`, `points` values each.
  ProductLayer(const NetworkShape& shape, const JetPlan& plan, int points);

  /// Whether a row has few enough entries beside all columns.
  static bool is_sparse(const LayerShape& layer);

  /// Offsets of all weights, function by function along the axis of most functions, so that those
  /// of a point are near one another; both ends of a periodic axis come first.
  static std::vector<int> narrow_order(const LayerShape& layer);

  /// w: the layer's weights; x: inputs, rows `stride` apart, whose first `points` values are read.
  /// y: a row an output (written).
  void forward(const double* w, const double* x, double* y, long stride);
  /// gradient of the layer += d(seed . y)/dw; seed as y.
  void gradient(const double* seed, long stride, double* gradient) const;
  /// Entries of point p: d(seed . y)_p / dw_k, k - first_column >= 0 ascending; returns their
  /// number. Outputs whose seed is zero there are left out.
  int row(const double* seed, long stride, int p, int first_column, int* column,
          double* value) const;
  int row_capacity() const { return shape_.outputs * counts_[0] * counts_[1] * counts_[2]; }

 private:
  static constexpr int axes = 3;
  static constexpr int most = max_order + 1;
  /// Of the first two axes.
  struct Pair {
    int k, l;  ///< orders of the derivatives
  };

  const LocalSplines& at(int p, int axis) const {
    return splines_[std::size_t(p) * axes + std::size_t(axis)];
  }
  bool partial_seeds(const double* seed, int p, double* d) const;
  /// body(offset of W[o][a][b][0], s): s[c] = sum of d * derivatives of A_a B_b C_c.
  template <class Body>
  void for_local(int p, const double* d, Body body) const;

  const LayerShape& shape_;
  int points_, components_, orders_;
  int inputs_[axes], counts_[axes], sizes_[axes];  ///< input or -1; functions at a point; all
  std::vector<Pair> pairs_;
  std::vector<double>
      map_;  ///< component, pair, order of the third axis: of the partial derivative
  std::vector<LocalSplines> splines_;  ///< point, axis
};

}  // namespace kanpde::kernels
