#pragma once
/// Curves, points and heat maps.

#include <array>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/report/drawing.hpp"

namespace kanpde::output {

struct Curve {
  std::string name;
  std::vector<double> x, y;          ///< of equal length; values that are not finite break the line
  int colour = 0;                    ///< 0 .. 5, of the style sheet
  std::vector<std::size_t> marks{};  ///< points to mark by a dot
};

struct Axes {
  std::string title, x_label, y_label;
  bool logarithmic = false;       ///< y; values <= 0 break the line
  std::array<double, 2> y{0, 0};  ///< range of y; taken from the curves where both are equal
  std::string description{};      ///< what is shown, in a sentence
};

/// All curves in one frame with ticks and, for more than one name, a legend.
Drawing line_plot(const Axes& axes, const std::vector<Curve>& curves);

/// The field of an image as coloured pixels, with ticks and a colour scale over `range`.
Drawing heat_map(const Image& image, const Field& field, std::array<double, 2> range);

/// Smallest and largest finite value; {0, 1} if there is none.
std::array<double, 2> range_of(const std::vector<Field>& fields);

/// Round numbers (1, 2 or 5 times a power of ten apart), about `count` of them in the range.
std::vector<double> linear_ticks(double low, double high, int count);
/// Powers of ten in the range, thinned to at most `count`.
std::vector<double> decade_ticks(double low, double high, int count);
/// The same, or where there are fewer than three, 1, 2 and 5 times powers of ten.
std::vector<double> logarithmic_ticks(double low, double high, int count);

}  // namespace kanpde::output
