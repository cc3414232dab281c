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

constexpr const char* mlp_name = "mlp_same_time";

const Target& target_of(const std::vector<Target>& targets, const TableResult& result) {
  for (const Target& target : targets)
    if (target.name == result.row.name) return target;
  throw std::invalid_argument("no target " + result.row.name);
}

/// Models that did not run compare as infinitely bad.
double median(const TableResult& result, const std::string& name) {
  const Spread errors = rmse(result, name);
  return errors.count == 0 ? INFINITY : errors.median;
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

std::string problem_text(const Target& target, const KanSize& kan, double seconds) {
  const int inputs = int(target.axes.size());
  const int parameters = parameters_of(kan, inputs), width = mlp_width(parameters, inputs);
  return fmt::format(
      "# {}\n# Written by kanpde table; solve it with: kanpde solve {}.yaml --model kan --model "
      "{}\n"
      "name: {}\nvariables: [{}]\ndomain:\n  space: {{box: [{}]}}\nunknowns: [u]\nequations: []\n"
      "{}models:\n"
      "  kan: {{type: kan, hidden: [{}], degree: {}, grid: {}}}  # {} parameters\n"
      "  mlp: {{type: mlp, hidden: [{}, {}], activation: tanh}}\n"
      "compare: {{match: [time]}}\ntraining: {{time_limit: {}}}\n",
      target.formula, target.name, mlp_name, target.name, names_of(target.axes),
      ranges_of(target.axes), samples_of(target), fmt::join(kan.hidden, ", "), kan.degree, kan.grid,
      parameters, width, width, seconds);
}

double number(const std::string& text) { return text.empty() ? NAN : std::stod(text); }

std::string parameters_text(const TableResult& result, const std::string& name) {
  const ModelResult* model = find_model(result.summary, name);
  return model == nullptr ? "" : std::to_string(model->parameters);
}

std::string seconds_text(const TableResult& result, const std::string& name) {
  const ModelResult* model = find_model(result.summary, name);
  return model == nullptr ? "" : output::median_text(spread(*model, &output::RunResult::seconds));
}

}  // namespace

int parameters_of(const KanSize& kan, int inputs) {
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

int mlp_width(int parameters, int inputs) {
  int width = 1;
  while (width * (inputs + 1) + width * (width + 1) + width + 1 < parameters) ++width;
  return width;
}

Spread rmse(const TableResult& result, const std::string& name) {
  const ModelResult* model = find_model(result.summary, name);
  if (model == nullptr) return {};
  std::vector<double> errors;
  for (const output::RunResult& run : model->runs)
    if (const auto mse = run.mse.find("u"); mse != run.mse.end())
      errors.push_back(std::sqrt(mse->second));
  return output::spread(std::move(errors));
}

TableRow contest_row(const Target& target, const KanSize& kan, double seconds) {
  TableRow row{target.name, ""};
  row.text = problem_text(target, kan, seconds);
  row.models = {"kan", mlp_name};
  if (!target.training.empty())
    row.files = {{target.name + "_training.csv", target.training},
                 {target.name + "_test.csv", target.test}};
  return row;
}

output::Sheet contest_sheet(const std::vector<Target>& targets, const TableResults& results) {
  output::Sheet sheet{"",
                      {"name", "function", "KAN parameters", "MLP parameters", "KAN test RMSE",
                       "smallest .. largest", "MLP test RMSE", "seconds", "published KAN",
                       "published MLP", "below published", "below MLP"},
                      {}};
  for (const TableResult& result : results) {
    const Target& target = target_of(targets, result);
    const Spread kan = rmse(result, "kan"), mlp = rmse(result, mlp_name);
    sheet.rows.push_back(
        {target.name, target.formula, parameters_text(result, "kan"),
         parameters_text(result, mlp_name), output::median_text(kan), output::range_text(kan),
         output::median_text(mlp), seconds_text(result, "kan"), target.published.kan,
         target.published.mlp,
         target.published.kan.empty()
             ? ""
             : (median(result, "kan") < number(target.published.kan) ? "yes" : "no"),
         median(result, "kan") < median(result, mlp_name) ? "yes" : "no"});
  }
  return sheet;
}

std::string contest_notes(const std::vector<Target>& targets, const TableResults& results) {
  int published = 0, better = 0;
  for (const TableResult& result : results) {
    published +=
        median(result, "kan") < number(target_of(targets, result).published.kan);  // NaN: false
    better += median(result, "kan") < median(result, mlp_name);
  }
  return fmt::format(
      "- On {} of {} functions the test error of the KAN is below the best published one of a KAN, "
      "on {} below that of our MLP, which has at least as many parameters, the same samples and "
      "the "
      "seconds of the KAN.\n"
      "- Test errors are root mean squares over points that no model was trained on. Published "
      "figures: Liu et al. 2024, arXiv:2404.19756, of which the ranges of the variables are not "
      "printed there.\n",
      published, results.size(), better);
}

}  // namespace kanpde::solver
