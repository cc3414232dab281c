#include "solver/solve.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "kernels/base/parallel.hpp"
#include "output/console/run_log.hpp"
#include "output/file.hpp"
#include "output/table/history.hpp"
#include "output/table/table.hpp"
#include "solver/comparison.hpp"
#include "solver/hardware.hpp"
#include "solver/reference_file.hpp"
#include "solver/run_directory.hpp"
#include "solver/validate.hpp"
#include "solver/version.hpp"

namespace kanpde::solver {

std::atomic<bool> interrupt_requested{false};

namespace {

using Clock = std::chrono::steady_clock;

class Run {
 public:
  Run(problems::Problem& problem, const SolveOptions& options, output::Progress& progress)
      : problem_(problem),
        options_(options),
        progress_(progress),
        reference_(problems::make_reference(problem, read_arrays)),
        evaluation_(problem, reference_.get(), error_points(problem, reference_.get())),
        contestants_(contestants(problem, options.models)) {
    check_precision(contestants_, options_.machine);
    check_device(contestants_, options_.machine);
    validate(problem_);
    first_ = make_training(contestants_.front(), contestants_.front().training.seeds.front());
    if (options_.resume)
      continue_run();
    else
      start_run();
    open_log();
    describe();
  }

  SolveResult execute() {
    try {
      train_all();
    } catch (const DeviceError& error) {
      log_->write(error.what());
      checkpoint();
      throw TrainingError(
          fmt::format("{}; the last state is saved, --resume continues, also with "
                      "--device cpu",
                      error.what()));
    }
    checkpoint();
    if (!result_.interrupted) write_results();
    return std::move(result_);
  }

 private:
  void train_all() {
    for (std::size_t k = 0; k < contestants_.size() && !result_.interrupted; ++k) {
      start_model(contestants_[k]);
      for (int seed : contestants_[k].training.seeds) {
        train(k, seed);
        if (result_.interrupted) break;
      }
    }
  }

  void continue_run() {
    const auto file = options_.directory / "checkpoint.h5";
    store_ = output::read_store(file);
    if (const auto text = store_.texts.find("problem");
        text == store_.texts.end() || text->second != problems::resolved_yaml(problem_))
      throw InputError({file.string(), 0, 0},
                       "the checkpoint belongs to another problem or other settings");
    std::string& device = store_.texts["device"];
    if (device != device_text())
      note_ = fmt::format("resumed on {}, before on {}: other bits than those of an unbroken run",
                          device_text(), device);
    device = device_text();
  }

  /// From here on there is something to resume. Where nothing can be written all stays as it was.
  void start_run() {
    store_.texts["problem"] = problems::resolved_yaml(problem_);
    store_.texts["device"] = device_text();
    NewDirectory place(options_.directory);
    output::write_atomically(options_.directory / "problem.yaml", store_.texts["problem"]);
    checkpoint();
    place.keep();
    if (!place.moved().empty())
      progress_.message("the earlier run now lies in " + place.moved().string());
  }

  /// "cpu", "cuda:0 (NVIDIA H100)"
  std::string device_text() const {
    const Machine& m = options_.machine;
    return m.gpu.empty() ? m.device : fmt::format("{} ({})", m.device, m.gpu);
  }

  void open_log() {
    log_ = std::make_unique<output::RunLog>(options_.directory / "run.log");
    log_->write(options_.command.empty() ? "solve" : options_.command);
    if (note_.empty()) return;
    log_->write(note_);
    progress_.message(note_);
  }

  void describe() {
    output::Summary& s = result_.summary;
    s.problem = problem_.name;
    s.title = problem_.title;
    s.version = version;
    s.device = options_.machine.device;
    s.hardware = hardware(options_.machine);
    s.command = options_.command;
    s.threads = threads().size();
    for (const auto& quantity : problem_.quantities) s.unknowns.push_back(quantity.name);
    if (reference_)
      s.reference = problem_.reference.kind == problems::Reference::Kind::exact
                        ? "the exact solution"
                        : fmt::format("{} (stated error {:.1e})", problem_.reference.name,
                                      reference_->stated_error);
    s.fields_at = fixed_variables(problem_);
    for (const auto& p : problem_.published)
      s.published.push_back({p.method, p.source, p.parameters, p.mse, p.rel_l2, p.seconds});
  }

  void start_model(const Contestant& contestant) {
    output::ModelResult model;
    model.name = contestant.settings.name;
    model.type = contestant.settings.type == problems::ModelSettings::Type::kan ? "kan" : "mlp";
    model.description = description(problem_, contestant);
    model.parameters = parameters(problem_, contestant);
    model.matched = contestant.matched;
    result_.summary.models.push_back(std::move(model));
  }

  std::unique_ptr<Training> make_training(const Contestant& contestant, int seed) {
    problems::TrainingSettings settings = contestant.training;
    if (contestant.time_of >= 0)
      settings.time_limit = seconds_of(result_.summary.models[contestant.time_of], seed);
    return std::make_unique<Training>(problem_, contestant.settings, std::move(settings), seed,
                                      options_.machine.target);
  }

  void train(std::size_t index, int seed) {
    const Contestant& contestant = contestants_[index];
    const std::string key = run_key(contestant.settings.name, seed);
    progress_.begin(contestant.settings.name, seed);
    phase_errors_.clear();
    auto training = first_ ? std::move(first_) : make_training(contestant, seed);
    std::vector<output::HistoryRow> history;
    if (store_.integers.count(key + "/steps")) {
      training->load(store_, key);
      history = load_history(store_, key, contestant.settings.name, seed);
      phase_errors_ = store_.arrays[key + "/phase_errors"];
    }
    step_until_done(*training, contestant, seed, history);
    if (result_.interrupted) return;
    record(*training, contestant.settings.name, seed, history);
    if (const int parts = contestant.training.continual.phases; parts > 0)
      result_.summary.phases.push_back({contestant.settings.name, seed, parts, phase_errors_});
    if (seed == contestant.training.seeds.front()) kept_.push_back(std::move(training));
  }

  /// Of the run with this seed; of the longest where no run has it.
  static double seconds_of(const output::ModelResult& model, int seed) {
    double longest = 0;
    for (const output::RunResult& run : model.runs) {
      if (run.seed == seed) return run.seconds;
      longest = std::max(longest, run.seconds);
    }
    return longest;
  }

  void step_until_done(Training& training, const Contestant& contestant, int seed,
                       std::vector<output::HistoryRow>& history) {
    const std::string key = run_key(contestant.settings.name, seed);
    while (!training.finished()) {
      const Place place{training.window(), training.pass(), training.stage()};
      const long before = training.steps() - training.stage_step();
      training.advance(steps_to_next_row(training.steps()));
      note_progress(training, contestant, seed, place, training.steps() - before, history);
      const bool next_pass = training.finished() || training.pass() != place.pass;
      if (contestant.training.continual.phases > 0 && next_pass)
        note_phase(training, contestant.training.continual);
      const double since = std::chrono::duration<double>(Clock::now() - saved_).count();
      result_.interrupted = interrupt_requested;
      if (!result_.interrupted && since < options_.checkpoint_seconds) continue;
      save(training, key, history);
      checkpoint();
      if (result_.interrupted) {
        progress_.end("interrupted");
        return;
      }
    }
    save(training, key, history);
  }

  /// In place of what the store held of this run: another stage's optimizer has other arrays.
  void save(const Training& training, const std::string& key,
            const std::vector<output::HistoryRow>& history) {
    const auto is_old = [&](const auto& entry) { return entry.first.starts_with(key + "/"); };
    std::erase_if(store_.arrays, is_old);
    std::erase_if(store_.integers, is_old);
    std::erase_if(store_.texts, is_old);
    training.save(store_, key);
    save_history(store_, key, history);
    store_.arrays[key + "/phase_errors"] = phase_errors_;
  }

  /// At the end of a phase: errors over every part of the domain.
  void note_phase(const Training& training, const problems::ContinualSettings& settings) {
    const std::vector<double> errors = evaluation_.phase_errors(training.solution(), settings);
    phase_errors_.insert(phase_errors_.end(), errors.begin(), errors.end());
  }

  struct Place {
    int window, pass, stage;
  };

  static bool has_row(long step) {
    const long every = step < 20 ? 1 : step < 200 ? 10 : step < 2000 ? 50 : 500;
    return step % every == 0;
  }
  static long steps_to_next_row(long step) {
    long count = 1;
    while (!has_row(step + count)) ++count;
    return count;
  }

  /// A row of the history every so many steps (often at first) and at the end of a stage. `at` and
  /// `stage_step` are those of the step just taken; the training may be in its next stage or window
  /// already.
  void note_progress(const Training& training, const Contestant& contestant, int seed, Place at,
                     long stage_step, std::vector<output::HistoryRow>& history) {
    const long step = training.steps();
    const bool next_window = training.window() != at.window;
    const bool last = training.finished() || next_window || training.pass() != at.pass ||
                      training.stage() != at.stage;
    const bool fresh = next_window || training.pass() != at.pass;  // a network not yet trained
    if ((has_row(step) || last) && !(fresh && training.done().pieces.empty())) {
      const auto now = evaluation_.glance(fresh ? training.done() : training.solution());
      error_ = now.rel_l2;
      history.push_back({contestant.settings.name, seed, at.stage, step, training.step_loss(),
                         now.residual_mse, now.rel_l2, training.seconds()});
    }
    const problems::StageSettings& settings = contestant.training.stages[std::size_t(at.stage)];
    progress_.update({at.stage, training.stages(), optimizer_name(settings.optimizer), stage_step,
                      settings.steps, next_window ? training.step_loss() : training.loss(), error_,
                      at.window, training.windows(), at.pass});
  }

  void record(const Training& training, const std::string& model, int seed,
              const std::vector<output::HistoryRow>& history) {
    output::RunResult run;
    run.seed = seed;
    run.steps = training.steps();
    run.seconds = training.seconds();
    run.status = training.status();
    evaluation_.measure(training.solution(), run);
    result_.failed |= run.status == "failed";
    for (const std::string& note : training.notes())
      log_->write(fmt::format("{} seed {}: {}", model, seed, note));
    log_->write(fmt::format("{} seed {}: {} after {} steps, {:.3g} s, loss {:.6e}", model, seed,
                            run.status, run.steps, run.seconds, training.loss()));
    history_.insert(history_.end(), history.begin(), history.end());
    result_.summary.models.back().runs.push_back(std::move(run));
    progress_.end(result_.summary.models.back().runs.back().status);
  }

  void checkpoint() {
    output::write_store(options_.directory / "checkpoint.h5", store_);
    saved_ = Clock::now();
  }

  void write_results() {
    std::vector<Solution> solutions;
    for (const auto& training : kept_) solutions.push_back(training->solution());
    std::vector<NamedSolution> models;
    for (std::size_t k = 0; k < kept_.size(); ++k)
      models.push_back({result_.summary.models[k].name, &solutions[k]});
    write_fields(options_.directory, problem_, reference_.get(), models);
    if (!result_.summary.phases.empty())
      output::write_phases(options_.directory / "continual.csv", result_.summary.phases);
    output::write_history(options_.directory / "history.csv", history_);
    output::write_tables(options_.directory, result_.summary, problem_.output.latex);
  }

  problems::Problem& problem_;
  const SolveOptions& options_;
  output::Progress& progress_;
  std::unique_ptr<problems::ReferenceField> reference_;
  Evaluation evaluation_;
  std::vector<Contestant> contestants_;
  std::unique_ptr<Training> first_;  // made before anything is written, as a GPU may not serve
  std::string note_;                 // of a change of device
  output::Store store_;
  Clock::time_point saved_;
  std::unique_ptr<output::RunLog> log_;
  std::vector<std::unique_ptr<Training>> kept_;  // the first seed of each model
  std::vector<output::HistoryRow> history_;
  std::vector<double> phase_errors_;  // of the present run: a row a phase done
  double error_ = output::unknown_value;
  SolveResult result_;
};

}  // namespace

SolveResult solve(problems::Problem& problem, const SolveOptions& options,
                  output::Progress& progress) {
  return Run(problem, options, progress).execute();
}

}  // namespace kanpde::solver
