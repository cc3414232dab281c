#pragma once
/// What makes a table of runs: its rows, each an ordinary problem with settings, and how their
/// results are printed. A table is one file here and one line in list.cpp.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::solver {

/// One run of a table.
struct TableRow {
  std::string name;       ///< of the row and of its run directory
  std::string problem;    ///< name of the case; empty where `text` is given
  std::string text = {};  ///< a problem file, written as problems/NAME.yaml into the table's folder
  std::map<std::string, std::string> files = {};  ///< written beside it: name to content
  std::vector<std::string> settings = {};         ///< path=value
  std::vector<std::string> models = {};           ///< train only these; empty: all
  bool contest = false;  ///< in place of `models`: the first KAN and both MLPs matched to it
};

struct TableResult {
  TableRow row;
  output::Summary summary;
};

using TableResults = std::vector<TableResult>;

struct TableKind {
  std::string name;                                       ///< of the command
  std::string title;                                      ///< one line for people
  std::function<std::vector<TableRow>(bool quick)> rows;  ///< quick: less effort a row
  std::function<output::Sheet(const TableResults&)> sheet;
  std::function<std::string(const TableResults&)> notes;  ///< lines "- ...\n"
};

/// The tables that have a file of their own.
const std::vector<TableKind>& table_kinds();

/// Of this name, or null.
const TableKind* find_table_kind(const std::string& name);

/// A row a model and unknown, then what others printed: the table of any cases.
TableKind table_of_cases(const std::string& name, const std::vector<std::string>& cases);

/// Of this name among the models, or null.
const output::ModelResult* find_model(const output::Summary& summary, const std::string& name);

}  // namespace kanpde::solver
