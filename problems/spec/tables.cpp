/// The tables of keys that describe a problem: top level, domain, shapes, conditions, data,
/// reference.

#include "problems/spec/document.hpp"

namespace kanpde::problems::spec {

namespace {

constexpr const char* expression_type = "expression";

Codec<Range> range_codec() {
  auto codec = list_of(real(), 2, 2);
  const auto read = codec.read;
  codec.type = "[lower, upper]";
  codec.read = [read](const Node& node, Reader& reader) {
    if (!node.is_list() || node.items.size() != 2) reader.wrong(node, "[lower, upper]");
    Range range = read(node, reader);
    if (!(range[0] < range[1])) reader.wrong(node, "[lower, upper] with lower < upper");
    return range;
  };
  return codec;
}

Codec<std::vector<std::vector<double>>> polygon_codec() {
  auto codec = list_of(list_of(real(), 2, 2), 3, 10000);
  codec.type = "corners [[x, y], ...] in order";
  return codec;
}

/// A list that is left out when it is empty.
template <class M>
Codec<std::vector<M>> or_none(Codec<std::vector<M>> codec) {
  const auto write = codec.write;
  codec.write = [write](const std::vector<M>& values) {
    return values.empty() ? Node{} : write(values);
  };
  return codec;
}

const Block<BallEntry>& ball_block() {
  static const Block<BallEntry> block({
      field("center", &BallEntry::center, list_of(real(), 1, max_variables),
            "Centre, a number an axis.")
          .required(),
      field("radius", &BallEntry::radius, real(1e-300, 1e300), "Radius.").required(),
  });
  return block;
}

}  // namespace

const Block<ShapeEntry>& shape_block() {
  using S = ShapeEntry;
  auto box = list_of(range_codec(), 1, max_variables);
  box.type = "[[x0, x1], [y0, y1], ...]";
  static const Block<S> block({
      field("interval", &S::interval, optional_of(range_codec()), "A line from lower to upper."),
      field("box", &S::box, or_none(box), "A rectangle, cuboid, ... with a range an axis."),
      field("disk", &S::disk, optional_of(nested(ball_block)), "A disk in the plane."),
      field("ball", &S::ball, optional_of(nested(ball_block)), "A ball in two or more dimensions."),
      field("polygon", &S::polygon, or_none(polygon_codec()),
            "A polygon that does not cross itself."),
      field("union", &S::unite, any_list("list of shapes"), "What lies in any of the shapes."),
      field("intersection", &S::intersection, any_list("list of shapes"),
            "What lies in all of them."),
      field("difference", &S::difference, any_list("list of shapes"),
            "What lies in the first shape and in none of the others."),
      field("mesh", &S::mesh, any("file name"), "Not supported yet."),
  });
  return block;
}

namespace {

const Block<DomainEntry>& domain_block() {
  using S = DomainEntry;
  auto space = any("shape");
  space.describe = [](const std::string& path, std::vector<KeyText>& out) {
    shape_block().describe(path, out);
  };
  static const Block<S> block({
      field("space", &S::space, space,
            "Region of the space variables; absent for an equation in time alone."),
      field("time", &S::time, optional_of(range_codec()),
            "Interval of the variable that follows the space variables."),
      field("parameters", &S::parameters, map_of(range_codec(), "{NAME: [lower, upper], ...}"),
            "Ranges of parameters that become inputs of the model; the last of the variables."),
  });
  return block;
}

const Block<ParameterEntry>& parameter_block() {
  using S = ParameterEntry;
  static const Block<S> block({
      field("initial", &S::initial, real(), "Value at the start."),
      field("min", &S::min, real(), "Least value."),
      field("max", &S::max, real(), "Greatest value."),
  });
  return block;
}

Codec<ParameterEntry> parameter_codec() {
  auto codec = nested(parameter_block);
  const auto read = codec.read;
  codec.read = [read](const Node& node, Reader& reader) {
    ParameterEntry entry;
    if (node.is_word())
      entry.initial = reader.number(node);
    else
      entry = read(node, reader);
    if (!(entry.min < entry.max))
      fail(node, fmt::format("{}: min must be less than max", reader.key));
    if (entry.initial < entry.min || entry.initial > entry.max)
      fail(node, fmt::format("{}: initial value {} lies outside [{}, {}]", reader.key,
                             entry.initial, entry.min, entry.max));
    return entry;
  };
  return codec;
}

const Block<ConditionEntry>& condition_block() {
  using S = ConditionEntry;
  static const Block<S> block({
      field("where", &S::where,
            any("boundary, initial, interior, name of a boundary part, predicate, or {point: "
                "[x, y, ...]}"),
            "Where it holds. A predicate such as x < 0 and y > 0.5 selects a part of the boundary; "
            "a point has a number a space variable, for the level of a pressure, say.")
          .otherwise("boundary; initial without space"),
      field("require", &S::require, any_list("equation, or list of equations", true),
            "What must hold there."),
      field("periodic", &S::periodic, any_list("variable, or list of variables", true),
            "In place of `require`: values and derivatives below the order of the equations match "
            "at both "
            "ends of this axis."),
      field("hard", &S::hard, flag(),
            "The model meets it exactly, by construction; for u = g at the initial time, on the "
            "whole boundary or on sides of a box, and for periodic. The formula of g is continued "
            "into the domain: on a side write it in the variables of that side."),
      field("weight", &S::weight, real(1e-300, 1e300), "Factor of its term in the loss."),
  });
  return block;
}

Codec<std::vector<ConditionEntry>> conditions_codec() {
  auto entry = nested(condition_block);
  const auto read = entry.read;
  entry.read = [read](const Node& node, Reader& reader) {
    ConditionEntry condition;
    if (node.is_word())
      condition.require = {node};
    else
      condition = read(node, reader);
    condition.location = node.where;
    if (condition.require.empty() == condition.periodic.empty())
      fail(node, condition.require.empty()
                     ? "a condition needs 'require' (or 'periodic')"
                     : "a condition has either 'require' or 'periodic', not both");
    if (!condition.periodic.empty() && !condition.where.is_null())
      fail(condition.where,
           "'where' belongs to 'require'; a periodic condition holds at both ends of its axis");
    return condition;
  };
  auto codec = or_none(list_of(entry));
  codec.type = "list of blocks or equations";
  return codec;
}

const Block<DataEntry>& data_block() {
  using S = DataEntry;
  static const Block<S> block({
      field("file", &S::file, any("name of a CSV file with a line of column names"),
            "Measured values; relative to the problem file.")
          .required(),
      field("columns", &S::columns,
            map_of(text_codec("name of a column"), "{variable or unknown: column}"),
            "Where a column is not called like its variable or unknown."),
      field("weight", &S::weight, real(1e-300, 1e300), "Factor of its term in the loss."),
  });
  return block;
}

const Block<ReferenceEntry>& reference_block() {
  using S = ReferenceEntry;
  static const Block<S> block({
      field("exact", &S::exact, map_of(any(expression_type), "{unknown: expression}"),
            "Exact solution. Without `equations` and `data` it is the function to fit."),
      field(
          "generator", &S::generator, any("name; its options are further keys of this block"),
          "Numerical or closed-form reference that the program computes: burgers_cole_hopf, "
          "cavity, "
          "l_shape_poisson for the cases of these names; fourier for periodic evolution equations "
          "(option tolerance); ode for equations in time alone; stokes_polygon for Stokes flow in "
          "a "
          "polygon with given velocity on its edges."),
      field("file", &S::file, any("file name (.csv, .h5, .mat, .vti, .vtu)"),
            "Reference values; relative to the problem file."),
      field("columns", &S::columns,
            map_of(text_codec("name of an array"), "{variable or unknown: array}"),
            "Where an array or column of the file is not called like its variable or unknown."),
  });
  return block;
}

Codec<std::optional<ReferenceEntry>> reference_codec() {
  auto codec = optional_of(nested(reference_block));
  codec.read = [](const Node& node, Reader& reader) {
    ReferenceEntry entry;
    const bool open = node.is_map() && node.find("generator") != nullptr;
    reference_block().read(entry, node, reader, open);
    const int given = !entry.exact.empty() + !entry.generator.is_null() + !entry.file.is_null();
    if (given != 1) fail(node, "reference: expected exactly one of exact, generator, file");
    if (entry.file.is_null() && !entry.columns.empty())
      fail(*node.find("columns"), "columns: belongs to 'file'");
    for (std::size_t i = 0; open && i < node.keys.size(); ++i) {
      if (node.keys[i].text == "generator") continue;
      reader.key = node.keys[i].text;
      entry.options.push_back({node.keys[i], reader.number(node.items[i])});
    }
    return std::optional(entry);
  };
  codec.write = [](const std::optional<ReferenceEntry>& entry) {
    if (!entry) return Node{};
    Node node = reference_block().write(*entry);
    for (const Named<double>& option : entry->options)
      node.add(option.name.text, word(fmt::format("{}", option.value)));
    return node;
  };
  return codec;
}

/// Constants are evaluated while they are read: numbers further down may use them.
Codec<std::vector<Named<Node>>> constants_codec() {
  auto codec = map_of(any(expression_type), "{NAME: expression, ...}");
  codec.read = [](const Node& node, Reader& reader) {
    std::vector<Named<Node>> entries;
    reader.require_map(node, "names with values, such as {nu: 0.01/pi}");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      reader.key = node.keys[i].text;
      const double value = reader.number(node.items[i]);
      reader.constants.definitions[node.keys[i].text] = reader.graph.constant(value);
      entries.push_back({node.keys[i], node.items[i]});
    }
    return entries;
  };
  return codec;
}

template <class M>
Codec<M> empty_is_none(Codec<M> codec) {
  const auto write = codec.write;
  codec.write = [write](const M& value) {
    Node node = write(value);
    return node.is_map() && node.items.empty() ? Node{} : node;
  };
  return codec;
}

}  // namespace

const Block<Document>& document_block() {
  using D = Document;
  auto data = or_none(list_of(nested(data_block)));
  data.type = "list of blocks";
  auto published = or_none(list_of(nested(published_block)));
  published.type = "list of blocks";
  static const Block<D> block({
      field("name", &D::name, any("lower-case letters, digits and _"), "Names the run directory.")
          .required(),
      field("title", &D::title, text_codec(), "One line for people."),
      field("source", &D::source, text_codec(), "Where the problem comes from."),
      field("constants", &D::constants, constants_codec(),
            "Named numbers, from earlier ones; every number of the file may use them."),
      field("variables", &D::variables, any_list("list of names"),
            "Independent variables: space, then time, then parameters. The order of columns in "
            "every file.")
          .required(),
      field("domain", &D::domain, empty_is_none(nested(domain_block)), "Ranges of the variables.")
          .required(),
      field("unknowns", &D::unknowns, any_list("list of names"), "Functions to find.").required(),
      field("parameters", &D::parameters,
            map_of(parameter_codec(), "{NAME: block, or its initial value}"),
            "Unknown numbers, trained with the model."),
      field("definitions", &D::definitions, map_of(any(expression_type), "{NAME: expression, ...}"),
            "Named expressions, from constants, variables, unknowns and earlier definitions."),
      field("equations", &D::equations, any_list("list of equations", true),
            "What holds inside the domain. May be absent when data or an exact reference is to be "
            "fitted."),
      field("boundaries", &D::boundaries, map_of(any("predicate"), "{NAME: predicate, ...}"),
            "Named parts of the boundary, for `where`."),
      field("conditions", &D::conditions, conditions_codec(), "Boundary and initial conditions."),
      field("data", &D::data, data, "Measured values of unknowns."),
      field("reference", &D::reference, reference_codec(),
            "Solution against which errors are measured.")
          .otherwise("none"),
      field("points", &D::points, nested(point_block), "Collocation points."),
      field("training", &D::training, training_codec(), "How the models are trained.")
          .otherwise("auto"),
      field("models", &D::models, models_codec(), "Models that solve the problem, under any names.")
          .otherwise("kan and mlp"),
      field("compare", &D::compare, nested(compare_block), "Models added for a fair comparison."),
      field("output", &D::output, nested(output_block), "What is written."),
      field("published", &D::published, published, "Figures of others, printed beside ours."),
  });
  return block;
}

bool is_description(const std::string& key) {
  for (const char* setting : {"points", "training", "models", "compare", "output", "published"})
    if (key == setting) return false;
  return true;
}

}  // namespace kanpde::problems::spec
