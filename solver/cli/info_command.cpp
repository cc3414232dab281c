#include <fmt/format.h>

#include <iostream>

#include "kernels/base/parallel.hpp"
#include "kernels/devices.hpp"
#include "solver/cli/commands.hpp"
#include "solver/cli/device.hpp"
#include "solver/hardware.hpp"
#include "solver/version.hpp"

namespace kanpde::solver {

namespace {

#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

void line(const std::string& label, const std::string& text) {
  std::cout << fmt::format("{:<10} {}\n", label, text);
}

}  // namespace

int run_info() {
  const std::string cuda = kernels::cuda_version();
  line("kanpde", version);
  line("build", fmt::format("{}, {}", KANPDE_BUILD_TYPE, compiler));
  line("CUDA", cuda.empty() ? "not built in" : cuda);
  line("processor", hardware());
  line("threads", fmt::format("{}", threads().size()));
  const kernels::DeviceList list = kernels::list_devices();
  for (const kernels::Device& device : list.devices)
    line(fmt::format("cuda:{}", device.index),
         fmt::format("{}, {:.0f} GiB, compute capability {}.{}, {} multiprocessors", device.name,
                     double(device.memory) / (1 << 30), device.major, device.minor,
                     device.multiprocessors));
  if (list.devices.empty()) line("GPUs", "none: " + list.reason);
  const Machine machine = choose_device("auto");
  line("training", fmt::format("on {} with --device auto", machine.device));
  if (!machine.note.empty()) line("", machine.note);
  return done;
}

}  // namespace kanpde::solver
