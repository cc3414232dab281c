#pragma once
/// The formulas of a trained run.

#include <string>
#include <vector>

#include "solver/formula/samples.hpp"
#include "solver/formula/verdict.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

/// One line of the list of error against complexity.
struct Alternative {
  double error = 0;  ///< root mean square misfit on held-out samples over their deviation
  int complexity = 0;
  Expr expression;  ///< constants in as few digits as leave the error what it is
};

struct FieldFormula {
  std::string unknown;
  Expr expression;
  std::string shape;     ///< of the network that it was read off
  double error = 0;      ///< root mean square misfit on held-out samples, in units of the field
  double deviation = 0;  ///< standard deviation of the samples
  int complexity = 0;
  bool data = false;   ///< samples are measured data, not the trained field
  bool exact = false;  ///< agrees with data to rounding, or solves the problem
  std::vector<Alternative> alternatives;
};

struct Extraction {
  std::vector<FieldFormula> fields;
  /// Of equations and conditions, where there are any and every field has a formula.
  std::vector<Requirement> requirements;
  bool solves() const;  ///< all requirements are met
};

struct ExtractSettings {
  std::vector<kan::EdgeFunction> library = kan::edge_library();
  int samples = 2000;
};

/// Searches a formula for every unknown. Constants are settled on the equations and conditions
/// where the problem has any, else on the samples; then rounded to nice numbers where that loses
/// nothing.
Extraction extract_formulas(problems::Problem& problem, const Training& training,
                            const ExtractSettings& settings);

}  // namespace kanpde::solver
