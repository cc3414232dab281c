#pragma once
/// A network on one block of points: jets forward, their adjoint, and rows of the Jacobian.

#include <memory>
#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/jet_plan.hpp"
#include "kernels/network_shape.hpp"

namespace kanpde::kernels {

class JetMap;
class ProductLayer;

/// Scratch memory of one thread for one network and one jet plan. A row of a layer's array holds C
/// components of `points` points each, component-major; rows are `stride()` apart.
///
/// A layer is computed in one of two ways. By features: the jets of all features, then one matrix
/// product over all components; best for an MLP. By edges: derivatives of the functions phi_ij =
/// sum_g W[j][i][g] phi_g up to the order of the jets, then the jets of phi_ij, summed over i. For
/// a KAN that is less work, since a product over order + 1 derivatives replaces one over C
/// components.
class BlockNetwork {
 public:
  /// points: a multiple of the pack width. with_adjoint: keep what backward() and jacobian() need.
  BlockNetwork(const NetworkShape& shape, const JetPlan& plan, int points, bool with_adjoint);
  ~BlockNetwork();

  int points() const { return points_; }
  long stride() const { return stride_; }

  /// x: coordinate columns, each `points` values (read); pointer per column. theta: all parameters.
  void forward(const double* theta, const double* const* x);
  const double* output() const { return values_.back().data(); }  ///< outputs rows
  double* d_output() { return d_values_.back().data(); }          ///< seed for the two below

  /// gradient += d(seed . output)/dtheta.
  void backward(const double* theta, double* gradient);

  /// One row a point: j[(k - first_column) * rows + p] = d(seed . output)_p / dtheta_k for p <
  /// count and the parameters k >= first_column of the network. Adds where `add`, else writes.
  /// Points p and p + points / copies belong to the same row when copies == 2.
  void jacobian(const double* theta, int first_column, int copies, int count, bool add, double* j,
                long rows);

  /// Whether the only trained layer of the parameters >= first_column is a last one of B-splines
  /// (or of products of them) most of which are zero at a point.
  /// For SparseRows::order of the parameters first_column .. parameters - 1.
  static std::vector<int> narrow_order(const NetworkShape& shape, int first_column, int parameters);
  static std::vector<int> torus(const NetworkShape& shape, int first_column, int parameters);
  static bool has_short_rows(const NetworkShape& shape, int first_column);
  /// What row() needs, after d_output() has been set; for networks with short rows.
  void prepare_rows();
  /// Entries of the row of point p of the block, d(seed . output)_p / dtheta_k, k >= first_column
  /// of the last layer: `column` (k - first_column, ascending) and `value` (written, room for
  /// row_capacity()); returns their number. Outputs whose seed is zero at the point are left out.
  int row(int p, int first_column, int* column, double* value) const;
  int row_capacity() const;

  const double* layer_input(int layer) const { return values_[layer].data(); }

  /// A block size that keeps a block's rows in cache.
  static int block_points(const JetPlan& plan, int copies);

 private:
  /// What a layer keeps from forward() to backward(). Arrays of packs, by input, pack of points,
  /// order.
  struct Layer {
    bool by_edges = false;
    int feature_orders = 0;             ///< derivatives of the features kept
    int edge_orders = 0;                ///< derivatives of the edges kept
    AlignedVector<double> derivatives;  ///< of the features
    AlignedVector<double> edges;        ///< derivatives of phi_ij, by edges
    AlignedVector<double> jets;         ///< of the features, by features: columns() rows a block
  };
  /// Where the Jacobian of one block goes.
  struct Rows;

  const double* weights(const LayerShape& layer, const double* theta) const;
  void embed(int layer);
  void forward_features(int layer, const double* theta);
  void forward_edges(int layer, const double* theta);
  void features_gradient(int layer, double* gradient);
  void edges_gradient(int layer, double* gradient);
  void product_jacobian(const Rows& rows) const;
  void features_jacobian(int layer, const Rows& rows);
  void edges_jacobian(int layer, const Rows& rows);
  void propagate_back(int layer, const double* theta);
  void evaluate_features(int layer, int input);
  void edge_adjoint(int layer, int input);
  int first_trained_layer(int first_column) const;
  int spline_entries(int p, int o, int input, int first_column, int* column, double* value) const;

  const NetworkShape& shape_;
  const JetPlan& plan_;
  int points_, components_, packs_, order_;
  long stride_;
  bool with_adjoint_;
  std::unique_ptr<JetMap> jets_;
  std::unique_ptr<ProductLayer> product_;  ///< the layer of a network of products, else null
  std::vector<Layer> layers_;
  std::vector<AlignedVector<double>> values_,
      d_values_;  // inputs of layer l; the last are the outputs
  AlignedVector<double> d_features_, scratch_;
  AlignedVector<double>
      row_seeds_;  ///< edge_adjoint() of the last layer's inputs, one after another
};

}  // namespace kanpde::kernels
