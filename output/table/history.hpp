#pragma once
/// history.csv and fields.csv: numbers with 17 significant digits, which read back to the same
/// bits.

#include <filesystem>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::output {

/// Columns model,seed,stage,step,loss,residual_mse,rel_l2,seconds; unknown values are empty cells.
std::string history_csv(const std::vector<HistoryRow>& rows);
void write_history(const std::filesystem::path& path, const std::vector<HistoryRow>& rows);
/// Errors: InputError with file and line.
std::vector<HistoryRow> read_history(const std::filesystem::path& path);

/// Columns model,seed,phase,part_1,..,all; all with as many parts.
void write_phases(const std::filesystem::path& path, const std::vector<PhaseErrors>& runs);
/// What such a file holds, for readers: what continual training keeps and forgets. Nothing without
/// the file.
std::vector<Sheet> phase_sheets(const std::filesystem::path& path);

/// One column a field: coordinates first, then values, a line a point. All have the same length.
std::string fields_csv(const std::vector<Field>& coordinates, const std::vector<Field>& fields);
void write_fields_csv(const std::filesystem::path& path, const std::vector<Field>& coordinates,
                      const std::vector<Field>& fields);

}  // namespace kanpde::output
