#include "solver/cli/tables/scaling.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "output/table/number.hpp"
#include "solver/cli/tables/contest.hpp"
#include "solver/cli/tables/slope.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::Spread;

constexpr int first_grid = 3;
constexpr double largest_error = 1e-2, smallest_error = 1e-11;  // between them slopes are fitted

struct Toy {
  std::string name, formula;
  int inputs;
  std::vector<int> hidden;
  int degree;
  std::vector<int> grids, quick_grids;
  int points;             ///< of the training
  int steps, more_steps;  ///< on the first grid, and after every extension
  double seconds;         ///< at most, of the KAN and of the MLP
};

/// The mean of sin(pi x_i / 2)^2 over 100 variables.
std::string exp_of_mean() {
  std::vector<std::string> terms;
  for (int i = 1; i <= 100; ++i) terms.push_back(fmt::format("sin(pi*x{}/2)^2", i));
  return fmt::format("exp(({})/100)", fmt::join(terms, "+"));
}

std::vector<Toy> toys() {
  const std::vector<int> no_layer = {}, to_500 = {3, 5, 10, 20, 50, 100, 200, 500},
                         to_1000 = {3, 5, 10, 20, 50, 100, 200, 500, 1000};
  const std::string nested = "exp((sin(pi*(x1^2+x2^2))+sin(pi*(x3^2+x4^2)))/2)";
  return {{"bessel", "bessel_j0(20*x1)", 1, no_layer, 3, to_1000, {10, 20, 50}, 20000, 2, 0, 5},
          {"exp_sin", "exp(sin(pi*x1)+x2^2)", 2, {1}, 3, to_500, {5, 10}, 10000, 150, 20, 60},
          {"product", "x1*x2", 2, {2}, 3, {3, 5, 10}, {3}, 2000, 150, 40, 5},
          {"mean_100d", exp_of_mean(), 100, {1}, 3, {3, 5, 10, 20}, {3}, 8000, 60, 20, 60},
          {"nested_4d", nested, 4, {4, 4, 2}, 7, {3, 6, 12}, {3}, 10000, 80, 80, 60}};
}

std::string row_name(const Toy& toy, int grid) { return fmt::format("{}_g{}", toy.name, grid); }

int parameters_at(const Toy& toy, int grid) {
  return parameters_of({toy.hidden, toy.degree, grid}, toy.inputs);
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
  for (const int g : toy.grids)
    if (g <= grid)
      text +=
          fmt::format("    - {{optimizer: levenberg_marquardt, steps: {}, adapt_grid: true{}}}\n",
                      g == first_grid ? toy.steps : toy.more_steps,
                      g == first_grid ? "" : fmt::format(", grid: {}", g));
  return text;
}

/// Of the errors: between the points of the training, finer than the finest grid.
std::string output(const Toy& toy) {
  const std::vector<int> counts =
      toy.inputs == 1 ? std::vector<int>{20001} : std::vector<int>{257, 257};
  return toy.inputs > 2 ? "" : fmt::format("grid: [{}], ", fmt::join(counts, ", "));
}

TableRow row(const Toy& toy, int grid) {
  const int start = toy.hidden.empty() ? grid : first_grid;
  const int width = mlp_width(parameters_at(toy, grid), toy.inputs);
  std::vector<std::string> box(std::size_t(toy.inputs), "[-1, 1]");
  TableRow row{row_name(toy, grid), ""};
  row.text = fmt::format(
      "# Written by kanpde table scaling\nname: {}\nvariables: [{}]\ndomain:\n"
      "  space: {{box: [{}]}}\nunknowns: [u]\nequations: []\n"
      "reference: {{exact: {{u: \"{}\"}}}}\npoints: {{interior: {}}}\noutput: {{{}format: [csv]}}\n"
      "models:\n  kan: {{type: kan, hidden: [{}], degree: {}, grid: {}}}\n"
      "  mlp:\n    type: mlp\n    hidden: [{}, {}]\n    training: {{stages: [{{optimizer: "
      "levenberg_marquardt, steps: 5000}}], time_limit: {}}}\n"
      "training:\n  time_limit: {}\n  stagnation: 20\n  stages:\n{}",
      row.name, variables(toy), fmt::join(box, ", "), toy.formula, toy.points, output(toy),
      fmt::join(toy.hidden, ", "), toy.degree, start, width, width, toy.seconds, toy.seconds,
      stages(toy, grid));
  row.models = {"kan", "mlp"};
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
  output::Sheet sheet{
      "",
      {"function", "network", "degree", "grid", "parameters", "KAN test RMSE",
       "smallest .. largest", "seconds", "MLP", "MLP parameters", "MLP test RMSE", "MLP seconds"},
      {}};
  for (const TableResult& result : results) {
    const auto [toy, grid] = measured(result);
    const ModelResult* kan = find_model(result.summary, "kan");
    const ModelResult* mlp = find_model(result.summary, "mlp");
    if (kan == nullptr) continue;
    const Spread errors = rmse(result, "kan");
    const std::string shape = kan->description.substr(0, kan->description.find(' '));
    sheet.rows.push_back(
        {toy.name, shape, std::to_string(toy.degree), std::to_string(grid),
         std::to_string(parameters_at(toy, grid)), output::median_text(errors),
         output::range_text(errors), output::median_text(spread(*kan, &output::RunResult::seconds)),
         mlp ? mlp->description : "", mlp ? std::to_string(mlp->parameters) : "",
         output::median_text(rmse(result, "mlp")),
         mlp ? output::median_text(spread(*mlp, &output::RunResult::seconds)) : ""});
  }
  return sheet;
}

/// Of errors over parameters; nothing where fewer than two lie in the range.
std::optional<double> slope(const Toy& toy, const TableResults& results, bool of_kan) {
  std::vector<double> parameters, errors;
  for (const TableResult& result : results) {
    const auto [one, grid] = measured(result);
    const char* type = of_kan ? "kan" : "mlp";
    const ModelResult* model = find_model(result.summary, type);
    if (one.name != toy.name || model == nullptr) continue;
    const double error = rmse(result, type).median;
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
             "prints no numbers.\n"
             "- Test errors are root mean squares over points that no model was trained on. The "
             "MLP has at least as many parameters, the same points and the same limit of time; "
             "each may end before it.\n",
             largest_error, smallest_error);
}

}  // namespace

TableKind scaling_table() {
  return {"scaling", "error against parameters on five functions of the KAN paper", rows, sheet,
          notes};
}

}  // namespace kanpde::solver
