#include "kernels/device/launch.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace kanpde::kernels::device {

void outside(std::size_t index, std::size_t size) {
  throw std::out_of_range(fmt::format("value {} of {} in the memory of a device", index, size));
}

}  // namespace kanpde::kernels::device
