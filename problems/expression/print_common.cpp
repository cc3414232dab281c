#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "problems/expression/print.hpp"

namespace kanpde::problems {

std::string shortest_number(double value) { return fmt::format("{}", value); }

std::optional<MultipleOfPi> multiple_of_pi(double value) {
  const double size = std::fabs(value);
  if (!(size > 1e-6 && size < 1e6) || size == std::floor(size)) return {};
  for (int exponent = 1; exponent <= 4; ++exponent) {
    const double power = compute(Op::powi, std::numbers::pi, 0, 0, exponent);
    for (int divisor = 1; divisor <= 12; ++divisor) {
      const double multiplier = std::round(size * divisor / power);
      if (multiplier < 1 || multiplier > 100) continue;
      if (multiplier * power / divisor == size)
        return MultipleOfPi{std::copysign(multiplier, value), exponent, divisor};
    }
  }
  // 0.01/pi: at most four decimal digits
  const double multiplier = std::stod(fmt::format("{:.3e}", size * std::numbers::pi));
  if (multiplier / std::numbers::pi == size)
    return MultipleOfPi{std::copysign(multiplier, value), -1, 1};
  return {};
}

}  // namespace kanpde::problems
