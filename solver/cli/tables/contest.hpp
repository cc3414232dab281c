#pragma once
/// Rows in which KANs and as many MLPs of at least their parameters fit one function from the same
/// samples within the same time, and the sheet that puts published errors beside the best of each.

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
  int first_grid = 0;     ///< intervals before its grid is extended; 0: those of `grid` at once
  bool products = false;  ///< one layer of products of B-splines of each input, no hidden ones
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

/// Smallest width of an MLP with so many hidden layers, all of it, and at least so many parameters.
int mlp_width(int parameters, int inputs, int layers = 2);

/// Root mean square error of the unknown u over the seeds of the best model of a type, kan or mlp;
/// count 0 if none ran.
output::Spread rmse(const TableResult& result, const std::string& type);

/// The problem of a target: a KAN of each size, and MLPs of two, three... hidden layers, one for
/// each of the KANs and all with at least the parameters of the largest. `seconds` limits a seed.
TableRow contest_row(const Target& target, const std::vector<KanSize>& kans, double seconds);

/// Test errors (root mean square) of the best KAN and the best MLP, by their medians, and the
/// published ones, a row a target.
output::Sheet contest_sheet(const std::vector<Target>& targets, const TableResults& results);

/// On how many rows the KAN is below the published KAN and below our MLP.
std::string contest_notes(const std::vector<Target>& targets, const TableResults& results);

}  // namespace kanpde::solver
