#include "problems/reference/fourier.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <optional>

#include "kernels/base/disk_cache.hpp"
#include "kernels/base/random.hpp"
#include "problems/reference/spectral_history.hpp"

namespace kanpde::problems {

namespace {

constexpr double default_tolerance = 1e-12;
constexpr double settled = 1e-3;  ///< part of the time after which modes must be enough

struct Attempt {
  enum class Outcome { done, too_few_modes, failed } outcome;
  std::optional<SpectralHistory> history;
};

/// Root mean square of the outer tenth of the modes, relative to all.
double tail(const PeriodicModes& modes, const Spectrum& u) {
  double outer = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const auto k = modes.wave_number(int(i % modes.size()));
    if (std::max(std::abs(k[0]), std::abs(k[1])) > 0.9 * modes.cut()) outer += std::norm(u[i]);
  }
  return std::sqrt(2 * outer) / std::max(norm(u), 1e-300);
}

/// Values transformed along an axis, in all attempts together: about a minute.
constexpr double most_work = 6e9;

/// work: in units of most_work, added to.
Attempt solve(const SemilinearForm& form, int points, double tolerance, int refinement,
              double& work) {
  const SpectralSystem system(form, points);
  const double start = form.lower[form.axes], end = form.upper[form.axes];
  ExponentialStepper stepper(system, start, end, tolerance);
  const Spectrum first = system.initial(refinement);
  Spectrum y = system.to_diagonal(first);
  const double quantum = 0.01 * tolerance * std::max(norm(first), 1e-300);
  Attempt out{Attempt::Outcome::failed, {}};
  SpectralHistory history(form.axes, system.modes().cut(), form.unknowns, form.lower, form.upper,
                          quantum);
  const double unit =
      double(system.modes().grid_size()) * form.axes * (form.fields.size() + form.unknowns);
  while (!stepper.finished()) {
    const long before = stepper.evaluations();
    const bool advanced = stepper.advance(y);
    work += double(stepper.evaluations() - before) * unit;
    if (!advanced || work > most_work) return out;
    std::vector<Spectrum> nodes;
    for (const Spectrum& node : stepper.nodes()) nodes.push_back(system.from_diagonal(node));
    history.add(stepper.from(), stepper.time(), nodes, stepper.weights());
    if (stepper.time() >= start + settled * (end - start) &&
        tail(system.modes(), nodes.back()) > 10 * tolerance) {
      out.outcome = Attempt::Outcome::too_few_modes;
      return out;
    }
  }
  out.outcome = Attempt::Outcome::done;
  out.history = std::move(history);
  return out;
}

/// 32, 48, 64, 96, ...
int next_size(int points) { return points % 3 == 0 ? points / 3 * 4 : points / 2 * 3; }

double largest_difference(const SemilinearForm& form, const SpectralHistory& a,
                          const SpectralHistory& b) {
  constexpr int times = 64, side = 32, places = side * side;
  Random random(1);
  double largest = 0;
  for (int k = 1; k <= times; ++k) {
    Columns x(form.axes + 1, places);
    const double from = form.lower[form.axes], to = form.upper[form.axes];
    for (int p = 0; p < places; ++p) {
      const bool same_x = form.axes == 2 && p % side != 0;  // lines of points cost less in 2-D
      x(0, p) = same_x ? x(0, p - 1) : random.uniform(form.lower[0], form.upper[0]);
      if (form.axes == 2) x(1, p) = random.uniform(form.lower[1], form.upper[1]);
      x(form.axes, p) = from + (to - from) * (k == times ? 1 : (k - 0.3) / times);
    }
    std::vector<double> of_a(places), of_b(places);
    for (int u = 0; u < form.unknowns; ++u) {
      a.evaluate(x, u, -1, of_a.data());
      b.evaluate(x, u, -1, of_b.data());
      for (int p = 0; p < places; ++p) largest = std::max(largest, std::abs(of_a[p] - of_b[p]));
    }
  }
  return largest;
}

struct Solution {
  SpectralHistory history;
  double error;
};

Solution generate(const Problem& problem, const SemilinearForm& form, double tolerance) {
  const int most = form.axes == 1 ? 1 << 15 : 768;
  std::optional<SpectralHistory> coarse;
  double work = 0;
  for (int points = form.axes == 1 ? 64 : 32; points <= most; points = next_size(points)) {
    Attempt attempt =
        solve(form, points, coarse ? tolerance : 10 * tolerance, coarse ? 8 : 4, work);
    if (attempt.outcome == Attempt::Outcome::failed)
      throw InputError(problem.reference.where,
                       fmt::format("the generator '{}' finds no solution: it does not stay finite, "
                                   "or needs too many steps with {} points an axis",
                                   problem.reference.name, points));
    if (attempt.outcome != Attempt::Outcome::done) continue;
    if (coarse) {
      const double error = largest_difference(form, *coarse, *attempt.history);
      return {std::move(*attempt.history), error};
    }
    coarse = std::move(attempt.history);
  }
  throw InputError(
      problem.reference.where,
      fmt::format("the generator '{}' finds no solution: {} points an axis are too few",
                  problem.reference.name, most));
}

/// From the cache where it is there.
Solution generate_once(const Problem& problem, const SemilinearForm& form, double tolerance) {
  const DiskCache cache;
  const std::string key = fmt::format("fourier 2\n{:a}\n{}", tolerance, form.text);
  if (const auto found = cache.load(key); found && found->size() > sizeof(double)) {
    double error;
    std::memcpy(&error, found->data(), sizeof error);
    return {SpectralHistory::from_bytes(std::string_view(*found).substr(sizeof error)), error};
  }
  Solution made = generate(problem, form, tolerance);
  std::string content(sizeof made.error, '\0');
  std::memcpy(content.data(), &made.error, sizeof made.error);
  cache.store(key, content + made.history.bytes());
  return made;
}

class FourierReference final : public ReferenceField {
 public:
  FourierReference(SemilinearForm form, Solution solution)
      : form_(std::move(form)), history_(std::move(solution.history)) {
    stated_error = solution.error;
  }
  bool has(int unknown) const override { return unknown < form_.unknowns; }
  void values(const Columns& x, int unknown, double* out) const override {
    evaluate(x, unknown, -1, out);
  }
  bool derivatives(const Columns& x, int unknown, int variable, double* out) const override {
    evaluate(x, unknown, variable, out);
    return true;
  }

 private:
  void evaluate(const Columns& x, int unknown, int variable, double* out) const;

  SemilinearForm form_;
  SpectralHistory history_;
};

void FourierReference::evaluate(const Columns& x, int unknown, int variable, double* out) const {
  history_.evaluate(x, unknown, variable, out);
  if (variable == form_.axes) return;
  const kernels::Tape& tape = form_.initial[unknown][1 + variable];
  const auto uniform = std::make_unique<bool[]>(form_.axes + 1);
  AlignedVector<double> scratch(std::size_t(tape.registers) * kernels::tape_block);
  for (int p = 0; p < x.points(); ++p) {
    if (x(form_.axes, p) != form_.lower[form_.axes] || std::isnan(out[p])) continue;
    std::vector<const double*> inputs;
    for (int i = 0; i <= form_.axes; ++i) inputs.push_back(x.column(i) + p);
    double* value = out + p;
    kernels::evaluate(tape, 1, inputs.data(), uniform.get(), &value, scratch.data());
  }
}

}  // namespace

std::unique_ptr<ReferenceField> make_fourier_reference(const Problem& problem) {
  double tolerance = default_tolerance;
  for (const auto& [name, value] : problem.reference.options) {
    if (name != "tolerance" || !(value > 0 && value < 1))
      throw InputError(problem.reference.where,
                       "the generator 'fourier' has one option, 'tolerance', between 0 and 1");
    tolerance = value;
  }
  SemilinearForm form = semilinear_form(problem);
  Solution solution = generate_once(problem, form, tolerance);
  return std::make_unique<FourierReference>(std::move(form), std::move(solution));
}

}  // namespace kanpde::problems
