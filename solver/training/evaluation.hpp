#pragma once
/// Errors of a trained surrogate against the reference, and its fields, on the output grid.

#include <memory>
#include <optional>
#include <vector>

#include "output/data.hpp"
#include "problems/reference/reference.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

/// Where fields are written: one set of space points, repeated for each time.
struct OutputGrid {
  std::optional<output::Lattice> lattice;  ///< boxes of up to 3 space dimensions
  std::optional<output::Mesh> mesh;        ///< other shapes
  std::vector<double> times;               ///< empty when steady
  Columns space;  ///< one column a space variable (and a parameter, at its middle)
  int frames() const { return times.empty() ? 1 : int(times.size()); }
};

/// The grid of the problem's output settings or its default.
OutputGrid make_output_grid(const problems::Problem& problem);

/// The variables along which it does not extend, a fourth axis in space or an equation's parameter,
/// and their values there: "nu = 0.05, k = 2", "" if there are none.
std::string fixed_variables(const problems::Problem& problem);

/// Points over which errors are measured: those of the reference where it has points of its own;
/// else the output grid in space and time, or quasi-random points of the whole region where that
/// has more than 3 space dimensions or parameters.
Columns error_points(const problems::Problem& problem, const problems::ReferenceField* reference);

/// Measures errors of solutions of one problem; reference values are computed once.
class Evaluation {
 public:
  Evaluation(problems::Problem& problem, const problems::ReferenceField* reference, Columns points);

  /// Fills mse, rel_l2, max_error, rel_h1, residual_mse and parameters. MSE and maximum in the
  /// quantity's units, relative L2 = |u - u_ref| / |u_ref|, relative H1 the same for the vector of
  /// u and its first derivatives.
  void measure(const Solution& solution, output::RunResult& result);

  /// For progress and history: on about 1,000 of the points, those that the solution covers.
  struct Glance {
    double rel_l2;        ///< over all quantities together; NaN without a reference
    double residual_mse;  ///< NaN without equations
  };
  Glance glance(const Solution& solution);

  /// Root of the mean squared error of all quantities over each phase of continual training, then
  /// over all points; NaN without a reference.
  std::vector<double> phase_errors(const Solution& solution,
                                   const problems::ContinualSettings& settings);

  const Columns& points() const { return points_; }
  const problems::ReferenceField* reference() const { return reference_; }

 private:
  /// Mean square of the columns from `first` on, over the points where `reference`, if it knows the
  /// first quantity, is defined; NaN over none.
  double residual_mse(const Columns& values, int first, const Columns& reference) const;
  Columns look(const Solution& solution, const std::vector<problems::Expr>& fields,
               const std::vector<int>& at);

  /// What a window's network gave at a glance.
  struct Seen {
    double begin, end;
    std::vector<double> theta;
    Columns values;
  };

  problems::Problem& problem_;
  const problems::ReferenceField* reference_;
  Columns points_, few_;
  Columns values_, few_values_;                  // a column a quantity
  std::vector<Seen> seen_;                       // of each window
  std::vector<std::vector<Columns>> gradients_;  // [quantity][variable], empty where not known
};

/// Fields of all solutions on one frame of the grid: u_MODEL, u_reference, u_MODEL_error,
/// residual_MODEL_k.
struct NamedSolution {
  std::string name;
  const Solution* solution;
};
std::vector<output::Field> frame_fields(problems::Problem& problem, const OutputGrid& grid,
                                        int frame, const problems::ReferenceField* reference,
                                        const std::vector<NamedSolution>& models);

/// Coordinates of a frame: one column a variable.
Columns frame_points(const problems::Problem& problem, const OutputGrid& grid, int frame);

}  // namespace kanpde::solver
