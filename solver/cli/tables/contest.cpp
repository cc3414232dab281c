#include "solver/cli/tables/contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "output/table/number.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::Spread;

constexpr int fewest_layers = 2;                     // hidden ones, of the first MLP
constexpr int coarse_steps = 100, fine_steps = 150;  // before and after an extension of a grid
const std::string products_name = "kan_products";

const Target& target_of(const std::vector<Target>& targets, const TableResult& result) {
  for (const Target& target : targets)
    if (target.name == result.row.name) return target;
  throw std::invalid_argument("no target " + result.row.name);
}

Spread errors_of(const ModelResult& model) {
  std::vector<double> errors;
  for (const output::RunResult& run : model.runs)
    if (const auto mse = run.mse.find("u"); mse != run.mse.end())
      errors.push_back(std::sqrt(mse->second));
  return output::spread(std::move(errors));
}

/// Of the models of a type that ran, the one with the smallest median error, or null.
const ModelResult* best(const TableResult& result, const std::string& type,
                        bool with_products = true) {
  const ModelResult* found = nullptr;
  for (const ModelResult& model : result.summary.models)
    if (model.type == type && (with_products || model.name != products_name) &&
        errors_of(model).count > 0 &&
        (found == nullptr || errors_of(model).median < errors_of(*found).median))
      found = &model;
  return found;
}

/// Models that did not run compare as infinitely bad.
double median(const TableResult& result, const std::string& type, bool with_products = true) {
  const ModelResult* model = best(result, type, with_products);
  return model == nullptr ? INFINITY : errors_of(*model).median;
}

bool has_products(const TableResult& result) {
  return std::any_of(result.summary.models.begin(), result.summary.models.end(),
                     [](const ModelResult& model) { return model.name == products_name; });
}

std::string names_of(const std::vector<Axis>& axes) {
  std::vector<std::string> names;
  for (const Axis& axis : axes) names.push_back(axis.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string ranges_of(const std::vector<Axis>& axes) {
  std::vector<std::string> ranges;
  for (const Axis& axis : axes)
    ranges.push_back(fmt::format("[{}, {}]", axis.range[0], axis.range[1]));
  return fmt::format("{}", fmt::join(ranges, ", "));
}

/// What is fitted, and against what errors are measured: never at points of the training.
std::string samples_of(const Target& target) {
  if (!target.training.empty())
    return fmt::format("data:\n  - {{file: {0}_training.csv}}\nreference: {{file: {0}_test.csv}}\n",
                       target.name);
  const std::vector<int> grid(target.axes.size(), target.axes.size() == 2 ? 101 : 31);
  const bool on_grid = grid.size() <= 3;
  return fmt::format(
      "reference: {{exact: {{u: \"{}\"}}}}\npoints: {{interior: {}}}\noutput: {{{}format: "
      "[csv]}}\n",
      target.formula, 1000 * target.axes.size(),
      on_grid ? fmt::format("grid: [{}], ", fmt::join(grid, ", ")) : "");
}

std::string kan_name(const KanSize& kan) {
  if (kan.products) return products_name;
  return fmt::format("kan_{}", fmt::join(kan.hidden, "_"));
}

std::string mlp_name(int layers) { return fmt::format("mlp_{}", layers); }

std::string settings_of(const KanSize& kan, double seconds) {
  const std::string layers =
      kan.products ? "products: true" : fmt::format("hidden: [{}]", fmt::join(kan.hidden, ", "));
  if (kan.first_grid == 0)
    return fmt::format("{}, degree: {}, grid: {}", layers, kan.degree, kan.grid);
  return fmt::format(
      "{}, degree: {}, grid: {}, training: {{time_limit: {}, stages: [{{optimizer: output_layer, "
      "steps: 1}}, {{optimizer: levenberg_marquardt, steps: {}}}, {{optimizer: "
      "levenberg_marquardt, steps: {}, grid: {}}}]}}",
      layers, kan.degree, kan.first_grid, seconds, coarse_steps, fine_steps, kan.grid);
}

std::string models_of(const std::vector<KanSize>& kans, int inputs, double seconds) {
  std::string text;
  int most = 0;
  for (const KanSize& kan : kans) {
    const int parameters = parameters_of(kan, inputs);
    text += fmt::format("  {}: {{type: kan, {}}}  # {} parameters\n", kan_name(kan),
                        settings_of(kan, seconds), parameters);
    most = std::max(most, parameters);
  }
  for (int i = 0; i < int(kans.size()); ++i) {
    const int layers = fewest_layers + i;
    const std::vector<int> widths(std::size_t(layers), mlp_width(most, inputs, layers));
    text += fmt::format("  {}: {{type: mlp, hidden: [{}], activation: tanh}}\n", mlp_name(layers),
                        fmt::join(widths, ", "));
  }
  return text;
}

std::string problem_text(const Target& target, const std::vector<KanSize>& kans, double seconds) {
  return fmt::format(
      "# {}\n# Written by kanpde table; solve it with: kanpde solve {}.yaml\n"
      "name: {}\nvariables: [{}]\ndomain:\n  space: {{box: [{}]}}\nunknowns: [u]\nequations: []\n"
      "{}models:\n{}training: {{time_limit: {}}}\n",
      target.formula, target.name, target.name, names_of(target.axes), ranges_of(target.axes),
      samples_of(target), models_of(kans, int(target.axes.size()), seconds), seconds);
}

double number(const std::string& text) { return text.empty() ? NAN : std::stod(text); }

/// Name, parameters, error and seconds of a model; empty cells for none.
std::vector<std::string> cells(const ModelResult* model) {
  if (model == nullptr) return {"", "", "", ""};
  return {model->description, std::to_string(model->parameters),
          output::median_text(errors_of(*model)),
          output::median_text(spread(*model, &output::RunResult::seconds))};
}

}  // namespace

int parameters_of(const KanSize& kan, int inputs) {
  if (kan.products) return int(std::lround(std::pow(kan.grid + kan.degree, inputs)));
  std::vector<int> widths = {inputs};
  widths.insert(widths.end(), kan.hidden.begin(), kan.hidden.end());
  widths.push_back(1);
  int edges = 0, sums = 0;
  for (std::size_t layer = 1; layer < widths.size(); ++layer) {
    edges += widths[layer - 1] * widths[layer];
    sums += widths[layer];
  }
  return edges * (kan.grid + kan.degree + 1) + (kan.hidden.size() > 1 ? sums : 0);
}

int mlp_width(int parameters, int inputs, int layers) {
  int width = 1;
  while (width * (inputs + 1) + (layers - 1) * width * (width + 1) + width + 1 < parameters)
    ++width;
  return width;
}

Spread rmse(const TableResult& result, const std::string& type) {
  const ModelResult* model = best(result, type);
  return model == nullptr ? Spread{} : errors_of(*model);
}

TableRow contest_row(const Target& target, const std::vector<KanSize>& kans, double seconds) {
  TableRow row{target.name, ""};
  row.text = problem_text(target, kans, seconds);
  if (!target.training.empty())
    row.files = {{target.name + "_training.csv", target.training},
                 {target.name + "_test.csv", target.test}};
  return row;
}

output::Sheet contest_sheet(const std::vector<Target>& targets, const TableResults& results) {
  output::Sheet sheet{"",
                      {"name", "function", "KAN", "parameters", "KAN test RMSE", "seconds",
                       "smallest .. largest", "MLP", "parameters", "MLP test RMSE", "seconds",
                       "published KAN", "published MLP", "below published", "below MLP"},
                      {}};
  for (const TableResult& result : results) {
    const Target& target = target_of(targets, result);
    std::vector<std::string> row = {target.name, target.formula};
    const auto add = [&](const std::vector<std::string>& more) {
      row.insert(row.end(), more.begin(), more.end());
    };
    add(cells(best(result, "kan")));
    add({output::range_text(rmse(result, "kan"))});
    add(cells(best(result, "mlp")));
    add({target.published.kan, target.published.mlp,
         target.published.kan.empty()
             ? ""
             : (median(result, "kan") < number(target.published.kan) ? "yes" : "no"),
         median(result, "kan") < median(result, "mlp") ? "yes" : "no"});
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

std::string contest_notes(const std::vector<Target>& targets, const TableResults& results) {
  int published = 0, better = 0, better_sums = 0;
  const bool products = std::any_of(results.begin(), results.end(), has_products);
  for (const TableResult& result : results) {
    published +=
        median(result, "kan") < number(target_of(targets, result).published.kan);  // NaN: false
    better += median(result, "kan") < median(result, "mlp");
    better_sums += median(result, "kan", false) < median(result, "mlp");
  }
  const std::string of_sums =
      products ? fmt::format(
                     " (on {} without the KANs of products, whose one layer is a sum of "
                     "products of B-splines of the inputs)",
                     better_sums)
               : "";
  return fmt::format(
      "- On {} of {} functions the test error of the KAN is below the best published one of a KAN, "
      "on {} below that of our MLP{}.\n"
      "- Of each type the shape with the smallest median of these test errors is shown, of as many "
      "shapes; the other ones are in the folders of the rows. Every MLP has at least the "
      "parameters "
      "of the largest KAN, the same samples, number of steps and limit of time; a training ends "
      "before it where it stands still.\n"
      "- Test errors are root mean squares over points that no model was trained on. Published "
      "figures: Liu et al. 2024, arXiv:2404.19756, of which the ranges of the variables are not "
      "printed there.\n",
      published, results.size(), better, of_sums);
}

}  // namespace kanpde::solver
