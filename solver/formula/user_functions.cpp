#include "solver/formula/user_functions.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "kernels/base/array.hpp"
#include "problems/expression/parser.hpp"

namespace kanpde::solver {

namespace {

using problems::Expr;
using problems::Graph;
using problems::Symbol;

constexpr double user_complexity = 3;

bool is_word(const std::string& text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
         });
}

[[noreturn]] void fail(const std::string& definition, std::size_t column,
                       const std::string& message) {
  throw InputError({"--function", 1, int(column) + 1},
                   fmt::format("{}\n  {}\n  {:>{}}", message, definition, '^', column + 1));
}

/// name, argument and where the expression begins: f(x)=x*exp(-x).
struct Head {
  std::string name, argument;
  std::size_t body;
};

Head read_head(const std::string& definition) {
  const std::size_t open = definition.find('('), close = definition.find(')');
  const std::size_t equals = definition.find('=');
  if (open == std::string::npos || close == std::string::npos || equals == std::string::npos ||
      open > close || close > equals)
    fail(definition, 0, "expected a function of one argument, such as f(x)=x*exp(-x)");
  Head head{definition.substr(0, open), definition.substr(open + 1, close - open - 1), equals + 1};
  if (!is_word(head.name)) fail(definition, 0, fmt::format("'{}' is not a name", head.name));
  if (!is_word(head.argument))
    fail(definition, open + 1, fmt::format("'{}' is not the name of an argument", head.argument));
  if (definition.find_first_not_of(' ', close + 1) != equals)
    fail(definition, close + 1, "expected '=' after the argument");
  return head;
}

/// Values of a tape of two outputs, f and f', at points z.
struct CompiledFunction {
  kernels::Tape tape;

  void operator()(std::span<const double> z, double* f, double* df) const {
    const double* inputs[] = {z.data()};
    const bool uniform[] = {false};
    double* outputs[] = {f, df};
    AlignedVector<double> scratch(std::size_t(tape.registers) * kernels::tape_block);
    kernels::evaluate(tape, int(z.size()), inputs, uniform, outputs, scratch.data());
  }
};

std::vector<std::string> names_of(const std::vector<kan::EdgeFunction>& library) {
  std::vector<std::string> names;
  for (const auto& f : library) names.push_back(f.name);
  return names;
}

}  // namespace

kan::EdgeFunction parse_function(const std::string& definition) {
  const Head head = read_head(definition);
  Graph graph;
  problems::Scope scope;
  scope.variables = {head.argument};
  const Expr f = problems::parse_expression(graph, scope, definition.substr(head.body),
                                            {"--function", 1, int(head.body) + 1});
  if (!graph.depends_on(f, Symbol::Kind::coordinate))
    fail(definition, head.body, fmt::format("does not depend on {}", head.argument));
  scope.variables = {"z"};
  const Symbol z{Symbol::Kind::coordinate, 0, 0, {}};
  const std::array outputs{f, graph.derivative(f, 0)};
  kan::EdgeFunction function;
  function.name = head.name;
  function.text = problems::to_text(graph, scope, f);
  function.complexity = user_complexity;
  function.values = CompiledFunction{graph.compile(outputs, std::span(&z, 1))};
  return function;
}

std::vector<kan::EdgeFunction> chosen_library(const std::vector<std::string>& names,
                                              const std::vector<std::string>& definitions) {
  const std::vector<kan::EdgeFunction>& all = kan::edge_library();
  std::vector<kan::EdgeFunction> library;
  for (const auto& f : all)
    if (names.empty() || std::find(names.begin(), names.end(), f.name) != names.end())
      library.push_back(f);
  std::vector<std::string> known = names_of(all);
  for (const std::string& definition : definitions) {
    library.push_back(parse_function(definition));
    const std::string& name = library.back().name;
    if (std::ranges::find(known, name) != known.end())
      fail(definition, 0, fmt::format("there is a function '{}' already", name));
    known.push_back(name);
  }
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string near = problems::nearest_name(name, known);
    throw InputError(
        {}, fmt::format("--functions: there is no function '{}'{}", name,
                        near.empty() ? fmt::format("; there are {}", fmt::join(known, ", "))
                                     : fmt::format("; did you mean '{}'?", near)));
  }
  return library;
}

}  // namespace kanpde::solver
