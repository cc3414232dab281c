#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "output/table/number.hpp"
#include "output/table/statistics.hpp"
#include "output/table/table.hpp"
#include "output/table/verdict.hpp"

namespace kanpde::output {
namespace {

/// Drops columns in which every cell is empty or "-".
void drop_empty_columns(Sheet& sheet) {
  for (std::size_t c = sheet.columns.size(); c-- > 0;) {
    const auto is_empty = [c](const auto& row) { return row[c].empty() || row[c] == "-"; };
    if (!std::ranges::all_of(sheet.rows, is_empty)) continue;
    sheet.columns.erase(sheet.columns.begin() + std::ptrdiff_t(c));
    for (auto& row : sheet.rows) row.erase(row.begin() + std::ptrdiff_t(c));
  }
}

/// Calls row(model, unknown, is_first) for each pair; one unknown alone is called "".
template <class Row>
void for_each_row(const Summary& summary, Row row) {
  for (const ModelResult& model : summary.models)
    for (std::size_t i = 0; i < summary.unknowns.size(); ++i)
      row(model, summary.unknowns[i], i == 0);
}

std::string label(const Summary& summary, const std::string& unknown) {
  return summary.unknowns.size() == 1 ? "" : unknown;
}

/// A model's own cells stand in the row of its first unknown only.
Sheet results(const Summary& summary) {
  Sheet sheet{"",
              {"model", "network", "matched", "parameters", "unknown", "MSE", "rel. L2", "rel. H1",
               "max error", "residual", "seconds", "ms/step", "status"},
              {}};
  for_each_row(summary, [&](const ModelResult& model, const std::string& unknown, bool first) {
    const auto once = [first](std::string text) { return first ? text : std::string(); };
    sheet.rows.push_back({once(model.name), once(model.description), once(model.matched),
                          once(std::to_string(model.parameters)), label(summary, unknown),
                          median_text(spread(model, &RunResult::mse, unknown)),
                          median_text(spread(model, &RunResult::rel_l2, unknown)),
                          median_text(spread(model, &RunResult::rel_h1, unknown)),
                          median_text(spread(model, &RunResult::max_error, unknown)),
                          once(median_text(spread(model, &RunResult::residual_mse))),
                          once(median_text(spread(model, &RunResult::seconds))),
                          once(median_text(step_time(model))), once(status_of(model))});
  });
  drop_empty_columns(sheet);
  return sheet;
}

Sheet ranges(const Summary& summary) {
  Sheet sheet{"Smallest .. largest value over the seeds",
              {"model", "unknown", "runs", "MSE", "rel. L2", "max error", "residual", "seconds"},
              {}};
  for_each_row(summary, [&](const ModelResult& model, const std::string& unknown, bool first) {
    if (model.runs.size() < 2) return;
    const auto once = [first](std::string text) { return first ? text : std::string(); };
    sheet.rows.push_back({once(model.name), label(summary, unknown),
                          once(std::to_string(model.runs.size())),
                          range_text(spread(model, &RunResult::mse, unknown)),
                          range_text(spread(model, &RunResult::rel_l2, unknown)),
                          range_text(spread(model, &RunResult::max_error, unknown)),
                          once(range_text(spread(model, &RunResult::residual_mse))),
                          once(range_text(spread(model, &RunResult::seconds)))});
  });
  drop_empty_columns(sheet);
  return sheet;
}

std::string ratio(const Spread& value, const Spread& base) {
  if (value.count == 0 || base.count == 0 || base.median == 0) return "-";
  return short_number(value.median / base.median);
}

/// Every model's value divided by that of the first MLP.
Sheet ratios(const Summary& summary) {
  const auto base = std::ranges::find(summary.models, "mlp", &ModelResult::type);
  if (base == summary.models.end() || summary.models.size() < 2) return {};
  Sheet sheet{fmt::format("Ratio to {} (below 1: smaller than {})", base->name, base->name),
              {"model", "unknown", "x MSE", "x rel. L2", "x residual", "x parameters", "x seconds",
               "x ms/step"},
              {}};
  for_each_row(summary, [&](const ModelResult& model, const std::string& unknown, bool first) {
    if (&model == &*base) return;
    const auto once = [first](std::string text) { return first ? text : std::string(); };
    const auto of_error = [&](ErrorMap error) {
      return ratio(spread(model, error, unknown), spread(*base, error, unknown));
    };
    const auto of_run = [&](double RunResult::*quantity) {
      return once(ratio(spread(model, quantity), spread(*base, quantity)));
    };
    sheet.rows.push_back(
        {once(model.name), label(summary, unknown), of_error(&RunResult::mse),
         of_error(&RunResult::rel_l2), of_run(&RunResult::residual_mse),
         once(ratio(spread({double(model.parameters)}), spread({double(base->parameters)}))),
         of_run(&RunResult::seconds), once(ratio(step_time(model), step_time(*base)))});
  });
  drop_empty_columns(sheet);
  return sheet;
}

/// Ours first, then the figures as they were printed by others.
Sheet published(const Summary& summary) {
  if (summary.published.empty()) return {};
  Sheet sheet{"Beside published figures",
              {"method", "unknown", "parameters", "MSE", "rel. L2", "seconds", "source"},
              {}};
  for_each_row(summary, [&](const ModelResult& model, const std::string& unknown, bool) {
    sheet.rows.push_back({model.name, label(summary, unknown), std::to_string(model.parameters),
                          median_text(spread(model, &RunResult::mse, unknown)),
                          median_text(spread(model, &RunResult::rel_l2, unknown)),
                          median_text(spread(model, &RunResult::seconds)), "this run"});
  });
  for (const PublishedResult& other : summary.published)
    sheet.rows.push_back(
        {other.method, "", other.parameters, other.mse, other.rel_l2, other.seconds, other.source});
  drop_empty_columns(sheet);
  return sheet;
}

Sheet trained_parameters(const Summary& summary) {
  Sheet sheet{"Trained parameters of the equation",
              {"model", "parameter", "median", "smallest .. largest", "true value", "rel. error"},
              {}};
  for (const ModelResult& model : summary.models) {
    std::set<std::string> names;
    for (const RunResult& run : model.runs)
      for (const auto& entry : run.parameters) names.insert(entry.first);
    for (const std::string& name : names) {
      const Spread values = spread(model, &RunResult::parameters, name);
      const auto truth = summary.exact_parameters.find(name);
      const bool known = truth != summary.exact_parameters.end();
      const double error = known ? std::abs(values.median / truth->second - 1) : 0;
      sheet.rows.push_back({model.name, name, fmt::format("{:.6g}", values.median),
                            range_text(values), known ? fmt::format("{:.6g}", truth->second) : "-",
                            known ? short_number(error) : "-"});
    }
  }
  drop_empty_columns(sheet);
  return sheet;
}

std::string seeds_of(const Summary& summary) {
  std::set<int> seeds;
  for (const ModelResult& model : summary.models)
    for (const RunResult& run : model.runs) seeds.insert(run.seed);
  return fmt::format("{}", fmt::join(seeds, ", "));
}

std::vector<std::string> notes(const Summary& summary) {
  std::vector<std::string> lines;
  if (!summary.reference.empty()) lines.push_back("Errors against: " + summary.reference + ".");
  if (!summary.fields_at.empty()) lines.push_back("Fields at " + summary.fields_at + ".");
  lines.push_back("Medians over the seeds " + seeds_of(summary) + "; seconds are training time.");
  lines.push_back(fmt::format("kanpde {} on {}, {} {}{}.", summary.version, summary.device,
                              summary.threads, summary.threads == 1 ? "thread" : "threads",
                              summary.hardware.empty() ? "" : "; " + summary.hardware));
  if (!summary.command.empty()) lines.push_back("Command: " + summary.command);
  return lines;
}

}  // namespace

Comparison compare(const Summary& summary) {
  Comparison comparison;
  comparison.heading = summary.title.empty()
                           ? summary.problem
                           : fmt::format("{}: {}", summary.problem, summary.title);
  for (Sheet& sheet : std::vector{results(summary), ranges(summary), ratios(summary),
                                  published(summary), trained_parameters(summary)})
    if (!sheet.rows.empty()) comparison.sheets.push_back(std::move(sheet));
  for (const std::string& unknown : summary.unknowns)
    comparison.verdict.push_back(verdict(summary, unknown));
  // Without a reference every unknown is judged by the same residual.
  const auto repeated = std::ranges::unique(comparison.verdict);
  comparison.verdict.erase(repeated.begin(), repeated.end());
  comparison.notes = notes(summary);
  return comparison;
}

}  // namespace kanpde::output
