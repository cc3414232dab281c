#pragma once
/// Everything that training asks of a backend: values, gradients and Jacobians of residuals over
/// points.

#include <memory>
#include <span>
#include <vector>

#include "kernels/adam_steps.hpp"
#include "kernels/linear_model.hpp"
#include "kernels/network_shape.hpp"
#include "kernels/sparse_rows.hpp"
#include "kernels/symmetric_matrix.hpp"
#include "kernels/term.hpp"
#include "kernels/vector_pairs.hpp"

namespace kanpde::kernels {

/// Evaluates one network on fixed sets of points. Scratch memory is kept between calls.
///
/// theta holds shape.parameters network parameters, then the trainable scalars of the equations.
/// Row order of r and J: term by term, within a term equation by equation, within an equation point
/// by point. Results do not depend on the number of threads: points are cut into fixed blocks and
/// blocks into fixed groups that are summed in order. Nothing throws on non-finite values; they
/// show in the results.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual const NetworkShape& shape() const = 0;
  virtual const std::vector<Term>& terms() const = 0;
  int rows() const;                    ///< length of r
  virtual int parameters() const = 0;  ///< length of theta

  /// F = 1/2 sum r^2.
  virtual double loss(std::span<const double> theta) = 0;
  /// F and dF/dtheta (gradient: parameters() values, written).
  virtual double loss_gradient(std::span<const double> theta, std::span<double> gradient) = 0;
  /// r: rows() values (written).
  virtual void residuals(std::span<const double> theta, double* r) = 0;
  /// r and J = dr/dtheta for the columns of parameters >= first_column. J is column-major with
  /// leading dimension rows(); its column k belongs to parameter first_column + k. Layers below are
  /// not differentiated.
  virtual void jacobian(std::span<const double> theta, int first_column, double* r, double* j) = 0;
  /// The same J in compressed rows, where the only trained layer is a last one whose functions are
  /// zero but near a point; exact zeros may be left out. Costs about as much as its entries. false,
  /// with nothing written, where J is not worth storing so.
  virtual bool sparse_jacobian(std::span<const double> /*theta*/, int /*first_column*/,
                               double* /*r*/, SparseRows& /*j*/) {
    return false;
  }
  /// Replaces the equation scales and point scales of a term.
  virtual void set_scales(int term, std::vector<double> scale,
                          AlignedVector<double> point_scale) = 0;
  /// Linear algebra where J is; null where J belongs into the memory of the caller.
  virtual LinearModel* linear_model() { return nullptr; }
  /// A matrix beside the residuals, its values not set; null where that is the caller's memory.
  virtual std::unique_ptr<SymmetricMatrix> make_matrix(int /*n*/) { return nullptr; }
  /// Room for pairs of vectors there; null likewise.
  virtual std::unique_ptr<VectorPairs> make_pairs(int /*n*/, int /*pairs*/) { return nullptr; }
  /// Steps of Adam without the host; null where that is where gradients are computed.
  virtual AdamSteps* adam_steps() { return nullptr; }
};

/// Where to compute. `emulated` runs the code of a GPU on the host, with a memory of its own that
/// the host cannot touch: slow, for tests.
struct Target {
  enum class Kind { cpu, cuda, emulated } kind = Kind::cpu;
  int index = 0;                  ///< of the GPU
  bool single_precision = false;  ///< arithmetic in float32; losses are summed in float64
  std::size_t tile_bytes = std::size_t(256) << 20;  ///< working memory of points in flight
};

/// `scalars`: number of trainable scalars behind the network's parameters. Throws DeviceError for
/// a GPU that cannot be used, or whose memory does not suffice.
std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars);
std::unique_ptr<Evaluator> make_cpu_evaluator(NetworkShape shape, std::vector<Term> terms,
                                              int scalars);

/// Jets of the network outputs at points x (dimension columns): out has outputs * components
/// columns, output-major (written).
void network_jets(const NetworkShape& shape, std::span<const double> theta, const JetPlan& plan,
                  const Columns& x, Columns& out);

/// Values that enter layer `layer` at the points x: one column an input (written).
void layer_inputs(const NetworkShape& shape, std::span<const double> theta, int layer,
                  const Columns& x, Columns& out);

}  // namespace kanpde::kernels
