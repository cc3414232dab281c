#include <algorithm>
#include <iostream>

#include "output/file.hpp"
#include "output/table/history.hpp"
#include "problems/spec/build.hpp"
#include "solver/cli/commands.hpp"
#include "solver/comparison.hpp"
#include "solver/run_directory.hpp"
#include "solver/training/solution.hpp"

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

bool is_wanted(const EvalCommand& command, const std::string& model) {
  return command.models.empty() ||
         std::find(command.models.begin(), command.models.end(), model) != command.models.end();
}

/// The state of one model, and its values at the points.
class Model {
 public:
  Model(Problem& problem, const Contestant& contestant, int seed, const output::Store& store)
      : problem_(problem),
        name_(contestant.settings.name),
        training_(problem, contestant.settings, contestant.training, seed) {
    training_.load(store, run_key(name_, seed));
  }

  /// Throws InputError where the network has no continuous derivatives of this order.
  void require_smoothness(int order) const {
    const int has = kan::smoothness(training_.surrogate().shape);
    if (order > has)
      throw InputError(
          {"--derivatives " + std::to_string(order), 0, 0},
          fmt::format("model '{}' has continuous derivatives up to order {} only", name_, has));
  }

  void append_values(const std::vector<Wanted>& wanted, const Columns& x,
                     std::vector<output::Field>& fields) {
    std::vector<problems::Expr> expressions;
    for (const Wanted& w : wanted)
      expressions.push_back(problem_.graph.unknown(w.unknown, w.alpha));
    const Columns values = evaluate_fields(problem_, training_.solution(), expressions, x);
    for (std::size_t c = 0; c < wanted.size(); ++c)
      fields.push_back(column_of(
          problem_.unknowns[std::size_t(wanted[c].unknown)] + "_" + name_ + wanted[c].suffix,
          values, int(c)));
  }

 private:
  Problem& problem_;
  std::string name_;
  Training training_;
};

struct Run {
  output::Store store;
  Problem problem;
};

/// The problem is read from the checkpoint: the state belongs to that text, whatever became of
/// problem.yaml.
Run open_run(const std::string& directory) {
  const std::filesystem::path file = std::filesystem::path(directory) / "checkpoint.h5";
  output::Store store = output::read_store(file);
  const auto text = store.texts.find("problem");
  if (text == store.texts.end())
    throw InputError({file.string(), 0, 0}, "this is not a checkpoint of a run");
  Problem problem = problems::read_problem_text(text->second, directory + "/problem.yaml");
  return {std::move(store), std::move(problem)};
}

/// `known`: the models that have a state of the seed asked for.
void check_models(const EvalCommand& command, const std::vector<std::string>& known) {
  const std::string seed = command.seed < 0 ? "" : fmt::format(" with seed {}", command.seed);
  if (known.empty())
    throw InputError({command.run, 0, 0}, fmt::format("holds no trained model{}", seed));
  for (const std::string& name : command.models)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError({command.run, 0, 0}, fmt::format("holds no model '{}'{}; it has {}", name,
                                                        seed, fmt::join(known, ", ")));
}

}  // namespace

int run(const EvalCommand& command) {
  Run run = open_run(command.run);
  const Columns x = read_points(run.problem, command.points);
  const std::vector<Wanted> wanted = wanted_of(run.problem, command.derivatives);
  std::vector<std::pair<Contestant, int>> chosen;  // with the seed
  std::vector<std::string> known;
  for (const Contestant& c : contestants(run.problem, {})) {
    const int seed = command.seed >= 0 ? command.seed : c.training.seeds.front();
    if (run.store.integers.count(run_key(c.settings.name, seed) + "/steps") == 0) continue;
    known.push_back(c.settings.name);
    if (is_wanted(command, c.settings.name)) chosen.emplace_back(c, seed);
  }
  check_models(command, known);
  std::vector<output::Field> coordinates, fields;
  for (int i = 0; i < x.columns(); ++i)
    coordinates.push_back(column_of(run.problem.variables[std::size_t(i)], x, i));
  for (const auto& [contestant, seed] : chosen) {
    Model model(run.problem, contestant, seed, run.store);
    model.require_smoothness(command.derivatives);
    model.append_values(wanted, x, fields);
  }
  if (command.out.empty())
    std::cout << output::fields_csv(coordinates, fields);
  else
    output::write_fields_csv(command.out, coordinates, fields);
  return done;
}

}  // namespace kanpde::solver
