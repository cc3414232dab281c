/// Subdomains with a network each: which problems and models they go with.

#include <algorithm>
#include <functional>
#include <numeric>

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

constexpr int most_subdomains = 64;

std::string why_not(const Problem& problem, const ModelSettings& model) {
  const std::vector<int>& cells = model.subdomains;
  if (cells.size() != problem.variables.size())
    return fmt::format("expected {} numbers, one for each of {}, got {}", problem.variables.size(),
                       fmt::join(problem.variables, ", "), cells.size());
  const double count = std::accumulate(cells.begin(), cells.end(), 1.0, std::multiplies<>());
  if (count > most_subdomains)
    return fmt::format("{:g} of them; at most {}", count, most_subdomains);
  if (model.products) return "products of splines are local as they are; leave out one of the two";
  if (model.time_degree > 0)
    return "networks of subdomains read the time; leave out time_degree or subdomains";
  const bool has_harmonics =
      std::any_of(model.periodic_harmonics.begin(), model.periodic_harmonics.end(),
                  [](int h) { return h > 0; });
  if (has_harmonics || model.fourier_features > 0)
    return fmt::format("networks of subdomains read the coordinates themselves; leave out {}",
                       has_harmonics ? "periodic_harmonics" : "fourier_features");
  for (const Condition& c : problem.conditions)
    if (c.hard && c.periodic_axis >= 0)
      return fmt::format(
          "a hard periodic condition turns {} into harmonics, and networks of subdomains read the "
          "coordinates themselves; leave out `hard: true`",
          problem.variables[std::size_t(c.periodic_axis)]);
  return "";
}

}  // namespace

void check_subdomains(const Problem& problem, const ModelSettings& model) {
  if (model.subdomains.empty()) return;
  const std::string why = why_not(problem, model);
  if (!why.empty()) throw InputError(model.subdomains_where, "subdomains: " + why);
}

}  // namespace kanpde::problems::spec
