#include "solver/trained_run.hpp"

#include <algorithm>
#include <filesystem>

#include "kernels/base/error.hpp"
#include "solver/run_directory.hpp"

namespace kanpde::solver {

namespace {

std::string checkpoint(const std::string& directory) {
  return (std::filesystem::path(directory) / "checkpoint.h5").string();
}

problems::Problem problem_in(const output::Store& store, const std::string& directory) {
  const auto text = store.texts.find("problem");
  if (text == store.texts.end())
    throw InputError({checkpoint(directory), 0, 0}, "this is not a checkpoint of a run");
  return problems::read_problem_text(text->second, directory + "/problem.yaml");
}

/// `known`: the models that have a state of the seed asked for.
void check_names(const std::string& directory, const std::vector<std::string>& names, int seed,
                 const std::vector<std::string>& known) {
  const std::string with = seed < 0 ? "" : fmt::format(" with seed {}", seed);
  if (known.empty())
    throw InputError({directory, 0, 0}, fmt::format("holds no trained model{}", with));
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end())
      throw InputError({directory, 0, 0}, fmt::format("holds no model '{}'{}; it has {}", name,
                                                      with, fmt::join(known, ", ")));
}

}  // namespace

TrainedRun::TrainedRun(const std::string& directory)
    : directory_(directory),
      store_(output::read_store(checkpoint(directory))),
      problem_(problem_in(store_, directory)) {}

std::vector<TrainedRun::Model> TrainedRun::models(const std::vector<std::string>& names, int seed) {
  std::vector<Model> chosen;
  std::vector<std::string> known;
  for (const Contestant& c : contestants(problem_, {})) {
    const std::string& name = c.settings.name;
    const int of_model = seed >= 0 ? seed : c.training.seeds.front();
    if (store_.integers.count(run_key(name, of_model) + "/steps") == 0) continue;
    known.push_back(name);
    if (names.empty() || std::ranges::find(names, name) != names.end())
      chosen.push_back({c, of_model});
  }
  check_names(directory_, names, seed, known);
  return chosen;
}

std::unique_ptr<Training> TrainedRun::open(const Model& model) {
  const auto& [contestant, seed] = model;
  auto training =
      std::make_unique<Training>(problem_, contestant.settings, contestant.training, seed);
  training->load(store_, run_key(contestant.settings.name, seed));
  return training;
}

std::vector<output::HistoryRow> TrainedRun::history(const Model& model) const {
  const std::string& name = model.contestant.settings.name;
  return load_history(store_, run_key(name, model.seed), name, model.seed);
}

void TrainedRun::copy_state(const std::string& key, output::Store& store) const {
  const auto copy = [&](const auto& from, auto& to) {
    for (const auto& [name, value] : from)
      if (name.starts_with(key + "/")) to[name] = value;
  };
  copy(store_.arrays, store.arrays);
  copy(store_.integers, store.integers);
  copy(store_.texts, store.texts);
}

}  // namespace kanpde::solver
