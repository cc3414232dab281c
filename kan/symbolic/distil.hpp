#pragma once
/// Networks of one node, small enough that their edges are functions one can name: what a trained
/// field is distilled into.

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/base/array.hpp"

namespace kanpde::kan {

/// Whether a sample tells how well a fit holds, and is not fitted: every fifth one.
inline bool is_held_out(std::ptrdiff_t sample) { return sample % 5 == 4; }

/// f(x) = g(z) with z the sum or the product of phi_i(x_i); without a link g(z) = z. The sum with a
/// link is a KAN of shape [n, 1, 1]; the product node is that of Liu et al. 2024
/// (arXiv:2408.10205, section 2).
struct SmallNetwork {
  bool product = false, link = false;
  std::vector<std::vector<double>> inner;  ///< phi_i at the points: n x points
  std::vector<double> node;                ///< z at the points; in [-1, 1] where there is a link
  std::vector<double> outer;               ///< g(z) at the points
  double error = 0;  ///< root mean square of the misfit on held-out points over the deviation of f
};

struct DistilSettings {
  bool product = false, link = false;
  int intervals = 24;  ///< of the splines, of degree 5
  int steps = 60;      ///< of Levenberg-Marquardt, at most
  int start = 0;       ///< which start; 0 is the best sum or product without a link
};

/// Trains such a network on the points x (one column an input) and values f by
/// Levenberg-Marquardt, g eliminated by linear least squares. Samples of is_held_out() are not
/// fitted. Deterministic. Cost of a step: points (inputs * intervals)^2.
SmallNetwork distil(const Columns& x, std::span<const double> f, const DistilSettings& settings);

/// Sums with a link that is the inverse of a square, logarithm, exponential, reciprocal, root,
/// reciprocal square, reciprocal root or artanh: each by one linear least-squares problem for the
/// sum that gives the transformed f. Those that f allows; `error` is that of the transformed f, the
/// values `outer` are f itself. No local minima; unlike the splines of a link, they bear its
/// singularities.
std::vector<SmallNetwork> distil_transformed(const Columns& x, std::span<const double> f,
                                             int intervals);

}  // namespace kanpde::kan
