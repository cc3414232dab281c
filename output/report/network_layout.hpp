#pragma once
/// Where the nodes and edges of a picture of a network lie.

#include <vector>

#include "output/report/network.hpp"

namespace kanpde::output {

/// x from the left of the drawing, y from below the header; nodes that are not drawn have y = NaN.
struct NetworkLayout {
  static constexpr double margin = 10, node_height = 24;
  double box_width = 72, box_height = 32, lane = 32;  ///< of curves; lanes lead to and from them
  double width = 0, height = 0;
  std::vector<std::vector<double>> node_y, edge_y;  ///< of middles
  std::vector<double> node_x, node_width;           ///< left end, of a column of nodes

  /// Of the room between two columns of nodes.
  double edges_x(std::size_t layer) const { return node_x[layer] + node_width[layer]; }
  double edges_width(std::size_t layer) const { return node_x[layer + 1] - edges_x(layer); }
};

/// Edges of a layer one below another, hidden units beside theirs.
NetworkLayout layout_of(const NetworkPicture& picture);

}  // namespace kanpde::output
