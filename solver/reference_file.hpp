#pragma once
/// Reference values in files that other programs write.

#include <string>
#include <vector>

#include "problems/reference/reference.hpp"

namespace kanpde::solver {

/// Arrays of an HDF5 (.h5), MATLAB (.mat) or VTK (.vti, .vtu) file; of the latter the coordinates
/// of the points as x, y, z and the point data. Throws InputError with the file.
std::vector<problems::NamedArray> read_arrays(const std::string& path);

}  // namespace kanpde::solver
