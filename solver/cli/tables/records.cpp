#include "solver/cli/tables/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/table/number.hpp"
#include "solver/cli/cases.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::RunResult;
using output::Summary;

constexpr const char* same_parameters = "mlp_same_parameters";

struct Record {
  std::string name;                   ///< of the row and of its run directory
  std::string problem;                ///< name of the case
  std::vector<std::string> settings;  ///< path=value, what makes it a variant of the case
  double bar = 0;         ///< relative L2 that the KAN is to reach in its worst unknown; 0: none
  double seconds = 1800;  ///< a seed of the KAN may take
};

/// Thinner layers need more splines and points; from rest to these numbers in steps.
Record cavity(int reynolds, double bar, int grid, double stretch, int interior, int boundary,
              const std::string& values) {
  return {fmt::format("lid_driven_cavity_2d_re{}", reynolds),
          "lid_driven_cavity_2d",
          {fmt::format("constants.Re={}", reynolds), fmt::format("models.kan.grid={}", grid),
           fmt::format("models.kan.stretch={}", stretch),
           fmt::format("points={{interior: {}, boundary: {}}}", interior, boundary),
           fmt::format("training.continuation={{Re: [{}]}}", values)},
          bar};
}

Record whole(const std::string& name, double bar, double seconds = 1800) {
  return {name, name, {}, bar, seconds};
}

std::vector<Record> all_records() {
  return {whole("helmholtz_2d", 1e-9, 300),
          whole("burgers_1d", 1e-5),
          whole("allen_cahn_1d", 1e-5),
          whole("kdv_1d", 1e-4),
          whole("kuramoto_sivashinsky_1d", 6e-4),
          whole("wave_1d", 1e-7),
          whole("advection_1d", 1e-7),
          whole("reaction_1d", 1e-7),
          whole("burgers_2d", 1e-6),
          whole("nls_1d", 1e-6),
          whole("schroedinger_1d", 1e-5),
          whole("klein_gordon_1d", 1e-6),
          whole("sine_gordon_1d", 1e-6),
          {"lid_driven_cavity_2d_re100", "lid_driven_cavity_2d", {}, 1e-3},
          cavity(1000, 1e-3, 96, 2.2, 40000, 3000, "100, 400, 1000"),
          cavity(3200, 1e-2, 128, 1.8, 68000, 4000, "400, 1000, 2000, 3200"),
          whole("stokes_2d", 0),
          whole("stokes_wedge", 1e-5),
          whole("taylor_green_2d", 1e-7),
          whole("gray_scott_2d", 5e-3),
          whole("ginzburg_landau_2d", 1e-2)};
}

/// Largest median over the unknowns that have a reference; unknown where none has.
double worst(const Summary& summary, const ModelResult& model) {
  double largest = output::unknown_value;
  for (const std::string& unknown : summary.unknowns)
    if (const auto values = spread(model, &RunResult::rel_l2, unknown); values.count > 0)
      largest = std::fmax(largest, values.median);  // fmax(NaN, x) = x
  return largest;
}

/// That a row was made from.
Record record_of(const TableResult& result) {
  for (const Record& record : all_records())
    if (record.name == result.row.name) return record;
  return {};
}

bool reaches(const TableResult& result) {
  return worst(result.summary, result.summary.models.front()) <= record_of(result).bar;
}

std::string bar_text(const TableResult& result) {
  const double bar = record_of(result).bar;
  if (bar == 0) return "";
  return fmt::format("{:.0e} {}", bar, reaches(result) ? "reached" : "missed");
}

/// "8.25e-9 (MLP, vRBA with SSBroyden: arXiv:2509.14198)"
std::string published_text(const Summary& summary) {
  std::vector<std::string> figures;
  for (const auto& other : summary.published)
    figures.push_back(fmt::format("{} ({}: {})",
                                  other.rel_l2.empty() ? "MSE " + other.mse : other.rel_l2,
                                  other.method, other.source));
  return fmt::format("{}", fmt::join(figures, "; "));
}

void append_rows(const TableResult& result, output::Sheet& sheet) {
  const Summary& summary = result.summary;
  bool first = true;
  for (const ModelResult& model : summary.models)
    for (const std::string& unknown : summary.unknowns) {
      const auto error = spread(model, &RunResult::rel_l2, unknown);
      sheet.rows.push_back(
          {result.row.name, model.name, model.description, std::to_string(model.parameters),
           summary.unknowns.size() == 1 ? "" : unknown, output::median_text(error),
           output::range_text(error), output::median_text(spread(model, &RunResult::seconds)),
           output::status_of(model), first ? published_text(summary) : "",
           first ? bar_text(result) : ""});
      first = false;
    }
}

/// MLPs that stop at the seconds of the KAN, a limit for the KAN.
TableRow row_of(const Record& record) {
  TableRow row{record.name, record.problem};
  row.settings = record.settings;
  row.settings.push_back("compare={match: [parameters, time], effort: time}");
  row.settings.push_back(fmt::format("training.time_limit={}", record.seconds));
  row.contest = true;
  return row;
}

/// All, those whose case file is not there left out.
std::vector<TableRow> records_rows(bool) {
  const std::vector<std::string> names = case_names();
  std::vector<TableRow> rows;
  for (const Record& record : all_records())
    if (std::find(names.begin(), names.end(), record.problem) != names.end())
      rows.push_back(row_of(record));
  return rows;
}

/// A row a case, model and unknown; what others printed and the bar in the first row of a case.
output::Sheet records_sheet(const TableResults& results) {
  output::Sheet sheet{"",
                      {"case", "model", "network", "parameters", "unknown", "rel. L2",
                       "smallest .. largest", "seconds", "status", "published rel. L2", "bar"},
                      {}};
  for (const TableResult& result : results) append_rows(result, sheet);
  return sheet;
}

/// How many bars were reached, and how often the KAN is as good as the MLP of equal parameters.
std::string records_notes(const TableResults& results) {
  int bars = 0, reached = 0, better = 0;
  for (const TableResult& result : results) {
    const bool barred = record_of(result).bar > 0;
    bars += barred;
    reached += barred && reaches(result);
    const ModelResult* mlp = find_model(result.summary, same_parameters);
    better += mlp != nullptr &&
              worst(result.summary, result.summary.models.front()) <= worst(result.summary, *mlp);
  }
  return fmt::format(
      "- On {} of {} cases the error of the KAN is at most that of the MLP with as many parameters "
      "(relative L2, median over seeds, worst unknown).\n"
      "- Bars, for the same error of the KAN: {} of {} reached. A seed of the KAN may take 1800 s, "
      "300 s on helmholtz_2d.\n"
      "- Both MLPs stop at the seconds that the KAN of the same seed took; in windows each may "
      "take "
      "its share, and where that ended one before the last the status is `out of time`.\n",
      better, results.size(), reached, bars);
}

}  // namespace

TableKind records_table() {
  return {"records", "cases with published figures, the KAN against MLPs of the same time",
          records_rows, records_sheet, records_notes};
}

}  // namespace kanpde::solver
