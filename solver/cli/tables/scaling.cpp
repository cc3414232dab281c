#include "solver/cli/tables/scaling.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "kernels/base/random.hpp"
#include "output/table/number.hpp"
#include "solver/cli/tables/contest.hpp"
#include "solver/cli/tables/slope.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::Spread;

constexpr int degree = 3, first_grid = 3;
constexpr double largest_error = 1e-2, smallest_error = 1e-11;  // between them slopes are fitted
constexpr const char* mlp_name = "mlp_same_time";

struct Toy {
  std::string name, formula;
  int inputs;
  std::vector<int> hidden;
  std::vector<int> grids, quick_grids;
  int points;  ///< of the training
  int steps;   ///< on the first grid
};

/// The mean of sin(pi x_i / 2)^2 over 10 variables; the paper has 100, a problem has 10 at most.
std::string exp_of_mean() {
  std::vector<std::string> terms;
  for (int i = 1; i <= 10; ++i) terms.push_back(fmt::format("sin(pi*x{}/2)^2", i));
  return fmt::format("exp(({})/10)", fmt::join(terms, "+"));
}

std::vector<Toy> toys() {
  return {
      {"bessel",
       "J0(20 x)",
       1,
       {},
       {3, 5, 10, 20, 50, 100, 200, 500, 1000},
       {10, 20, 50},
       20000,
       2},
      {"exp_sin", "exp(sin(pi*x1)+x2^2)", 2, {1}, {3, 5, 10, 20, 50, 100, 200}, {5, 10}, 4000, 150},
      {"product", "x1*x2", 2, {2}, {3, 5, 10}, {3}, 2000, 150},
      {"mean_10d", exp_of_mean(), 10, {1}, {3, 5, 10, 20, 50}, {3}, 5000, 60},
      {"nested_4d",
       "exp((sin(pi*(x1^2+x2^2))+sin(pi*(x3^2+x4^2)))/2)",
       4,
       {4, 2},
       {3, 5, 10, 20, 50},
       {3},
       5000,
       200}};
}

std::string row_name(const Toy& toy, int grid) { return fmt::format("{}_g{}", toy.name, grid); }

int parameters_at(const Toy& toy, int grid) {
  return parameters_of({toy.hidden, degree, grid}, toy.inputs);
}

std::string variables(const Toy& toy) {
  std::vector<std::string> names;
  for (int i = 1; i <= toy.inputs; ++i) names.push_back(fmt::format("x{}", i));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Grids before the last one are the steps of grid extension.
std::string stages(const Toy& toy, int grid) {
  if (toy.hidden.empty())
    return fmt::format("    - {{optimizer: output_layer, steps: {}}}\n", toy.steps);
  std::string text;
  for (const int g : {3, 5, 10, 20, 50, 100, 200, 500, 1000})
    if (g <= grid)
      text += fmt::format(
          "    - {{optimizer: levenberg_marquardt, steps: {}, adapt_grid: true{}}}\n",
          g == first_grid ? toy.steps : 40, g == first_grid ? "" : fmt::format(", grid: {}", g));
  return text;
}

/// J0(20 x) at independent random points.
std::string bessel_samples(int count, int stream) {
  Random random(0, std::uint64_t(stream));
  std::string csv = "x1,u\n";
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(-1, 1);
    csv += fmt::format("{},{}\n", output::exact(x),
                       output::exact(std::cyl_bessel_j(0.0, std::fabs(20 * x))));
  }
  return csv;
}

std::string samples(const Toy& toy) {
  if (toy.inputs == 1)
    return "data:\n  - {file: bessel_training.csv}\nreference: {file: bessel_test.csv}\n";
  return fmt::format("reference: {{exact: {{u: \"{}\"}}}}\npoints: {{interior: {}}}\n", toy.formula,
                     toy.points);
}

TableRow row(const Toy& toy, int grid) {
  const int start = toy.hidden.empty() ? grid : first_grid;
  const int width = mlp_width(parameters_at(toy, grid), toy.inputs);
  std::vector<std::string> box(std::size_t(toy.inputs), "[-1, 1]");
  TableRow row{row_name(toy, grid), ""};
  row.text = fmt::format(
      "# Written by kanpde table scaling\nname: {}\nvariables: [{}]\ndomain:\n"
      "  space: {{box: [{}]}}\nunknowns: [u]\nequations: []\n{}output: {{format: [csv]}}\nmodels:\n"
      "  kan: {{type: kan, hidden: [{}], degree: {}, grid: {}}}\n"
      "  mlp:\n    {{type: mlp, hidden: [{}, {}], training: {{stages: [{{optimizer: "
      "levenberg_marquardt, steps: 5000}}]}}}}\n"
      "compare: {{match: [time]}}\ntraining:\n  stagnation: 20\n  stages:\n{}",
      row.name, variables(toy), fmt::join(box, ", "), samples(toy), fmt::join(toy.hidden, ", "),
      degree, start, width, width, stages(toy, grid));
  row.models = {"kan", mlp_name};
  if (toy.inputs == 1)
    row.files = {{"bessel_training.csv", bessel_samples(toy.points, 0)},
                 {"bessel_test.csv", bessel_samples(5000, 1)}};
  return row;
}

std::vector<TableRow> rows(bool quick) {
  std::vector<TableRow> all;
  for (const Toy& toy : toys())
    for (const int grid : quick ? toy.quick_grids : toy.grids) all.push_back(row(toy, grid));
  return all;
}

struct Measured {
  Toy toy;
  int grid;
};

Measured measured(const TableResult& result) {
  for (const Toy& toy : toys())
    for (const int grid : toy.grids)
      if (row_name(toy, grid) == result.row.name) return {toy, grid};
  return {};
}

output::Sheet sheet(const TableResults& results) {
  output::Sheet sheet{"",
                      {"function", "network", "grid", "parameters", "KAN test RMSE",
                       "smallest .. largest", "seconds", "MLP", "MLP parameters", "MLP test RMSE"},
                      {}};
  for (const TableResult& result : results) {
    const auto [toy, grid] = measured(result);
    const ModelResult* kan = find_model(result.summary, "kan");
    const ModelResult* mlp = find_model(result.summary, mlp_name);
    if (kan == nullptr) continue;
    const Spread errors = rmse(result, "kan");
    const std::string shape = kan->description.substr(0, kan->description.find(' '));
    sheet.rows.push_back({toy.name, shape, std::to_string(grid),
                          std::to_string(parameters_at(toy, grid)), output::median_text(errors),
                          output::range_text(errors),
                          output::median_text(spread(*kan, &output::RunResult::seconds)),
                          mlp ? mlp->description : "", mlp ? std::to_string(mlp->parameters) : "",
                          output::median_text(rmse(result, mlp_name))});
  }
  return sheet;
}

/// Of errors over parameters; nothing where fewer than two lie in the range.
std::optional<double> slope(const Toy& toy, const TableResults& results, bool of_kan) {
  std::vector<double> parameters, errors;
  for (const TableResult& result : results) {
    const auto [one, grid] = measured(result);
    const ModelResult* model = find_model(result.summary, of_kan ? "kan" : mlp_name);
    if (one.name != toy.name || model == nullptr) continue;
    const double error = rmse(result, model->name).median;
    if (!(error <= largest_error && error >= smallest_error)) continue;
    parameters.push_back(of_kan ? parameters_at(toy, grid) : model->parameters);
    errors.push_back(error);
  }
  if (errors.size() < 2) return {};
  return log_log_slope(parameters, errors);
}

std::string notes(const TableResults& results) {
  std::string text;
  for (const Toy& toy : toys()) {
    const auto kan = slope(toy, results, true), mlp = slope(toy, results, false);
    if (!kan) continue;
    text += fmt::format("- {}: the error of the KAN falls as parameters to the power {:.2f}{}.\n",
                        toy.name, *kan, mlp ? fmt::format(" (MLP: {:.2f})", *mlp) : "");
  }
  return text +
         fmt::format(
             "- Slopes are fitted to medians from {:.0e} to {:.0e}. Published: Liu et al. 2024, "
             "arXiv:2404.19756, figure 3.1, where the lines of slope -4 are almost reached; it "
             "prints no numbers. Its fourth "
             "function has 100 variables, mean_10d has 10.\n"
             "- Test errors are root mean squares over points that no model was trained on. The "
             "MLP "
             "has at least as many parameters, the same samples and the seconds of the KAN.\n",
             largest_error, smallest_error);
}

}  // namespace

TableKind scaling_table() {
  return {"scaling", "error against parameters on five functions of the KAN paper", rows, sheet,
          notes};
}

}  // namespace kanpde::solver
