#include "output/table/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "kernels/base/error.hpp"
#include "output/file.hpp"
#include "output/table/number.hpp"

namespace kanpde::output {
namespace {

const std::vector<std::string> header{"model", "seed",         "stage",  "step",
                                      "loss",  "residual_mse", "rel_l2", "seconds"};

std::string rounded(const std::string& cell) {
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return end == cell.c_str() ? cell : short_number(value);
}

std::string cell_of(double value) { return std::isnan(value) ? "" : exact(value); }

/// A number that fills its cell; an empty cell is `empty`.
template <class T>
T parse(const std::string& cell, const SourceLocation& where, T empty) {
  if (cell.empty()) return empty;
  T value{};
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size())
    throw InputError(where, fmt::format("\"{}\" is not a number", cell));
  return value;
}

HistoryRow parse_row(const std::vector<std::string>& cells, SourceLocation where) {
  if (cells.size() != header.size())
    throw InputError(where, fmt::format("{} cells, expected {}", cells.size(), header.size()));
  const auto real = [&](int i) { return parse(cells[std::size_t(i)], where, unknown_value); };
  return {cells[0],
          parse(cells[1], where, 0),
          parse(cells[2], where, 0),
          parse(cells[3], where, 0L),
          real(4),
          real(5),
          real(6),
          real(7)};
}

}  // namespace

std::string history_csv(const std::vector<HistoryRow>& rows) {
  std::string text = csv_line(header);
  for (const HistoryRow& row : rows)
    text += csv_line({row.model, std::to_string(row.seed), std::to_string(row.stage),
                      std::to_string(row.step), cell_of(row.loss), cell_of(row.residual_mse),
                      cell_of(row.rel_l2), cell_of(row.seconds)});
  return text;
}

void write_history(const std::filesystem::path& path, const std::vector<HistoryRow>& rows) {
  write_atomically(path, history_csv(rows));
}

std::vector<HistoryRow> read_history(const std::filesystem::path& path) {
  const auto lines = parse_csv(read_file(path));
  if (lines.empty() || lines.front() != header)
    throw InputError({path.string(), 1, 1},
                     fmt::format("expected the columns {}", fmt::join(header, ",")));
  std::vector<HistoryRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i)
    rows.push_back(parse_row(lines[i], {path.string(), int(i) + 1, 1}));
  return rows;
}

void write_phases(const std::filesystem::path& path, const std::vector<PhaseErrors>& runs) {
  int parts = 0;
  for (const PhaseErrors& run : runs) parts = std::max(parts, run.parts);
  std::vector<std::string> cells{"model", "seed", "phase"};
  for (int k = 1; k <= parts; ++k) cells.push_back(fmt::format("part_{}", k));
  cells.push_back("all");
  std::string text = csv_line(cells);
  for (const PhaseErrors& run : runs) {
    const std::size_t width = std::size_t(run.parts) + 1;
    for (std::size_t k = 0; k < run.errors.size(); ++k) {
      if (k % width == 0)
        cells = {run.model, std::to_string(run.seed), std::to_string(k / width + 1)};
      if (k % width == width - 1) cells.resize(std::size_t(parts) + 3);
      cells.push_back(cell_of(run.errors[k]));
      if (k % width == width - 1) text += csv_line(cells);
    }
  }
  write_atomically(path, text);
}

std::vector<Sheet> phase_sheets(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  const auto lines = parse_csv(read_file(path));
  if (lines.size() < 2) return {};
  Sheet sheet{"Root of the mean squared error over each part of the domain, after each phase",
              lines.front(),
              {lines.begin() + 1, lines.end()}};
  for (auto& row : sheet.rows) {
    row.resize(sheet.columns.size());
    for (std::size_t c = 3; c < row.size(); ++c) row[c] = rounded(row[c]);
  }
  return {sheet};
}

std::string fields_csv(const std::vector<Field>& coordinates, const std::vector<Field>& fields) {
  std::vector<const Field*> columns;
  for (const Field& field : coordinates) columns.push_back(&field);
  for (const Field& field : fields) columns.push_back(&field);
  check(!columns.empty(), "a table without columns");
  const std::size_t points = columns.front()->values.size();
  std::vector<std::string> names;
  for (const Field* column : columns) {
    check(column->values.size() == points, "column {} has {} values, the first has {}",
          column->name, column->values.size(), points);
    names.push_back(column->name);
  }
  std::string text = csv_line(names);
  for (std::size_t p = 0; p < points; ++p)
    for (std::size_t c = 0; c < columns.size(); ++c)
      fmt::format_to(std::back_inserter(text), "{:.17g}{}", columns[c]->values[p],
                     c + 1 < columns.size() ? ',' : '\n');
  return text;
}

void write_fields_csv(const std::filesystem::path& path, const std::vector<Field>& coordinates,
                      const std::vector<Field>& fields) {
  write_atomically(path, fields_csv(coordinates, fields));
}

}  // namespace kanpde::output
