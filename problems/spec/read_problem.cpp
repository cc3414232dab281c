/// A problem file, from text to Problem, and back.

#include <filesystem>
#include <fstream>

#include "problems/spec/build.hpp"

namespace kanpde::problems {

using namespace spec;

namespace {

/// Keys of a document of one kind: the problem's description, or its settings.
std::string yaml_of(const Document& document, bool description) {
  const Node all = document_block().write(document);
  Node part = map();
  for (std::size_t i = 0; i < all.items.size(); ++i)
    if (is_description(all.keys[i].text) == description) part.add(all.keys[i].text, all.items[i]);
  return to_yaml(part);
}

/// The file's description with nothing left to choose: places of conditions, and files by their
/// full path.
std::string describe(const Problem& problem, Document document) {
  const auto absolute = [](const std::string& file) {
    return word(std::filesystem::absolute(file).string());
  };
  for (ConditionEntry& condition : document.conditions)
    if (condition.where.is_null() && !condition.require.empty())
      condition.where = word(problem.region.space ? "boundary" : "initial");
  for (std::size_t i = 0; i < document.data.size(); ++i)
    document.data[i].file = absolute(problem.data[i].file);
  if (problem.reference.kind == Reference::Kind::file)
    document.reference->file = absolute(problem.reference.name);
  return yaml_of(document, true);
}

}  // namespace

Problem read_problem_text(const std::string& text, const std::string& file,
                          const std::vector<std::string>& overrides) {
  Problem problem;
  problem.file = file;
  problem.text = text;
  const SourceText source(file, text);
  Node root = parse_yaml(source);
  if (!root.is_map())
    fail(root, fmt::format("expected keys with values, such as name: heat, got {}", shown(root)));
  for (const std::string& assignment : overrides) apply_override(root, assignment);
  if (!root.find("models")) root.add("models", default_models());

  Reader reader{source, problem.graph, {}, {}, {}};
  Document document;
  document_block().read(document, root, reader);
  Build build{document, root, reader, problem};
  build_names(build);
  build_domain(build);
  build_equations(build);
  build_conditions(build);
  build_data(build);
  build_reference(build);
  build_settings(build);
  build_pseudo_time(build);
  build_continual(build);
  build_variants(build);
  problem.description = describe(problem, std::move(document));
  problem.graph_as_read = problem.graph.size();
  return problem;
}

Problem copy_as_read(Problem& problem) {
  Graph graph = problem.graph.first(problem.graph_as_read);
  std::swap(graph, problem.graph);  // so that the large one is not copied
  Problem copy = problem;
  std::swap(graph, problem.graph);
  return copy;
}

Problem read_problem(const std::string& file, const std::vector<std::string>& overrides) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    throw InputError(
        {file, 0, 0},
        "there is no such file; `kanpde list` names the cases that come with the program");
  std::ifstream stream(file, std::ios::binary);
  std::string text(max_file_bytes + 1, '\0');
  stream.read(text.data(), std::streamsize(text.size()));
  text.resize(std::size_t(stream.gcount()));
  if (stream.bad() || !stream.eof())
    throw InputError({file, 0, 0},
                     fmt::format("cannot be read, or has more than {} bytes", max_file_bytes));
  return read_problem_text(text, file, overrides);
}

std::string resolved_yaml(const Problem& problem) {
  Document document;
  document.points = problem.points;
  document.training = problem.training;
  document.models = problem.models;
  document.compare = problem.compare;
  document.output = problem.output;
  document.published = problem.published;
  return problem.description + yaml_of(document, false);
}

int derivative_order(const Problem& problem) {
  std::vector<Expr> residuals;
  for (const Equation& equation : problem.equations) residuals.push_back(equation.parsed.residual);
  for (const Condition& condition : problem.conditions)
    if (condition.parsed.residual.valid()) residuals.push_back(condition.parsed.residual);
  int order = 0;
  for (const Symbol& symbol : problem.graph.symbols(residuals))
    if (symbol.kind == Symbol::Kind::unknown) order = std::max(order, symbol.alpha.order());
  return order;
}

}  // namespace kanpde::problems
