#pragma once
/// `--device`: what to compute on.

#include <string>

#include "solver/hardware.hpp"

namespace kanpde::solver {

/// The machine for `auto`, `cpu`, `cuda` or `cuda:N`. `auto` takes the first GPU, where there is
/// one, else the CPU. `emulated` runs the code of a GPU on the CPU, slowly, for tests. Throws
/// InputError for another word, and for a GPU that is not there, saying why.
Machine choose_device(const std::string& wanted);

}  // namespace kanpde::solver
