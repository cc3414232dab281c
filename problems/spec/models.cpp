/// The block `models`: any number of models, each under a name of its own.

#include <algorithm>

#include "problems/spec/document.hpp"
#include "problems/spec/names.hpp"

namespace kanpde::problems::spec {

namespace {

constexpr const char* default_file = "(default models)";
constexpr const char* default_text =
    "kan: {type: kan, hidden: [10, 10], basis: bspline, degree: 3, grid: 5}\n"
    "mlp: {type: mlp, hidden: [40, 40, 40], activation: tanh}\n";

ModelSettings::Type model_type(const Node& name, const Node& node, Reader& reader) {
  if (const Node* type = node.find("type"); type != nullptr && !type->is_null()) {
    reader.key = "type";
    return ModelSettings::Type(reader.choice(*type, {"kan", "mlp"}));
  }
  if (name.text == "kan") return ModelSettings::Type::kan;
  if (name.text == "mlp") return ModelSettings::Type::mlp;
  fail(name, fmt::format("model '{}' needs a type: kan or mlp", name.text));
}

/// A layer of products is all there is, and has B-splines alone.
void check_products(const Node& node, ModelSettings& model) {
  if (!model.products) return;
  const Node* hidden = node.find("hidden");
  if (hidden == nullptr) model.hidden.clear();
  if (!model.hidden.empty())
    fail(*hidden, "hidden: a model of products has no hidden layers; leave it out");
  if (model.basis != Basis::bspline)
    fail(*node.find("basis"), "basis: products are those of B-splines; leave it out");
  const Node* base = node.find("base");
  if (base == nullptr) model.base = BaseFunction::none;
  if (model.base != BaseFunction::none)
    fail(*base, "base: a model of products has no base function; leave it out");
  if (model.fourier_features > 0)
    fail(*node.find("fourier_features"),
         "fourier_features: products read the variables themselves; leave it out");
  for (const int harmonics : model.periodic_harmonics)
    if (harmonics > 0)
      fail(*node.find("periodic_harmonics"),
           "periodic_harmonics: products read the variables themselves and are periodic where a "
           "condition says so; leave it out");
}

/// Rational functions reproduce polynomials of a degree up to the number of intervals.
void check_rational(const Node& node, ModelSettings& model) {
  constexpr int most_intervals = 200;  // products of as many factors stay finite in float32, too
  if (model.grid > most_intervals)
    fail(*node.find("grid"),
         fmt::format("grid: rational functions have at most {} intervals, got {}", most_intervals,
                     model.grid));
  const Node* degree = node.find("degree");
  if (degree == nullptr) model.degree = std::min(model.degree, model.grid);
  if (model.degree > model.grid)
    fail(*degree, fmt::format("degree: rational functions of degree {} need a grid of as many "
                              "intervals or more, got {}",
                              model.degree, model.grid));
}

ModelSettings read_model(const Node& name, const Node& node, Reader& reader) {
  check_file_name(name, "a model's name");
  reader.key = name.text;
  reader.require_map(node);
  ModelSettings model;
  model.name = name.text;
  model.where = name.where;
  model.type = model_type(name, node, reader);
  if (model.type == ModelSettings::Type::mlp) model.hidden = {40, 40, 40};
  model_block().read(model, node, reader);
  if (const Node* degree = node.find("time_degree")) model.time_degree_where = degree->where;
  if (const Node* products = node.find("products")) model.products_where = products->where;
  if (const Node* cells = node.find("subdomains")) model.subdomains_where = cells->where;
  check_products(node, model);
  if (model.type == ModelSettings::Type::mlp && model.hidden.empty())
    fail(*node.find("hidden"),
         "hidden: an MLP without hidden layers is linear; give at least one width");
  if (model.type == ModelSettings::Type::kan && model.basis == Basis::bspline && model.degree > 11)
    fail(*node.find("degree"),
         fmt::format("degree: B-splines have a degree from 1 to 11, got {}", model.degree));
  if (model.type == ModelSettings::Type::kan && model.basis == Basis::rational)
    check_rational(node, model);
  return model;
}

}  // namespace

Node default_models() { return parse_yaml(SourceText(default_file, default_text)); }

bool is_default(const Node& node) { return node.where.file == default_file; }

Codec<std::vector<ModelSettings>> models_codec() {
  const auto read = [](const Node& node, Reader& reader) {
    reader.require_map(node, "names with blocks, such as {kan: {hidden: [10]}}");
    if (node.items.empty()) fail(node, "models: expected at least one");
    std::vector<ModelSettings> models;
    for (std::size_t i = 0; i < node.items.size(); ++i)
      models.push_back(read_model(node.keys[i], node.items[i], reader));
    return models;
  };
  const auto write = [](const std::vector<ModelSettings>& models) {
    Node node = map();
    for (const ModelSettings& model : models) node.add(model.name, model_block().write(model));
    return node;
  };
  const auto describe = [](const std::string& path, std::vector<KeyText>& out) {
    model_block().describe(path + ".NAME", out);
  };
  return {"{NAME: block, ...}", read, write, describe};
}

}  // namespace kanpde::problems::spec
