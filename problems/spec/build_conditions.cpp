/// Boundary, initial and periodic conditions, and the parts of the boundary where they hold.

#include "kernels/tape.hpp"
#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

namespace {

using Where = Condition::Where;
constexpr int boundary_samples = 4096;

bool is_place_word(const std::string& text) {
  return text == "boundary" || text == "initial" || text == "interior";
}

std::vector<std::string> patch_names(const Problem& problem) {
  std::vector<std::string> names;
  if (!problem.region.space) return names;
  for (const Patch& patch : problem.region.space->patches())
    if (std::find(names.begin(), names.end(), patch.name) == names.end())
      names.push_back(patch.name);
  return names;
}

/// Whether the predicate holds at some of the points.
bool holds_somewhere(const Graph& graph, Expr predicate, const Columns& x) {
  std::vector<Symbol> inputs;
  for (int i = 0; i < x.columns(); ++i) inputs.push_back({Symbol::Kind::coordinate, i, 0, {}});
  const kernels::Tape tape = graph.compile({&predicate, 1}, inputs);
  std::vector<const double*> columns;
  for (int i = 0; i < x.columns(); ++i) columns.push_back(x.column(i));
  std::array<bool, max_variables> uniform{};
  AlignedVector<double> value(std::size_t(x.points())),
      scratch(std::size_t(tape.registers) * kernels::tape_block);
  double* output = value.data();
  kernels::evaluate(tape, x.points(), columns.data(), uniform.data(), &output, scratch.data());
  return std::any_of(value.begin(), value.end(), [](double v) { return v > 0; });
}

/// Points on the whole boundary or on one named part; an error at `node` when there are none.
Columns boundary_points(const Build& build, const Node& node, const std::string& part) {
  const Region& region = build.problem.region;
  const auto keep = [&](int patch) {
    return part.empty() || region.space->patches()[patch].name == part;
  };
  Random random(0);
  try {
    return sample_boundary(region, SamplingMethod::uniform, boundary_samples, random, {keep, {}}).x;
  } catch (const std::runtime_error& error) {
    fail(node, fmt::format("no boundary points here: {}", error.what()));
  }
}

Expr predicate(Build& build, const Node& node) {
  const Expr e = build.reader.expression(node, build.problem.scope);
  if (build.depends_on(e, {Symbol::Kind::unknown, Symbol::Kind::parameter, Symbol::Kind::normal}))
    fail(node, fmt::format("{}: a predicate uses variables and constants only: {}",
                           build.reader.key, shown(node)));
  if (!build.depends_on(e, {Symbol::Kind::coordinate}))
    fail(node, fmt::format("{}: expected a predicate in {}, such as {} < 0, got {}",
                           build.reader.key, fmt::join(build.problem.variables, ", "),
                           build.problem.variables[0], shown(node)));
  if (!holds_somewhere(build.problem.graph, e, boundary_points(build, node, "")))
    fail(node, fmt::format("{} holds at none of {} points drawn on the boundary", shown(node),
                           boundary_samples));
  return e;
}

void build_boundaries(Build& build) {
  const std::vector<std::string> patches = patch_names(build.problem);
  for (const auto& [name, value] : build.document.boundaries) {
    if (!build.problem.region.space)
      fail(name, "boundaries: the domain has no space, so no boundary");
    if (!is_identifier(name.text) || is_place_word(name.text) ||
        std::find(patches.begin(), patches.end(), name.text) != patches.end())
      fail(name, fmt::format("boundaries: {} is not a free name for a part of the boundary",
                             shown(name)));
    build.reader.key = name.text;
    build.problem.named_boundaries[name.text] = predicate(build, value);
  }
}

void place_part(Build& build, const Node& node, Condition& condition) {
  const Problem& problem = build.problem;
  std::vector<std::string> names = patch_names(problem);
  condition.where = Where::part;
  condition.part = node.text;
  if (std::find(names.begin(), names.end(), node.text) != names.end()) {
    boundary_points(build, node, node.text);
    return;
  }
  if (const auto known = problem.named_boundaries.find(node.text);
      known != problem.named_boundaries.end()) {
    condition.predicate = known->second;
    return;
  }
  for (const auto& entry : problem.named_boundaries) names.push_back(entry.first);
  names.insert(names.end(), {"boundary", "initial", "interior"});
  fail(node, fmt::format("where: unknown part of the boundary {}{}", shown(node),
                         suggestion(node.text, names)));
}

/// `where: {point: [x, y]}`: inside the domain or on its boundary, to 1e-9 of its size.
void place_point(Build& build, const Node& node, Condition& condition) {
  const Problem& problem = build.problem;
  const Node* point = node.find("point");
  if (point == nullptr || node.keys.size() != 1)
    fail(node, fmt::format("where: expected {{point: [...]}}, got {}", shown(node)));
  if (!problem.region.space) fail(*point, "where: the domain has no space, so no points");
  build.reader.key = "point";
  const std::size_t dimension = std::size_t(problem.space_dimension);
  for (const Node& number : build.reader.items(*point, "a number a space variable"))
    condition.point.push_back(build.reader.number(number));
  if (condition.point.size() != dimension)
    fail(*point, fmt::format("point: expected {} numbers ({}), got {}", dimension,
                             fmt::join(problem.variables.begin(),
                                       problem.variables.begin() + problem.space_dimension, ", "),
                             condition.point.size()));
  const Box box = problem.region.space->bounding_box();
  double size = 0;
  for (std::size_t i = 0; i < dimension; ++i) size = std::max(size, box.upper[i] - box.lower[i]);
  if (!(problem.region.space->signed_distance(condition.point) <= 1e-9 * size))
    fail(*point,
         fmt::format("point: ({}) lies outside the domain", fmt::join(condition.point, ", ")));
  condition.where = Where::point;
}

/// Reads `where`; conditions on the boundary need a space domain, those at the start a time.
void place(Build& build, const ConditionEntry& entry, Condition& condition) {
  const Problem& problem = build.problem;
  build.reader.key = "where";
  if (entry.where.is_map()) return place_point(build, entry.where, condition);
  const bool absent = entry.where.is_null();
  const std::string fallback = problem.region.space ? "boundary" : "initial";
  const std::string text = absent ? fallback : build.reader.text(entry.where);
  const SourceLocation location = absent ? entry.location : entry.where.where;
  if (text == "initial" && !problem.has_time)
    throw InputError(location, "where: 'initial' needs domain.time");
  if (text == "initial" || text == "interior") {
    condition.where = text == "initial" ? Where::initial : Where::interior;
    return;
  }
  if (!problem.region.space)
    throw InputError(
        location, fmt::format("where: the domain has no space, so no boundary; expected 'initial' "
                              "or 'interior', got '{}'",
                              text));
  if (text == "boundary") {
    condition.where = Where::boundary;
  } else if (is_identifier(text)) {
    place_part(build, entry.where, condition);
  } else {
    condition.where = Where::predicate;
    condition.predicate = predicate(build, entry.where);
  }
}

/// Index of the unknown in `u = g`, where g is a function of the variables; else -1.
int dirichlet_unknown(const Build& build, const EquationText& equation) {
  const Graph& graph = build.problem.graph;
  if (graph.node(equation.left).op != Op::input) return -1;
  const Symbol& symbol = graph.symbol_of(equation.left);
  if (symbol.kind != Symbol::Kind::unknown || symbol.alpha.order() != 0) return -1;
  return build.depends_on(equation.right, {Symbol::Kind::unknown, Symbol::Kind::normal})
             ? -1
             : symbol.index;
}

void check_hard(const Build& build, const ConditionEntry& entry, const Condition& condition,
                const Node& node) {
  if (!entry.hard) return;
  const bool side = condition.where == Where::part && !condition.predicate.valid() &&
                    build.problem.region.space->is_box();
  if (condition.where != Where::boundary && condition.where != Where::initial && !side)
    fail(node,
         "hard: a condition can be met exactly at the initial time, on the whole boundary or on a "
         "side of "
         "a box; remove 'hard' here");
  if (condition.dirichlet_unknown < 0 ||
      build.depends_on(condition.parsed.right, {Symbol::Kind::parameter}))
    fail(node, fmt::format("hard: only 'u = g' (an unknown alone on the left, g of variables and "
                           "constants) can be "
                           "met exactly, got {}",
                           shown(node)));
  for (const Condition& other : build.problem.conditions)
    if (other.hard && other.where == condition.where && other.part == condition.part &&
        other.dirichlet_unknown == condition.dirichlet_unknown)
      fail(node, fmt::format("hard: line {} already fixes this unknown here", other.location.line));
}

void add_required(Build& build, const ConditionEntry& entry, const Node& node,
                  Condition condition) {
  Scope scope = build.problem.scope;
  scope.normals = condition.where != Where::initial && condition.where != Where::interior &&
                  condition.where != Where::point;
  build.reader.key = "require";
  condition.text = build.reader.text(node, "an equation");
  condition.location = node.where;
  condition.parsed = build.reader.equation(node, scope);
  if (!build.depends_on(condition.parsed.residual, {Symbol::Kind::unknown}))
    fail(node, fmt::format("this condition contains no unknown ({}), or they cancel: {}",
                           fmt::join(scope.unknowns, ", "), shown(node)));
  condition.dirichlet_unknown = dirichlet_unknown(build, condition.parsed);
  check_hard(build, entry, condition, node);
  build.problem.conditions.push_back(std::move(condition));
}

/// Highest derivative along an axis in the equations.
int order_along(const Problem& problem, int axis) {
  std::vector<Expr> residuals;
  for (const Equation& equation : problem.equations) residuals.push_back(equation.parsed.residual);
  int order = 0;
  for (const Symbol& symbol : problem.graph.symbols(residuals))
    if (symbol.kind == Symbol::Kind::unknown)
      order = std::max(order, int(symbol.alpha.count[axis]));
  return order;
}

void add_periodic(Build& build, const Node& node, Condition condition) {
  const Problem& problem = build.problem;
  build.reader.key = "periodic";
  const std::string& name = build.reader.text(node, "a space variable");
  const auto begin = problem.variables.begin(), end = begin + problem.space_dimension;
  const auto found = std::find(begin, end, name);
  if (found == end)
    fail(node, fmt::format("periodic: expected a space variable, got {}{}", shown(node),
                           suggestion(name, {begin, end})));
  if (!problem.region.space->is_box())
    fail(node, "periodic: only an interval or a box has opposite sides that match");
  condition.text = "periodic " + name;
  condition.location = node.where;
  condition.periodic_axis = int(found - begin);
  condition.periodic_order = std::max(order_along(problem, condition.periodic_axis) - 1, 0);
  for (const Condition& other : problem.conditions)
    if (other.periodic_axis == condition.periodic_axis)
      fail(node,
           fmt::format("periodic: {} is already periodic (line {})", name, other.location.line));
  build.problem.conditions.push_back(std::move(condition));
}

}  // namespace

void build_conditions(Build& build) {
  build_boundaries(build);
  for (const ConditionEntry& entry : build.document.conditions) {
    Condition condition;
    condition.hard = entry.hard;
    condition.weight = entry.weight;
    for (const Node& node : entry.periodic) add_periodic(build, node, condition);
    if (!entry.require.empty()) place(build, entry, condition);
    for (const Node& node : entry.require) add_required(build, entry, node, condition);
  }
  const int order = derivative_order(build.problem);
  if (build.problem.conditions.empty() && build.document.data.empty() && order > 0)
    fail(build.place({"conditions"}), fmt::format("no conditions: the equations have derivatives "
                                                  "of order {}, so without conditions (or data) "
                                                  "their solution is not unique",
                                                  order));
}

}  // namespace kanpde::problems::spec
