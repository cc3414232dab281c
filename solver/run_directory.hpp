#pragma once
/// The files of a run: checkpoint, history, fields, tables.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/hdf5/store.hpp"
#include "problems/reference/reference.hpp"
#include "solver/training/evaluation.hpp"

namespace kanpde::solver {

/// "kan/seed0": the place of a run in a checkpoint.
std::string run_key(const std::string& model, int seed);

/// A directory for a new run, created; a run that lies there is moved to DIRECTORY.1, .2, ...
/// Unless keep() was called, the destructor takes everything back: what was created goes, what was
/// moved returns.
class NewDirectory {
 public:
  /// Throws InputError when the directory holds files that are not a run's, std::system_error when
  /// it cannot be made.
  explicit NewDirectory(const std::filesystem::path& directory);
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;
  void keep() { kept_ = true; }
  const std::filesystem::path& moved() const {
    return moved_;
  }  ///< where the earlier run lies now, or ""

 private:
  std::filesystem::path directory_, moved_;
  std::filesystem::path created_;  // the outermost directory that was not there, or ""
  bool kept_ = false;
};

/// Throws InputError or std::system_error where no new run can be put there; changes nothing.
void require_place_for_run(const std::filesystem::path& directory);

/// History rows of one run as an array in a checkpoint, and back.
void save_history(output::Store& store, const std::string& key,
                  const std::vector<output::HistoryRow>& rows);
std::vector<output::HistoryRow> load_history(const output::Store& store, const std::string& key,
                                             const std::string& model, int seed);

/// fields.vti, fields.vtu or fields.pvd with its series, and fields.csv, as the output settings
/// ask.
void write_fields(const std::filesystem::path& directory, problems::Problem& problem,
                  const problems::ReferenceField* reference,
                  const std::vector<NamedSolution>& models);

}  // namespace kanpde::solver
