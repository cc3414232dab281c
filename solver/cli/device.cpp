#include "solver/cli/device.hpp"

#include <charconv>

#include "kernels/base/error.hpp"
#include "kernels/devices.hpp"

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

}  // namespace

Machine choose_device(const std::string& wanted) {
  using Kind = kernels::Target::Kind;
  if (wanted == "cpu") return {};
  if (wanted == "emulated") return {{Kind::emulated}, wanted, ""};
  const int index = wanted == "auto" ? 0 : index_of(wanted);
  const kernels::DeviceList list = kernels::list_devices();
  if (list.devices.empty() && wanted == "auto") return {};
  if (list.devices.empty()) refuse(wanted, "no GPU can be used: " + list.reason);
  if (index >= int(list.devices.size()))
    refuse(wanted,
           fmt::format("there is no such GPU; the last is cuda:{}", list.devices.size() - 1));
  return {{Kind::cuda, index}, fmt::format("cuda:{}", index), list.devices[index].name};
}

}  // namespace kanpde::solver
