#include "solver/formula/report.hpp"

#include <algorithm>

namespace kanpde::solver {

namespace {

constexpr std::size_t most_alternatives = 8;

std::string verdict(const FieldFormula& field, bool equations) {
  if (field.exact && equations) return "exact: it solves the problem (below)";
  if (field.exact) return "exact: it agrees with the data to rounding";
  return "approximate: no formula of the library gives this field";
}

std::string field_text(const problems::Problem& problem, const FieldFormula& field) {
  const auto& [graph, scope] = std::tie(problem.graph, problem.scope);
  std::string text =
      fmt::format("{} = {}\n", field.unknown, problems::to_text(graph, scope, field.expression));
  text += fmt::format("  {}\n", verdict(field, !problem.equations.empty()));
  text += fmt::format("  RMSE {:.2e} on held-out {} ({:.2e} of their standard deviation)\n",
                      field.error, field.data ? "data" : "samples of the field",
                      field.error / std::max(field.deviation, 1e-300));
  text += fmt::format("  complexity {}, read off a network {}\n", field.complexity, field.shape);
  text += "  error against complexity, of formulas as printed here:\n";
  for (std::size_t k = 0; k < std::min(most_alternatives, field.alternatives.size()); ++k) {
    const Alternative& a = field.alternatives[k];
    text += fmt::format("    {:.1e}  {:3}  {}\n", a.error, a.complexity,
                        problems::to_text(graph, scope, a.expression));
  }
  return text;
}

std::string requirements_text(const Extraction& found) {
  if (found.requirements.empty()) return "";
  std::string text = "\nIn the equations and conditions:\n";
  for (const Requirement& r : found.requirements)
    text += fmt::format(
        "  {}: {}\n", r.text,
        r.zero ? "the residual simplifies to zero"
               : fmt::format("largest residual {:.2e}{}", r.largest, r.met() ? ", rounding" : ""));
  return text +
         (found.solves() ? "This is an exact solution.\n" : "This is not an exact solution.\n");
}

}  // namespace

FormulaReport report_formulas(const problems::Problem& problem, const Extraction& found,
                              const std::string& model, int seed) {
  FormulaReport report;
  report.c = "#include <math.h>\n";
  report.text = fmt::format("{}, model {}, seed {}\n", problem.name, model, seed);
  for (const FieldFormula& field : found.fields) {
    report.text += "\n" + field_text(problem, field);
    report.latex += fmt::format("{} = {}\n", field.unknown,
                                problems::to_latex(problem.graph, problem.scope, field.expression));
    report.c +=
        "\n" + problems::to_c(problem.graph, problem.scope, field.expression, field.unknown);
  }
  report.text += requirements_text(found);
  return report;
}

}  // namespace kanpde::solver
