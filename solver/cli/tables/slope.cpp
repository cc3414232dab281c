#include "solver/cli/tables/slope.hpp"

#include <cmath>

namespace kanpde::solver {

double log_log_slope(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = double(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += std::log(x[i]) / n;
    mean_y += std::log(y[i]) / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = std::log(x[i]) - mean_x;
    xx += dx * dx;
    xy += dx * (std::log(y[i]) - mean_y);
  }
  return xx > 0 ? xy / xx : NAN;
}

}  // namespace kanpde::solver
