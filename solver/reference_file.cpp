#include "solver/reference_file.hpp"

#include <filesystem>

#include "output/hdf5/store.hpp"
#include "output/matlab/mat_file.hpp"
#include "output/vtk/fields.hpp"

namespace kanpde::solver {

using problems::NamedArray;

namespace {

std::vector<NamedArray> from_points(const std::vector<std::array<double, 3>>& points,
                                    const std::vector<output::Field>& fields) {
  static constexpr const char* axes[] = {"x", "y", "z"};
  std::vector<NamedArray> arrays;
  for (int i = 0; i < 3; ++i) {
    arrays.push_back({axes[i], {points.size()}, {}});
    for (const auto& point : points) arrays.back().values.push_back(point[i]);
  }
  for (const output::Field& field : fields)
    arrays.push_back({field.name, {field.values.size()}, field.values});
  return arrays;
}

/// x fastest.
std::vector<std::array<double, 3>> points_of(const output::Lattice& lattice) {
  std::vector<std::array<double, 3>> points;
  std::array<int, 3> index{};
  for (index[2] = 0; index[2] < lattice.points[2]; ++index[2])
    for (index[1] = 0; index[1] < lattice.points[1]; ++index[1])
      for (index[0] = 0; index[0] < lattice.points[0]; ++index[0]) {
        auto& point = points.emplace_back();
        for (int i = 0; i < 3; ++i) point[i] = lattice.origin[i] + index[i] * lattice.spacing[i];
      }
  return points;
}

std::vector<NamedArray> from_hdf5(const std::string& path) {
  output::Store store = output::read_hdf5(path);
  std::vector<NamedArray> arrays;
  for (auto& [name, values] : store.arrays) {
    const auto shape = store.shapes.find(name);
    arrays.push_back({name,
                      shape == store.shapes.end() ? std::vector{values.size()} : shape->second,
                      std::move(values)});
  }
  return arrays;
}

}  // namespace

std::vector<NamedArray> read_arrays(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".vti") {
    const output::LatticeFields read = output::read_vti(path);
    return from_points(points_of(read.lattice), read.fields);
  }
  if (ending == ".vtu") {
    const output::MeshFields read = output::read_vtu(path);
    return from_points(read.mesh.points, read.fields);
  }
  if (ending != ".mat" || output::is_mat_73(path)) return from_hdf5(path);
  std::vector<NamedArray> arrays;
  for (output::MatArray& array : output::read_mat(path))
    arrays.push_back({std::move(array.name), std::move(array.shape), std::move(array.values)});
  return arrays;
}

}  // namespace kanpde::solver
