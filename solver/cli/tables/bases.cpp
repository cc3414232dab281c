/// The table `bases`: the same problems by KANs whose edges are of each basis, and by an MLP.

#include "solver/cli/tables/bases.hpp"

#include <fmt/format.h>

#include "output/table/number.hpp"

namespace kanpde::solver {

namespace {

using output::RunResult;

/// Fourteen functions an edge (seven harmonics: fifteen) and the base function.
constexpr const char* models =
    "models={bspline: {type: kan, hidden: [6], degree: 7, grid: 7, base: tanh}, "
    "rbf: {type: kan, hidden: [6], basis: rbf, grid: 13, base: tanh}, "
    "chebyshev: {type: kan, hidden: [6], basis: chebyshev, degree: 13, base: tanh}, "
    "fourier: {type: kan, hidden: [6], basis: fourier, degree: 7, base: tanh}, "
    "rational: {type: kan, hidden: [6], basis: rational, degree: 4, grid: 13, base: tanh}, "
    "mlp: {type: mlp, hidden: [10, 10], activation: tanh}}";

std::vector<TableRow> rows(bool quick) {
  const auto row = [&](const char* problem, std::vector<std::string> settings) {
    for (const char* one : {models, "compare={match: [parameters]}", "training.seeds=[0, 1, 2]"})
      settings.push_back(one);
    if (quick) settings.push_back("training.time_limit=5");
    return TableRow{
        .name = problem,
        .problem = problem,
        .settings = std::move(settings),
        .models = {"bspline", "rbf", "chebyshev", "fourier", "rational", "mlp_same_parameters"}};
  };
  return {row("function_fit", {}), row("poisson_2d", {"points={interior: 800, boundary: 160}"}),
          row("burgers_1d",
              {"points={interior: 1200, boundary: 100, initial: 100}", "training={windows: 1}"})};
}

output::Sheet sheet(const TableResults& results) {
  output::Sheet sheet;
  sheet.columns = {"case",    "basis",   "network", "parameters", "rel. L2", "smallest .. largest",
                   "seconds", "ms/step", "status"};
  for (const auto& [row, summary] : results)
    for (const output::ModelResult& model : summary.models) {
      const auto error = output::spread(model, &RunResult::rel_l2, summary.unknowns.front());
      sheet.rows.push_back(
          {row.name, model.type == "kan" ? model.name : "mlp", model.description,
           std::to_string(model.parameters), output::median_text(error), output::range_text(error),
           output::median_text(output::spread(model, &RunResult::seconds)),
           output::median_text(output::step_time(model)), output::status_of(model)});
    }
  return sheet;
}

std::string notes(const TableResults&) {
  return "- All models of a case: the same points, `training: auto`; the MLP has about as many "
         "parameters as the B-splines.\n";
}

}  // namespace

TableKind bases_table() { return {"bases", "edges of every basis", rows, sheet, notes}; }

}  // namespace kanpde::solver
