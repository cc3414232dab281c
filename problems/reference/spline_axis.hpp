#pragma once
/// B-splines on an interval with any breakpoints.

#include <vector>

namespace kanpde::problems {

/// Splines of one degree with simple inner knots: degree - 1 continuous derivatives.
class SplineAxis {
 public:
  SplineAxis() = default;
  SplineAxis(int degree, std::vector<double> breaks);

  int degree() const { return degree_; }
  int size() const { return int(breaks_.size()) - 1 + degree_; }  ///< number of functions
  int spans() const { return int(breaks_.size()) - 1; }
  const std::vector<double>& breaks() const { return breaks_; }
  int span_of(double x) const;
  /// out[k * (degree + 1) + a] (written): derivative k, 0 .. orders - 1, at x of function span + a,
  /// for the degree + 1 functions that do not vanish on the span; x may lie outside it.
  void evaluate(int span, double x, int orders, double* out) const;
  /// A point for each function, at which interpolation is well posed: means of its knots.
  std::vector<double> greville() const;

 private:
  int degree_ = 0;
  std::vector<double> breaks_, knots_;
};

/// How breakpoints lie.
struct Grading {
  double first;         ///< width of the spans at the ends
  double corner_ratio;  ///< of neighbouring spans up to a width of 1e-3
  double ratio;         ///< beyond that
  double largest;       ///< width
};

/// Breakpoints of [0, 1], symmetric.
std::vector<double> graded_breaks(const Grading& grading);

}  // namespace kanpde::problems
