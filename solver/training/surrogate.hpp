#pragma once
/// A network with its parameters, made for a problem from a model's settings.

#include <vector>

#include "kan/network.hpp"
#include "problems/problem.hpp"

namespace kanpde::solver {

/// theta: the network's parameters, then the problem's trainable scalars.
struct Surrogate {
  kan::NetworkShape shape;
  std::vector<double> theta;
  int parameters() const { return shape.parameters; }
  int last_layer() const { return shape.layers.back().weights; }  ///< its first parameter
};

/// How a network starts; see kan::initialise and kan::initialise_ridge.
enum class Start { glorot, ridge };

kan::NetworkShape make_shape(const problems::Problem& problem, const problems::ModelSettings& model,
                             int seed);

/// `points`: coordinates over which the grids of inner layers are fitted to the activations.
/// `direction`: of the first hidden unit over the variables, whose grids then span just the
/// activations; empty: as any other.
Surrogate make_surrogate(const problems::Problem& problem, const problems::ModelSettings& model,
                         int seed, Start start, const Columns& points,
                         const std::vector<double>& direction = {});

/// The same by kan::initialise_stretched(), where kan::can_stretch() allows it.
Surrogate make_stretched(const problems::Problem& problem, const problems::ModelSettings& model,
                         int seed, const kan::Stretching& stretching, const Columns& points);

}  // namespace kanpde::solver
