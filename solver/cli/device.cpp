#include "solver/cli/device.hpp"

#include <charconv>

#include "kernels/base/error.hpp"

namespace kanpde::solver {

namespace {

[[noreturn]] void refuse(const std::string& wanted, const std::string& why) {
  throw InputError({"--device " + wanted, 0, 0}, why);
}

/// N of "cuda:N", 0 for "cuda".
int index_of(const std::string& wanted) {
  if (wanted == "cuda") return 0;
  int index = -1;
  if (wanted.rfind("cuda:", 0) == 0) {
    const char *begin = wanted.data() + 5, *end = wanted.data() + wanted.size();
    const auto [stop, error] = std::from_chars(begin, end, index);
    if (error != std::errc() || stop != end) index = -1;
  }
  if (index < 0) refuse(wanted, "expected auto, cpu, cuda or cuda:N");
  return index;
}

Machine gpu(const kernels::DeviceList& list, int index) {
  return {{kernels::Target::Kind::cuda, index},
          fmt::format("cuda:{}", index),
          list.devices[std::size_t(index)].name,
          ""};
}

Machine choose_by_itself(const kernels::DeviceList& list,
                         const std::function<std::string(int)>& obstacle) {
  Machine machine;
  if (list.hidden) machine.note = "training on the CPU: " + list.reason;
  if (list.devices.empty()) return machine;
  const std::string why = obstacle(0);
  if (why.empty()) return gpu(list, 0);
  machine.note = "training on the CPU, for cuda:0 cannot be used: " + why;
  return machine;
}

}  // namespace

Machine choose_device(const std::string& wanted, const kernels::DeviceList& list,
                      const std::function<std::string(int)>& obstacle) {
  if (wanted == "auto") return choose_by_itself(list, obstacle);
  const int index = index_of(wanted);
  if (list.devices.empty()) refuse(wanted, "no GPU can be used: " + list.reason);
  if (index >= int(list.devices.size()))
    refuse(wanted,
           fmt::format("there is no such GPU; the last is cuda:{}", list.devices.size() - 1));
  return gpu(list, index);
}

Machine choose_device(const std::string& wanted) {
  if (wanted == "cpu") return {};
  if (wanted == "emulated") return {{kernels::Target::Kind::emulated}, wanted, "", ""};
  if (wanted != "auto") index_of(wanted);  // words that name no device need no driver
  return choose_device(wanted, kernels::list_devices(), kernels::obstacle);
}

}  // namespace kanpde::solver
