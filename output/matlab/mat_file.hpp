#pragma once
/// MATLAB's files of level 5 (save -v6 and -v7; SciPy's savemat). Those of version 7.3 are HDF5
/// files.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace kanpde::output {

struct MatArray {
  std::string name;
  std::vector<std::size_t> shape;  ///< two numbers or more, as in MATLAB
  std::vector<double> values;      ///< last index fastest (in the file it is the first)
};

/// Whether the file starts as one of version 7.3 does.
bool is_mat_73(const std::filesystem::path& path);

/// Every full numeric array, compressed or not, numbers as doubles; a complex one as NAME_real and
/// NAME_imag. Texts, cells, structs and sparse matrices are left out. Errors: InputError with the
/// file (missing, foreign, truncated, damaged).
std::vector<MatArray> read_mat(const std::filesystem::path& path);

}  // namespace kanpde::output
