#include "solver/training/surrogate.hpp"

#include <cmath>

#include "kan/edges.hpp"
#include "solver/objective/subdomains.hpp"
#include "solver/training/stretching.hpp"

namespace kanpde::solver {

namespace {

using kan::Features;
using problems::ModelSettings;
using problems::Problem;

/// Streams of one seed, so that points, weights and Fourier features are independent.
enum Stream { weights_stream = 1, features_stream = 2 };

Features features_of(problems::Basis basis) {
  switch (basis) {
    case problems::Basis::bspline:
      return Features::bspline;
    case problems::Basis::rbf:
      return Features::rbf;
    case problems::Basis::chebyshev:
      return Features::chebyshev;
    case problems::Basis::fourier:
      return Features::fourier;
    default:
      return Features::rational;
  }
}

Features features_of(problems::BaseFunction base) {
  switch (base) {
    case problems::BaseFunction::silu:
      return Features::silu;
    case problems::BaseFunction::tanh:
      return Features::tanh;
    case problems::BaseFunction::identity:
      return Features::identity;
    default:
      return Features::none;
  }
}

Features features_of(problems::Activation activation) {
  switch (activation) {
    case problems::Activation::tanh:
      return Features::tanh;
    case problems::Activation::sin:
      return Features::sin;
    case problems::Activation::silu:
      return Features::silu;
    default:
      return Features::gelu;
  }
}

kan::InputMap input_map(const Problem& problem, const ModelSettings& model) {
  kan::InputMap map;
  const problems::Region& region = problem.region;
  if (region.space) {
    const problems::Box box = region.space->bounding_box();
    map.lower = box.lower;
    map.upper = box.upper;
  }
  map.lower.insert(map.lower.end(), region.extra.lower.begin(), region.extra.lower.end());
  map.upper.insert(map.upper.end(), region.extra.upper.begin(), region.extra.upper.end());
  map.harmonics = model.periodic_harmonics;
  for (const problems::Condition& c : problem.conditions)
    if (c.hard && c.periodic_axis >= 0) {
      map.harmonics.resize(problem.variable_count(), 0);
      if (map.harmonics[c.periodic_axis] == 0) map.harmonics[c.periodic_axis] = 1;
    }
  map.subdomains = subdomains(problem, model);
  map.fourier_features = model.fourier_features;
  map.fourier_scale = model.fourier_scale;
  return map;
}

kan::NetworkShape make_products(const Problem& problem, const ModelSettings& model,
                                const kan::InputMap& map, int outputs) {
  std::vector<kan::ProductAxis> axes;
  for (int i = 0, k = 0; i < problem.variable_count(); ++i) {
    axes.emplace_back();
    if (model.time_degree > 0 && i == problem.space_dimension) continue;
    const bool periodic = is_periodic(problem, i);
    axes.back() = {model.axis_grid(k), periodic ? 0.0 : model.axis_stretch(k), periodic};
    ++k;
  }
  return kan::make_products(map, model.degree, axes, outputs);
}

/// Grids of inner layers over the activations at the points, and trainable scalars.
void complete(const Problem& problem, const Columns& points, bool moves, Surrogate& surrogate) {
  kan::adapt_grids(surrogate.shape, surrogate.theta, points, moves);
  for (const problems::TrainableParameter& p : problem.parameters)
    surrogate.theta.push_back(p.initial);
}

/// A direction in the network's coordinates, of unit length.
std::vector<double> scaled(const kan::NetworkShape& shape, std::vector<double> direction) {
  double norm = 0;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    direction[i] /= shape.input_scale[i];
    norm = std::hypot(norm, direction[i]);
  }
  for (double& a : direction) a /= norm;
  return direction;
}

}  // namespace

kan::NetworkShape make_shape(const Problem& problem, const ModelSettings& model, int seed) {
  Random random(std::uint64_t(seed), features_stream);
  const kan::InputMap map = input_map(problem, model);
  const int outputs = int(problem.unknowns.size()) * (model.time_degree + 1);
  if (model.type == ModelSettings::Type::mlp)
    return kan::make_mlp(map, {model.hidden, features_of(model.activation)}, outputs, random);
  if (model.products) return make_products(problem, model, map, outputs);
  kan::KanOptions options;
  options.hidden = model.hidden;
  options.basis = features_of(model.basis);
  options.degree = model.degree;
  options.grid = model.grid;
  options.base = features_of(model.base);
  options.bias = model.hidden.size() > 1;  // deep KANs start as the MLP that they contain
  return kan::make_kan(map, options, outputs, random);
}

Surrogate make_surrogate(const Problem& problem, const ModelSettings& model, int seed, Start start,
                         const Columns& points, const std::vector<double>& direction) {
  Surrogate surrogate{make_shape(problem, model, seed), {}};
  Random random(std::uint64_t(seed), weights_stream);
  if (start == Start::ridge)
    kan::initialise_ridge(surrogate.shape, 0.05, random, surrogate.theta,
                          model.time_degree > 0 ? problem.space_dimension : -1);
  else
    kan::initialise(surrogate.shape, random, surrogate.theta);
  const bool directed = !direction.empty() && surrogate.shape.inputs == problem.variable_count() &&
                        kan::set_first_direction(
                            surrogate.shape, scaled(surrogate.shape, direction), surrogate.theta);
  complete(problem, points, !directed, surrogate);
  return surrogate;
}

Surrogate make_stretched(const Problem& problem, const ModelSettings& model, int seed,
                         const kan::Stretching& stretching, const Columns& points) {
  Surrogate surrogate{make_shape(problem, model, seed), {}};
  Random random(std::uint64_t(seed), weights_stream);
  kan::initialise_stretched(surrogate.shape, stretching, random, surrogate.theta);
  complete(problem, points, false, surrogate);  // these edges stay as they are
  return surrogate;
}

}  // namespace kanpde::solver
