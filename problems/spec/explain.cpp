/// A problem as the program understands it, for people.

#include <filesystem>
#include <unordered_map>

#include "problems/problem.hpp"

namespace kanpde::problems {

namespace {

/// Number of operations of an expression written out, shared parts counted as often as they appear.
class WrittenSize {
 public:
  explicit WrittenSize(const Graph& graph) : graph_(graph) {}
  double of(Expr e) {
    if (!e.valid()) return 0;
    if (const auto known = sizes_.find(e.id); known != sizes_.end()) return known->second;
    const Graph::Node node = graph_.node(e);
    const double size = 1 + of(node.a) + of(node.b) + of(node.c);
    return sizes_[e.id] = size;
  }

 private:
  const Graph& graph_;
  std::unordered_map<std::int32_t, double> sizes_;
};

constexpr double longest_written = 2000;

std::string expanded(const Problem& problem, Expr e) {
  const double size = WrittenSize(problem.graph).of(e);
  if (size > longest_written) return fmt::format("({:.3g} operations, not written out)", size);
  return to_text(problem.graph, problem.scope, e);
}

std::string derivative_name(const Problem& problem, const Symbol& symbol) {
  const std::string& unknown = problem.unknowns[std::size_t(symbol.index)];
  if (symbol.alpha.order() == 0) return unknown;
  std::string letters, arguments;
  bool short_names = true;
  for (int v = 0; v < problem.variable_count(); ++v) {
    const std::string& name = problem.variables[std::size_t(v)];
    const int n = symbol.alpha.count[std::size_t(v)];
    for (int i = 0; i < n; ++i) letters += name;
    if (n > 0) arguments += ", " + name + (n > 1 ? fmt::format(", {}", n) : "");
    short_names = short_names && name.size() == 1;
  }
  return short_names ? unknown + "_" + letters : fmt::format("diff({}{})", unknown, arguments);
}

std::string derivatives(const Problem& problem) {
  std::vector<Expr> roots;
  for (const Equation& equation : problem.equations) roots.push_back(equation.parsed.residual);
  for (const Condition& condition : problem.conditions)
    if (condition.parsed.residual.valid()) roots.push_back(condition.parsed.residual);
  std::vector<std::string> names;
  for (const Symbol& symbol : problem.graph.symbols(roots))
    if (symbol.kind == Symbol::Kind::unknown && symbol.copy == 0)
      names.push_back(derivative_name(problem, symbol));
  return fmt::format("order {}: {}", derivative_order(problem), fmt::join(names, ", "));
}

std::string place(const Condition& condition) {
  switch (condition.where) {
    case Condition::Where::boundary:
      return "boundary";
    case Condition::Where::initial:
      return "initial";
    case Condition::Where::interior:
      return "interior";
    case Condition::Where::part:
      return condition.part;
    case Condition::Where::predicate:
      return "part of the boundary";
    case Condition::Where::point:
      return fmt::format("point ({})", fmt::join(condition.point, ", "));
  }
  return "";
}

std::string condition_text(const Problem& problem, const Condition& condition) {
  std::string text;
  if (condition.periodic_axis >= 0)
    text = fmt::format("{}: values and derivatives up to order {} match", condition.text,
                       condition.periodic_order);
  else
    text = fmt::format("{}: {}", place(condition), condition.text);
  if (condition.where == Condition::Where::predicate)
    text += fmt::format(" where {}", expanded(problem, condition.predicate));
  if (condition.hard) text += " (exactly)";
  if (condition.weight != 1) text += fmt::format(" (weight {})", condition.weight);
  return text;
}

std::string reference_text(const Problem& problem) {
  const Reference& reference = problem.reference;
  std::string text = "none";
  if (reference.kind == Reference::Kind::generator) text = "generator " + reference.name;
  if (reference.kind == Reference::Kind::file)
    text = "file " + std::filesystem::path(reference.name).filename().string();
  for (const auto& [name, value] : reference.options) text += fmt::format(", {} = {}", name, value);
  if (reference.kind != Reference::Kind::exact) return text;
  text = "exact";
  for (std::size_t u = 0; u < reference.exact.size(); ++u)
    if (reference.exact[u].valid())
      text += fmt::format("; {} = {}", problem.unknowns[u], expanded(problem, reference.exact[u]));
  return text;
}

std::string model_text(const ModelSettings& model) {
  static const char* bases[] = {"B-splines", "radial functions", "Chebyshev polynomials",
                                "harmonics", "rational functions"};
  static const char* activations[] = {"tanh", "sin", "silu", "gelu"};
  const std::string hidden = fmt::format("hidden [{}]", fmt::join(model.hidden, ", "));
  const std::string parts =
      model.subdomains.empty()
          ? ""
          : fmt::format(", each of {} subdomains that share {:g} of their width",
                        fmt::join(model.subdomains, " x "), model.overlap);
  if (model.type == ModelSettings::Type::mlp)
    return fmt::format("{}: MLP, {}, {}{}", model.name, hidden, activations[int(model.activation)],
                       parts);
  std::string text = fmt::format("{}: KAN, {}, {}", model.name,
                                 model.products ? "products" : hidden, bases[int(model.basis)]);
  if (model.has_degree()) text += fmt::format(", degree {}", model.degree);
  if (!model.axis_grids.empty())
    text += fmt::format(", grid {}", fmt::join(model.axis_grids, " x "));
  else if (model.has_grid())
    text += fmt::format(", grid {}", model.grid);
  if (model.products) text += fmt::format(", stretch {}", fmt::join(model.stretch, ", "));
  if (model.time_degree > 0)
    text += fmt::format(", polynomials of degree {} in time", model.time_degree);
  return text + parts;
}

/// Pieces of the time axis, and how often each is solved again.
std::string windows_text(const Problem& problem, const TrainingSettings& training) {
  std::string text;
  if (training.windows > 1) {
    const double length = problem.region.extra.upper[0] - problem.region.extra.lower[0];
    const std::string& time = problem.variables[std::size_t(problem.space_dimension)];
    text = training.window_grading > 1
               ? fmt::format("{} windows that grow from {} = {:.4g}", training.windows, time,
                             length * std::pow(training.windows, -training.window_grading))
               : fmt::format("{} windows of {} = {:.4g} each", training.windows, time,
                             length / training.windows);
  }
  if (training.more_passes() > 0)
    text += fmt::format("{}adapt_edges {}", text.empty() ? "" : ", ", training.more_passes());
  return text;
}

/// Methods of training that are on.
std::string methods_text(const TrainingSettings& training) {
  std::vector<std::string> texts;
  if (training.attention != "none") texts.push_back("attention " + training.attention);
  if (!training.causal.empty())
    texts.push_back(fmt::format("causal weights of {} slices, tolerance {}", training.causal_slices,
                                fmt::join(training.causal, ", ")));
  if (const ContinuationSettings& c = training.continuation; !c.values.empty())
    texts.push_back(fmt::format("{} = {} in turn", c.constant, fmt::join(c.values, ", ")));
  if (const ContinualSettings& c = training.continual; c.phases > 0)
    texts.push_back(fmt::format("{} parts along {} in turn", c.phases, c.variable));
  if (const PseudoTimeSettings& p = training.pseudo_time; p.steps > 0)
    texts.push_back(fmt::format("{} steps in pseudo-time from {}, evolving {}", p.steps, p.step,
                                fmt::join(p.evolve, ", ")));
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string line(const std::string& label, const std::string& text) {
  return fmt::format("{:<12} {}\n", label, text);
}

}  // namespace

std::string explain(const Problem& problem) {
  std::string out = line(problem.name, problem.title);
  if (!problem.source.empty()) out += line("source", problem.source);
  out += line("variables",
              fmt::format("{}{}", fmt::join(problem.variables, ", "),
                          problem.has_time ? fmt::format(" (time: {})",
                                                         problem.variables[problem.space_dimension])
                                           : ""));
  out += line("domain", problem.domain_text);
  out += line("unknowns", fmt::format("{}", fmt::join(problem.unknowns, ", ")));
  for (const TrainableParameter& p : problem.parameters)
    out += line("parameter", fmt::format("{} starts at {}", p.name, p.initial));
  for (const Equation& equation : problem.equations) {
    out += line("equation", equation.text);
    out += line("", expanded(problem, equation.parsed.residual) + " = 0");
  }
  out += line("derivatives", derivatives(problem));
  for (const Condition& condition : problem.conditions)
    out += line("condition", condition_text(problem, condition));
  for (const DataSet& set : problem.data)
    out += line("data",
                fmt::format("{}: {} points", std::filesystem::path(set.file).filename().string(),
                            set.x.points()));
  out += line("reference", reference_text(problem));
  out += line("points", fmt::format("interior {}, boundary {}, initial {}", problem.points.interior,
                                    problem.points.boundary, problem.points.initial));
  for (const ModelSettings& model : problem.models) {
    out += line("model", model_text(model));
    const TrainingSettings training = model.training.value_or(problem.training);
    for (const std::string& text : {windows_text(problem, training), methods_text(training)})
      if (!text.empty()) out += line("", text);
  }
  out += line("output grid", fmt::format("{}", fmt::join(problem.output.grid, " x ")));
  return out;
}

}  // namespace kanpde::problems
