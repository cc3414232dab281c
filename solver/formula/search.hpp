#pragma once
/// From samples of a field to formulas: distil, name the edges, fit all constants.

#include <functional>
#include <string>
#include <vector>

#include "kan/symbolic/library.hpp"
#include "kernels/base/array.hpp"
#include "solver/formula/formula.hpp"

namespace kanpde::solver {

/// Values of one field.
struct Samples {
  Columns x;              ///< one column a variable
  std::vector<double> f;  ///< values
  Columns gradient;       ///< one column a variable, or empty
  double deviation = 0;   ///< standard deviation of f
};

struct Candidate {
  Formula formula;
  double error = 0;  ///< root mean square misfit on held-out samples over the deviation
  int complexity = 0;
  bool settled = false;  ///< see SearchSettings::settle
};

struct SearchSettings {
  std::vector<kan::EdgeFunction> library = kan::edge_library();
  double enough = 1e-11;  ///< an error at which the search ends
  int first_constant = 0;
  /// Asked of every candidate that is close: whether it is the one, constants settled.
  std::function<bool(Formula& formula, double error)> settle;
};

/// Formulas by error, best first; none of them is worse in both error and complexity than another.
/// Every fifth sample is held out. Deterministic.
std::vector<Candidate> search_formula(Graph& graph, const Samples& samples,
                                      const SearchSettings& settings);

}  // namespace kanpde::solver
