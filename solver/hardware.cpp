#include "solver/hardware.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <fstream>

namespace kanpde::solver {

std::string hardware() {
  std::ifstream info("/proc/cpuinfo");
  std::string line, name = "unknown processor";
  while (std::getline(info, line))
    if (line.rfind("model name", 0) == 0) {
      name = line.substr(line.find(':') + 2);
      break;
    }
  cpu_set_t set;
  const int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return fmt::format("{}, {} {}", name, cores, cores == 1 ? "core" : "cores");
}

std::string hardware(const Machine& machine) {
  return machine.gpu.empty() ? hardware() : machine.gpu + "; " + hardware();
}

}  // namespace kanpde::solver
