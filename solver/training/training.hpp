#pragma once
/// Training of one model with one seed, step by step, with a state that can be saved at any step.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "output/hdf5/store.hpp"
#include "solver/objective/ansatz.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/objective/problem_objective.hpp"
#include "solver/optimizer/gauss_newton.hpp"
#include "solver/training/surrogate.hpp"

namespace kanpde::solver {

class Training {
 public:
  /// Draws points, makes the network and prepares the first stage. `stages` are those of the
  /// settings or of automatic_stages(). Computes on `target`, in the precision of the settings; on
  /// the CPU that is float64 always. Throws DeviceError for a GPU that cannot be used.
  Training(problems::Problem& problem, const problems::ModelSettings& model,
           problems::TrainingSettings settings, int seed, kernels::Target target = {});

  /// One optimizer step, or up to `most` where several cost less at a time: the outcome is the
  /// same, but for states in between, which cannot be seen. False when nothing is left to do.
  bool advance(long most = 1);

  const Surrogate& surrogate() const { return surrogate_; }
  const Ansatz& ansatz() const { return ansatz_; }
  int stage() const { return stage_; }
  int stages() const { return int(settings_.stages.size()); }
  const problems::StageSettings& stage_settings() const { return settings_.stages[stage_]; }
  long stage_step() const { return stage_step_; }
  long steps() const { return steps_; }
  double loss() const { return loss_; }
  /// After the last step, of the stage that it belonged to.
  double step_loss() const { return step_loss_; }
  double seconds() const {
    return seconds_;
  }  ///< spent in steps and preparation, over all processes
  const std::string& status() const { return status_; }  ///< ok, stagnated, failed
  const std::vector<std::string>& notes() const { return notes_; }
  bool finished() const { return finished_; }

  /// Everything that later steps depend on, below `prefix`; load() into a Training made with the
  /// same arguments continues bit for bit.
  void save(output::Store& store, const std::string& prefix) const;
  void load(const output::Store& store, const std::string& prefix);

 private:
  void begin_stage();
  void end_stage();
  void change_grids(const problems::StageSettings& stage);
  void build_objective();
  void activate();
  void balance();
  void resample();
  void make_stage_optimizer();
  GaussNewtonOptions gauss_newton_options() const;
  std::vector<int> active_parameters() const;
  void take_steps(long most);
  StepRun next_run(long most) const;
  void count_step(double loss);
  void finish_step(StepStatus status);
  bool stage_is_over(StepStatus status);
  bool out_of_time() const { return settings_.time_limit > 0 && seconds_ >= settings_.time_limit; }
  void keep_best();
  void restore_best(const std::string& why);

  problems::Problem& problem_;
  problems::TrainingSettings settings_;
  kernels::Target target_;
  Ansatz ansatz_;
  std::vector<TermSpec> specs_;
  std::vector<TermPoints> points_;           // an entry a term
  std::vector<std::vector<double>> scales_;  // of the equations of each term
  Random random_;
  Surrogate surrogate_;
  std::unique_ptr<ProblemObjective> objective_;
  std::unique_ptr<Optimizer> optimizer_;
  Vector theta_;  // active parameters
  int stage_ = -1;
  long stage_step_ = 0, steps_ = 0;
  double loss_ = 0, step_loss_ = 0, seconds_ = 0;
  double best_loss_ = 0, first_loss_ = 0;
  std::vector<double> best_theta_;  // all parameters
  double mark_loss_ = 0;            // loss at the last sign of progress, and when
  long mark_step_ = 0;
  bool finished_ = false;
  std::string status_ = "ok";
  std::vector<std::string> notes_;
};

/// Size of each unknown as the conditions and data tell, 1 where they do not: the scale of the
/// network's output.
std::vector<double> output_scales(problems::Problem& problem);

}  // namespace kanpde::solver
