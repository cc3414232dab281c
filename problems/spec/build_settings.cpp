/// Settings whose default or validity depends on the problem: numbers of points, smoothness, grids.

#include <cmath>

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

constexpr int max_spline_degree = 11;
constexpr double max_grid_points = 1e8;

/// Entry d-1 of a table that goes on with its last entry.
int by_dimension(std::initializer_list<int> table, int d) {
  return table.begin()[std::min<std::size_t>(std::size_t(d), table.size()) - 1];
}

void choose_points(Problem& problem, PointSettings& points) {
  const int d = problem.variable_count();
  const bool one_face =
      problem.space_dimension == 1 && d == 1;  // two end points, or one initial point
  if (points.interior == 0) points.interior = by_dimension({128, 2048, 4096, 8192}, d);
  if (points.boundary == 0 && problem.region.space)
    points.boundary = one_face ? 2 : by_dimension({2, 256, 1024, 2048}, d);
  if (points.initial == 0 && problem.has_time)
    points.initial = d == 1 ? 1 : by_dimension({1, 256, 1024, 2048}, d);
}

void check_points(const Build& build) {
  const Problem& problem = build.problem;
  if (problem.points.boundary > 0 && !problem.region.space)
    fail(build.place({"points", "boundary"}),
         "boundary: the domain has no space, so no boundary points");
  if (problem.points.initial > 0 && !problem.has_time)
    fail(build.place({"points", "initial"}),
         "initial: the domain has no time, so no initial points");
}

void check_windows(const Problem& problem, const TrainingSettings& training) {
  if (training.windows <= 1) return;
  const std::string why = why_no_windows(problem);
  if (!why.empty()) throw InputError(training.windows_where, "windows: " + why);
}

/// Where it stands beside windows that it cannot grade, or none. A model may take it over from the
/// problem and have one window all the same.
void check_grading(const TrainingSettings& training) {
  if (training.window_grading > 1 && training.windows <= 1)
    throw InputError(training.window_grading_where,
                     "window_grading: there are no windows to be graded; give their number with "
                     "`windows`");
}

bool is_inherited(const SourceLocation& where, const SourceLocation& from) {
  return where.file == from.file && where.line == from.line && where.column == from.column;
}

void check_gradings(const Problem& problem) {
  const TrainingSettings& common = problem.training;
  bool own = false;  // every model has windows of its own
  for (const ModelSettings& model : problem.models) {
    if (!model.training) continue;
    own = own || model.training->windows > 1;
    if (!is_inherited(model.training->window_grading_where, common.window_grading_where))
      check_grading(*model.training);
  }
  if (!own) check_grading(common);
}

void check_polynomials(const Problem& problem, const ModelSettings& model) {
  if (model.time_degree == 0) return;
  const std::string why =
      why_no_polynomials(problem, model, model.training.value_or(problem.training));
  if (!why.empty()) throw InputError(model.time_degree_where, "time_degree: " + why);
}

void check_causal(const Problem& problem, const TrainingSettings& training) {
  if (!training.causal.empty() && !problem.has_time)
    throw InputError(training.causal_where,
                     "causal: the domain has no time, so nothing comes before anything else");
}

void choose_grid(Build& build) {
  Problem& problem = build.problem;
  std::vector<int>& grid = problem.output.grid;
  const std::size_t d = problem.variables.size();
  const Node& place = build.place({"output", "grid"});
  if (grid.empty()) grid.assign(d, by_dimension({1001, 201, 51, 17, 9, 6, 5, 4, 3, 3}, int(d)));
  if (grid.size() != d)
    fail(place, fmt::format("grid: expected {} numbers, one for each of {}, got {}", d,
                            fmt::join(problem.variables, ", "), grid.size()));
  double points = 1;
  for (std::size_t i = 0; i < d; ++i)
    if (problem.has_field_axis(int(i))) points *= grid[i];
  if (points > max_grid_points)
    fail(place, fmt::format("grid: {:g} points; at most {:g}", points, max_grid_points));
}

/// A spline of degree k has k-1 continuous derivatives; the residual is continuous for k - 1 >=
/// order.
void check_smoothness(const Build& build, ModelSettings& model, int order) {
  if (model.type != ModelSettings::Type::kan || model.basis != Basis::bspline ||
      model.degree >= order + 1)
    return;
  const Node& block = build.place({"models", model.name});
  const Node* degree = block.is_map() ? block.find("degree") : nullptr;
  const bool chosen = degree != nullptr && !is_default(*degree);
  if (!chosen && order + 1 <= max_spline_degree) {
    model.degree = order + 1;
    return;
  }
  const SourceLocation where = chosen ? degree->where
                               : build.problem.equations.empty()
                                   ? model.where
                                   : build.problem.equations.front().where;
  const std::string cure = order + 1 <= max_spline_degree
                               ? fmt::format("use degree {} or more", order + 1)
                               : std::string("use basis: chebyshev or rbf, or an MLP");
  throw InputError(
      where,
      fmt::format("degree: splines of degree {} have {} continuous derivatives, but the problem "
                  "has derivatives of order {} (model {}); {}",
                  chosen ? model.degree : max_spline_degree,
                  (chosen ? model.degree : max_spline_degree) - 1, order, model.name, cure));
}

bool is_given(const Build& build, const ModelSettings& model, const char* key) {
  const Node& block = build.place({"models", model.name});
  const Node* value = block.is_map() ? block.find(key) : nullptr;
  return value != nullptr && !is_default(*value);
}

/// One hidden unit on a line: long grids, stretched to the solution.
void choose_on_line(ModelSettings& model) {
  model.hidden = {1};
  model.degree = 9;
  model.grid = 120;
  model.base = BaseFunction::none;
  model.time_degree = 6;
}

constexpr int points_in_plane = 20000;  ///< where the file gives none

/// Products in the plane, with as many functions as the points determine.
void choose_in_plane(const Build& build, ModelSettings& model) {
  constexpr double places_a_function = 2.5;
  const int points = build.document.points.interior;
  model.products = true;
  model.hidden.clear();
  model.base = BaseFunction::none;
  model.degree = std::clamp(derivative_order(build.problem) + 3, 5, max_spline_degree);
  model.time_degree = 3;
  const double functions =
      (points > 0 ? points : points_in_plane) / (model.time_degree * places_a_function);
  model.grid = std::max(model.degree + 1, int(std::sqrt(functions)) - model.degree);
}

/// A KAN that the file gives by its type alone, where training may cut the time into windows.
void choose_kan(const Build& build, ModelSettings& model) {
  const Problem& problem = build.problem;
  const TrainingSettings& training = model.training.value_or(problem.training);
  const int d = problem.space_dimension;
  if (model.type != ModelSettings::Type::kan || !training.automatic || training.windows == 1 ||
      (d != 1 && (d != 2 || time_order(problem) != 1)) || problem.variable_count() != d + 1 ||
      !problem.region.space->is_box() || !why_no_windows(problem).empty())
    return;
  for (const char* key : {"hidden", "basis", "degree", "grid", "base", "products", "time_degree",
                          "fourier_features", "periodic_harmonics", "subdomains"})
    if (is_given(build, model, key)) return;
  ModelSettings chosen = model;
  if (d == 1)
    choose_on_line(chosen);
  else
    choose_in_plane(build, chosen);
  if (!why_no_polynomials(problem, chosen, training).empty()) return;
  model = chosen;
  if (model.products && build.document.points.interior == 0)
    build.problem.points.interior = points_in_plane;
}

/// Grids that stages extend are no finer at the start.
void check_stage_grids(const Build& build, const ModelSettings& model) {
  const bool has_grid =
      model.basis == Basis::bspline || model.basis == Basis::rbf || model.basis == Basis::rational;
  if (model.type != ModelSettings::Type::kan || model.products || !has_grid) return;
  const Node* stages = &build.place({"models", model.name, "training", "stages"});
  if (!stages->is_list()) stages = &build.place({"training", "stages"});
  if (!stages->is_list()) return;
  for (const Node& stage : stages->items) {
    const Node* grid = stage.find("grid");
    if (grid == nullptr) continue;
    const int intervals = std::stoi(grid->text);
    if (intervals < model.grid)
      fail(*grid, fmt::format("grid: {} is coarser than the {} intervals that model '{}' has",
                              intervals, model.grid, model.name));
  }
}

void choose_base(const Build& build, ModelSettings& model) {
  const TrainingSettings& training = model.training.value_or(build.problem.training);
  if (model.type == ModelSettings::Type::kan && training.continual.phases > 0 &&
      !is_given(build, model, "base"))
    model.base = BaseFunction::none;
}

void check_model(const Build& build, ModelSettings& model) {
  choose_kan(build, model);
  choose_base(build, model);
  check_polynomials(build.problem, model);
  check_smoothness(build, model, derivative_order(build.problem));
  check_products(build.problem, model, model.training.value_or(build.problem.training));
  check_subdomains(build.problem, model);
  check_stage_grids(build, model);
  const std::size_t harmonics = model.periodic_harmonics.size();
  if (harmonics != 0 && harmonics != build.problem.variables.size())
    fail(build.place({"models", model.name, "periodic_harmonics"}),
         fmt::format("periodic_harmonics: expected {} numbers, one for each of {}, got {}",
                     build.problem.variables.size(), fmt::join(build.problem.variables, ", "),
                     harmonics));
}

/// Every unknown and every parameter is determined by something.
void check_used(const Build& build) {
  const Problem& problem = build.problem;
  std::vector<Expr> equations, all;
  for (const Equation& equation : problem.equations) equations.push_back(equation.parsed.residual);
  all = equations;
  for (const Condition& condition : problem.conditions)
    if (condition.parsed.residual.valid()) all.push_back(condition.parsed.residual);
  const auto uses = [&](const std::vector<Expr>& roots, Symbol::Kind kind, int index) {
    const auto symbols = problem.graph.symbols(roots);
    return std::any_of(symbols.begin(), symbols.end(),
                       [&](const Symbol& s) { return s.kind == kind && s.index == index; });
  };
  for (int u = 0; u < int(problem.unknowns.size()); ++u) {
    const bool measured =
        std::any_of(problem.data.begin(), problem.data.end(), [&](const DataSet& set) {
          return std::find(set.unknowns.begin(), set.unknowns.end(), u) != set.unknowns.end();
        });
    if (!measured && !uses(equations, Symbol::Kind::unknown, u))
      fail(build.document.unknowns[u],
           fmt::format("unknown '{}' appears in no equation and in no data", problem.unknowns[u]));
  }
  for (int p = 0; p < int(problem.parameters.size()); ++p)
    if (!uses(all, Symbol::Kind::parameter, p))
      fail(build.document.parameters[p].name,
           fmt::format("parameter '{}' appears in no equation and in no condition",
                       problem.parameters[p].name));
}

}  // namespace

void build_settings(Build& build) {
  Problem& problem = build.problem;
  const Document& document = build.document;
  check_used(build);
  problem.points = document.points;
  check_points(build);
  choose_points(problem, problem.points);
  problem.training = document.training;
  problem.models = document.models;
  check_windows(problem, problem.training);
  check_gradings(problem);
  check_causal(problem, problem.training);
  for (ModelSettings& model : problem.models) {
    check_model(build, model);
    check_windows(problem, model.training.value_or(problem.training));
    check_causal(problem, model.training.value_or(problem.training));
  }
  problem.compare = document.compare;
  problem.output = document.output;
  choose_grid(build);
  problem.published = document.published;
}

}  // namespace kanpde::problems::spec
