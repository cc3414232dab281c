#pragma once
/// Rows in which a KAN and an MLP of at least as many parameters fit one function from the same
/// samples for the same time, and the sheet that puts published errors beside theirs.

#include <array>
#include <string>
#include <vector>

#include "output/table/statistics.hpp"
#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

/// A variable of a function and its range, as a problem file writes them.
struct Axis {
  std::string name;
  std::array<std::string, 2> range;
};

/// Widths of hidden layers, degree and intervals of a KAN.
struct KanSize {
  std::vector<int> hidden;
  int degree = 3, grid = 3;
};

/// Root mean square errors as printed elsewhere, "" where there is no such figure.
struct PublishedErrors {
  std::string kan, mlp;
};

/// The function of one row.
struct Target {
  std::string name;     ///< of the row
  std::string formula;  ///< in the sheet, and what is fitted where there are no samples
  std::vector<Axis> axes;
  PublishedErrors published;
  std::string training, test;  ///< samples as CSV, of the axes and u; "" to use the formula
};

/// Parameters of a KAN of so many inputs and one output.
int parameters_of(const KanSize& kan, int inputs);

/// Width w of an MLP with the hidden layers [w, w] that has at least so many parameters.
int mlp_width(int parameters, int inputs);

/// Root mean square error of the unknown u of this model over the seeds; count 0 if it did not run.
output::Spread rmse(const TableResult& result, const std::string& model);

/// The problem of a target: `kan`, `mlp` and mlp_same_time, of which the first and the last are
/// trained. `seconds` limits a seed.
TableRow contest_row(const Target& target, const KanSize& kan, double seconds);

/// Test errors (root mean square) of both and the published ones, a row a target.
output::Sheet contest_sheet(const std::vector<Target>& targets, const TableResults& results);

/// On how many rows the KAN is below the published KAN and below our MLP.
std::string contest_notes(const std::vector<Target>& targets, const TableResults& results);

}  // namespace kanpde::solver
