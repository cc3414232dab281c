/// The one home of every setting but those of models (model_table.cpp): key, how it is read and
/// written, default (that of settings.hpp) and meaning.

#include <set>

#include "problems/spec/document.hpp"

namespace kanpde::problems::spec {

using Optimizer = StageSettings::Optimizer;

const Block<PointSettings>& point_block() {
  using S = PointSettings;
  static const Block<S> block({
      field("interior", &S::interior, integer(0, 100000000),
            "Collocation points inside the domain, where the equations are required; 0 chooses "
            "from the "
            "dimension."),
      field("boundary", &S::boundary, integer(0, 100000000),
            "Points of each condition on the boundary; 0 chooses from the dimension."),
      field("initial", &S::initial, integer(0, 100000000),
            "Points of each condition at the initial time; 0 chooses from the dimension."),
      field("method", &S::method,
            choice<SamplingMethod>(
                {"uniform", "lattice", "latin_hypercube", "sobol", "gauss_legendre"}),
            "How points are drawn: independent random, midpoints of a grid, one point a row and "
            "column, a "
            "low-discrepancy sequence (beyond 32 variables independent random), or Gauss nodes."),
  });
  return block;
}

const Block<StageSettings>& stage_block() {
  using S = StageSettings;
  const auto is_adam = [](const S& s) { return s.optimizer == Optimizer::adam; };
  static const Block<S> block({
      field(
          "optimizer", &S::optimizer,
          choice<Optimizer>({"adam", "lbfgs", "ssbroyden", "levenberg_marquardt", "output_layer"}),
          "Method: first order (adam), quasi-Newton (lbfgs, ssbroyden: self-scaled Broyden), "
          "Gauss-Newton "
          "with damping (levenberg_marquardt), or least squares for the output layer alone "
          "(output_layer).")
          .required(),
      field("steps", &S::steps, integer(1), "Steps at most."),
      field("rate", &S::rate, real(1e-300, 1e300), "Step length.").only("adam", is_adam),
      field("schedule", &S::schedule, word_choice({"constant", "cosine", "exponential"}),
            "How the rate falls over the stage.")
          .only("adam", is_adam),
      field("tolerance", &S::tolerance, real(0), "The stage ends when the loss falls below."),
      field("resample", &S::resample, integer(0),
            "Draw new points, more where the residual is large, every so many steps; 0 never."),
      field("grid", &S::grid, optional_of(integer(1, 10000)),
            "KAN: extend the grid of every edge to so many intervals, no fewer than it has, before "
            "the "
            "stage. The function of B-splines stays the same; other bases are refitted by least "
            "squares, which may change it much. run.log says by how much edges and residuals "
            "change: the root of the loss rises by no more than the latter."),
      field(
          "knots", &S::knots, choice<Knots>({"uniform", "quantile", "curvature", "auto"}),
          "KAN: which intervals of a spline's grid `grid` halves first: the longest, those that "
          "most points enter, or those where the edges bend most; auto tries each for a few steps "
          "and takes the lowest loss over points of its own. Grids of other bases stay uniform.")
          .only("stages with a grid", [](const S& s) { return s.grid.has_value(); }),
      field("adapt_grid", &S::adapt_grid, flag(),
            "KAN: move the grids to the range of their inputs before the stage, unless the loss "
            "would rise by more than a tenth."),
      field("freeze_splines", &S::freeze_splines, flag(),
            "KAN: hold the splines and train the base functions only, as in an MLP."),
  });
  return block;
}

namespace {

Codec<std::vector<StageSettings>> stages_codec() {
  auto codec = list_of(nested(stage_block), 1, 100);
  codec.type = "list of blocks";
  const auto write = codec.write, inner = codec.write;
  codec.write = [inner](const std::vector<StageSettings>& s) {
    return s.empty() ? Node{} : inner(s);
  };
  const auto read = codec.read;
  codec.read = [read](const Node& node, Reader& reader) {
    const std::vector<StageSettings> stages = read(node, reader);
    int grid = 0;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (stages[i].grid && *stages[i].grid < grid)
        fail(*node.items[i].find("grid"),
             fmt::format("grid: {} is coarser than the {} intervals of an earlier stage",
                         *stages[i].grid, grid));
      grid = stages[i].grid.value_or(grid);
    }
    return stages;
  };
  return codec;
}

Codec<std::vector<int>> seeds_codec() {
  auto codec = list_of(integer(0), 1, 1000);
  codec.type = "list of whole numbers";
  const auto read = codec.read;
  codec.read = [read](const Node& node, Reader& reader) {
    const std::vector<int> seeds = read(node, reader);
    std::set<int> seen;
    for (std::size_t i = 0; i < seeds.size(); ++i)
      if (!seen.insert(seeds[i]).second)
        fail(node.items[i], fmt::format("seeds: {} is given twice", seeds[i]));
    return seeds;
  };
  return codec;
}

/// `none`, `auto`, a number, or ascending numbers.
Codec<std::vector<double>> causal_codec() {
  const auto number = real(1e-300, 1e300);
  const auto read = [number](const Node& node, Reader& reader) -> std::vector<double> {
    if (node.is_word() && node.text == "none") return {};
    if (node.is_word() && node.text == "auto") return {1e-2, 1e-1, 1, 10, 100};
    if (node.is_word()) return {number.read(node, reader)};
    std::vector<double> values;
    for (const Node& item : reader.items(node, "none, auto, a number or a list of numbers")) {
      values.push_back(number.read(item, reader));
      if (values.size() > 1 && values.back() <= values[values.size() - 2])
        fail(item, "causal: expected tolerances in ascending order");
    }
    if (values.empty()) fail(node, "causal: expected one tolerance at least, or none");
    return values;
  };
  const auto write = [list = list_of(number)](const std::vector<double>& values) {
    return values.empty() ? word("none") : list.write(values);
  };
  return {"none, auto, number, or list of numbers", read, write};
}

/// `none`, or the name of one constant with its values.
Codec<ContinuationSettings> continuation_codec() {
  const auto numbers = list_of(real(), 1, 1000);
  const auto read = [numbers](const Node& node, Reader& reader) {
    ContinuationSettings settings;
    if (node.is_word() && node.text == "none") return settings;
    const std::string expected = "one constant with its values, such as {Re: [100, 400]}";
    reader.require_map(node, expected);
    if (node.items.size() != 1) reader.wrong(node, expected);
    settings.constant = node.keys[0].text;
    settings.where = node.keys[0].where;
    settings.values = numbers.read(node.items[0], reader);
    for (const Node& item : node.items[0].items) settings.value_where.push_back(item.where);
    return settings;
  };
  const auto write = [numbers](const ContinuationSettings& settings) {
    if (settings.values.empty()) return word("none");
    Node node = map();
    node.add(settings.constant, numbers.write(settings.values));
    return node;
  };
  return {"none, or {CONSTANT: [value, ...]}", read, write};
}

/// `none`, or the name of one variable with a number of phases.
Codec<ContinualSettings> continual_codec() {
  const auto count = integer(2, 1000);
  const auto read = [count](const Node& node, Reader& reader) {
    ContinualSettings settings;
    if (node.is_word() && node.text == "none") return settings;
    const std::string expected = "one variable with a number of phases, such as {x: 5}";
    reader.require_map(node, expected);
    if (node.items.size() != 1) reader.wrong(node, expected);
    settings.variable = node.keys[0].text;
    settings.where = node.keys[0].where;
    settings.phases = count.read(node.items[0], reader);
    return settings;
  };
  const auto write = [count](const ContinualSettings& settings) {
    if (settings.phases == 0) return word("none");
    Node node = map();
    node.add(settings.variable, count.write(settings.phases));
    return node;
  };
  return {"none, or {VARIABLE: phases}", read, write};
}

const Block<PseudoTimeSettings>& pseudo_time_block() {
  using S = PseudoTimeSettings;
  auto names = list_of(text_codec("an unknown, -unknown or none"), 1, 1000);
  names.type = "list, for each equation an unknown, -unknown or none";
  static const Block<S> block({
      field("steps", &S::steps, integer(1, 1000000), "Steps in pseudo-time.").required(),
      field("step", &S::step, real(1e-300, 1e300),
            "Length of the first one; later ones grow as the residual falls."),
      field("inner", &S::inner, integer(1, 1000000), "Steps of the optimizer in each."),
      field("evolve", &S::evolve, names,
            "Unknown whose pseudo-time derivative is added to the residual (left minus right "
            "side) of each equation; -u subtracts it.")
          .otherwise("of equation k unknown k where its second derivatives are in the equation, "
                     "with the sign that makes it diffusion; none for others"),
  });
  return block;
}

/// `none`, or a block.
Codec<PseudoTimeSettings> pseudo_time_codec() {
  auto codec = nested(pseudo_time_block, "none, or a block");
  const auto read = codec.read;
  const auto write = codec.write;
  codec.read = [read](const Node& node, Reader& reader) {
    if (node.is_word() && node.text == "none") return PseudoTimeSettings{};
    PseudoTimeSettings settings = read(node, reader);
    const Node* evolve = node.find("evolve");
    settings.where = node.where;
    settings.evolve_where = evolve ? evolve->where : node.where;
    return settings;
  };
  codec.write = [write](const PseudoTimeSettings& s) {
    return s.steps == 0 ? word("none") : write(s);
  };
  return codec;
}

}  // namespace

const Block<TrainingSettings>& training_block() {
  using S = TrainingSettings;
  static const Block<S> block({
      field(
          "precision", &S::precision, word_choice({"float64", "float32"}),
          "Arithmetic of the training; float32 needs a GPU. Errors and fields are always evaluated "
          "in float64."),
      field("seeds", &S::seeds, seeds_codec(),
            "One run a seed; the same seed gives the same bits."),
      field("stages", &S::stages, stages_codec(), "What is done one after the other.")
          .otherwise("chosen from the problem"),
      field("time_limit", &S::time_limit, real(0), "Seconds a run may take; 0 for no limit."),
      field("weights", &S::weights, word_choice({"auto", "manual"}),
            "Balance of the loss terms: found during training, or only the weights given with "
            "conditions "
            "and data."),
      field("attention", &S::attention, word_choice({"none", "rba", "vrba"}),
            "Weights of single points within each term, by the residuals there: rba in proportion "
            "to them, vrba exponential in them."),
      field("attention_memory", &S::attention_memory, optional_of(real(0, 0.999999)),
            "Part of the weights before that an update keeps.")
          .otherwise("0.99 with adam, 0.1 with other optimizers"),
      field("causal", &S::causal, causal_codec(),
            "Weights of slices of the time axis that hold later ones back until the residuals "
            "before are small: tolerances in turn, auto for 0.01, 0.1, 1, 10, 100. The authors "
            "say that the method is patented."),
      field("causal_slices", &S::causal_slices, integer(2, 10000),
            "Slices of equal length of the time axis (of a window) for `causal`."),
      field("reweight", &S::reweight, integer(0),
            "Steps between updates of `attention` and `causal`; 0 is 10 with adam, 50 with other "
            "optimizers, which start afresh after each."),
      field("continuation", &S::continuation, continuation_codec(),
            "Solves the problem for each value of a constant in turn, from the network of the "
            "one before; every value runs all stages. The last one must be the constant's own."),
      field("sparsity", &S::sparsity, real(0),
            "KAN: weight in the loss of the sizes of all edges (root mean square over the points), "
            "which drives edges that are not needed to zero; `kanpde prune` then cuts units."),
      field("entropy", &S::entropy, real(0),
            "Weight of the entropy of the sizes in each layer beside their sum, with `sparsity`."),
      field(
          "continual", &S::continual, continual_codec(),
          "Cuts the domain along a variable into parts of equal length and runs all stages on the "
          "points and data of one part after the other, the network going on: what it keeps of "
          "the earlier ones is in continual.csv."),
      field("pseudo_time", &S::pseudo_time, pseudo_time_codec(),
            "Steady problems: implicit Euler steps towards the steady state, with the optimizer "
            "of the first stage, before the stages."),
      field("windows", &S::windows, integer(0, 10000),
            "Pieces of equal length into which the time axis is cut. They are solved in turn, each "
            "with a network of its own from the end of the one before; numbers of points hold for "
            "each. 0 chooses from the problem, or is one where stages are given."),
      field("window_grading", &S::window_grading, real(1, 10),
            "Exponent q: window k of the N of `windows` ends at the fraction (k/N)^q of the time. "
            "Above 1 the first ones are short, for solutions that change fast at the start."),
      field("adapt_edges", &S::adapt_edges, optional_of(integer(0, 10)),
            "KAN with one hidden layer, output layer alone: how often a window is solved again on "
            "inner edges stretched where its solution is steep.")
          .otherwise("0; 1 in windows that the problem chose"),
      field("even_share", &S::even_share, real(0.01, 100),
            "Stretched inner edges: what is added everywhere to the density that follows the "
            "solution, of its mean. Large where much of the space varies, or soon will."),
      field("stagnation", &S::stagnation, integer(1),
            "Steps without a relative gain of 1e-3 that end a stage."),
  });
  return block;
}

namespace {

TrainingSettings read_training(const Node& node, Reader& reader) {
  TrainingSettings settings = reader.training;
  settings.where = node.where;
  if (node.is_word() && node.text == "auto") {
    settings.stages.clear();
  } else if (!node.is_map()) {
    reader.wrong(node, "auto or a block of keys");
  } else {
    training_block().read(settings, node, reader);
    if (const Node* precision = node.find("precision")) settings.precision_where = precision->where;
    if (const Node* windows = node.find("windows")) settings.windows_where = windows->where;
    if (const Node* grading = node.find("window_grading"))
      settings.window_grading_where = grading->where;
    if (const Node* causal = node.find("causal")) settings.causal_where = causal->where;
  }
  settings.automatic = settings.stages.empty();
  return settings;
}

}  // namespace

Codec<TrainingSettings> training_codec() {
  const auto read = [](const Node& node, Reader& reader) {
    return reader.training = read_training(node, reader);
  };
  return {"auto, or a block", read,
          [](const TrainingSettings& s) { return training_block().write(s); },
          [](const std::string& path, std::vector<KeyText>& out) {
            training_block().describe(path, out);
          }};
}

Codec<std::optional<TrainingSettings>> own_training_codec() {
  auto codec = optional_of(training_codec());
  codec.read = [](const Node& node, Reader& reader) {
    return std::optional(read_training(node, reader));
  };
  codec.describe = {};  // the same keys as `training`
  return codec;
}

const Block<CompareSettings>& compare_block() {
  using S = CompareSettings;
  const auto has_match = [](const S& s) { return s.match_parameters || s.match_time; };
  static const Block<S> block({
      switches<S>("match", {{"parameters", &S::match_parameters}, {"time", &S::match_time}},
                  "Adds an MLP with as many parameters as the first KAN (mlp_same_parameters), or "
                  "the first MLP trained as long as the first KAN (mlp_same_time)."),
      field("effort", &S::effort, choice<S::Effort>({"steps", "time"}),
            "What ends the training of mlp_same_parameters: its own steps, or the seconds that the "
            "KAN of the same seed took.")
          .only("a block with an entry in match", has_match),
  });
  return block;
}

const Block<OutputSettings>& output_block() {
  using S = OutputSettings;
  auto counts = list_of(integer(2, 100000), 1, max_variables);
  counts.type = "list of whole numbers, one a variable";
  static const Block<S> block({
      field("grid", &S::grid, counts,
            "Points along each variable on which errors are measured and fields are written.")
          .otherwise("chosen from the dimension"),
      switches<S>("format", {{"vtk", &S::vtk}, {"csv", &S::csv}, {"latex", &S::latex}},
                  "Files to write: fields for ParaView, tables as CSV, tables as LaTeX."),
      field("definitions", &S::definitions, list_of(text_codec(), 0, 64),
            "Definitions whose errors are measured and whose values are written, besides those of "
            "the unknowns; {psi: ...} as unknown and {u: psi_y} as definition, say."),
  });
  return block;
}

const Block<Published>& published_block() {
  using S = Published;
  static const Block<S> block({
      field("method", &S::method, text_codec(), "Name of the method.").required(),
      field("source", &S::source, text_codec(), "Where the figures are printed."),
      field("parameters", &S::parameters, text_codec(), "Number of parameters."),
      field("mse", &S::mse, text_codec(), "Mean squared error."),
      field("rel_l2", &S::rel_l2, text_codec(), "Relative L2 error."),
      field("seconds", &S::seconds, text_codec(), "Time."),
  });
  return block;
}

}  // namespace kanpde::problems::spec
