/// Continual training: along which variable, and what does not go with it.

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

std::string why_not(const TrainingSettings& training, const ModelSettings* model) {
  if (!training.continuation.values.empty()) return "not with continuation";
  if (training.windows > 1) return "not with windows";
  if (training.pseudo_time.steps > 0) return "not with pseudo_time";
  if (training.more_passes() > 0) return "not with adapt_edges";
  for (const StageSettings& stage : training.stages)
    if (stage.resample > 0) return "not with stages that draw new points (resample)";
  if (model != nullptr && model->products) return "not for a model of products";
  if (model != nullptr && model->time_degree > 0) return "not with polynomials in time";
  return "";
}

void check(const Problem& problem, const TrainingSettings& training, const ModelSettings* model) {
  const ContinualSettings& c = training.continual;
  if (c.phases == 0) return;
  const std::vector<std::string>& names = problem.variables;
  if (std::find(names.begin(), names.end(), c.variable) == names.end())
    throw InputError(c.where, fmt::format("continual: there is no variable '{}'{}", c.variable,
                                          suggestion(c.variable, names)));
  if (const std::string why = why_not(training, model); !why.empty())
    throw InputError(c.where, fmt::format("continual: {}; leave out one of the two", why));
}

}  // namespace

void build_continual(const Build& build) {
  check(build.problem, build.problem.training, nullptr);
  for (const ModelSettings& model : build.problem.models)
    check(build.problem, model.training.value_or(build.problem.training), &model);
}

}  // namespace kanpde::problems::spec
