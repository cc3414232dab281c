#pragma once
/// What was found, for people, LaTeX and C.

#include <string>

#include "solver/formula/extract.hpp"

namespace kanpde::solver {

struct FormulaReport {
  std::string text, latex, c;
};

FormulaReport report_formulas(const problems::Problem& problem, const Extraction& found,
                              const std::string& model, int seed);

}  // namespace kanpde::solver
