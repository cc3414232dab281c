#include <algorithm>
#include <iostream>

#include "kan/network.hpp"
#include "output/table/history.hpp"
#include "problems/spec/build.hpp"
#include "solver/cli/commands.hpp"
#include "solver/trained_run.hpp"

namespace kanpde::solver {

namespace {

using problems::MultiIndex;
using problems::Problem;

/// One column to write: a derivative of an unknown of order 0, 1 or 2.
struct Wanted {
  int unknown;
  MultiIndex alpha;
  std::string suffix;  ///< "", "_x", "_xt"; "_x1_x1" for longer names
};

std::vector<Wanted> wanted_of(const Problem& problem, int order) {
  const bool short_names = std::all_of(problem.variables.begin(), problem.variables.end(),
                                       [](const std::string& name) { return name.size() == 1; });
  std::vector<Wanted> all;
  for (int u = 0; u < int(problem.unknowns.size()); ++u) {
    std::vector<Wanted> level{{u, {}, ""}};
    std::vector<int> last{0};  // variable of the last derivative of each
    for (int k = 0;; ++k) {
      all.insert(all.end(), level.begin(), level.end());
      if (k == order) break;
      std::vector<Wanted> next;
      std::vector<int> next_last;
      for (std::size_t j = 0; j < level.size(); ++j)
        for (int i = last[j]; i < problem.variable_count(); ++i) {
          Wanted w = level[j];
          ++w.alpha.count[std::size_t(i)];
          w.suffix += (k > 0 && short_names ? "" : "_") + problem.variables[std::size_t(i)];
          next.push_back(w);
          next_last.push_back(i);
        }
      level = std::move(next);
      last = std::move(next_last);
    }
  }
  return all;
}

/// Coordinates from columns named like the variables; other columns are ignored.
Columns read_points(const Problem& problem, const std::string& file) {
  const problems::spec::CsvTable table = problems::spec::read_csv(file, {file, 0, 0});
  Columns x(problem.variable_count(), table.values.points());
  for (int i = 0; i < x.columns(); ++i) {
    const std::string& name = problem.variables[std::size_t(i)];
    const auto at = std::find(table.names.begin(), table.names.end(), name);
    if (at == table.names.end())
      throw InputError({file, 1, 1}, fmt::format("there is no column '{}'; expected {}", name,
                                                 fmt::join(problem.variables, ",")));
    std::copy_n(table.values.column(int(at - table.names.begin())), x.points(), x.column(i));
  }
  return x;
}

output::Field column_of(const std::string& name, const Columns& values, int c) {
  return {name, {values.column(c), values.column(c) + values.points()}};
}

/// Throws InputError where the network has no continuous derivatives of this order.
void require_smoothness(const Training& training, const std::string& name, int order) {
  const int has = kan::smoothness(training.surrogate().shape);
  if (order > has)
    throw InputError(
        {"--derivatives " + std::to_string(order), 0, 0},
        fmt::format("model '{}' has continuous derivatives up to order {} only", name, has));
}

void append_values(Problem& problem, const std::string& model, const Solution& solution,
                   const std::vector<Wanted>& wanted, const Columns& x,
                   std::vector<output::Field>& fields) {
  std::vector<problems::Expr> expressions;
  for (const Wanted& w : wanted) expressions.push_back(problem.graph.unknown(w.unknown, w.alpha));
  const Columns values = evaluate_fields(problem, solution, expressions, x);
  for (std::size_t c = 0; c < wanted.size(); ++c)
    fields.push_back(
        column_of(problem.unknowns[std::size_t(wanted[c].unknown)] + "_" + model + wanted[c].suffix,
                  values, int(c)));
}

}  // namespace

int run(const EvalCommand& command) {
  TrainedRun trained(command.run);
  Problem& problem = trained.problem();
  const Columns x = read_points(problem, command.points);
  const std::vector<Wanted> wanted = wanted_of(problem, command.derivatives);
  std::vector<output::Field> coordinates, fields;
  for (int i = 0; i < x.columns(); ++i)
    coordinates.push_back(column_of(problem.variables[std::size_t(i)], x, i));
  for (const TrainedRun::Model& model : trained.models(command.models, command.seed)) {
    const std::string& name = model.contestant.settings.name;
    const auto training = trained.open(model);
    require_smoothness(*training, name, command.derivatives);
    append_values(problem, name, training->solution(), wanted, x, fields);
  }
  if (command.out.empty())
    std::cout << output::fields_csv(coordinates, fields);
  else
    output::write_fields_csv(command.out, coordinates, fields);
  return done;
}

}  // namespace kanpde::solver
