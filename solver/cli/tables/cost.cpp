/// The table `cost`: what a training step of a KAN takes beside one of MLPs with as many parameters
/// and with an error as small.

#include "solver/cli/tables/cost.hpp"

#include <fmt/format.h>

#include <memory>

#include "output/table/number.hpp"
#include "problems/problem.hpp"
#include "solver/cli/cases.hpp"
#include "solver/cli/tables/step_times.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::Summary;

constexpr double bar = 2;  ///< seconds of the KAN over those of the MLP of equal parameters
constexpr const char* kan = "kan";
constexpr const char* equal = "mlp_same_parameters";
constexpr const char* problem_name = "poisson_2d";

struct Shape {
  std::string name, hidden;
  std::vector<int> widths;  ///< of MLPs with two hidden layers, among which the first is taken that
                            ///< is as good as the KAN
};

const std::vector<Shape> shapes = {{"kan_2_10_1", "10", {4, 6, 8, 12, 16, 20}},
                                   {"kan_2_10_10_1", "10, 10", {4, 6, 8, 12, 20, 28}}};

const Shape& shape_of(const std::string& name) {
  return name == shapes[0].name ? shapes[0] : shapes[1];
}

std::string mlp_name(int width) { return fmt::format("mlp_{}", width); }

/// Cubic splines on five intervals, as in the paper's comparison of time, and MLPs.
std::vector<std::string> settings(const Shape& shape, const std::string& training) {
  std::string models =
      fmt::format("models={{{}: {{type: kan, hidden: [{}], degree: 3, grid: 5, base: silu}}", kan,
                  shape.hidden);
  for (const int width : shape.widths)
    models += fmt::format(", {}: {{type: mlp, hidden: [{}, {}], activation: tanh}}",
                          mlp_name(width), width, width);
  return {models + "}", "points={interior: 2601, boundary: 204}", "compare={match: [parameters]}",
          training};
}

std::string steps_of(const char* optimizer, int steps) {
  return fmt::format("training={{stages: [{{optimizer: {}, steps: {}}}]}}", optimizer, steps);
}

double error_of(const ModelResult& model) {
  return output::spread(model, &output::RunResult::rel_l2, "u").median;
}

/// The KAN, the MLP of equal parameters and the first that is as good as the KAN, else the best.
std::vector<const ModelResult*> contestants(const Shape& shape, const Summary& summary) {
  std::vector<const ModelResult*> some = {find_model(summary, kan), find_model(summary, equal)};
  const ModelResult* best = nullptr;
  for (const int width : shape.widths) {
    const ModelResult* mlp = find_model(summary, mlp_name(width));
    if (mlp != nullptr && (best == nullptr || error_of(*mlp) < error_of(*best))) best = mlp;
    if (best != nullptr && error_of(*best) <= error_of(*some[0])) break;
  }
  if (best != nullptr) some.push_back(best);
  return some;
}

struct Times {
  std::vector<double> gradient, full;  ///< seconds a step of each contestant
};

/// Times are taken once for each row, when it is first printed.
class Cost {
 public:
  std::vector<TableRow> rows(bool quick) {
    rounds_ = quick ? 21 : 101;
    std::vector<TableRow> all;
    for (const Shape& shape : shapes) {
      TableRow row{.name = shape.name,
                   .problem = problem_name,
                   .settings = settings(shape, quick ? steps_of("levenberg_marquardt", 15)
                                                     : "training={seeds: [0, 1, 2]}"),
                   .models = {kan, equal}};
      for (const int width : shape.widths)
        if (!quick || width <= 16) row.models.push_back(mlp_name(width));
      all.push_back(std::move(row));
    }
    return all;
  }

  output::Sheet sheet(const TableResults& results) {
    output::Sheet sheet;
    sheet.columns = {"KAN",
                     "model",
                     "network",
                     "parameters",
                     "rel. L2",
                     "ms a gradient step",
                     "the KAN over it",
                     "ms a step of Levenberg-Marquardt",
                     "the KAN over it"};
    for (const auto& [row, summary] : results) {
      const auto models = contestants(shape_of(row.name), summary);
      const Times& t = times(row.name, models);
      for (std::size_t k = 0; k < models.size(); ++k)
        sheet.rows.push_back({row.name, label(*models[k], *models[0]), models[k]->description,
                              std::to_string(models[k]->parameters),
                              output::short_number(error_of(*models[k])),
                              fmt::format("{:.2f}", 1e3 * t.gradient.at(k)), ratio(t.gradient, k),
                              fmt::format("{:.2f}", 1e3 * t.full.at(k)), ratio(t.full, k)});
    }
    return sheet;
  }

  std::string notes(const TableResults& results) {
    std::string text;
    for (const auto& [row, summary] : results) {
      const Times& t = times(row.name, contestants(shape_of(row.name), summary));
      text += verdict(row.name, "a gradient step", t.gradient) +
              verdict(row.name, "a step of Levenberg-Marquardt", t.full);
    }
    return text + fmt::format(
                      "- {}: 2,601 points inside, 204 on the boundary. Errors of `training: auto` "
                      "(--quick: of 15 "
                      "steps of Levenberg-Marquardt). Times: medians of {} steps, seed 0, the "
                      "models in turns, on the CPU; a gradient step is one of Adam.\n",
                      problem_name, rounds_);
  }

 private:
  const Times& times(const std::string& name, const std::vector<const ModelResult*>& models) {
    const auto [place, is_new] = times_.try_emplace(name);
    if (!is_new) return place->second;
    std::vector<std::string> names;
    for (const ModelResult* model : models) names.push_back(model->name);
    const auto time = [&](const char* optimizer) {
      problems::Problem problem = problems::read_problem(
          case_file(problem_name), settings(shape_of(name), steps_of(optimizer, 1'000'000)));
      return step_seconds(problem, names, rounds_);
    };
    place->second = {time("adam"), time("levenberg_marquardt")};
    return place->second;
  }

  static std::string label(const ModelResult& model, const ModelResult& the_kan) {
    if (model.name == kan) return "kan";
    if (model.name == equal) return "mlp, equal parameters";
    return error_of(model) <= error_of(the_kan) ? "mlp, equal error" : "mlp, best of all widths";
  }

  static std::string ratio(const std::vector<double>& seconds, std::size_t k) {
    return k == 0 ? "" : fmt::format("{:.2f}", seconds[0] / seconds[k]);
  }

  static std::string verdict(const std::string& name, const char* what,
                             const std::vector<double>& seconds) {
    const double times = seconds[0] / seconds[1];
    return fmt::format(
        "- {}, {}: {:.2f} times that of the MLP of equal parameters (bar {:g}: {}).\n", name, what,
        times, bar, times <= bar ? "reached" : "missed");
  }

  int rounds_ = 101;
  std::map<std::string, Times> times_;
};

}  // namespace

TableKind cost_table() {
  const auto cost = std::make_shared<Cost>();
  return {"cost", "time of a training step, KAN against MLP",
          [cost](bool quick) { return cost->rows(quick); },
          [cost](const TableResults& results) { return cost->sheet(results); },
          [cost](const TableResults& results) { return cost->notes(results); }};
}

}  // namespace kanpde::solver
