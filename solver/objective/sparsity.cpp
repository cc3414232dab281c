#include "solver/objective/sparsity.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "kan/edges.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::solver {

namespace {

using kernels::LayerShape;
using kernels::NetworkShape;

constexpr double smallest_size = 1e-8;  ///< of an edge, relative to the largest of its layer

/// Upper triangular R with R'R the mean of products of the functions of an input, base included.
Matrix root_of_products(const NetworkShape& shape, int l, int input, const Columns& in) {
  const Columns of_points =
      kan::edge_functions(shape, l, input, {in.column(input), std::size_t(in.points())});
  Matrix f(of_points.points(), of_points.columns());
  for (int g = 0; g < of_points.columns(); ++g)
    std::copy_n(of_points.column(g), of_points.points(), f.col(g).data());
  Matrix gram = f.transpose() * f / double(in.points());
  gram.diagonal().array() += 1e-14 * gram.trace();
  return Eigen::LLT<Matrix>(gram).matrixU();
}

/// w_e of the edges of a layer from their sizes; 0 while all edges are, as those of an output layer
/// that is yet to be solved for: the penalty would hold them there.
std::vector<double> weights_of(const std::vector<double>& sizes, double lambda, double entropy) {
  const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  const double floor = smallest_size * *std::max_element(sizes.begin(), sizes.end());
  if (!(sum > 0)) return std::vector<double>(sizes.size(), 0.0);
  double S = 0;
  for (const double n : sizes)
    if (n > 0) S -= n / sum * std::log(n / sum);
  std::vector<double> weights;
  for (const double n : sizes) {
    const double size = std::max(n, floor);
    const double slope = -(std::log(size / sum) + S) / sum;  // dS/dn
    weights.push_back(std::max(0.0, lambda * (1 + entropy * slope)) / size);
  }
  return weights;
}

}  // namespace

QuadraticPenalty sparsity_penalty(const NetworkShape& shape, const std::vector<double>& theta,
                                  const Columns& x, double lambda, double entropy) {
  QuadraticPenalty penalty;
  for (int l = 0; l < int(shape.layers.size()); ++l) {
    const LayerShape& layer = shape.layers[std::size_t(l)];
    if (layer.frozen || layer.parameters() == 0) continue;
    Columns in;
    kernels::layer_inputs(shape, theta, l, x, in);
    std::vector<double> sizes;
    const std::size_t first = penalty.blocks.size();
    for (int i = 0; i < layer.inputs; ++i) {
      const Matrix R = root_of_products(shape, l, i, in);
      for (int j = layer.first_output(i); j < layer.first_output(i) + layer.block_outputs(); ++j) {
        const int begin = layer.weights + layer.edge(j, i);
        QuadraticPenalty::Block block{std::vector<int>(std::size_t(layer.features())), R};
        std::iota(block.parameters.begin(), block.parameters.end(), begin);
        sizes.push_back(
            (R * Eigen::Map<const Vector>(theta.data() + begin, layer.features())).norm());
        penalty.blocks.push_back(std::move(block));
      }
    }
    const std::vector<double> w = weights_of(sizes, lambda, entropy);
    for (std::size_t e = 0; e < w.size(); ++e) penalty.blocks[first + e].R *= std::sqrt(w[e]);
  }
  return penalty;
}

}  // namespace kanpde::solver
