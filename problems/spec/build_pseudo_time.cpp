/// Pseudo-time: which equation evolves which unknown.

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

/// Sign of the second derivatives d^2 u/dx_i^2 in the residual, -1 or 1, where all that occur have
/// the same constant one; 0 where none occurs, NaN otherwise.
double sign_of_second_derivatives(Problem& problem, Expr residual, int u) {
  double sign = 0;
  for (int i = 0; i < problem.variable_count(); ++i) {
    Symbol second{Symbol::Kind::unknown, u, 0, {}};
    second.alpha.count[std::size_t(i)] = 2;
    const Expr factor = problem.graph.partial(residual, second);
    if (factor == problem.graph.constant(0)) continue;
    if (!problem.graph.is_constant(factor)) return std::nan("");
    const double s = problem.graph.constant_value(factor) > 0 ? 1.0 : -1.0;
    if (sign != 0 && s != sign) return std::nan("");
    sign = s;
  }
  return sign;
}

/// The residual is left minus right side: u_tau + residual = 0 diffuses where the second
/// derivatives in it are negative.
std::vector<std::string> choose(Problem& problem, const PseudoTimeSettings& settings) {
  std::vector<std::string> evolve;
  for (int e = 0; e < int(problem.equations.size()); ++e) {
    evolve.push_back("none");
    if (e >= int(problem.unknowns.size())) continue;
    const double sign =
        sign_of_second_derivatives(problem, problem.equations[e].parsed.residual, e);
    if (std::isnan(sign))
      throw InputError(settings.where,
                       fmt::format("pseudo_time: the second derivatives of {} in equation {} have "
                                   "no common constant sign; say with 'evolve' which equation "
                                   "evolves which unknown, such as evolve: [-u, none]",
                                   problem.unknowns[e], e + 1));
    if (sign != 0) evolve.back() = (sign > 0 ? "-" : "") + problem.unknowns[e];
  }
  return evolve;
}

void check_evolve(const Problem& problem, const PseudoTimeSettings& settings) {
  const auto refuse = [&](const std::string& why) {
    throw InputError(settings.evolve_where, "evolve: " + why);
  };
  if (settings.evolve.size() != problem.equations.size())
    refuse(fmt::format("expected an entry for each of {} equations, got {}",
                       problem.equations.size(), settings.evolve.size()));
  bool any = false;
  for (std::string name : settings.evolve) {
    if (name == "none") continue;
    any = true;
    if (name.starts_with("-")) name.erase(0, 1);
    const auto& names = problem.unknowns;
    if (std::find(names.begin(), names.end(), name) == names.end())
      refuse(fmt::format("there is no unknown '{}'{}", name, suggestion(name, names)));
  }
  if (!any)
    refuse(
        "no equation evolves an unknown: none has second derivatives of the unknown of its "
        "number; name the unknowns, such as evolve: [u, none]");
}

void complete(Problem& problem, TrainingSettings& training) {
  PseudoTimeSettings& settings = training.pseudo_time;
  if (settings.steps == 0) return;
  if (problem.has_time)
    throw InputError(settings.where,
                     "pseudo_time: the problem has a time of its own; it is for steady problems");
  if (settings.evolve.empty()) settings.evolve = choose(problem, settings);
  check_evolve(problem, settings);
}

}  // namespace

void build_pseudo_time(Build& build) {
  complete(build.problem, build.problem.training);
  for (ModelSettings& model : build.problem.models)
    if (model.training) complete(build.problem, *model.training);
}

}  // namespace kanpde::problems::spec
