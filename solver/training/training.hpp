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
#include "solver/training/point_weights.hpp"
#include "solver/training/pseudo_time.hpp"
#include "solver/training/solution.hpp"
#include "solver/training/stretching.hpp"

namespace kanpde::solver {

/// The time axis may be cut into windows: each is trained as a problem of its own, with a network
/// of its own, on from the end of the window before; each may be solved in several passes, the
/// later ones on points and inner edges stretched to the solution of the one before. With
/// continuation each pass is one of the values of a constant, in continual training one of the
/// parts of the domain, the network going on.
class Training {
 public:
  /// Draws points, makes the network and prepares the first stage. `stages` are those of the
  /// settings or of automatic_plan(). Computes on `target`, in the precision of the settings; on
  /// the CPU that is float64 always. Throws DeviceError for a GPU that cannot be used.
  Training(problems::Problem& problem, const problems::ModelSettings& model,
           problems::TrainingSettings settings, int seed, kernels::Target target = {});

  /// The network in place of the one that training starts with: one of the same layers, trained
  /// before by so many steps in so many seconds. For the first window, before the first step.
  void start_from(Surrogate surrogate, long steps = 0, double seconds = 0);

  /// One optimizer step, or up to `most` where several cost less at a time: the outcome is the
  /// same, but for states in between, which cannot be seen. False when nothing is left to do.
  bool advance(long most = 1);

  /// Of the windows done and the present one, in the problem's graph.
  Solution solution() const;
  const Solution& done() const { return done_; }  ///< of the windows before the present one
  const Surrogate& surrogate() const { return surrogate_; }  ///< of the present window
  /// Coordinates over which the first term holds, a column a variable.
  const Columns& points() const { return points_.front().x; }
  std::size_t terms() const { return points_.size(); }  ///< of the loss, with points now
  int window() const { return int(done_.pieces.size()); }
  int windows() const { return settings_.window_count(); }
  int pass() const { return pass_; }  ///< over the stages of the window, or for the value
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
  /// ok, failed, or "out of time": windows stopped at their share of the limit before the last one.
  const std::string& status() const { return status_; }
  const std::vector<std::string>& notes() const { return notes_; }
  bool finished() const { return finished_; }

  /// Everything that later steps depend on, below `prefix`; load() into a Training made with the
  /// same arguments continues bit for bit.
  void save(output::Store& store, const std::string& prefix) const;
  void load(const output::Store& store, const std::string& prefix);

 private:
  problems::Problem& local() { return window_problem_ ? *window_problem_ : problem_; }
  const problems::Problem& local() const { return window_problem_ ? *window_problem_ : problem_; }
  bool stretches() const { return !stretching_.empty(); }
  double window_end() const;
  std::vector<double> time_nodes() const;
  Ansatz ansatz_in(problems::Graph& graph) const;
  void enter_window();
  std::vector<TermSpec> terms_in(const Ansatz& ansatz);
  std::unique_ptr<problems::Problem> make_variant();
  void next_value();
  void begin_pass();
  void end_pass();
  void note(const std::string& text);
  TermPoints draw(const TermSpec& spec);
  TermPoints of_phase(const TermPoints& points, int phase) const;
  void keep_phase();
  void place_points();
  void start_network();
  Columns fit_points() const;
  bool keeps_functions() const;
  void extrapolate_coefficients();
  void fit_start(const Profile& profile);
  void fit_conditions();
  void fit_output_layer(std::vector<kernels::Term> terms);
  bool starts_near() const;
  bool may_stretch() const;
  bool trains_output_layer() const;
  Profile profile_of(Solution solution) const;
  Profile initial_profile() const;
  Profile extrapolation() const;
  void load_windows(const output::Store& store, const std::string& prefix);
  void load_pseudo_time(const output::Store& store, const std::string& prefix);
  void begin_stage();
  void end_stage();
  void moderate_coefficients();
  bool is_repeated() const;
  int present_grid() const;
  double whole_loss();
  std::vector<double> all_residuals();
  void change_grids(const problems::StageSettings& stage);
  void move_grids();
  void extend_grids(int grid, problems::Knots knots);
  problems::Knots best_knots(const problems::StageSettings& stage);
  void build_objective();
  void activate();
  void balance();
  void penalise(const std::vector<double>& at);
  AlignedVector<double> point_scale(int term) const;
  AlignedVector<double> volume_factor(int term) const;
  void start_afresh();
  void resample();
  long reweight_every() const;
  void reweight(bool attention);
  void hold_back(const std::vector<std::vector<double>>& sizes);
  void begin_pseudo_step();
  bool pseudo_stage_is_over(StepStatus status);
  void make_stage_optimizer();
  GaussNewtonOptions gauss_newton_options() const;
  std::vector<int> active_parameters(bool with_start) const;
  bool may_wrap();
  bool may_hold_start() const;
  void drop_start(std::vector<TermSpec>& terms) const;
  std::vector<std::pair<int, int>> ties() const;
  void change_objective();
  void take_steps(long most);
  StepRun next_run(long most) const;
  void count_step(double loss);
  void finish_step(StepStatus status);
  bool stage_is_over(StepStatus status);
  bool continues() const { return settings_.turn_count() > 1; }  ///< in a constant, or phases
  /// A window, or a value of a constant, may take its share of the limit, and what those before it
  /// have left.
  bool out_of_time() const {
    const int parts = windows() * settings_.turn_count();
    const int part = continues() ? pass_ : window();
    return settings_.time_limit > 0 && seconds_ * parts >= settings_.time_limit * (part + 1);
  }
  void keep_best();
  void restore_best(const std::string& why);

  problems::Problem& problem_;
  problems::ModelSettings model_;
  problems::TrainingSettings settings_;
  int seed_;
  kernels::Target target_;
  std::vector<double> output_scales_;
  std::vector<double> wave_;  // direction of the first hidden unit; empty: none
  Solution done_;             // windows before the present one
  /// Of the present window or value of a constant, where there are several.
  std::unique_ptr<problems::Problem> window_problem_;
  std::optional<Ansatz> ansatz_;   // in the graph of local()
  int pass_ = 0;                   // of the present window
  bool holds_start_ = false;       // the outputs at the first node are fitted beforehand
  bool is_wrapped_ = false;        // whether the output layer is periodic
  AxisPoints stretching_;          // of the present pass; empty: none
  std::uint64_t pass_random_ = 0;  // position of random_ when the pass began
  std::vector<TermSpec> specs_;
  std::vector<std::size_t> present_;         // of all terms those with points in this phase
  std::vector<TermPoints> points_;           // an entry a term
  std::vector<std::vector<double>> scales_;  // of the equations of each term
  PointWeights weights_;
  std::vector<double> penalised_at_;  // parameters that gave the weights of the sparsity penalty
  std::vector<problems::Expr> pseudo_residuals_;  // of the equations in pseudo-time
  bool pseudo_active_ = false;                    // whether they are those of the objective
  int pseudo_index_ = 0, pseudo_taken_ = 0;       // steps begun; the optimizer's in the present one
  double pseudo_first_ = 0;                       // norm of the steady residual at the first
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
