/// The settings of a model: key, how it is read and written, default (that of settings.hpp) and
/// meaning.

#include <algorithm>

#include "problems/spec/document.hpp"

namespace kanpde::problems::spec {

using Type = ModelSettings::Type;

namespace {

/// One number, or for a model of products a list.
Field<ModelSettings> grid_field() {
  using S = ModelSettings;
  const auto one = integer(1, 10000);
  const auto several = list_of(one, 1, max_variables);
  auto f = field("grid", &S::grid, one,
                 "Intervals on an edge (radial functions: one more centre than that); with "
                 "`products` those of every axis, or a list with an entry an axis.");
  f.type = "whole number, 1 or more, or a list of them";
  f.read = [one, several](S& target, const Node& node, Reader& reader) {
    target.axis_grids.clear();
    if (!node.is_list()) {
      target.grid = one.read(node, reader);
      return;
    }
    if (!target.products) fail(node, "grid: a list of numbers belongs to `products: true` only");
    target.axis_grids = several.read(node, reader);
    target.grid = *std::max_element(target.axis_grids.begin(), target.axis_grids.end());
  };
  f.write = [one, several](const S& s) {
    return s.axis_grids.empty() ? one.write(s.grid) : several.write(s.axis_grids);
  };
  return f;
}

/// A number, or a list of numbers.
Codec<std::vector<double>> stretch_codec() {
  const auto one = real(0, 8);
  const auto several = list_of(one, 1, max_variables);
  const auto read = [one, several](const Node& node, Reader& reader) {
    if (node.is_list()) return several.read(node, reader);
    return std::vector<double>{one.read(node, reader)};
  };
  const auto write = [one, several](const std::vector<double>& values) {
    return values.size() == 1 ? one.write(values[0]) : several.write(values);
  };
  return {"number, 0 to 8, or a list of them", read, write};
}

}  // namespace

const Block<ModelSettings>& model_block() {
  using S = ModelSettings;
  const auto is_kan = [](const S& s) { return s.type == Type::kan; };
  const auto is_mlp = [](const S& s) { return s.type == Type::mlp; };
  const auto has_degree = [](const S& s) { return s.type == Type::kan && s.has_degree(); };
  const auto has_grid = [](const S& s) { return s.type == Type::kan && s.has_grid(); };
  const auto has_products = [](const S& s) { return s.products; };
  const auto has_subdomains = [](const S& s) { return !s.subdomains.empty(); };
  auto widths = list_of(integer(1, 10000), 0, 50);
  widths.type = "list of whole numbers";
  auto counts = list_of(integer(0, 1000), 0, max_variables);
  counts.type = "list of whole numbers, one a variable";
  auto cells = list_of(integer(1, 64), 0, max_variables);
  cells.type = "list of whole numbers, one a variable";
  static const Block<S> block({
      field("type", &S::type, choice<Type>({"kan", "mlp"}),
            "Kolmogorov-Arnold network or multilayer perceptron.")
          .otherwise("the model's name, if that is kan or mlp"),
      field("products", &S::products, flag(),
            "One layer whose functions are products of B-splines, one of each variable: a "
            "tensor-product spline. No hidden layers, no base function; on the CPU only.")
          .only("models of type kan", is_kan),
      field("hidden", &S::hidden, widths, "Widths of the hidden layers.")
          .otherwise("[10], or chosen; [40, 40, 40] for an MLP"),
      field("basis", &S::basis,
            choice<Basis>({"bspline", "rbf", "chebyshev", "fourier", "rational"}),
            "Functions on an edge: B-splines, Gaussian radial functions, Chebyshev polynomials, "
            "cosines and sines whose period is twice the grid, rational functions without poles.")
          .only("models of type kan", is_kan),
      field("degree", &S::degree, integer(1, 64),
            "Of the splines (1 to 11, above the order of the equations by one or more), of the "
            "Chebyshev polynomials, of the polynomials that rational functions reproduce (at most "
            "`grid`); number of harmonics, a cosine and a sine each.")
          .only("models of type kan with basis bspline, chebyshev, fourier or rational",
                has_degree),
      grid_field().only("models of type kan with basis bspline, rbf or rational", has_grid),
      field("stretch", &S::stretch, stretch_codec(),
            "s grades the break points of an axis towards both ends, tanh(s z)/tanh(s) for equal "
            "steps of z in [-1, 1], so that intervals in the middle are cosh(s)^2 times as long as "
            "at the ends; 0 makes them equal. Axes with a periodic condition stay as they are.")
          .only("models with products: true", has_products),
      field(
          "base", &S::base, choice<BaseFunction>({"silu", "tanh", "identity", "none"}),
          "Function added to the splines of an edge. In continual training such a function, which "
          "reaches everywhere, would spoil what was learned elsewhere.")
          .otherwise("silu; none in continual training")
          .only("models of type kan", is_kan),
      field("time_degree", &S::time_degree, integer(0, 12),
            "Above 0: the network reads space alone, and its outputs are the values of polynomials "
            "of this degree in the time of a window; 0: it reads the time.")
          .only("models of type kan", is_kan),
      field("activation", &S::activation, choice<Activation>({"tanh", "sin", "silu", "gelu"}),
            "Function of a neuron.")
          .only("models of type mlp", is_mlp),
      field("fourier_features", &S::fourier_features, integer(0, 10000),
            "Random Fourier features of the inputs; 0 none."),
      field("fourier_scale", &S::fourier_scale, real(1e-300, 1e300),
            "Standard deviation of their frequencies."),
      field(
          "periodic_harmonics", &S::periodic_harmonics, counts,
          "Replaces a variable by so many sine and cosine harmonics of its interval; 0 leaves it."),
      field("subdomains", &S::subdomains, cells,
            "Cuts the domain's bounding box into so many cells along each variable and trains a "
            "network on each, joined by a partition of unity (FBKAN, FBPINN); on the CPU only.")
          .otherwise("one network"),
      field("overlap", &S::overlap, real(0.01, 1),
            "Part of a cell's width that two neighbouring networks share.")
          .only("models with subdomains", has_subdomains),
      field("training", &S::training, own_training_codec(),
            "Replaces keys of `training` for this model; `auto` chooses its stages.")
          .otherwise("that of the problem"),
  });
  return block;
}

}  // namespace kanpde::problems::spec
