#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/base/error.hpp"
#include "output/report/frame.hpp"
#include "output/report/plot.hpp"

namespace kanpde::output {
namespace {

bool is_shown(double value, bool logarithmic) {
  return std::isfinite(value) && (!logarithmic || value > 0);
}

/// Widens a range of no width, so that it can be drawn.
std::array<double, 2> widened(std::array<double, 2> range) {
  if (range[1] > range[0]) return range;
  const double half = range[0] == 0 ? 1 : std::abs(range[0]) / 2;
  return {range[0] - half, range[0] + half};
}

std::array<double, 2> extent(const std::vector<Curve>& curves, std::vector<double> Curve::*values,
                             bool logarithmic) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const Curve& curve : curves)
    for (const double value : curve.*values)
      if (is_shown(value, logarithmic)) low = std::min(low, value), high = std::max(high, value);
  if (low > high) return {1, 1};
  return {low, high};
}

Frame2d frame_of(const Axes& axes, const std::vector<Curve>& curves) {
  Frame2d frame;
  frame.logarithmic = axes.logarithmic;
  frame.x = widened(extent(curves, &Curve::x, false));
  const auto y = axes.y[0] == axes.y[1] ? extent(curves, &Curve::y, axes.logarithmic) : axes.y;
  frame.y = axes.logarithmic ? decades(y) : widened(y);
  return frame;
}

/// At most about 600 points of a curve: evenly thinned, the last always kept.
std::string path_of(const Frame2d& frame, const Curve& curve) {
  check(curve.x.size() == curve.y.size(), "curve {}: {} x for {} y", curve.name, curve.x.size(),
        curve.y.size());
  const std::size_t n = curve.x.size(), stride = n / 600 + 1;
  std::string path;
  bool is_open = false;
  for (std::size_t i = 0; i < n; i = i + 1 < n ? std::min(i + stride, n - 1) : n) {
    if (!is_shown(curve.y[i], frame.logarithmic)) {
      is_open = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", is_open ? 'L' : 'M', frame.to_x(curve.x[i]),
                        frame.to_y(curve.y[i]));
    is_open = true;
  }
  return path;
}

/// Dots at the marks, and at points that no line leads to.
std::string marks_of(const Frame2d& frame, const Curve& curve) {
  const auto has_point = [&](std::size_t i) {
    return i < curve.y.size() && is_shown(curve.y[i], frame.logarithmic);
  };
  std::string out;
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    const bool is_alone = !has_point(i + 1) && (i == 0 || !has_point(i - 1));
    if (has_point(i) && (is_alone || std::ranges::find(curve.marks, i) != curve.marks.end()))
      out += fmt::format("<circle class=\"f{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"/>",
                         curve.colour, frame.to_x(curve.x[i]), frame.to_y(curve.y[i]));
  }
  return out;
}

/// Lower right corner of the box of this size, in that corner of the frame where it covers the
/// fewest points of the curves; the upper right where it does not matter.
std::array<double, 2> free_corner(const Frame2d& frame, const std::vector<Curve>& curves,
                                  double width, double height) {
  constexpr double near = 3;
  const double left_x = frame.left + 1 + width, low = frame.top + 1 + height;
  std::array<double, 2> best{frame.right, low};
  long least = std::numeric_limits<long>::max();
  for (const auto& [right, bottom] :
       {best, {left_x, low}, {frame.right, frame.bottom - 1}, {left_x, frame.bottom - 1}}) {
    long covered = 0;
    for (const Curve& curve : curves)
      for (std::size_t i = 0; i < curve.x.size(); ++i) {
        if (!is_shown(curve.y[i], frame.logarithmic)) continue;
        const double x = frame.to_x(curve.x[i]), y = frame.to_y(curve.y[i]);
        covered += x > right - width - near && x < right + near && y > bottom - height - near &&
                   y < bottom + near;
      }
    if (covered < least) least = covered, best = {right, bottom};
  }
  return best;
}

/// Names below one another, each once.
std::string legend(const Frame2d& frame, const std::vector<Curve>& curves) {
  std::vector<const Curve*> shown;
  for (const Curve& curve : curves)
    if (std::ranges::none_of(shown, [&](const Curve* c) { return c->name == curve.name; }))
      shown.push_back(&curve);
  if (shown.size() < 2) return "";
  double width = 0;
  for (const Curve* curve : shown) width = std::max(width, 34 + text_width(curve->name));
  const double height = 15 * double(shown.size()) + 4;
  const auto [right, bottom] = free_corner(frame, curves, width, height);
  std::string out = fmt::format(
      "<rect class=\"legend\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
      right - width, bottom - height, width, height);
  double y = bottom - height + 13;
  for (const Curve* curve : shown) {
    out += svg_text(right - 26, y, "end", curve->name);
    out += fmt::format("<path class=\"curve c{}\" d=\"M{:.1f} {:.1f}h16\"/>", curve->colour,
                       right - 21, y - 4);
    y += 15;
  }
  return out;
}

}  // namespace

Drawing line_plot(const Axes& axes, const std::vector<Curve>& curves) {
  const Frame2d frame = frame_of(axes, curves);
  Drawing drawing;
  drawing.title = axes.title;
  drawing.description = axes.description;
  drawing.body = frame.ticks();
  for (const Curve& curve : curves)
    drawing.body +=
        fmt::format("<path class=\"curve c{}\" d=\"{}\"/>", curve.colour, path_of(frame, curve)) +
        marks_of(frame, curve);
  drawing.body += legend(frame, curves) + frame.labels(axes.title, axes.x_label, axes.y_label);
  return drawing;
}

}  // namespace kanpde::output
