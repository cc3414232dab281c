#include "solver/cli/tables/symbolic.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>

#include "kernels/base/parallel.hpp"
#include "output/file.hpp"
#include "output/table/sheet.hpp"
#include "solver/cli/cases.hpp"
#include "solver/cli/device.hpp"
#include "solver/cli/interrupt.hpp"
#include "solver/formula/extract.hpp"
#include "solver/formula/rewrite.hpp"
#include "solver/hardware.hpp"
#include "solver/solve.hpp"
#include "solver/trained_run.hpp"
#include "solver/version.hpp"

namespace kanpde::solver {

namespace {

constexpr int samples = 1000, checked_points = 1000;
constexpr std::uint64_t data_stream = 75, check_stream = 76;
constexpr double same_to_rounding = 1e-13;  ///< of the largest value

/// A formula to find, of a fit of data; or a problem of problems/.
struct Case {
  std::string name;
  std::string formula;  ///< "" for a problem
  std::vector<std::string> variables;
  double low = -1, high = 1;  ///< of every variable
  std::string hidden;         ///< of the network that is trained first
  std::string published;
  int seeds = 10;
};

Case problem(const std::string& name, int seeds) { return {name, "", {}, 0, 0, "", "", seeds}; }

std::vector<Case> all_cases() {
  const std::string paper = "Liu et al. 2024, arXiv:2404.19756";
  return {
      {"exp_sin_square",
       "exp(sin(pi*x) + y^2)",
       {"x", "y"},
       -1,
       1,
       "[5]",
       "found, one run shown (" + paper + ")"},
      {"product", "x*y", {"x", "y"}, -1, 1, "[5]", "network [2,2,1] shown (" + paper + ")"},
      {"quotient", "x/y", {"x", "y"}, 0.5, 2, "[5]", "network [2,1,1] shown (" + paper + ")"},
      {"velocities",
       "(p + q)/(1 + p*q)",
       {"p", "q"},
       -0.9,
       0.9,
       "[5]",
       "one of its Feynman formulas (I.16.6; " + paper + ")"},
      {"exp_bessel_square",
       "exp(bessel_j0(20*x) + y^2)",
       {"x", "y"},
       -1,
       1,
       "[5]",
       "network [2,1,1] shown (" + paper + ")"},
      {"distance",
       "sqrt((x1 - x2)^2 + (x3 - x4)^2)",
       {"x1", "x2", "x3", "x4"},
       -1,
       1,
       "[4, 4]",
       "network [4,2,1,1] shown (" + paper + ")"},
      problem("poisson_2d_sine", 10),
      problem("diffusion_1d", 3),
      problem("wave_1d", 3),
      problem("laplace_annulus", 3),
  };
}

/// What one seed gave.
struct Found {
  std::string text, how;  ///< how it is the same: symbolically, to rounding; "" where it is not
  double difference = 0;  ///< largest, from the target or of the residual
  double network_error = 0, seconds = 0;
  bool exact() const { return !how.empty(); }
};

std::string problem_text(const Case& c, int seed) {
  std::string box, columns;
  for (const std::string& variable : c.variables) {
    box += fmt::format("{}[{}, {}]", box.empty() ? "" : ", ", c.low, c.high);
    columns += fmt::format("{0}: {0}, ", variable);
  }
  return fmt::format(
      "name: {}\nvariables: [{}]\ndomain: {{space: {{box: [{}]}}}}\nunknowns: [f]\n"
      "equations: []\nconditions: []\ndata:\n  - {{file: data.csv, columns: {{{}f: f}}}}\n"
      "reference: {{exact: {{f: \"{}\"}}}}\n"
      "models:\n  kan: {{type: kan, hidden: {}, degree: 5, grid: 8}}\n"
      "training: {{seeds: [{}]}}\n",
      c.name, fmt::join(c.variables, ", "), box, columns, c.formula, c.hidden, seed);
}

/// Values of an expression in the coordinates at the points.
std::vector<double> values_at(const Graph& graph, Expr e, const Columns& x) {
  std::vector<double> values;
  for (int p = 0; p < x.points(); ++p)
    values.push_back(graph.evaluate(e, [&](const Symbol& s) {
      return s.kind == Symbol::Kind::coordinate ? x(s.index, p) : std::nan("");
    }));
  return values;
}

Columns random_points(const Case& c, int count, int seed, std::uint64_t stream) {
  Random random(std::uint64_t(seed), stream);
  Columns x(int(c.variables.size()), count);
  for (int p = 0; p < count; ++p)
    for (int i = 0; i < x.columns(); ++i) x(i, p) = random.uniform(c.low, c.high);
  return x;
}

Expr target_of(Graph& graph, const Case& c) {
  problems::Scope scope;
  scope.variables = c.variables;
  return problems::parse_expression(graph, scope, c.formula, {c.name, 0, 0});
}

std::string data_text(const Case& c, int seed) {
  Graph graph;
  const Columns x = random_points(c, samples, seed, data_stream);
  const std::vector<double> f = values_at(graph, target_of(graph, c), x);
  std::string text = fmt::format("{},f\n", fmt::join(c.variables, ","));
  for (int p = 0; p < samples; ++p) {
    for (int i = 0; i < x.columns(); ++i) text += fmt::format("{},", x(i, p));
    text += fmt::format("{}\n", f[std::size_t(p)]);
  }
  return text;
}

/// Compares with the formula that the samples were drawn from.
void compare(const Case& c, problems::Problem& problem, Expr e, Found& found) {
  Graph& graph = problem.graph;
  const Expr target = target_of(graph, c);
  const Columns x = random_points(c, checked_points, 0, check_stream);
  const std::vector<double> a = values_at(graph, e, x), b = values_at(graph, target, x);
  double largest = 0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    found.difference = std::max(found.difference, std::fabs(a[p] - b[p]));
    largest = std::max(largest, std::fabs(b[p]));
  }
  found.difference /= largest;
  if (rewrite(graph, graph.sub(e, target)) == graph.constant(0))
    found.how = "symbolically";
  else if (found.difference <= same_to_rounding)
    found.how = "to rounding";
}

void judge(const Extraction& extraction, Found& found) {
  bool zero = true;
  for (const Requirement& r : extraction.requirements) {
    zero &= r.zero;
    found.difference = std::max(found.difference, r.largest);
  }
  if (extraction.solves()) found.how = zero ? "symbolically" : "to rounding";
}

class SymbolicTable {
 public:
  SymbolicTable(const TableCommand& command, Machine machine)
      : command_(command),
        machine_(std::move(machine)),
        directory_(command.out.empty() ? "runs/table_symbolic" : command.out),
        progress_(std::cerr, output::console_settings(STDERR_FILENO, command.quiet)) {
    sheet_.columns = {"formula",         "found",          "symbolically",
                      "to rounding",     "same text",      "largest difference",
                      "network rel. L2", "seconds a seed", "formula found",
                      "published"};
  }

  int run(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      std::vector<Found> found;
      for (int seed = 0; seed < (command_.quick ? 1 : c.seeds); ++seed) {
        const Found one = found_by(c, seed);
        if (interrupt_requested) return interrupted;
        progress_.message(fmt::format("{} seed {}: {} ({})", c.name, seed, one.text,
                                      one.exact() ? "exact " + one.how : "not exact"));
        found.push_back(one);
      }
      add_row(c, found);
      write();
    }
    std::cout << output::as_text(sheet_) << notes();
    progress_.message("written to " + (directory_ / "table.md").string());
    return code_;
  }

 private:
  /// Where a seed gives no network or no formula the others go on.
  Found found_by(const Case& c, int seed) {
    try {
      return solve_case(c, seed);
    } catch (const InputError& error) {
      return failure(error);
    } catch (const TrainingError& error) {
      return failure(error);
    }
  }

  Found failure(const std::exception& error) {
    code_ = training_failed;
    return {fmt::format("none: {}", error.what()), ""};
  }

  Found solve_case(const Case& c, int seed) {
    const std::filesystem::path folder = directory_ / c.name / fmt::format("seed{}", seed);
    output::make_directory(directory_ / c.name);
    problems::Problem problem = make_problem(c, seed);
    SolveOptions options;
    options.directory = folder;
    options.machine = machine_;
    options.command = command_.command_line;
    for (const problems::ModelSettings& model : problem.models)
      if (model.type == problems::ModelSettings::Type::kan && options.models.empty())
        options.models = {model.name};
    const auto start = std::chrono::steady_clock::now();
    output::Progress quiet(std::cerr, {output::ConsoleSettings::Style::quiet, {}, {}});
    const SolveResult result = solve(problem, options, quiet);
    if (result.interrupted) return {};
    TrainedRun run(folder.string());
    const auto training = run.open(run.models({}, seed).front());
    const Extraction extraction = extract_formulas(run.problem(), *training, {});
    Found found;
    found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto& errors = result.summary.models.front().runs.front().rel_l2;
    found.network_error = errors.empty() ? std::nan("") : errors.begin()->second;
    std::vector<std::string> texts;
    for (const FieldFormula& field : extraction.fields)
      texts.push_back(fmt::format(
          "{} = {}", field.unknown,
          problems::to_text(run.problem().graph, run.problem().scope, field.expression)));
    found.text = fmt::format("{}", fmt::join(texts, "; "));
    if (c.formula.empty())
      judge(extraction, found);
    else
      compare(c, run.problem(), extraction.fields.front().expression, found);
    return found;
  }

  problems::Problem make_problem(const Case& c, int seed) {
    if (c.formula.empty())
      return problems::read_problem(case_file(c.name), {fmt::format("training.seeds=[{}]", seed)});
    const std::filesystem::path folder = directory_ / c.name / fmt::format("samples{}", seed);
    output::make_directory(folder);
    output::write_atomically(folder / "data.csv", data_text(c, seed));
    const std::filesystem::path file = folder / (c.name + ".yaml");
    output::write_atomically(file, problem_text(c, seed));
    return problems::read_problem(file.string());
  }

  void add_row(const Case& c, const std::vector<Found>& found) {
    int symbolically = 0, to_rounding = 0, most = 0;
    double difference = 0, network = 0, seconds = 0;
    std::map<std::string, int> texts;
    std::string common;
    for (const Found& f : found) {
      symbolically += f.how == "symbolically";
      to_rounding += f.how == "to rounding";
      if (f.exact()) difference = std::max(difference, f.difference);
      network = std::max(network, f.network_error);
      seconds += f.seconds / double(found.size());
      if (const int count = ++texts[f.text]; count > most) most = count, common = f.text;
    }
    const std::size_t n = found.size();
    sheet_.rows.push_back({c.formula.empty() ? c.name : c.formula,
                           fmt::format("{}/{}", symbolically + to_rounding, n),
                           std::to_string(symbolically), std::to_string(to_rounding),
                           fmt::format("{}/{}", most, n), fmt::format("{:.1e}", difference),
                           fmt::format("{:.1e}", network), fmt::format("{:.2g}", seconds), common,
                           c.published});
  }

  std::string notes() const {
    return fmt::format(
        "\n- found: equal to the formula that the samples were drawn from, or, of a PDE, a "
        "solution "
        "of its equations and conditions; symbolically, or to rounding: to {:.0e} of the largest "
        "value at {} points that nothing was fitted to, residuals below {:.0e}.\n"
        "- same text: how often the most frequent text came out; largest difference of those "
        "found; "
        "seconds of training and search together.\n"
        "- {} samples and a network of its own for every seed{}.\n"
        "- pykan states no frequencies; that its formulas vary with the seed and the machine: its "
        "issues 254, 318, 474.\n"
        "- kanpde {} on {}, {} threads; {}.\n- Command: {}\n",
        same_to_rounding, checked_points, rounding_residual, samples,
        command_.quick ? " (--quick: seed 0 only)" : "", version, machine_.device, threads().size(),
        hardware(machine_), command_.command_line);
  }

  void write() const {
    output::write_atomically(
        directory_ / "table.md",
        fmt::format("# Accuracy table: symbolic\n\n{}{}", output::as_markdown(sheet_), notes()));
  }

  const TableCommand& command_;
  Machine machine_;
  std::filesystem::path directory_;
  output::Progress progress_;
  output::Sheet sheet_;
  int code_ = done;
};

std::vector<Case> chosen_cases(const std::vector<std::string>& only) {
  std::vector<Case> cases = all_cases();
  std::vector<std::string> names;
  for (const Case& c : cases) names.push_back(c.name);
  for (const std::string& name : only) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = problems::nearest_name(name, names);
    throw InputError({},
                     fmt::format("--only: the table has no row '{}'{}", name,
                                 near.empty() ? fmt::format("; it has {}", fmt::join(names, ", "))
                                              : fmt::format("; did you mean '{}'?", near)));
  }
  if (!only.empty())
    std::erase_if(cases, [&](const Case& c) {
      return std::find(only.begin(), only.end(), c.name) == only.end();
    });
  return cases;
}

}  // namespace

int run_symbolic_table(const TableCommand& command) {
  if (command.resume)
    throw InputError({"--resume", 0, 0}, "the table of formulas is measured in one go");
  const Machine machine = choose_device(command.device);
  const std::vector<Case> cases = chosen_cases(command.only);
  set_threads(command.threads);
  handle_signals();
  return SymbolicTable(command, machine).run(cases);
}

}  // namespace kanpde::solver
