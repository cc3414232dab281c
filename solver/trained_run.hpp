#pragma once
/// A run opened again from its directory: the problem and the state of every model.

#include <memory>
#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/hdf5/store.hpp"
#include "problems/problem.hpp"
#include "solver/comparison.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {

class TrainedRun {
 public:
  /// Reads checkpoint.h5, the problem too: the state belongs to that text, whatever became of
  /// problem.yaml. Errors: InputError where the file is missing, damaged or not of a run.
  explicit TrainedRun(const std::string& directory);

  problems::Problem& problem() { return problem_; }
  const std::string& directory() const { return directory_; }

  struct Model {
    Contestant contestant;
    int seed = 0;
  };
  /// Those with a state, in the order of the run. `names`: all where empty; `seed`: the first of
  /// each model where negative. Errors: InputError where the run holds none, or not one asked for.
  std::vector<Model> models(const std::vector<std::string>& names, int seed);

  /// The training as it was saved. The run must outlive it.
  std::unique_ptr<Training> open(const Model& model);

  /// Its rows of history.csv.
  std::vector<output::HistoryRow> history(const Model& model) const;

  /// All that the checkpoint holds below a key (run_key()), into another one.
  void copy_state(const std::string& key, output::Store& store) const;

 private:
  std::string directory_;
  output::Store store_;
  problems::Problem problem_;
};

}  // namespace kanpde::solver
