#pragma once
/// The table `records`: cases that others have printed figures for, with an error that the KAN is
/// to reach, and beside it MLPs that get the KAN's time.

#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::solver {

struct Record {
  std::string name;                   ///< of the row and of its run directory
  std::string problem;                ///< name of the case
  std::vector<std::string> settings;  ///< path=value, what makes it a variant of the case
  double bar = 0;         ///< relative L2 that the KAN is to reach in its worst unknown; 0: none
  double seconds = 1800;  ///< a seed of the KAN may take
};

/// All rows, those whose case file is not there left out.
std::vector<Record> records();

/// Of every record: its variant, MLPs that stop at the seconds of the KAN, a limit for the KAN.
std::vector<std::string> settings_of(const Record& record);

/// The KAN of this name and the two MLPs.
std::vector<std::string> contestants_of(const std::string& kan);

struct RecordResult {
  Record record;
  output::Summary summary;
};

/// A row a case, model and unknown; what others printed and the bar in the first row of a case.
output::Sheet records_sheet(const std::vector<RecordResult>& results);

/// How many bars were reached, and how often the KAN is as good as the MLP of equal parameters.
std::string records_notes(const std::vector<RecordResult>& results);

}  // namespace kanpde::solver
