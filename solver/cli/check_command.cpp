#include <iostream>

#include "kernels/base/random.hpp"
#include "solver/cli/commands.hpp"
#include "solver/comparison.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/training/automatic.hpp"
#include "solver/training/evaluation.hpp"

namespace kanpde::solver {

namespace {

using problems::Problem;
using problems::StageSettings;

std::string line(const std::string& label, const std::string& text) {
  return fmt::format("{:<12} {}\n", label, text);
}

std::string stage_text(const StageSettings& stage) {
  std::string text =
      fmt::format("{}, at most {} steps", optimizer_name(stage.optimizer), stage.steps);
  if (stage.optimizer == StageSettings::Optimizer::adam)
    text += fmt::format(", rate {}", stage.rate);
  if (stage.pseudo_time)
    text +=
        stage.resample > 0 ? ", in pseudo-time, new points every step there" : ", in pseudo-time";
  else if (stage.resample > 0)
    text += fmt::format(", new points every {} steps", stage.resample);
  if (stage.grid) text += fmt::format(", grids of {} intervals", *stage.grid);
  if (stage.adapt_grid) text += ", grids moved to the activations";
  if (stage.freeze_splines) text += ", splines held";
  return text;
}

/// What solve would compute where: a line a term of the loss.
std::string terms_text(Problem& problem) {
  std::string text;
  const Ansatz ansatz(problem, output_scales(problem));
  Random random(0);
  for (const TermSpec& spec : list_terms(problem, ansatz)) {
    const TermPoints points = draw_points(problem, spec, random);
    const kernels::Term term = build_term(problem.graph, spec.residuals, points,
                                          problem.variable_count(), int(problem.unknowns.size()));
    text += line("term", fmt::format("{}: {} points, jets of {} components, order {}", spec.label,
                                     term.points, term.plan.components(), term.plan.order()));
  }
  return text;
}

bool adapts_edges(const Problem& problem, const kan::NetworkShape& shape,
                  const problems::TrainingSettings& training) {
  return is_stretchable(problem, shape) &&
         training.stages.front().optimizer == StageSettings::Optimizer::output_layer;
}

std::string contestant_text(Problem& problem, const Contestant& contestant) {
  const kan::NetworkShape shape = make_shape(problem, contestant.settings, 0);
  std::string text =
      line(contestant.settings.name,
           fmt::format("{}, {} parameters, seeds {}", description(problem, contestant),
                       parameters(problem, contestant), fmt::join(contestant.training.seeds, " ")));
  if (!contestant.windows_reason.empty()) text += line("", contestant.windows_reason);
  if (const char* setting = contestant.settings.cpu_only())
    text += line("", fmt::format("{} are computed on the CPU only", setting));
  const int again = contestant.training.more_passes();
  if (again > 0 && !adapts_edges(problem, shape, contestant.training))
    text += line("",
                 "adapt_edges does nothing: it needs one hidden layer of B-splines on a box, "
                 "and the output layer as first stage");
  if (contestant.time_of >= 0) return text + line("", "trains for as long as the first KAN");
  for (const StageSettings& stage : contestant.training.stages) text += line("", stage_text(stage));
  if (contestant.training.automatic)
    text += line(
        "", "chosen because " + automatic_plan(problem, shape, contestant.training.windows).reason);
  return text;
}

std::string check_text(const std::string& file, const std::vector<std::string>& settings) {
  Problem problem = problems::read_problem(file, settings);
  problem.points = point_counts(problem);
  std::string text = problems::explain(problem) + terms_text(problem);
  for (const Contestant& contestant : contestants(problem, {}))
    text += contestant_text(problem, contestant);
  return text;
}

}  // namespace

int run(const CheckCommand& command) {
  int code = done;
  for (const std::string& file : command.files) {
    try {
      std::cout << check_text(file, command.settings) << "\n";
    } catch (const InputError& error) {
      std::cerr << error.what() << "\n";
      code = bad_input;
    }
  }
  return code;
}

}  // namespace kanpde::solver
