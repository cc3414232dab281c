#include "output/table/number.hpp"
#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

namespace {

/// The models of one run, then what others have printed for the same problem.
void append_rows(const output::Summary& summary, output::Sheet& sheet) {
  for (const output::ModelResult& model : summary.models)
    for (const std::string& unknown : summary.unknowns)
      sheet.rows.push_back(
          {summary.problem, model.name, model.description, std::to_string(model.parameters),
           summary.unknowns.size() == 1 ? "" : unknown,
           output::median_text(output::spread(model, &output::RunResult::mse, unknown)),
           output::median_text(output::spread(model, &output::RunResult::rel_l2, unknown)),
           output::range_text(output::spread(model, &output::RunResult::rel_l2, unknown)),
           output::median_text(output::spread(model, &output::RunResult::seconds)),
           output::status_of(model), "this run"});
  for (const output::PublishedResult& other : summary.published)
    sheet.rows.push_back({summary.problem, other.method, "", other.parameters, "", other.mse,
                          other.rel_l2, "", other.seconds, "", other.source});
}

output::Sheet sheet_of(const TableResults& results) {
  output::Sheet sheet{"",
                      {"case", "model", "network", "parameters", "unknown", "MSE", "rel. L2",
                       "smallest .. largest", "seconds", "status", "source"},
                      {}};
  for (const TableResult& result : results) append_rows(result.summary, sheet);
  return sheet;
}

}  // namespace

TableKind table_of_cases(const std::string& name, const std::vector<std::string>& cases) {
  const auto rows_of = [cases](bool) {
    std::vector<TableRow> rows;
    for (const std::string& problem : cases) rows.push_back({problem, problem});
    return rows;
  };
  return {name, "cases", rows_of, sheet_of, [](const TableResults&) { return std::string(); }};
}

}  // namespace kanpde::solver
