#include "solver/cli/records.hpp"

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
constexpr const char* same_time = "mlp_same_time";

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

const ModelResult* find(const Summary& summary, const std::string& name) {
  const auto model = std::find_if(summary.models.begin(), summary.models.end(),
                                  [&](const ModelResult& m) { return m.name == name; });
  return model == summary.models.end() ? nullptr : &*model;
}

bool reaches(const RecordResult& result) {
  return worst(result.summary, result.summary.models.front()) <= result.record.bar;
}

std::string bar_text(const RecordResult& result) {
  if (result.record.bar == 0) return "";
  return fmt::format("{:.0e} {}", result.record.bar, reaches(result) ? "reached" : "missed");
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

void append_rows(const RecordResult& result, output::Sheet& sheet) {
  const Summary& summary = result.summary;
  bool first = true;
  for (const ModelResult& model : summary.models)
    for (const std::string& unknown : summary.unknowns) {
      const auto error = spread(model, &RunResult::rel_l2, unknown);
      sheet.rows.push_back(
          {result.record.name, model.name, model.description, std::to_string(model.parameters),
           summary.unknowns.size() == 1 ? "" : unknown, output::median_text(error),
           output::range_text(error), output::median_text(spread(model, &RunResult::seconds)),
           output::status_of(model), first ? published_text(summary) : "",
           first ? bar_text(result) : ""});
      first = false;
    }
}

}  // namespace

std::vector<Record> records() {
  const std::vector<std::string> names = case_names();
  std::vector<Record> there = all_records();
  std::erase_if(there, [&](const Record& record) {
    return std::find(names.begin(), names.end(), record.problem) == names.end();
  });
  return there;
}

std::vector<std::string> settings_of(const Record& record) {
  std::vector<std::string> settings = record.settings;
  settings.push_back("compare={match: [parameters, time], effort: time}");
  settings.push_back(fmt::format("training.time_limit={}", record.seconds));
  return settings;
}

std::vector<std::string> contestants_of(const std::string& kan) {
  return {kan, same_parameters, same_time};
}

output::Sheet records_sheet(const std::vector<RecordResult>& results) {
  output::Sheet sheet{"",
                      {"case", "model", "network", "parameters", "unknown", "rel. L2",
                       "smallest .. largest", "seconds", "status", "published rel. L2", "bar"},
                      {}};
  for (const RecordResult& result : results) append_rows(result, sheet);
  return sheet;
}

std::string records_notes(const std::vector<RecordResult>& results) {
  int bars = 0, reached = 0, better = 0;
  for (const RecordResult& result : results) {
    bars += result.record.bar > 0;
    reached += result.record.bar > 0 && reaches(result);
    const ModelResult* mlp = find(result.summary, same_parameters);
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

}  // namespace kanpde::solver
