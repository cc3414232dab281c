#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/base/error.hpp"
#include "output/report/frame.hpp"
#include "output/report/plot.hpp"
#include "output/report/png.hpp"

namespace kanpde::output {
namespace {

using Colour = std::array<std::uint8_t, 3>;

/// Colours between which values are interpolated: dark to light for values, two-sided for errors.
const std::vector<Colour> value_colours{
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};
const std::vector<Colour> error_colours{
    {20, 60, 150}, {110, 165, 220}, {245, 245, 245}, {235, 150, 110}, {165, 20, 40}};

/// Index 0 is kept for points outside the domain, 1 .. 255 run over the colours.
Palette palette_of(const std::vector<Colour>& colours) {
  Palette palette{};
  for (int i = 1; i < 256; ++i) {
    const double at = (i - 1) / 254.0 * double(colours.size() - 1);
    const auto below = std::min(std::size_t(at), colours.size() - 2);
    for (std::size_t c = 0; c < 3; ++c) {
      const double a = colours[below][c], b = colours[below + 1][c];
      palette[std::size_t(i)][c] = std::uint8_t(std::lround(a + (at - double(below)) * (b - a)));
    }
  }
  return palette;
}

std::uint8_t index_of(double value, std::array<double, 2> range) {
  if (!std::isfinite(value)) return 0;
  const double width = range[1] - range[0];
  const double position = width > 0 ? (value - range[0]) / width : 0.5;
  return std::uint8_t(1 + std::lround(254 * std::clamp(position, 0.0, 1.0)));
}

/// Every k-th point in each direction, so that no side has more than 300 pixels.
std::string picture(const Image& image, const Field& field, std::array<double, 2> range,
                    const Palette& palette) {
  check(field.values.size() == std::size_t(image.columns) * std::size_t(image.rows),
        "field {}: {} values for {} x {}", field.name, field.values.size(), image.columns,
        image.rows);
  const int width = std::min(image.columns, 300), height = std::min(image.rows, 300);
  std::vector<std::uint8_t> pixels;
  for (int row = height - 1; row >= 0; --row) {
    const long from = std::lround(double(row) * (image.rows - 1) / std::max(height - 1, 1));
    for (int column = 0; column < width; ++column) {
      const long at = std::lround(double(column) * (image.columns - 1) / std::max(width - 1, 1));
      pixels.push_back(index_of(field.values[std::size_t(from * image.columns + at)], range));
    }
  }
  return "data:image/png;base64," + base64(png(width, height, pixels, palette));
}

constexpr double map_width = 260, most_height = 300;

/// A unit of x as long as a unit of y; narrow maps stand in the middle.
void make_equal(Frame2d& frame) {
  const double x = frame.x[1] - frame.x[0], y = frame.y[1] - frame.y[0];
  const double unit = std::min(map_width / x, most_height / y);
  frame.left += (map_width - unit * x) / 2;
  frame.right = frame.left + unit * x;
  frame.bottom = frame.top + unit * y;
}

std::string colour_scale(const Frame2d& frame, std::array<double, 2> range,
                         const Palette& palette) {
  std::vector<std::uint8_t> indices;
  for (int i = 255; i >= 1; --i) indices.push_back(std::uint8_t(i));
  const double x = frame.right + 10, height = frame.bottom - frame.top;
  std::string out = fmt::format(
      "<image x=\"{:.1f}\" y=\"{:.1f}\" width=\"10\" height=\"{:.1f}\" "
      "preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>",
      x, frame.top, height, base64(png(1, 255, indices, palette)));
  const double span = range[1] > range[0] ? range[1] - range[0] : 1;
  for (const double tick : linear_ticks(range[0], range[1], height > 120 ? 5 : 3))
    out += svg_text(x + 13, frame.bottom - (tick - range[0]) / span * height + 4, "start",
                    tick_text(tick));
  return out;
}

std::array<double, 2> drawable(std::array<double, 2> range) {
  return range[1] > range[0] ? range : std::array<double, 2>{range[0] - 0.5, range[0] + 0.5};
}

}  // namespace

Drawing heat_map(const Image& image, const Field& field, std::array<double, 2> range) {
  Frame2d frame{drawable(image.x), drawable(image.y)};
  frame.right = frame.left + map_width;
  if (image.equal_axes) make_equal(frame);
  const Palette palette = palette_of(image.is_error ? error_colours : value_colours);
  Drawing drawing;
  drawing.title = image.title + ", " + field.name;
  drawing.height = frame.bottom + 42;
  drawing.description = fmt::format("Colours from {:.3g} to {:.3g} over {} and {}.", range[0],
                                    range[1], image.x_label, image.y_label);
  drawing.body = fmt::format(
      "<g class=\"map\"><image x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "preserveAspectRatio=\"none\" href=\"{}\"/>",
      frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top,
      picture(image, field, range, palette));
  drawing.body += frame.ticks() + "</g>" + frame.labels(field.name, image.x_label, image.y_label) +
                  colour_scale(frame, range, palette);
  return drawing;
}

}  // namespace kanpde::output
