#pragma once
/// A problem file as it stands: every key read and typed, nothing yet looked up. The tables of keys
/// (tables.cpp, settings_tables.cpp, model_table.cpp) read and write these structs; build.cpp turns
/// them into a Problem.

#include <optional>
#include <string>
#include <vector>

#include "problems/problem.hpp"
#include "problems/spec/field.hpp"

namespace kanpde::problems::spec {

using Range = std::vector<double>;  ///< {lower, upper}, lower < upper

/// `NAME: value` of a map whose keys the user chooses.
template <class M>
struct Named {
  Node name;
  M value;
};

struct BallEntry {
  std::vector<double> center;
  double radius = 1;
};

/// One shape: exactly one of the keys is given.
struct ShapeEntry {
  std::optional<Range> interval;
  std::vector<Range> box;
  std::optional<BallEntry> disk, ball;
  std::vector<std::vector<double>> polygon;
  std::vector<Node> unite, intersection, difference;
  Node mesh;
};

struct DomainEntry {
  Node space;
  std::optional<Range> time;
  std::vector<Named<Range>> parameters;
};

struct ParameterEntry {
  double initial = 1, min = -1e300, max = 1e300;
};

struct ConditionEntry {
  Node where;
  std::vector<Node> require, periodic;
  bool hard = false;
  double weight = 1;
  SourceLocation location;
};

struct DataEntry {
  Node file;
  std::vector<Named<std::string>> columns;
  double weight = 1;
};

struct ReferenceEntry {
  std::vector<Named<Node>> exact;
  Node generator, file;
  std::vector<Named<std::string>> columns;  ///< of the file
  std::vector<Named<double>> options;       ///< of the generator
};

struct Document {
  Node name;
  std::string title, source;
  std::vector<Named<Node>> constants;
  std::vector<Node> variables, unknowns, equations;
  DomainEntry domain;
  std::vector<Named<Node>> definitions, boundaries;
  std::vector<Named<ParameterEntry>> parameters;
  std::vector<ConditionEntry> conditions;
  std::vector<DataEntry> data;
  std::optional<ReferenceEntry> reference;
  PointSettings points;
  TrainingSettings training;
  std::vector<ModelSettings> models;
  CompareSettings compare;
  OutputSettings output;
  std::vector<Published> published;
};

// The tables. Adding a setting: a member in settings.hpp, one line in settings_tables.cpp or,
// of a model, model_table.cpp.
const Block<Document>& document_block();
const Block<ShapeEntry>& shape_block();
const Block<PointSettings>& point_block();
const Block<StageSettings>& stage_block();
const Block<TrainingSettings>& training_block();
const Block<ModelSettings>& model_block();
const Block<CompareSettings>& compare_block();
const Block<OutputSettings>& output_block();
const Block<Published>& published_block();

Codec<TrainingSettings> training_codec();
Codec<std::optional<TrainingSettings>> own_training_codec();
Codec<std::vector<ModelSettings>> models_codec();

/// The models of a file that names none; their places are in no file.
Node default_models();
bool is_default(const Node& node);  ///< whether a value comes from there

/// Keys of a document that describe the problem (true) or how it is solved (false).
bool is_description(const std::string& key);

extern const char* const template_text;  ///< of `kanpde new`; @NAME@ stands for the problem's name
extern const char* const manual_page;

/// A map with names of the user's choice.
template <class M>
Codec<std::vector<Named<M>>> map_of(Codec<M> item, std::string type) {
  const auto read = [item](const Node& node, Reader& reader) {
    std::vector<Named<M>> entries;
    reader.require_map(node, "names with values, such as {NAME: VALUE}");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      reader.key = node.keys[i].text;
      if (node.items[i].is_null())
        fail(node.keys[i],
             fmt::format(
                 "'{}' has no value{}", reader.key,
                 node.in_flow ? "; inside braces an expression with a comma needs quotes" : ""));
      entries.push_back({node.keys[i], item.read(node.items[i], reader)});
    }
    return entries;
  };
  const auto write = [item](const std::vector<Named<M>>& entries) {
    Node node = map();
    for (const Named<M>& entry : entries) node.add(entry.name.text, item.write(entry.value));
    return node.items.empty() ? Node{} : node;
  };
  const auto describe = [item](const std::string& path, std::vector<KeyText>& out) {
    if (item.describe) item.describe(path + ".NAME", out);
  };
  return {std::move(type), read, write, describe};
}

}  // namespace kanpde::problems::spec
