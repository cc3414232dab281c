#include "solver/validate.hpp"

#include "kernels/base/random.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

void validate(problems::Problem& problem) {
  const Ansatz ansatz(problem, output_scales(problem));
  Random random(0);
  for (const TermSpec& spec : list_terms(problem, ansatz)) {
    try {
      build_term(problem.graph, spec.residuals, draw_points(problem, spec, random),
                 problem.variable_count(), int(problem.unknowns.size()));
    } catch (const InputError&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw InputError({problem.file, 0, 0}, fmt::format("{}: {}", spec.label, error.what()));
    }
  }
}

void check_precision(const std::vector<Contestant>& contestants, const Machine& machine) {
  if (machine.target.kind != kernels::Target::Kind::cpu) return;
  for (const Contestant& contestant : contestants)
    if (contestant.training.precision == "float32")
      throw InputError(contestant.training.precision_where,
                       "float32 needs a GPU: --device cuda; on the CPU training is float64");
}

void check_device(const std::vector<Contestant>& contestants, const Machine& machine) {
  if (machine.target.kind == kernels::Target::Kind::cpu) return;
  for (const Contestant& contestant : contestants)
    if (const char* setting = contestant.settings.cpu_only())
      throw InputError(contestant.settings.cpu_only_where(),
                       fmt::format("{}: they are computed on the CPU only, not on {}; "
                                   "--device cpu",
                                   setting, machine.device));
}

}  // namespace kanpde::solver
