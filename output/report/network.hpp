#pragma once
/// Pictures of networks: every edge of a KAN as a small curve of its function, of an MLP as a line.

#include <array>
#include <string>
#include <vector>

#include "output/report/drawing.hpp"

namespace kanpde::output {

struct EdgePicture {
  int from = 0, to = 0;   ///< nodes before and behind
  double importance = 0;  ///< of any unit, the same in the layer; >= 0
  double weight = 0;      ///< of a line; unused where there is a curve
  /// The function at equal steps over the interval `view`; empty: a line.
  std::vector<double> values;
  std::array<double, 2> view{0, 1};
  std::array<double, 2> data{0, 1};  ///< range of the edge's input over the data, within `view`
  std::vector<double> breaks;        ///< of its grid; those outside `view` are not drawn
};

/// The edges between two rows of nodes.
struct LayerPicture {
  long edge_count = 0;  ///< of the network; `edges` may hold fewer, the most important ones
  std::vector<EdgePicture> edges;
};

struct NetworkPicture {
  std::string title, description;
  std::vector<std::vector<std::string>> nodes;  ///< labels: inputs, hidden units, outputs
  std::vector<LayerPicture> layers;             ///< one less
};

/// From left to right; the opacity of an edge grows with its importance, relative to the largest
/// of its layer. Hidden units without a drawn edge are left out, and so are inputs and outputs
/// where there are more than 12.
Drawing draw_network(const NetworkPicture& picture);

/// Columns layer,from,to,importance: the edges of the picture, nodes by their labels.
std::string edges_csv(const NetworkPicture& picture);

}  // namespace kanpde::output
