/// Models of products: which problems and trainings they go with.

#include <algorithm>

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

constexpr std::size_t most_axes = 3;

/// Names of the variables that such a model reads.
std::vector<std::string> axes_of(const Problem& problem, const ModelSettings& model) {
  std::vector<std::string> axes = problem.variables;
  if (model.time_degree > 0) axes.erase(axes.begin() + problem.space_dimension);
  return axes;
}

bool is_periodic(const Problem& problem, const std::string& variable) {
  return std::any_of(problem.conditions.begin(), problem.conditions.end(), [&](const Condition& c) {
    return c.periodic_axis >= 0 && problem.variables[std::size_t(c.periodic_axis)] == variable;
  });
}

std::string why_not_on(const Problem& problem, const ModelSettings& model) {
  const std::vector<std::string> axes = axes_of(problem, model);
  if (problem.region.space && !problem.region.space->is_box())
    return "the space must be an interval or a box";
  if (axes.size() > most_axes)
    return fmt::format("of {} variables at most, not of {}", most_axes, fmt::join(axes, ", "));
  for (const auto& [key, size] :
       {std::pair{"grid", model.axis_grids.size()},
        std::pair{"stretch", model.stretch.size() == 1 ? std::size_t(0) : model.stretch.size()}})
    if (size != 0 && size != axes.size())
      return fmt::format("{} needs one number or {}, one for each of {}, got {}", key, axes.size(),
                         fmt::join(axes, ", "), size);
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (is_periodic(problem, axes[i]) && model.axis_grid(int(i)) <= model.degree)
      return fmt::format(
          "splines of degree {} need {} intervals or more along the period of {}, "
          "got {}",
          model.degree, model.degree + 1, axes[i], model.axis_grid(int(i)));
  return "";
}

std::string why_not_with(const TrainingSettings& training) {
  for (const StageSettings& stage : training.stages) {
    if (stage.grid) return "their grids stay as they are; leave out `grid` in the stages";
    if (stage.adapt_grid)
      return "their grids stay as they are; leave out `adapt_grid` in the stages";
    if (stage.freeze_splines) return "they have nothing but splines; leave out `freeze_splines`";
  }
  return "";
}

}  // namespace

void check_products(const Problem& problem, const ModelSettings& model,
                    const TrainingSettings& training) {
  if (!model.products) return;
  for (const std::string& why : {why_not_on(problem, model), why_not_with(training)})
    if (!why.empty()) throw InputError(model.products_where, "products: " + why);
}

}  // namespace kanpde::problems::spec
