#include "solver/formula/extract.hpp"

#include <algorithm>
#include <cmath>

#include "solver/formula/rewrite.hpp"
#include "solver/formula/snap.hpp"

namespace kanpde::solver {

namespace {

using problems::Problem;

constexpr int settle_points = 300;          ///< of each equation and condition
constexpr double solution_residual = 1e-9;  ///< of settled constants before they are rounded
constexpr double roundable = 1e-4;  ///< error of a formula whose constants are worth rounding
constexpr std::size_t fewest_samples = 20;  ///< of which a fifth are held out
constexpr double constant_field = 1e-12;    ///< deviation over size of a field that does not vary
constexpr double exact_misfit = 1e-12;      ///< of data, relative to their deviation

std::vector<Constant> all_constants(const std::vector<Formula>& formulas) {
  std::vector<Constant> all;
  for (const Formula& f : formulas) all.insert(all.end(), f.constants.begin(), f.constants.end());
  return all;
}

void put_back(const std::vector<Constant>& all, std::vector<Formula>& formulas) {
  std::size_t k = 0;
  for (Formula& f : formulas)
    for (Constant& c : f.constants) c = all[k++];
}

double largest_value(const Samples& samples) {
  double largest = 0;
  for (double v : samples.f) largest = std::max(largest, std::fabs(v));
  return largest;
}

/// A copy of `formula` whose constants are first, first + 1, ...
Formula renumbered(Graph& graph, Formula formula, int first) {
  formula.expression = graph.substitute(formula.expression, [&](const Symbol& s) {
    if (s.kind != Symbol::Kind::parameter || s.index < formula.first) return Expr{};
    return graph.symbol({Symbol::Kind::parameter, s.index - formula.first + first, 0, {}});
  });
  formula.first = first;
  return formula;
}

class Extractor {
 public:
  Extractor(Problem& problem, const Training& training, const ExtractSettings& settings)
      : problem_(problem), graph_(problem.graph), settings_(settings) {
    const int count = int(problem.unknowns.size());
    const Solution solution = training.solution();
    for (int u = 0; u < count; ++u) {
      samples_.push_back(take_samples(problem, solution, u, settings.samples));
      if (samples_.back().f.size() < fewest_samples)
        throw InputError({problem.file, 0, 0},
                         fmt::format("{} values of '{}' are too few to read a formula from and to "
                                     "test it: {} are needed",
                                     samples_.back().f.size(), problem.unknowns[std::size_t(u)],
                                     fewest_samples));
    }
  }

  Extraction run() {
    std::vector<Formula> formulas;
    Extraction result;
    for (int u = 0; u < int(problem_.unknowns.size()); ++u) {
      const std::vector<Candidate> found = search(u);
      FieldFormula field;
      field.unknown = problem_.unknowns[std::size_t(u)];
      field.deviation = samples_[std::size_t(u)].deviation;
      field.data = is_data_fit(problem_, u);
      field.alternatives = alternatives(u, found);
      formulas.push_back(chosen(u, found));
      field.shape = formulas.back().shape;
      result.fields.push_back(std::move(field));
    }
    settle_together(formulas);
    finish(formulas, result);
    return result;
  }

 private:
  bool has_equations() const { return !problem_.equations.empty(); }
  int first_constant() const { return int(problem_.parameters.size()); }

  std::vector<Candidate> search(int u) {
    const Samples& samples = samples_[std::size_t(u)];
    if (!(samples.deviation > constant_field * largest_value(samples))) return {};
    SearchSettings settings;
    settings.library = settings_.library;
    settings.first_constant = first_constant();
    if (has_equations() && problem_.unknowns.size() == 1)
      settings.settle = [this](Formula& formula, double) {
        std::vector<Formula> one{formula};
        if (!settle(one)) return false;
        formula = one[0];
        return true;
      };
    return search_formula(graph_, samples, settings);
  }

  /// The settled one; else the simplest that is about as good as the best; else a constant.
  Formula chosen(int u, const std::vector<Candidate>& found) {
    if (found.empty()) {
      FormulaBuilder builder(graph_, first_constant());
      const auto& f = samples_[std::size_t(u)].f;
      double mean = 0;
      for (double v : f) mean += v / double(f.size());
      Formula constant = builder.build(builder.constant(mean), "constant");
      return constant;
    }
    const Candidate* best = &found.front();
    if (!best->settled)
      for (const Candidate& c : found)
        if (c.error <= 3 * found.front().error + 1e-13 && c.complexity < best->complexity)
          best = &c;
    Formula formula = best->formula;
    if (!best->settled && best->error < roundable) snap_on_samples(u, formula);
    return formula;
  }

  /// Those that no other one of the list beats in error and complexity both.
  std::vector<Alternative> alternatives(int u, const std::vector<Candidate>& found) {
    std::vector<Alternative> list;
    for (const Candidate& c : found) {
      const Alternative shown = shortened(u, c);
      const auto is_beaten_by = [](const Alternative& a, const Alternative& b) {
        return b.error <= a.error && b.complexity <= a.complexity;
      };
      const auto beats_shown = [&](const Alternative& a) { return is_beaten_by(shown, a); };
      if (!std::isfinite(shown.error) || std::ranges::any_of(list, beats_shown)) continue;
      std::erase_if(list, [&](const Alternative& a) { return is_beaten_by(a, shown); });
      list.push_back(shown);
    }
    return list;
  }

  /// With constants of as few digits, four or more, as leave the error what it is.
  Alternative shortened(int u, const Candidate& c) {
    constexpr int fewest_digits = 4, all_digits = 17;
    constexpr double allowed = 1.05;
    const double deviation = samples_[std::size_t(u)].deviation;
    const double error = misfit(u, with_values(graph_, c.formula)) / deviation;
    Alternative shown;
    for (int digits = fewest_digits; digits <= all_digits; ++digits) {
      Formula rounded = c.formula;
      for (Constant& k : rounded.constants) {
        const bool is_tiny = digits < all_digits && std::fabs(k.value) < 1e-9;
        k.value = is_tiny ? 0 : std::stod(fmt::format("{:.{}g}", k.value, digits));
      }
      const Expr e = with_values(graph_, rounded);
      shown = {misfit(u, e) / deviation, complexity(graph_, e), e};
      if (shown.error <= allowed * error + exact_misfit) break;
    }
    return shown;
  }

  void snap_on_samples(int u, Formula& formula) {
    const Samples& s = samples_[std::size_t(u)];
    TermPoints points;
    points.x = s.x;
    points.data = Columns(1, int(s.f.size()));
    std::copy(s.f.begin(), s.f.end(), points.data.column(0));
    const Expr misfit =
        graph_.sub(formula.expression, graph_.symbol({Symbol::Kind::column, 0, 0, {}}));
    const ConstantsFit fit(graph_, {{{misfit}, points, 1}}, formula.first,
                           int(formula.constants.size()));
    snap_constants(fit, formula.constants, 2e-15 * largest_value(s));
  }

  /// Settles the constants of all fields on equations and conditions; false, and nothing changed,
  /// where that gives no solution near the samples.
  bool settle(std::vector<Formula>& formulas) {
    std::vector<Formula> moved;
    std::vector<Expr> expressions;
    int next = first_constant();
    for (const Formula& f : formulas) {
      moved.push_back(renumbered(graph_, f, next));
      expressions.push_back(moved.back().expression);
      next += int(f.constants.size());
    }
    std::vector<Constant> constants = all_constants(moved);
    const ConstantsFit fit(graph_, formula_residuals(problem_, expressions, settle_points),
                           first_constant(), int(constants.size()));
    std::vector<double> values;
    for (const Constant& c : constants) values.push_back(c.value);
    const auto outcome = fit.fit(values, std::vector<bool>(values.size(), true));
    if (!(outcome.rms < solution_residual)) return false;
    for (std::size_t k = 0; k < values.size(); ++k) constants[k].value = values[k];
    snap_constants(fit, constants, 1e-13);
    std::vector<Formula> settled = formulas;
    put_back(constants, settled);
    for (std::size_t u = 0; u < settled.size(); ++u)
      if (!stays_near(int(u), formulas[u], settled[u])) return false;
    formulas = std::move(settled);
    return true;
  }

  bool stays_near(int u, const Formula& before, const Formula& after) {
    return misfit(u, with_values(graph_, after)) <
           10 * misfit(u, with_values(graph_, before)) + 1e-3 * samples_[std::size_t(u)].deviation;
  }

  /// Root mean square over held-out samples.
  double misfit(int u, Expr e) {
    const Samples& s = samples_[std::size_t(u)];
    const std::size_t n = s.f.size();
    TermPoints points;
    std::vector<int> which;
    for (std::size_t p = 4; p < n; p += 5) which.push_back(int(p));
    points.x = take_points(s.x, which);
    points.data = Columns(1, int(which.size()));
    for (std::size_t k = 0; k < which.size(); ++k)
      points.data(0, int(k)) = s.f[std::size_t(which[k])];
    const Expr r = graph_.sub(e, graph_.symbol({Symbol::Kind::column, 0, 0, {}}));
    return ConstantsFit(graph_, {{{r}, points, 1}}, first_constant(), 0).measure({}).rms;
  }

  void settle_together(std::vector<Formula>& formulas) {
    if (has_equations() && problem_.unknowns.size() > 1) settle(formulas);
  }

  void finish(const std::vector<Formula>& formulas, Extraction& result) {
    std::vector<Expr> expressions;
    for (std::size_t u = 0; u < formulas.size(); ++u) {
      FieldFormula& field = result.fields[u];
      field.expression = rewritten(int(u), with_values(graph_, formulas[u]));
      field.error = misfit(int(u), field.expression);
      field.complexity = complexity(graph_, field.expression);
      field.exact = field.data && field.error <= exact_misfit * field.deviation;
      expressions.push_back(field.expression);
    }
    if (!has_equations()) return;
    result.requirements = check_formulas(problem_, expressions);
    for (FieldFormula& field : result.fields) field.exact = result.solves();
  }

  /// By identities, where the result is the same over the samples.
  Expr rewritten(int u, Expr e) {
    const Expr other = rewrite(graph_, e);
    const double before = misfit(u, e), after = misfit(u, other);
    const double rounding = 1e-14 * largest_value(samples_[std::size_t(u)]);
    return after <= 1.01 * before + rounding ? other : e;
  }

  Problem& problem_;
  Graph& graph_;
  const ExtractSettings& settings_;
  std::vector<Samples> samples_;
};

}  // namespace

bool Extraction::solves() const {
  return !requirements.empty() && std::all_of(requirements.begin(), requirements.end(),
                                              [](const Requirement& r) { return r.met(); });
}

Extraction extract_formulas(Problem& problem, const Training& training,
                            const ExtractSettings& settings) {
  return Extractor(problem, training, settings).run();
}

}  // namespace kanpde::solver
