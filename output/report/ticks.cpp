#include <algorithm>
#include <cmath>

#include "output/report/plot.hpp"

namespace kanpde::output {

std::vector<double> linear_ticks(double low, double high, int count) {
  if (!(high > low)) return {low};
  const double rough = (high - low) / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough * (1 - 1e-12)) {
      step = factor * power;
      break;
    }
  std::vector<double> ticks;
  const double slack = 1e-9 * step;
  for (double n = std::ceil((low - slack) / step); n * step <= high + slack; ++n)
    ticks.push_back(n * step);
  return ticks;
}

std::vector<double> decade_ticks(double low, double high, int count) {
  const int first = int(std::ceil(std::log10(low) - 1e-9));
  const int last = int(std::floor(std::log10(high) + 1e-9));
  const int stride = std::max(1, (last - first + count) / count);
  std::vector<double> ticks;
  for (int n = first; n <= last; n += stride) ticks.push_back(std::pow(10, n));
  return ticks;
}

std::vector<double> logarithmic_ticks(double low, double high, int count) {
  std::vector<double> ticks = decade_ticks(low, high, count);
  if (ticks.size() > 2) return ticks;
  ticks.clear();
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
    for (const double factor : {1, 2, 5})
      if (factor * power >= low * (1 - 1e-9) && factor * power <= high * (1 + 1e-9))
        ticks.push_back(factor * power);
  return ticks;
}

std::array<double, 2> range_of(const std::vector<Field>& fields) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const Field& field : fields)
    for (const double value : field.values)
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  if (low > high) return {0, 1};
  return {low, high};
}

}  // namespace kanpde::output
