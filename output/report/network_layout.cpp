#include "output/report/network_layout.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::output {
namespace {

constexpr double margin = NetworkLayout::margin, node_height = NetworkLayout::node_height;
constexpr double node_pitch = node_height + 6;

bool has_curves(const LayerPicture& layer) {
  return std::ranges::any_of(layer.edges, [](const EdgePicture& e) { return !e.values.empty(); });
}

bool is_wide(const NetworkPicture& picture, std::size_t rows) {
  return rows <= 8 && picture.layers.size() <= 2;
}

/// The mean height of the edges at one end, for nodes that have any.
void place_by_edges(const LayerPicture& layer, const std::vector<double>& edge_y,
                    int EdgePicture::*end, std::vector<double>& nodes) {
  std::vector<double> sum(nodes.size(), 0.0), count(nodes.size(), 0.0);
  for (std::size_t e = 0; e < layer.edges.size(); ++e) {
    const auto node = std::size_t(layer.edges[e].*end);
    sum[node] += edge_y[e];
    count[node] += 1;
  }
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (count[n] > 0 && std::isnan(nodes[n])) nodes[n] = sum[n] / count[n];
}

std::vector<double> evenly(std::size_t count, double height) {
  std::vector<double> y(count);
  for (std::size_t n = 0; n < count; ++n) y[n] = height * (double(n) + 0.5) / double(count);
  return y;
}

/// Which nodes of a column have an edge drawn.
std::vector<bool> connected(const NetworkPicture& picture, std::size_t column) {
  std::vector<bool> is_used(picture.nodes[column].size(), false);
  if (column > 0)
    for (const EdgePicture& e : picture.layers[column - 1].edges) is_used[std::size_t(e.to)] = true;
  if (column < picture.layers.size())
    for (const EdgePicture& e : picture.layers[column].edges) is_used[std::size_t(e.from)] = true;
  return is_used;
}

/// Inputs and outputs are all shown, but of many features only those in use.
std::vector<bool> shown_ends(const NetworkPicture& picture, std::size_t column) {
  const std::size_t count = picture.nodes[column].size();
  return count <= 12 ? std::vector<bool>(count, true) : connected(picture, column);
}

void place_connected(const std::vector<bool>& is_used, double height, std::vector<double>& nodes) {
  const auto y = evenly(std::size_t(std::ranges::count(is_used, true)), height);
  std::size_t next = 0;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (is_used[n]) nodes[n] = y[next++];
}

/// Moves nodes as far apart as they need, inside the height.
void keep_apart(double height, std::vector<double>& nodes) {
  std::vector<std::size_t> order;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (!std::isnan(nodes[n])) order.push_back(n);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return nodes[a] < nodes[b]; });
  double least = node_pitch / 2;
  for (const std::size_t n : order) {
    nodes[n] = std::max(nodes[n], least);
    least = nodes[n] + node_pitch;
  }
  double most = height - node_pitch / 2;
  for (auto n = order.rbegin(); n != order.rend(); ++n) {
    nodes[*n] = std::min(nodes[*n], most);
    most = nodes[*n] - node_pitch;
  }
}

void place_nodes(const NetworkPicture& picture, NetworkLayout& layout) {
  const std::size_t last = picture.layers.size();
  for (std::size_t c = 0; c <= last; ++c) {
    std::vector<double>& y = layout.node_y.emplace_back(picture.nodes[c].size(), NAN);
    if (c == 0 || c == last) {
      place_connected(shown_ends(picture, c), layout.height, y);
    } else if (has_curves(picture.layers[c - 1])) {
      place_by_edges(picture.layers[c - 1], layout.edge_y[c - 1], &EdgePicture::to, y);
      place_by_edges(picture.layers[c], layout.edge_y[c], &EdgePicture::from, y);
      keep_apart(layout.height, y);
    } else {
      place_connected(connected(picture, c), layout.height, y);
    }
  }
}

void place_columns(const NetworkPicture& picture, NetworkLayout& layout) {
  double x = margin;
  for (std::size_t c = 0; c < picture.nodes.size(); ++c) {
    double width = node_height;
    for (std::size_t n = 0; n < picture.nodes[c].size(); ++n)
      if (!std::isnan(layout.node_y[c][n]))
        width = std::max(width, text_width(picture.nodes[c][n]) + 12);
    layout.node_x.push_back(x);
    layout.node_width.push_back(width);
    x += width;
    if (c < picture.layers.size())
      x += has_curves(picture.layers[c]) ? 2 * layout.lane + layout.box_width : 120;
  }
  layout.width = x + margin;
}

}  // namespace

NetworkLayout layout_of(const NetworkPicture& picture) {
  NetworkLayout layout;
  std::size_t rows = 1, nodes = 1;
  for (const LayerPicture& layer : picture.layers)
    if (has_curves(layer)) rows = std::max(rows, layer.edges.size());
  for (std::size_t c = 0; c <= picture.layers.size(); ++c)
    nodes = std::max(nodes, std::size_t(std::ranges::count(connected(picture, c), true)));
  for (const std::size_t c : {std::size_t(0), picture.layers.size()})
    nodes = std::max(nodes, std::size_t(std::ranges::count(shown_ends(picture, c), true)));
  if (is_wide(picture, rows)) layout.box_width = 104, layout.box_height = 50, layout.lane = 40;
  layout.height = std::max(double(rows) * (layout.box_height + 10), double(nodes) * node_pitch);
  for (const LayerPicture& layer : picture.layers)
    layout.edge_y.push_back(evenly(layer.edges.size(), layout.height));
  place_nodes(picture, layout);
  place_columns(picture, layout);
  return layout;
}

}  // namespace kanpde::output
