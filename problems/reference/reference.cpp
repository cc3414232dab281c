#include "problems/reference/reference.hpp"

#include <fmt/format.h>

#include "problems/reference/burgers.hpp"
#include "problems/reference/cavity.hpp"
#include "problems/reference/exact.hpp"
#include "problems/reference/file.hpp"
#include "problems/reference/fourier.hpp"
#include "problems/reference/l_shape.hpp"
#include "problems/reference/ode.hpp"
#include "problems/reference/stokes_polygon.hpp"

namespace kanpde::problems {

namespace {

struct Generator {
  const char* name;
  std::unique_ptr<ReferenceField> (*make)(const Problem&);
  bool has_options = false;
};

constexpr Generator generators[] = {
    {"burgers_cole_hopf", make_burgers_reference},
    {"cavity", make_cavity_reference},
    {"fourier", make_fourier_reference, true},
    {"l_shape_poisson", make_l_shape_reference},
    {"ode", make_ode_reference},
    {"stokes_polygon", make_stokes_reference},
};

std::unique_ptr<ReferenceField> make_generated(const Problem& problem) {
  const std::string& name = problem.reference.name;
  for (const Generator& generator : generators)
    if (name == generator.name) {
      if (!generator.has_options && !problem.reference.options.empty())
        throw InputError(problem.reference.where,
                         fmt::format("the generator '{}' has no options", name));
      return generator.make(problem);
    }
  throw InputError(problem.reference.where,
                   fmt::format("there is no generator '{}'; nearest: '{}'", name,
                               nearest_name(name, generator_names())));
}

}  // namespace

std::vector<std::string> generator_names() {
  std::vector<std::string> names;
  for (const Generator& generator : generators) names.emplace_back(generator.name);
  return names;
}

std::unique_ptr<ReferenceField> make_reference(const Problem& problem, const ArrayReader& read) {
  switch (problem.reference.kind) {
    case Reference::Kind::none:
      return nullptr;
    case Reference::Kind::exact:
      return make_exact_reference(problem);
    case Reference::Kind::generator:
      return make_generated(problem);
    case Reference::Kind::file:
      return make_file_reference(problem, read);
  }
  return nullptr;
}

}  // namespace kanpde::problems
