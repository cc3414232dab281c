#pragma once
/// What an optimizer sees of a problem: a nonlinear least-squares function of the parameters.

#include <Eigen/Core>
#include <memory>

#include "kernels/adam_steps.hpp"
#include "kernels/sparse_rows.hpp"
#include "kernels/symmetric_matrix.hpp"
#include "kernels/vector_pairs.hpp"

namespace kanpde::solver {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;  // column-major: a Jacobian column is contiguous over residuals

class DampedModel;

/// F(theta) = 1/2 |r(theta)|^2 with r in R^m already weighted, theta in R^n.
class Objective {
 public:
  virtual ~Objective() = default;
  virtual int parameters() const = 0;  ///< n
  virtual int residuals() const = 0;   ///< m
  virtual double value(const Vector& theta) = 0;
  virtual double gradient(const Vector& theta, Vector& gradient) = 0;           ///< returns F
  virtual void residual(const Vector& theta, Vector& r) = 0;                    ///< r: m
  virtual void jacobian(const Vector& theta, Vector& r, Matrix& jacobian) = 0;  ///< m x n
  /// r and J in compressed rows, columns in any order; false, with nothing to be used, where J is
  /// not worth storing so.
  virtual bool sparse_jacobian(const Vector& /*theta*/, Vector& /*r*/, kernels::SparseRows& /*J*/) {
    return false;
  }
  /// J'J (lower triangle valid), J'r and F, without storing J as a whole.
  virtual double normal_equations(const Vector& theta, Matrix& gram, Vector& gradient) = 0;
  /// F, and A and b with |A p + b|^2 = |J p + r|^2 up to a constant; A: at most m x n.
  virtual double reduced(const Vector& theta, Matrix& A, Vector& b) {
    jacobian(theta, b, A);
    return 0.5 * b.squaredNorm();
  }
  /// Linear algebra where J is computed, for the objective as it is now; null where that is the
  /// host. It refers to this objective.
  virtual std::unique_ptr<DampedModel> device_model();
  /// A matrix in the same place, its values not set; null where that is the host.
  virtual std::unique_ptr<kernels::SymmetricMatrix> device_matrix(int /*n*/) { return nullptr; }
  /// Room for pairs of vectors there; null likewise.
  virtual std::unique_ptr<kernels::VectorPairs> device_pairs(int /*n*/, int /*pairs*/) {
    return nullptr;
  }
  /// Steps of Adam there, for the objective as it is now; null likewise.
  virtual kernels::AdamSteps* device_adam() { return nullptr; }
};

}  // namespace kanpde::solver
