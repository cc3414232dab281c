/// Continuation: the equations and conditions read again for other values of a constant.

#include <utility>

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

/// Constants and what is defined from them, with `name` set to `value`.
Scope constants_with(Build& build, const std::string& name, double value) {
  Scope saved = std::exchange(build.reader.constants, {});
  for (const auto& [constant, expression] : build.document.constants) {
    build.reader.key = constant.text;
    const double v = constant.text == name ? value : build.reader.number(expression);
    build.reader.constants.definitions[constant.text] = build.reader.graph.constant(v);
  }
  return std::exchange(build.reader.constants, std::move(saved));
}

/// Equations and conditions are read into a copy of the problem, whose graph then holds the nodes
/// of both under the same numbers.
Variant read_variant(Build& build, const std::string& name, double value) {
  const Scope constants = constants_with(build, name, value);
  Problem copy = build.problem;
  copy.equations.clear();
  copy.conditions.clear();
  copy.named_boundaries.clear();
  Reader reader{build.reader.source, copy.graph, constants, {}, {}};
  Build again{build.document, build.root, reader, copy, build.names};
  build_equations(again);
  build_conditions(again);
  build.problem.graph = std::move(copy.graph);
  return {name, value, std::move(copy.equations), std::move(copy.conditions)};
}

bool same_residuals(const Problem& problem, const Variant& variant) {
  for (std::size_t i = 0; i < problem.equations.size(); ++i)
    if (problem.equations[i].parsed.residual != variant.equations[i].parsed.residual) return false;
  for (std::size_t i = 0; i < problem.conditions.size(); ++i)
    if (problem.conditions[i].parsed.residual != variant.conditions[i].parsed.residual)
      return false;
  return true;
}

void check_constant(const Build& build, const TrainingSettings& training) {
  const ContinuationSettings& c = training.continuation;
  std::vector<std::string> names;
  for (const auto& entry : build.document.constants) names.push_back(entry.name.text);
  if (std::find(names.begin(), names.end(), c.constant) == names.end())
    throw InputError(c.where, fmt::format("continuation: there is no constant '{}'{}", c.constant,
                                          suggestion(c.constant, names)));
  const auto& definitions = build.reader.constants.definitions;
  const double own = build.problem.graph.constant_value(definitions.at(c.constant));
  if (c.values.back() != own)
    throw InputError(c.value_where.back(),
                     fmt::format("continuation: the last value must be that of the constant, {}, "
                                 "got {}",
                                 own, c.values.back()));
  if (training.windows > 1)
    throw InputError(c.where, "continuation: not with windows in time; leave out one of the two");
  if (training.adapt_edges > 0)
    throw InputError(c.where, "continuation: not with adapt_edges; leave out one of the two");
}

void add_variants(Build& build, const TrainingSettings& training) {
  const ContinuationSettings& c = training.continuation;
  if (c.values.empty()) return;
  check_constant(build, training);
  for (std::size_t k = 0; k + 1 < c.values.size(); ++k) {
    Variant variant = read_variant(build, c.constant, c.values[k]);
    if (c.values[k] != c.values.back() && same_residuals(build.problem, variant))
      throw InputError(c.where, fmt::format("continuation: no equation and no condition depends "
                                            "on {}",
                                            c.constant));
    build.problem.variants.push_back(std::move(variant));
  }
}

}  // namespace

void build_variants(Build& build) {
  add_variants(build, build.problem.training);
  for (const ModelSettings& model : build.problem.models)
    if (model.training) add_variants(build, *model.training);
}

}  // namespace kanpde::problems::spec
