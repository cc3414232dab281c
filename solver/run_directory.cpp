#include "solver/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "output/file.hpp"
#include "output/table/history.hpp"
#include "output/vtk/fields.hpp"

namespace kanpde::solver {

namespace fs = std::filesystem;

std::string run_key(const std::string& model, int seed) {
  return fmt::format("{}/seed{}", model, seed);
}

namespace {

/// What a killed process leaves of a file that it was writing (output/file.hpp).
bool is_temporary(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.front() == '.' && path.extension() == ".tmp";
}

bool holds_files(const fs::path& directory) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (!is_temporary(entry.path())) return true;
  return false;
}

/// DIRECTORY.1 or the next number that is free.
fs::path free_name(const fs::path& directory) {
  for (int k = 1;; ++k) {
    fs::path name = directory;
    name += fmt::format(".{}", k);
    if (!fs::exists(name)) return name;
  }
}

fs::path normal(const fs::path& directory) {
  return fs::absolute(directory / ".").lexically_normal().parent_path();
}

void require_directory_or_nothing(const fs::path& directory) {
  if (!fs::exists(directory)) return;
  if (!fs::is_directory(directory))
    throw InputError({directory.string(), 0, 0}, "is a file; name a directory for the run");
  if (holds_files(directory) && !fs::exists(directory / "problem.yaml"))
    throw InputError({directory.string(), 0, 0},
                     "holds files that are not a run of kanpde; name another directory");
}

}  // namespace

void require_place_for_run(const fs::path& directory) {
  try {
    require_directory_or_nothing(directory);
    const bool is_there = fs::exists(directory) && !holds_files(directory);
    fs::path parent = is_there ? normal(directory) : normal(directory).parent_path();
    while (!fs::exists(parent)) parent = parent.parent_path();
    if (::access(parent.c_str(), W_OK | X_OK) != 0) output::throw_write_error(directory, errno);
  } catch (const fs::filesystem_error& error) {
    output::throw_write_error(directory, error.code().value());
  }
}

NewDirectory::NewDirectory(const fs::path& directory) : directory_(normal(directory)) {
  try {
    require_directory_or_nothing(directory);
    if (fs::exists(directory_) && holds_files(directory_)) {
      moved_ = free_name(directory_);
      fs::rename(directory_, moved_);
    }
    for (fs::path path = directory_; !fs::exists(path); path = path.parent_path()) created_ = path;
    fs::create_directories(directory_);
  } catch (const fs::filesystem_error& error) {
    if (!moved_.empty() && fs::exists(moved_) && !fs::exists(directory_))
      fs::rename(moved_, directory_);
    output::throw_write_error(directory, error.code().value());
  }
}

NewDirectory::~NewDirectory() {
  if (kept_) return;
  std::error_code ignored;
  fs::remove(directory_ / "problem.yaml", ignored);
  fs::remove(directory_ / "checkpoint.h5", ignored);
  if (created_.empty()) return;
  for (fs::path path = directory_; path != created_.parent_path(); path = path.parent_path())
    fs::remove(path, ignored);  // an empty directory, or it stays
  if (!moved_.empty()) fs::rename(moved_, directory_, ignored);
}

void save_history(output::Store& store, const std::string& key,
                  const std::vector<output::HistoryRow>& rows) {
  std::vector<double> flat;
  for (const auto& r : rows)
    flat.insert(flat.end(),
                {double(r.stage), double(r.step), r.loss, r.residual_mse, r.rel_l2, r.seconds});
  store.arrays[key + "/history"] = std::move(flat);
}

std::vector<output::HistoryRow> load_history(const output::Store& store, const std::string& key,
                                             const std::string& model, int seed) {
  std::vector<output::HistoryRow> rows;
  const auto at = store.arrays.find(key + "/history");
  if (at == store.arrays.end()) return rows;
  const std::vector<double>& v = at->second;
  for (std::size_t k = 0; k + 6 <= v.size(); k += 6)
    rows.push_back(
        {model, seed, int(v[k]), long(v[k + 1]), v[k + 2], v[k + 3], v[k + 4], v[k + 5]});
  return rows;
}

namespace {

/// fields.csv: every frame's points and values, a line a point.
void write_csv(const fs::path& directory, const problems::Problem& problem, const OutputGrid& grid,
               const std::vector<output::Frame>& frames) {
  std::vector<output::Field> coordinates(problem.variables.size()), fields;
  for (std::size_t i = 0; i < problem.variables.size(); ++i)
    coordinates[i].name = problem.variables[i];
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const Columns x = frame_points(problem, grid, int(k));
    for (int i = 0; i < x.columns(); ++i)
      coordinates[i].values.insert(coordinates[i].values.end(), x.column(i),
                                   x.column(i) + x.points());
    if (k == 0) {
      fields = frames[0].fields;
      continue;
    }
    for (std::size_t f = 0; f < fields.size(); ++f)
      fields[f].values.insert(fields[f].values.end(), frames[k].fields[f].values.begin(),
                              frames[k].fields[f].values.end());
  }
  output::write_fields_csv(directory / "fields.csv", coordinates, fields);
}

}  // namespace

void write_fields(const fs::path& directory, problems::Problem& problem,
                  const problems::ReferenceField* reference,
                  const std::vector<NamedSolution>& models) {
  const OutputGrid grid = make_output_grid(problem);
  std::vector<output::Frame> frames;
  for (int k = 0; k < grid.frames(); ++k)
    frames.push_back({grid.times.empty() ? 0.0 : grid.times[k],
                      frame_fields(problem, grid, k, reference, models)});
  if (problem.output.vtk) {
    if (grid.times.empty() && grid.lattice)
      output::write_vti(directory / "fields.vti", *grid.lattice, frames[0].fields);
    else if (grid.times.empty())
      output::write_vtu(directory / "fields.vtu", *grid.mesh, frames[0].fields);
    else if (grid.lattice)
      output::write_series(directory, *grid.lattice, frames);
    else
      output::write_series(directory, *grid.mesh, frames);
  }
  if (problem.output.csv) write_csv(directory, problem, grid, frames);
}

}  // namespace kanpde::solver
