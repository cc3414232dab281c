/// Definitions and equations.

#include "problems/spec/build.hpp"

namespace kanpde::problems::spec {

const Node& Build::place(std::initializer_list<std::string> path) const {
  const Node* node = &root;
  for (const std::string& key : path) {
    const Node* next = node->is_map() ? node->find(key) : nullptr;
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

bool Build::depends_on(Expr e, std::initializer_list<Symbol::Kind> kinds) const {
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](Symbol::Kind kind) { return problem.graph.depends_on(e, kind); });
}

namespace {

void build_scope(Build& build) {
  Problem& problem = build.problem;
  Scope& scope = problem.scope;
  scope.variables = problem.variables;
  scope.space_dimension = problem.space_dimension;
  scope.unknowns = problem.unknowns;
  for (const TrainableParameter& parameter : problem.parameters)
    scope.parameters.push_back(parameter.name);
  scope.definitions = build.reader.constants.definitions;
  for (const auto& [name, value] : build.document.definitions) {
    build.reader.key = name.text;
    scope.definitions[name.text] = build.reader.expression(value, scope);
  }
}

/// The unknowns, then the definitions that `output` names.
void build_quantities(Build& build) {
  Problem& problem = build.problem;
  problem.quantities.clear();  // of another value of a continuation
  for (int u = 0; u < int(problem.unknowns.size()); ++u)
    problem.quantities.push_back({problem.unknowns[u], problem.graph.unknown(u)});
  const Node& place = build.place({"output", "definitions"});
  for (const std::string& name : build.document.output.definitions) {
    std::vector<std::string> names;
    for (const auto& entry : build.document.definitions) names.push_back(entry.name.text);
    if (std::find(names.begin(), names.end(), name) == names.end())
      fail(place,
           fmt::format("definitions: '{}' is no definition{}", name, suggestion(name, names)));
    const auto same = [&](const Quantity& q) { return q.name == name; };
    if (std::any_of(problem.quantities.begin(), problem.quantities.end(), same))
      fail(place, fmt::format("definitions: '{}' is given twice", name));
    problem.quantities.push_back({name, problem.scope.definitions.at(name)});
  }
}

/// Without equations and data, an exact reference is what is to be fitted: u = its expression.
void add_fit(Build& build) {
  const auto& reference = build.document.reference;
  if (!build.document.data.empty()) return;
  if (!reference || reference->exact.empty())
    fail(build.root,
         "nothing to solve: expected 'equations', 'data' or an exact 'reference' to fit");
  for (const auto& [name, value] : reference->exact) {
    build.reader.key = name.text;
    Problem& problem = build.problem;
    const auto found = std::find(problem.unknowns.begin(), problem.unknowns.end(), name.text);
    if (found == problem.unknowns.end()) continue;  // build_reference names the error
    Equation equation{name.text + " = " + value.text, value.where, {}};
    equation.parsed.left = problem.graph.unknown(int(found - problem.unknowns.begin()));
    equation.parsed.right = build.reader.expression(value, problem.scope);
    equation.parsed.residual = problem.graph.sub(equation.parsed.left, equation.parsed.right);
    problem.equations.push_back(std::move(equation));
  }
}

}  // namespace

void build_equations(Build& build) {
  build_scope(build);
  build_quantities(build);
  Problem& problem = build.problem;
  for (const Node& node : build.document.equations) {
    build.reader.key = "equation";
    Equation equation{node.text, node.where, build.reader.equation(node, problem.scope)};
    if (!build.depends_on(equation.parsed.residual, {Symbol::Kind::unknown}))
      fail(node, fmt::format("this equation contains no unknown ({}), or they cancel: {}",
                             fmt::join(problem.unknowns, ", "), shown(node)));
    problem.equations.push_back(std::move(equation));
  }
  if (problem.equations.empty()) add_fit(build);
}

}  // namespace kanpde::problems::spec
