#include "output/report/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/base/error.hpp"
#include "output/report/network_layout.hpp"
#include "output/table/number.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::output {
namespace {

constexpr double margin = NetworkLayout::margin, node_height = NetworkLayout::node_height;
constexpr double header = 50;

/// A curve with level ends.
std::string wire(double x0, double y0, double x1, double y1) {
  const double bend = (x1 - x0) / 2;
  return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", x0, y0, x0 + bend,
                     y0, x1 - bend, y1, x1, y1);
}

/// Smallest and largest value over the data; drawn no larger than `least` allows.
std::array<double, 2> value_range(const EdgePicture& edge, double least) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  const double step = (edge.view[1] - edge.view[0]) / double(edge.values.size() - 1);
  for (std::size_t k = 0; k < edge.values.size(); ++k) {
    const double z = edge.view[0] + step * double(k);
    if (z < edge.data[0] - step / 2 || z > edge.data[1] + step / 2) continue;
    if (!std::isfinite(edge.values[k])) continue;
    low = std::min(low, edge.values[k]), high = std::max(high, edge.values[k]);
  }
  if (low > high) return {-1, 1};
  if (high - low < least) return {(low + high - least) / 2, (low + high + least) / 2};
  return {low, high};
}

/// The box of one edge: data range, break points, function.
class Plot {
 public:
  Plot(const EdgePicture& edge, std::array<double, 2> range, double x, double y, double width,
       double height)
      : edge_(edge), range_(range), x_(x), y_(y), width_(width), height_(height) {}

  std::string draw() const {
    std::string out = fmt::format(
        "<rect class=\"box\" x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" "
        "rx=\"3\"/><rect class=\"band\" x=\"{4:.1f}\" y=\"{5:.1f}\" width=\"{6:.1f}\" "
        "height=\"{7:.1f}\"/>",
        x_, y_, width_, height_, to_x(edge_.data[0]), y_ + 1,
        to_x(edge_.data[1]) - to_x(edge_.data[0]), height_ - 2);
    std::string ticks;
    for (const double z : edge_.breaks)
      if (z >= edge_.view[0] && z <= edge_.view[1])
        ticks += fmt::format("M{:.1f} {:.1f}v-4", to_x(z), y_ + height_ - 0.5);
    if (!ticks.empty())
      out +=
          fmt::format("<path class=\"{}\" d=\"{}\"/>", is_dense() ? "tick dense" : "tick", ticks);
    return out + curves();
  }

 private:
  /// Whether ticks would touch one another.
  bool is_dense() const {
    for (std::size_t k = 1; k < edge_.breaks.size(); ++k)
      if (to_x(edge_.breaks[k]) - to_x(edge_.breaks[k - 1]) < 2.5) return true;
    return false;
  }
  double to_x(double z) const {
    return x_ + (z - edge_.view[0]) / (edge_.view[1] - edge_.view[0]) * width_;
  }
  double to_y(double value) const {
    const double part = (value - range_[0]) / (range_[1] - range_[0]);
    return y_ + height_ - 7 - part * (height_ - 12);
  }
  /// Dashed where there are no data; broken where the box ends.
  std::string curves() const {
    const auto n = edge_.values.size();
    const double step = (edge_.view[1] - edge_.view[0]) / double(n - 1);
    std::string inside, outside;
    bool open_inside = false, open_outside = false;
    for (std::size_t k = 0; k < n; ++k) {
      const double z = edge_.view[0] + step * double(k), y = to_y(edge_.values[k]);
      const bool is_drawn = std::isfinite(y) && y > y_ && y < y_ + height_;
      const auto add = [&](std::string& path, bool& is_open, bool is_here) {
        is_here = is_here && is_drawn;
        if (is_here) path += fmt::format("{}{:.1f} {:.1f}", is_open ? 'L' : 'M', to_x(z), y);
        is_open = is_here;
      };
      const double slack = 1e-6 * step;
      add(inside, open_inside, z >= edge_.data[0] - slack && z <= edge_.data[1] + slack);
      add(outside, open_outside, z <= edge_.data[0] + slack || z >= edge_.data[1] - slack);
    }
    return fmt::format("<path class=\"beyond\" d=\"{}\"/><path class=\"curve c0\" d=\"{}\"/>",
                       outside, inside);
  }

  const EdgePicture& edge_;
  std::array<double, 2> range_;
  double x_, y_, width_, height_;
};

class Painter {
 public:
  explicit Painter(const NetworkPicture& picture) : picture_(picture), at_(layout_of(picture)) {}

  Drawing draw() {
    Drawing drawing{at_.width, 0, picture_.title, description(), ""};
    for (std::size_t l = 0; l < picture_.layers.size(); ++l) drawing.body += layer(l);
    for (std::size_t c = 0; c < picture_.nodes.size(); ++c) drawing.body += nodes(c);
    drawing.width = std::max(drawing.width, text_width(picture_.title, 13) + 2 * margin);
    drawing.body += svg_text(margin, 18, "start", picture_.title, "class=\"title\"");
    drawing.height = header + at_.height + margin;
    return drawing;
  }

 private:
  double y(double below_header) const { return header + below_header; }

  std::string description() const {
    std::string out = picture_.description;
    for (const LayerPicture& layer : picture_.layers)
      out += fmt::format(" {} of {} edges drawn.", layer.edges.size(), layer.edge_count);
    return out;
  }

  std::string layer(std::size_t l) const {
    const LayerPicture& layer = picture_.layers[l];
    double most = 0, largest = 0;
    for (const EdgePicture& e : layer.edges) {
      most = std::max(most, e.importance);
      largest = std::max(largest, size(e));
    }
    std::string out = caption(l);
    for (std::size_t e = 0; e < layer.edges.size(); ++e) {
      const EdgePicture& edge = layer.edges[e];
      out += fmt::format("<g class=\"edge\" opacity=\"{:.3f}\"><title>{}</title>{}</g>\n",
                         opacity(edge.importance, most), escape_html(tooltip(l, edge)),
                         edge.values.empty() ? line(l, edge, largest) : plot(l, e, largest));
    }
    return out;
  }

  /// Above the edges of a layer: how many.
  std::string caption(std::size_t l) const {
    const LayerPicture& layer = picture_.layers[l];
    const double x = at_.edges_x(l) + at_.edges_width(l) / 2;
    const long shown = long(layer.edges.size());
    const std::string count = shown == layer.edge_count
                                  ? fmt::format("{} {}", shown, shown == 1 ? "edge" : "edges")
                                  : fmt::format("{} of {} edges", shown, layer.edge_count);
    return svg_text(x, 38, "middle", count, "class=\"small\"");
  }

  static double opacity(double importance, double most) {
    return most > 0 ? 0.15 + 0.85 * std::sqrt(std::clamp(importance / most, 0.0, 1.0)) : 1.0;
  }

  static double size(const EdgePicture& edge) {
    if (edge.values.empty()) return std::abs(edge.weight);
    const auto range = value_range(edge, 0);
    return range[1] - range[0];
  }

  std::string tooltip(std::size_t l, const EdgePicture& edge) const {
    const std::string ends = fmt::format("{} to {}", label(l, edge.from), label(l + 1, edge.to));
    if (edge.values.empty())
      return fmt::format("{}: weight {:.3g}, importance {:.2g}", ends, edge.weight,
                         edge.importance);
    const auto range = value_range(edge, 0);
    return fmt::format("{}: {:.3g} to {:.3g} over data from {:.3g} to {:.3g}, importance {:.2g}",
                       ends, range[0], range[1], edge.data[0], edge.data[1], edge.importance);
  }

  const std::string& label(std::size_t column, int node) const {
    return picture_.nodes[column][std::size_t(node)];
  }

  /// Functions much smaller than the largest of the layer are drawn as small as they are.
  std::string plot(std::size_t l, std::size_t e, double largest) const {
    const EdgePicture& edge = picture_.layers[l].edges[e];
    const double x =
        at_.edges_x(l) + at_.lane + (at_.edges_width(l) - 2 * at_.lane - at_.box_width) / 2;
    const double middle = y(at_.edge_y[l][e]);
    const double least = largest > 0 ? 1e-3 * largest : 1;
    const Plot box(edge, value_range(edge, least), x, middle - at_.box_height / 2, at_.box_width,
                   at_.box_height);
    return fmt::format("<path class=\"wire\" d=\"{}{}\"/>",
                       wire(at_.edges_x(l), y(at_.node_y[l][std::size_t(edge.from)]), x, middle),
                       wire(x + at_.box_width, middle, at_.node_x[l + 1],
                            y(at_.node_y[l + 1][std::size_t(edge.to)]))) +
           box.draw();
  }

  std::string line(std::size_t l, const EdgePicture& edge, double largest) const {
    const double width = largest > 0 ? 0.5 + 3 * std::abs(edge.weight) / largest : 0.5;
    return fmt::format("<path class=\"line c{}\" stroke-width=\"{:.2f}\" d=\"{}\"/>",
                       edge.weight < 0 ? 1 : 0, width,
                       wire(at_.edges_x(l), y(at_.node_y[l][std::size_t(edge.from)]),
                            at_.node_x[l + 1], y(at_.node_y[l + 1][std::size_t(edge.to)])));
  }

  std::string nodes(std::size_t column) const {
    std::string out;
    const double x = at_.node_x[column], width = at_.node_width[column];
    for (std::size_t n = 0; n < picture_.nodes[column].size(); ++n) {
      const double middle = y(at_.node_y[column][n]);
      if (std::isnan(middle)) continue;
      out += fmt::format(
          "<rect class=\"node\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
          "rx=\"{:.1f}\"/>",
          x, middle - node_height / 2, width, node_height, node_height / 2);
      out += svg_text(x + width / 2, middle + 4, "middle", picture_.nodes[column][n]) + "\n";
    }
    return out;
  }

  const NetworkPicture& picture_;
  NetworkLayout at_;
};

}  // namespace

std::string edges_csv(const NetworkPicture& picture) {
  std::string text = csv_line({"layer", "from", "to", "importance"});
  for (std::size_t l = 0; l < picture.layers.size(); ++l)
    for (const EdgePicture& e : picture.layers[l].edges)
      text += csv_line({std::to_string(l + 1), picture.nodes[l][std::size_t(e.from)],
                        picture.nodes[l + 1][std::size_t(e.to)], exact(e.importance)});
  return text;
}

Drawing draw_network(const NetworkPicture& picture) {
  check(picture.nodes.size() == picture.layers.size() + 1, "{} rows of nodes for {} layers",
        picture.nodes.size(), picture.layers.size());
  return Painter(picture).draw();
}

}  // namespace kanpde::output
