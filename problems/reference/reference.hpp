#pragma once
/// Reference solutions: what a trained field is measured against. Exact expressions, numerical
/// generators and files; each states its own error.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/base/array.hpp"
#include "problems/problem.hpp"

namespace kanpde::problems {

/// A solution that can be evaluated anywhere in the domain, or at the points of a file.
/// Immutable once made: calls may come from several threads.
struct ReferenceField {
  virtual ~ReferenceField() = default;
  /// Whether this quantity (Problem::quantities: the unknowns, then definitions) is known; an exact
  /// reference may leave some out (a pressure, say), generators and files know unknowns alone,
  /// `cavity` definitions too.
  virtual bool has(int quantity) const = 0;
  /// out[p] (written): the unknown at x, one column a variable. Generators and grids
  /// give NaN outside their domain.
  virtual void values(const Columns& x, int unknown, double* out) const = 0;
  /// out[p] (written): first derivative along `variable`; NaN where it is infinite (the corner of
  /// the L-shape). Returns false, and writes nothing, when this reference has no derivatives.
  virtual bool derivatives(const Columns& x, int unknown, int variable, double* out) const = 0;
  /// The only points at which values are known (scattered files), or null: anywhere. Elsewhere
  /// values are NaN.
  virtual const Columns* points() const { return nullptr; }
  /// Bound or estimate of the largest absolute error of values(); 0 for exact expressions,
  /// -1 when nothing is known about it (files of scattered points).
  double stated_error = 0;
};

/// Names that `reference: {generator: NAME}` may use.
std::vector<std::string> generator_names();

/// An array as a file holds it.
struct NamedArray {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<double> values;  ///< last index fastest
};
/// Reads files that this module cannot (HDF5, VTK, MATLAB).
using ArrayReader = std::function<std::vector<NamedArray>(const std::string& path)>;

/// The reference of a problem, or null where it has none. CSV files are read here, others through
/// `read`. Throws InputError when the generator does not fit the equations, or a file lacks a
/// column or is malformed.
std::unique_ptr<ReferenceField> make_reference(const Problem& problem,
                                               const ArrayReader& read = {});

}  // namespace kanpde::problems
