#include "solver/cli/tables/continual.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/table/number.hpp"
#include "output/table/statistics.hpp"

namespace kanpde::solver {

namespace {

using output::PhaseErrors;

/// Median over the seeds of the error of a model over a part (the last: over all) after a phase.
std::string cell(const std::vector<const PhaseErrors*>& runs, int phase, int part) {
  std::vector<double> errors;
  for (const PhaseErrors* run : runs) {
    const std::size_t at = std::size_t(phase) * (std::size_t(run->parts) + 1) + std::size_t(part);
    if (at < run->errors.size()) errors.push_back(run->errors[at]);
  }
  return output::median_text(output::spread(errors));
}

void append_rows(const TableResult& result, output::Sheet& sheet) {
  for (const output::ModelResult& model : result.summary.models) {
    std::vector<const PhaseErrors*> runs;
    for (const PhaseErrors& run : result.summary.phases)
      if (run.model == model.name) runs.push_back(&run);
    if (runs.empty()) continue;
    const int parts = runs.front()->parts;
    for (int phase = 0; phase < parts; ++phase) {
      std::vector<std::string> row{result.row.name, model.name, std::to_string(model.parameters),
                                   std::to_string(phase + 1)};
      for (int part = 0; part <= parts; ++part) row.push_back(cell(runs, phase, part));
      sheet.rows.push_back(std::move(row));
    }
  }
}

output::Sheet sheet_of(const TableResults& results) {
  output::Sheet sheet{"", {"case", "model", "parameters", "after phase"}, {}};
  int parts = 0;
  for (const TableResult& result : results)
    for (const PhaseErrors& run : result.summary.phases) parts = std::max(parts, run.parts);
  for (int part = 1; part <= parts; ++part) sheet.columns.push_back(fmt::format("part {}", part));
  sheet.columns.push_back("all");
  for (const TableResult& result : results) append_rows(result, sheet);
  return sheet;
}

std::string notes(const TableResults&) {
  return "- Root mean square errors over each part of the domain; phase k trains on part k alone.\n"
         "- Published (Liu et al. 2024, arXiv:2404.19756, section 3.5): a KAN [1,1] with 200 "
         "intervals keeps every peak; an MLP forgets.\n";
}

}  // namespace

TableKind continual_table() {
  const auto rows = [](bool quick) {
    TableRow row{"continual_peaks", "continual_peaks"};
    if (quick) row.settings = {"points.interior=1000", "models.mlp.hidden=[10, 10]"};
    return std::vector<TableRow>{std::move(row)};
  };
  return {"continual", "what is kept of earlier parts of the domain", rows, sheet_of, notes};
}

}  // namespace kanpde::solver
