#pragma once
/// A run on one HTML page that asks for nothing else: tables, networks, loss history, fields.

#include <filesystem>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/report/network.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::output {

/// What `kanpde symbolic` wrote.
struct FormulaText {
  std::string file, text;
};

/// The page. Light or dark as the reader's system is set; readable on a telephone. `more`: tables
/// beside those of the summary.
std::string report_html(const Summary& summary, const std::vector<HistoryRow>& history,
                        const std::vector<Image>& images,
                        const std::vector<NetworkPicture>& networks = {},
                        const std::vector<Sheet>& more = {},
                        const std::vector<FormulaText>& formulas = {});

/// Figures from fields.vti, fields.vtu or fields.pvd of a run directory; none if it holds none of
/// them. One space axis with time: a map over x and t, and curves at the last time. More axes: the
/// last time; three: the middle layer in z. `variables`: names of the axes; fewer is fine.
std::vector<Image> field_images(const std::filesystem::path& run, const Summary& summary,
                                const std::vector<std::string>& variables = {});

/// Writes report.html into a run directory from summary.json, history.csv, continual.csv, the
/// fields and the formulas there. Returns its path. Errors: InputError where summary.json is
/// missing or broken.
std::filesystem::path write_report(const std::filesystem::path& run,
                                   const std::vector<std::string>& variables = {},
                                   const std::vector<NetworkPicture>& networks = {});

}  // namespace kanpde::output
