#pragma once
/// What a picture of a trained network shows: the function of every edge over the data it sees.

#include <span>
#include <string>
#include <vector>

#include "kan/network.hpp"
#include "output/report/network.hpp"

namespace kanpde::solver {

struct PictureOptions {
  int most_curves = 24, most_lines = 100;  ///< edges a layer of a KAN, of an MLP
  int block = 0;                           ///< of networks on subdomains
};

/// Why there is no such picture, "" where there is one: products have no function of one variable
/// on an edge but the B-splines themselves.
std::string why_no_picture(const kan::NetworkShape& shape);

/// The network over the points x, a column an input. `inputs`, `outputs`: names. From the outputs
/// back, each layer shows the most important of the edges (kan::importance) that lead to a unit
/// shown, from few enough units that the edges to these can be shown too. Layers that are not
/// trained are left out, and the inputs then named for what they give.
output::NetworkPicture picture_of(const kan::NetworkShape& shape, std::span<const double> theta,
                                  const Columns& x, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs,
                                  const PictureOptions& options = {});

}  // namespace kanpde::solver
