/// Polynomials in time: which problems, models and trainings they go with.

#include <algorithm>

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

int time_order(const Problem& problem) {
  std::vector<Expr> residuals;
  for (const Equation& e : problem.equations) residuals.push_back(e.parsed.residual);
  for (const Condition& c : problem.conditions)
    if (c.parsed.residual.valid()) residuals.push_back(c.parsed.residual);
  int order = 0;
  for (const Symbol& s : problem.graph.symbols(residuals))
    if (s.kind == Symbol::Kind::unknown)
      order = std::max<int>(order, s.alpha.count[std::size_t(problem.space_dimension)]);
  return order;
}

namespace {

std::string why_not_of(const Problem& problem, const ModelSettings& model) {
  const int degree = model.time_degree;
  if (!problem.has_time) return "the domain has no time";
  if (!problem.region.space) return "the domain has no space for the network to read";
  if (!problem.region.space->is_box()) return "the space must be an interval or a box";
  const int order = time_order(problem);
  if (order > degree)
    return fmt::format(
        "polynomials of degree {} have no derivatives of order {}, which the "
        "problem has in {}; use {} or more",
        degree, order, problem.variables[std::size_t(problem.space_dimension)], order);
  for (const Condition& c : problem.conditions)
    if (c.hard && c.periodic_axis >= 0 && !model.products)
      return fmt::format(
          "a hard periodic condition turns {} into harmonics, and the network must "
          "read the coordinate itself; leave out `hard: true`",
          problem.variables[std::size_t(c.periodic_axis)]);
  return "";
}

std::string why_not_by(const ModelSettings& model) {
  if (model.products) return "";
  if (model.hidden.size() != 1)
    return fmt::format("it needs one hidden layer, got {}", model.hidden.size());
  const auto positive = [](int h) { return h > 0; };
  for (const auto& [key, given] :
       {std::pair{"fourier_features", model.fourier_features > 0},
        std::pair{"periodic_harmonics", std::any_of(model.periodic_harmonics.begin(),
                                                    model.periodic_harmonics.end(), positive)}})
    if (given)
      return fmt::format("the network must read the coordinates themselves; leave out {}", key);
  return "";
}

std::string why_not_with(const TrainingSettings& training) {
  if (!training.continuation.values.empty())
    return "not with continuation; leave out one of the two";
  for (const StageSettings& stage : training.stages) {
    if (stage.optimizer != StageSettings::Optimizer::output_layer)
      return "every stage must have optimizer: output_layer, as others would let inner edges read "
             "the time";
    if (stage.resample > 0)
      return "points lie at the nodes of the polynomials; leave out `resample`";
  }
  return "";
}

}  // namespace

std::string why_no_polynomials(const Problem& problem, const ModelSettings& model,
                               const TrainingSettings& training) {
  for (const std::string& why :
       {why_not_of(problem, model), why_not_by(model), why_not_with(training)})
    if (!why.empty()) return why;
  return "";
}

}  // namespace kanpde::problems::spec
