#pragma once
/// `--device`: what to compute on.

#include <functional>
#include <string>

#include "kernels/devices.hpp"
#include "solver/hardware.hpp"

namespace kanpde::solver {

/// The machine for `auto`, `cpu`, `cuda` or `cuda:N`. `auto` takes the first GPU, where it can be
/// used, else the CPU, with a note where there is a GPU all the same. `emulated` runs the code of a
/// GPU on the CPU, slowly, for tests. Throws InputError for another word, and for a GPU that is not
/// there, saying why.
Machine choose_device(const std::string& wanted);

/// The same among these devices; obstacle: see kernels::obstacle.
Machine choose_device(const std::string& wanted, const kernels::DeviceList& list,
                      const std::function<std::string(int)>& obstacle);

}  // namespace kanpde::solver
