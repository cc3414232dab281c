#pragma once
/// What this program runs on, for tables.

#include <string>

#include "kernels/evaluator.hpp"

namespace kanpde::solver {

/// What a run computes on.
struct Machine {
  kernels::Target target;
  std::string device = "cpu";  ///< "cuda:0": for summaries
  std::string gpu;             ///< its name, "" for other devices
  std::string note;            ///< why it is the CPU though there is a GPU, "" otherwise
};

/// "AMD EPYC, 2 cores": the processor's name and the cores this process may use.
std::string hardware();
/// The same with the GPU before it: "NVIDIA H100; AMD EPYC, 2 cores".
std::string hardware(const Machine& machine);

}  // namespace kanpde::solver
