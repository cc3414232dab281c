#include "output/report/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/plot.hpp"

namespace kanpde::output {
namespace {

constexpr double edge = 10;  ///< right of the frame

}  // namespace

double Frame2d::to_x(double value) const {
  const double position = logarithmic_x ? std::log10(value) : value;
  return left + (position - x[0]) / (x[1] - x[0]) * (right - left);
}

double Frame2d::to_y(double value) const {
  const double position = logarithmic ? std::log10(value) : value;
  return bottom - (position - y[0]) / (y[1] - y[0]) * (bottom - top);
}

std::string Frame2d::ticks() const {
  std::string out = "<g class=\"grid\">";
  std::string numbers;
  const auto x_ticks = logarithmic_x ? logarithmic_ticks(std::pow(10, x[0]), std::pow(10, x[1]), 5)
                                     : linear_ticks(x[0], x[1], 5);
  for (const double tick : x_ticks) {
    out += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/>", to_x(tick), top, bottom);
    const std::string text = tick_text(tick);
    const double centre = std::min(to_x(tick), right + edge - text_width(text) / 2);
    numbers += svg_text(centre, bottom + 15, "middle", text);
  }
  const auto y_ticks = logarithmic ? decade_ticks(std::pow(10, y[0]), std::pow(10, y[1]), 7)
                                   : linear_ticks(y[0], y[1], 5);
  for (const double tick : y_ticks) {
    out += fmt::format("<path d=\"M{0:.1f} {1:.1f}H{2:.1f}\"/>", left, to_y(tick), right);
    numbers += svg_text(left - 5, to_y(tick) + 4, "end", tick_text(tick));
  }
  return out + "</g>" + numbers;
}

std::string Frame2d::labels(const std::string& title, const std::string& x_label,
                            const std::string& y_label) const {
  const double middle = (top + bottom) / 2;
  std::string out = svg_text((left + right) / 2, 16, "middle", title, "class=\"title\"");
  if (!x_label.empty()) out += svg_text((left + right) / 2, bottom + 33, "middle", x_label);
  if (!y_label.empty())
    out += svg_text(12, middle, "middle", y_label,
                    fmt::format("transform=\"rotate(-90 12 {:.1f})\"", middle));
  return out;
}

std::array<double, 2> decades(std::array<double, 2> range) {
  const double low = std::floor(std::log10(range[0]) + 1e-9);
  return {low, std::max(low + 1, std::ceil(std::log10(range[1]) - 1e-9))};
}

std::string tick_text(double value) {
  if (value == 0) return "0";
  const bool is_small = std::abs(value) < 1e-3;
  std::string text = is_small ? fmt::format("{:.3e}", value) : fmt::format("{:.4g}", value);
  const auto e = text.find('e');
  if (e == std::string::npos) return text;
  std::string digits = text.substr(0, e);  // 1.000e-06 to 1e-6
  if (digits.find('.') != std::string::npos) digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return fmt::format("{}e{}", digits, std::stoi(text.substr(e + 1)));
}

}  // namespace kanpde::output
