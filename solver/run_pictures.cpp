#include "solver/run_pictures.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/evaluator.hpp"
#include "solver/objective/collocation.hpp"

namespace kanpde::solver {

namespace {

using kan::LayerShape;
using kan::NetworkShape;
using output::EdgePicture;
using output::LayerPicture;
using output::NetworkPicture;

constexpr int point_count = 2000;
constexpr std::uint64_t picture_stream = 30;

/// "u", or with polynomials in time "u 1", "u 2" .. for its values at their nodes.
std::vector<std::string> output_labels(const problems::Problem& problem, int outputs) {
  const int each = outputs / int(problem.unknowns.size());
  if (each == 1) return problem.unknowns;
  std::vector<std::string> labels;
  for (const std::string& unknown : problem.unknowns)
    for (int k = 1; k <= each; ++k) labels.push_back(fmt::format("{} {}", unknown, k));
  return labels;
}

/// Points of the whole region, moved along time into a window.
Columns points_in(const problems::Problem& problem, const Solution& solution, int window) {
  Random random(0, picture_stream);
  Columns x = interior_points(problem, point_count, random);
  if (solution.time < 0) return x;
  const auto& extra = problem.region.extra;
  const double first = extra.lower[0], whole = extra.upper[0] - first;
  const double begin = window == 0 ? first : solution.pieces[std::size_t(window) - 1].end;
  const double part = (solution.pieces[std::size_t(window)].end - begin) / whole;
  for (int p = 0; p < x.points(); ++p)
    x(solution.time, p) = begin + (x(solution.time, p) - first) * part;
  return x;
}

/// The points that lie in the subdomain of a block: where its scaled coordinates are in [-1, 1].
Columns points_in_block(const NetworkShape& shape, std::span<const double> theta, int block,
                        const Columns& x) {
  Columns in;
  kernels::layer_inputs(shape, theta, 1, x, in);
  std::vector<int> which;
  for (int p = 0; p < x.points(); ++p) {
    bool is_inside = true;
    for (int i = block * shape.inputs; i < (block + 1) * shape.inputs; ++i)
      is_inside = is_inside && std::abs(in(i, p)) <= 1;
    if (is_inside) which.push_back(p);
  }
  return which.empty() ? x : take_points(x, which);
}

void check_number(const std::string& model, const char* what, int number, int count) {
  if (number < 0 || number >= count)
    throw InputError(
        {fmt::format("--{} {}", what, number + 1), 0, 0},
        fmt::format("model '{}' has {} {}{}", model, count, what, count == 1 ? "" : "s"));
}

bool has_curves(const NetworkPicture& picture) {
  return std::ranges::any_of(picture.layers, [](const LayerPicture& layer) {
    return std::ranges::any_of(layer.edges, [](const EdgePicture& e) { return !e.values.empty(); });
  });
}

std::string legend(const NetworkShape& shape, const NetworkPicture& picture) {
  std::string text =
      has_curves(picture)
          ? "Each box is the function on an edge, to its own scale: shaded the range of the data, "
            "ticks the break points of the grid."
          : "Width: size of the weight; blue: positive, orange: negative.";
  text += " The stronger, the more important.";
  const bool has_projections =
      shape.blocks() == 1 && std::ranges::any_of(shape.layers, &LayerShape::frozen);
  return has_projections ? text + " w1, w2, ..: random combinations of the coordinates." : text;
}

}  // namespace

NetworkPicture picture_of(problems::Problem& problem, const std::string& model, int seed,
                          const Solution& solution, int window, PictureOptions options) {
  check_number(model, "window", window, int(solution.pieces.size()));
  const Surrogate& surrogate = solution.pieces[std::size_t(window)].surrogate;
  const NetworkShape& shape = surrogate.shape;
  check_number(model, "subdomain", options.block, shape.blocks());
  Columns x = points_in(problem, solution, window);
  if (shape.blocks() > 1) x = points_in_block(shape, surrogate.theta, options.block, x);
  NetworkPicture picture =
      picture_of(shape, surrogate.theta, x, problem.variables,
                 output_labels(problem, shape.outputs / shape.blocks()), options);
  picture.title = fmt::format("{}: {}", model, kan::describe(shape));
  if (solution.pieces.size() > 1)
    picture.title += fmt::format(", window {} of {}", window + 1, solution.pieces.size());
  if (shape.blocks() > 1)
    picture.title += fmt::format(", subdomain {} of {}", options.block + 1, shape.blocks());
  picture.description = fmt::format("Seed {}. {}", seed, legend(shape, picture));
  return picture;
}

std::vector<NetworkPicture> pictures_of(TrainedRun& run) {
  std::vector<NetworkPicture> pictures;
  for (const TrainedRun::Model& model : run.models({}, -1)) {
    const problems::ModelSettings& settings = model.contestant.settings;
    if (!why_no_picture(make_shape(run.problem(), settings, model.seed)).empty()) continue;
    pictures.push_back(
        picture_of(run.problem(), settings.name, model.seed, run.open(model)->solution(), 0, {}));
  }
  return pictures;
}

}  // namespace kanpde::solver
