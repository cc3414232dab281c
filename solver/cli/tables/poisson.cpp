#include "solver/cli/tables/poisson.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "output/table/number.hpp"
#include "solver/cli/tables/slope.hpp"

namespace kanpde::solver {

namespace {

using output::ModelResult;
using output::RunResult;

constexpr double seconds = 20, quick_seconds = 0.5;

/// A row of the table: a network that solves the same problem.
struct Network {
  std::string name, family;  ///< of the row; slopes are fitted over a family
  std::string model;         ///< settings of the model `net`
};

Network kan(int width, int degree, int grid) {
  return {fmt::format("kan_w{}_k{}_g{}", width, degree, grid),
          fmt::format("KAN, degree {}", degree),
          fmt::format("{{type: kan, hidden: [{}], degree: {}, grid: {}}}", width, degree, grid)};
}

Network mlp(int layers, int width) {
  return {fmt::format("mlp_{}x{}", layers, width), fmt::format("MLP of {} hidden layers", layers),
          fmt::format("{{type: mlp, hidden: [{}], activation: tanh}}",
                      fmt::join(std::vector<int>(std::size_t(layers), width), ", "))};
}

std::vector<Network> networks() {
  std::vector<Network> all;
  for (const int grid : {4, 6, 8, 12, 16}) all.push_back(kan(10, 3, grid));
  for (const int grid : {4, 6, 8, 12, 16}) all.push_back(kan(10, 5, grid));
  for (const int layers : {2, 3, 4})
    for (const int width : {6, 10, 16, 24}) all.push_back(mlp(layers, width));
  return all;
}

std::vector<TableRow> rows(bool quick) {
  std::vector<TableRow> all;
  for (const Network& network : networks()) {
    TableRow row{network.name, ""};
    row.text = fmt::format(
        "# Written by kanpde table poisson\n"
        "name: {}\nvariables: [x, y]\ndomain:\n  space: {{box: [[-1, 1], [-1, 1]]}}\n"
        "unknowns: [u]\nequations:\n"
        "  - laplacian(u) = -pi^2*(1 + 4*y^2)*sin(pi*x)*sin(pi*y^2) + 2*pi*sin(pi*x)*cos(pi*y^2)\n"
        "conditions:\n  - {{where: boundary, require: u = 0}}\n"
        "reference: {{exact: {{u: sin(pi*x)*sin(pi*y^2)}}}}\n"
        "points: {{interior: 2500, boundary: 400}}\n"
        "output: {{grid: [101, 101], format: [csv]}}\n"
        "models:\n  net: {}\ntraining: {{time_limit: {}}}\n",
        network.name, network.model, quick ? quick_seconds : seconds);
    all.push_back(row);
  }
  return all;
}

const Network& network_of(const std::vector<Network>& all, const TableResult& result) {
  for (const Network& network : all)
    if (network.name == result.row.name) return network;
  throw std::invalid_argument("no network " + result.row.name);
}

output::Sheet sheet(const TableResults& results) {
  output::Sheet sheet{"",
                      {"row", "network", "parameters", "MSE", "rel. L2", "smallest .. largest",
                       "rel. H1", "seconds", "status"},
                      {}};
  for (const TableResult& result : results) {
    const ModelResult& model = result.summary.models.front();
    const auto l2 = spread(model, &RunResult::rel_l2, "u");
    sheet.rows.push_back(
        {result.row.name, model.description, std::to_string(model.parameters),
         output::median_text(spread(model, &RunResult::mse, "u")), output::median_text(l2),
         output::range_text(l2), output::median_text(spread(model, &RunResult::rel_h1, "u")),
         output::median_text(spread(model, &RunResult::seconds)), output::status_of(model)});
  }
  return sheet;
}

/// "-2.1" over the rows of a family, for one kind of error.
std::string slope(const std::string& family, const TableResults& results, output::ErrorMap error) {
  const std::vector<Network> all = networks();
  std::vector<double> parameters, errors;
  for (const TableResult& result : results) {
    if (network_of(all, result).family != family) continue;
    const ModelResult& model = result.summary.models.front();
    const double median = spread(model, error, "u").median;
    if (!std::isfinite(median)) continue;
    parameters.push_back(model.parameters);
    errors.push_back(median);
  }
  return parameters.size() < 2 ? "-" : fmt::format("{:.2f}", log_log_slope(parameters, errors));
}

std::string notes(const TableResults& results) {
  std::string text, last;
  for (const Network& network : networks()) {
    if (network.family == last) continue;
    last = network.family;
    text += fmt::format("- {}: L2 and H1 errors fall as parameters to the powers {} and {}.\n",
                        network.family, slope(network.family, results, &RunResult::rel_l2),
                        slope(network.family, results, &RunResult::rel_h1));
  }
  return text +
         "- Published, Liu et al. 2024, arXiv:2404.19756, section 3.4: KAN [2,10,1] MSE 1e-7 with "
         "about 1e2 parameters, MLP [2,100,100,100,1] MSE 1e-5 with about 1e4; the slopes of its "
         "figure 3.3 are not printed.\n"
         "- All networks have the same points, the same choice of stages and the same limit of "
         "time.\n";
}

}  // namespace

TableKind poisson_table() {
  return {"poisson", "error against parameters for the PDE of the KAN paper", rows, sheet, notes};
}

}  // namespace kanpde::solver
