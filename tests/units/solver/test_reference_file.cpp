/// solver/reference_file.hpp: references from files of every format, written here.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "output/hdf5/store.hpp"
#include "output/vtk/fields.hpp"
#include "solver/reference_file.hpp"
#include "solver/training/evaluation.hpp"
#include "tests/units/output/scratch.hpp"

namespace kanpde::solver {
namespace {

double cubic(double x, double y) { return x * x * x - 2 * x * y + y * y; }
constexpr int nx = 9, ny = 13;
double x_at(int i) { return double(i) / (nx - 1); }
double y_at(int j) { return 2.0 * j / (ny - 1); }

class ReferenceFile : public output::Scratch {
 protected:
  problems::Problem problem(const std::string& reference) const {
    return problems::read_problem_text(R"(name: test
variables: [x, y]
domain: {space: {box: [[0, 1], [0, 2]]}}
unknowns: [u]
equations: [laplacian(u) = 6*x + 2]
conditions: [u = 0]
output: {grid: [7, 5]}
reference: )" + reference + "\n",
                                       path("case.yaml").string());
  }
  /// The reference is cubic() and may be asked anywhere.
  void expect_cubic(const std::string& reference) const {
    const problems::Problem p = problem(reference);
    const auto field = problems::make_reference(p, read_arrays);
    ASSERT_EQ(field->points(), nullptr);
    Columns at(2, 3);
    const double points[][2] = {{0, 0}, {0.37, 1.91}, {1, 0.123}};
    for (int k = 0; k < 3; ++k) at(0, k) = points[k][0], at(1, k) = points[k][1];
    double out[3];
    field->values(at, 0, out);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(out[k], cubic(at(0, k), at(1, k)), 1e-13) << reference;
    EXPECT_EQ(error_points(p, field.get()).points(), 7 * 5);
  }
};

/// Axes and u over their product, x slower.
output::Store store_with_axes() {
  output::Store store;
  for (int i = 0; i < nx; ++i) store.arrays["x"].push_back(x_at(i));
  for (int j = 0; j < ny; ++j) store.arrays["y"].push_back(y_at(j));
  for (int i = 0; i < nx; ++i)
    for (int j = 0; j < ny; ++j) store.arrays["run/u"].push_back(cubic(x_at(i), y_at(j)));
  store.shapes["run/u"] = {nx, ny};
  return store;
}

TEST_F(ReferenceFile, MayBeHdf5) {
  output::write_store(path("f.h5"), store_with_axes());
  expect_cubic("{file: f.h5, columns: {u: run/u}}");
}

/// An HDF5 file behind a block of 512 bytes that names the version.
TEST_F(ReferenceFile, MayBeMatlab73) {
  output::write_store(path("f.h5"), store_with_axes());
  std::string block = "MATLAB 7.3 MAT-file, Platform: none";
  block.resize(512, '\0');
  output::put(path("f.mat"), block + output::content(path("f.h5")));
  expect_cubic("{file: f.mat, columns: {u: run/u}}");
}

/// An element of a level 5 file with its tag.
std::string element(std::uint32_t type, const std::string& data) {
  const std::uint32_t tag[] = {type, std::uint32_t(data.size())};
  std::string bytes(reinterpret_cast<const char*>(tag), 8);
  bytes += data;
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
  return bytes;
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string matrix(const std::string& name, int rows, int columns, const std::vector<double>& v) {
  return element(14, element(6, raw<std::uint32_t>({6, 0})) +
                         element(5, raw<std::int32_t>({rows, columns})) + element(1, name) +
                         element(9, raw(v)));
}

TEST_F(ReferenceFile, MayBeMatlabOfLevel5) {
  std::vector<double> x, y, u;
  for (int i = 0; i < nx; ++i) x.push_back(x_at(i));
  for (int j = 0; j < ny; ++j) y.push_back(y_at(j));
  for (int j = 0; j < ny; ++j)  // rows are fastest
    for (int i = 0; i < nx; ++i) u.push_back(cubic(x_at(i), y_at(j)));
  std::string bytes = "MATLAB 5.0 MAT-file";
  bytes.resize(124, ' ');
  bytes += raw<std::uint16_t>({0x0100, 'M' << 8 | 'I'});
  output::put(path("f.mat"),
              bytes + matrix("x", nx, 1, x) + matrix("y", 1, ny, y) + matrix("usol", nx, ny, u));
  expect_cubic("{file: f.mat, columns: {u: usol}}");
}

TEST_F(ReferenceFile, MayBeAVtkImage) {
  const output::Lattice lattice{{nx, ny, 1}, {0, 0, 0}, {1.0 / (nx - 1), 2.0 / (ny - 1), 1}};
  output::Field field{"u_reference", {}};
  for (int j = 0; j < ny; ++j)
    for (int i = 0; i < nx; ++i) field.values.push_back(cubic(x_at(i), y_at(j)));
  output::write_vti(path("f.vti"), lattice, {field});
  expect_cubic("{file: f.vti, columns: {u: u_reference}}");
}

TEST_F(ReferenceFile, MayBeAVtkMeshAtWhosePointsErrorsAreMeasured) {
  const output::Mesh mesh{{{0, 0, 0}, {1, 0.2, 0}, {0.3, 1.7, 0}, {0.6, 1.1, 0}},
                          {{0, 1, 3}, {0, 3, 2}}};
  output::write_vtu(path("f.vtu"), mesh, {{"u", {1, 2, 3, 4}}, {"p", {0, 0, 0, 0}}});
  problems::Problem p = problem("{file: f.vtu}");
  const auto field = problems::make_reference(p, read_arrays);
  const Columns points = error_points(p, field.get());
  ASSERT_EQ(points.points(), 4);
  std::vector<double> out(4);
  field->values(points, 0, out.data());
  EXPECT_EQ(out, (std::vector<double>{1, 2, 3, 4}));
  // elsewhere, as on the output grid, nothing is known
  const auto fields = frame_fields(p, make_output_grid(p), 0, field.get(), {});
  ASSERT_EQ(fields.at(0).name, "u_reference");
  EXPECT_EQ(fields[0].values.at(0), 1);  // (0, 0) belongs to both
  EXPECT_TRUE(std::isnan(fields[0].values.at(1)));
}

TEST_F(ReferenceFile, NamesTheFileThatItCannotRead) {
  for (const char* name : {"f.h5", "f.mat", "f.vti", "f.vtu"}) {
    output::put(path(name), "no such thing");
    try {
      problems::make_reference(problem(std::string("{file: ") + name + "}"), read_arrays);
      FAIL() << name;
    } catch (const InputError& error) {
      EXPECT_EQ(error.where().file, path(name).string());
    }
  }
}

}  // namespace
}  // namespace kanpde::solver
