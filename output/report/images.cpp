#include <fmt/format.h>

#include <algorithm>

#include "output/file.hpp"
#include "output/report/raster.hpp"
#include "output/report/report.hpp"
#include "output/table/history.hpp"
#include "output/table/summary_json.hpp"
#include "output/vtk/fields.hpp"

namespace kanpde::output {
namespace fs = std::filesystem;
namespace {

constexpr int raster_pixels = 200;

/// All fields of a file; the title says where a cut was made, and is empty otherwise.
Image image_of(const LatticeFields& data) {
  const Lattice& lattice = data.lattice;
  const auto end = [&](std::size_t axis) {
    return lattice.origin[axis] + lattice.spacing[axis] * (lattice.points[axis] - 1);
  };
  Image image;
  image.columns = lattice.points[0];
  image.rows = lattice.points[1];
  image.x = {lattice.origin[0], end(0)};
  image.y = {lattice.origin[1], end(1)};
  image.equal_axes = true;
  const int middle = lattice.points[2] / 2;
  if (lattice.points[2] > 1)
    image.title = fmt::format(" at z = {:.4g}", lattice.origin[2] + lattice.spacing[2] * middle);
  const auto layer = std::ptrdiff_t(image.columns) * image.rows;
  const auto first = layer * middle;
  for (const Field& field : data.fields) {
    const auto begin = field.values.begin() + first;
    image.fields.push_back({field.name, {begin, begin + layer}});
  }
  return image;
}

Image image_of(const MeshFields& data) {
  Raster raster = rasterise(data.mesh, data.fields, raster_pixels);
  Image image;
  image.columns = raster.columns;
  image.rows = raster.rows;
  image.x = raster.x;
  image.y = raster.y;
  image.equal_axes = true;
  image.fields = std::move(raster.fields);
  return image;
}

Image read_image(const fs::path& path) {
  return path.extension() == ".vtu" ? image_of(read_vtu(path)) : image_of(read_vti(path));
}

/// Curves at many times, stacked to a map over x and t.
Image stacked(const std::vector<TimeFile>& files) {
  Image all = read_image(files.front().second);
  for (std::size_t i = 1; i < files.size(); ++i) {
    const Image next = read_image(files[i].second);
    for (std::size_t f = 0; f < all.fields.size() && f < next.fields.size(); ++f)
      all.fields[f].values.insert(all.fields[f].values.end(), next.fields[f].values.begin(),
                                  next.fields[f].values.end());
  }
  all.rows = int(files.size());
  all.y = {files.front().first, files.back().first};
  all.equal_axes = false;
  return all;
}

/// The fields of `all` that are named, in that order; nothing if there are none.
void append_selection(const Image& all, const std::string& title,
                      const std::vector<std::string>& names, bool is_error,
                      std::vector<Image>& images) {
  Image image = all;
  image.fields.clear();
  for (const std::string& name : names)
    if (const auto found = std::ranges::find(all.fields, name, &Field::name);
        found != all.fields.end())
      image.fields.push_back(*found);
  if (image.fields.empty()) return;
  image.title = title;
  image.is_error = is_error;
  images.push_back(std::move(image));
}

/// Values, errors and residuals, each a figure of their own.
void append_images(const Image& all, const std::string& place, const Summary& summary,
                   std::vector<Image>& images) {
  const std::string where =
      summary.fields_at.empty() ? place : fmt::format("{} at {}", place, summary.fields_at);
  for (const std::string& unknown : summary.unknowns) {
    std::vector<std::string> values{unknown + "_reference"}, errors;
    for (const ModelResult& model : summary.models) {
      values.push_back(unknown + "_" + model.name);
      errors.push_back(unknown + "_" + model.name + "_error");
    }
    append_selection(all, unknown + all.title + where, values, false, images);
    append_selection(all, "Error of " + unknown + all.title + where, errors, true, images);
  }
  std::vector<std::string> residuals;
  for (const Field& field : all.fields)
    if (field.name.starts_with("residual_")) residuals.push_back(field.name);
  append_selection(all, "Residuals" + all.title + where, residuals, true, images);
}

std::string name_of(const std::vector<std::string>& variables, std::size_t axis,
                    const char* standard) {
  return axis < variables.size() ? variables[axis] : standard;
}

void append_series(const fs::path& pvd, const Summary& summary,
                   const std::vector<std::string>& variables, std::vector<Image>& images) {
  const auto files = read_pvd(pvd);
  if (files.empty()) return;
  Image last = read_image(files.back().second);
  last.x_label = name_of(variables, 0, "x");
  last.y_label = last.rows > 1 ? name_of(variables, 1, "y") : "";
  if (last.rows == 1 && files.size() > 1) {
    Image map = stacked(files);
    map.x_label = last.x_label;
    map.y_label = name_of(variables, 1, "t");
    append_images(map, fmt::format(" over {} and {}", map.x_label, map.y_label), summary, images);
  }
  const std::size_t space = last.rows == 1 ? 1 : last.title.empty() ? 2 : 3;
  const std::string time = name_of(variables, space, "t");
  append_images(last, fmt::format(" at {} = {:.4g}", time, files.back().first), summary, images);
}

/// Formulas that were found for the run, a file a model.
std::vector<FormulaText> formulas(const fs::path& run) {
  std::vector<FormulaText> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("formula_") && entry.path().extension() == ".txt")
      found.push_back({name, read_file(entry.path())});
  }
  std::ranges::sort(found, {}, &FormulaText::file);
  return found;
}

}  // namespace

std::vector<Image> field_images(const fs::path& run, const Summary& summary,
                                const std::vector<std::string>& variables) {
  std::vector<Image> images;
  if (fs::exists(run / "fields.pvd")) {
    append_series(run / "fields.pvd", summary, variables, images);
    return images;
  }
  for (const char* name : {"fields.vti", "fields.vtu"}) {
    if (!fs::exists(run / name)) continue;
    Image all = read_image(run / name);
    all.x_label = name_of(variables, 0, "x");
    all.y_label = all.rows > 1 ? name_of(variables, 1, "y") : "";
    append_images(all, "", summary, images);
  }
  return images;
}

fs::path write_report(const fs::path& run, const std::vector<std::string>& variables,
                      const std::vector<NetworkPicture>& networks) {
  const Summary summary = read_summary(run / "summary.json");
  std::vector<HistoryRow> history;
  if (fs::exists(run / "history.csv")) history = read_history(run / "history.csv");
  const fs::path path = run / "report.html";
  write_atomically(path, report_html(summary, history, field_images(run, summary, variables),
                                     networks, phase_sheets(run / "continual.csv"), formulas(run)));
  return path;
}

}  // namespace kanpde::output
