#pragma once
/// The frame of a plot: maps values to a drawing of 400 x 270 and draws ticks and labels.

#include <array>
#include <string>

#include "output/report/drawing.hpp"

namespace kanpde::output {

struct Frame2d {
  std::array<double, 2> x, y;  ///< ranges of values; of the exponent if logarithmic
  bool logarithmic = false;    ///< y
  bool logarithmic_x = false;
  double left = 58, right = 388, top = 28, bottom = 228;  ///< of the plot inside the SVG

  double to_x(double value) const;
  double to_y(double value) const;
  std::string ticks() const;  ///< grid lines and numbers
  std::string labels(const std::string& title, const std::string& x_label,
                     const std::string& y_label) const;
};

/// Whole decades around a range of positive values, at least one: exponents.
std::array<double, 2> decades(std::array<double, 2> range);
/// A number for a tick, short: 0.5, 1e-6.
std::string tick_text(double value);

}  // namespace kanpde::output
