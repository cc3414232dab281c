#include "output/table/summary_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "kernels/base/error.hpp"
#include "output/file.hpp"
#include "output/table/statistics.hpp"

namespace kanpde::output {
namespace {

using Json = nlohmann::ordered_json;
using Values = std::map<std::string, double>;

/// The error maps of a run and their keys in the file.
constexpr std::pair<const char*, ErrorMap> error_maps[] = {{"mse", &RunResult::mse},
                                                           {"rel_l2", &RunResult::rel_l2},
                                                           {"max_error", &RunResult::max_error},
                                                           {"rel_h1", &RunResult::rel_h1}};

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const Values& values) {
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = number(value);
  return json;
}

Json run_json(const RunResult& run) {
  Json json = {{"seed", run.seed},
               {"steps", run.steps},
               {"seconds", number(run.seconds)},
               {"residual_mse", number(run.residual_mse)}};
  for (const auto& [key, map] : error_maps) json[key] = numbers(run.*map);
  if (!run.parameters.empty()) json["parameters"] = numbers(run.parameters);
  json["status"] = run.status;
  return json;
}

Json median_json(const Summary& summary, const ModelResult& model) {
  Json json = Json::object();
  for (const auto& [key, map] : error_maps) {
    json[key] = Json::object();
    for (const std::string& unknown : summary.unknowns)
      if (const Spread values = spread(model, map, unknown); values.count > 0)
        json[key][unknown] = number(values.median);
  }
  json["residual_mse"] = number(spread(model, &RunResult::residual_mse).median);
  json["seconds"] = number(spread(model, &RunResult::seconds).median);
  return json;
}

Json model_json(const Summary& summary, const ModelResult& model) {
  Json runs = Json::array();
  for (const RunResult& run : model.runs) runs.push_back(run_json(run));
  return {{"type", model.type},
          {"parameters", model.parameters},
          {"description", model.description},
          {"matched", model.matched},
          {"runs", runs},
          {"median", median_json(summary, model)}};
}

Json published_json(const PublishedResult& other) {
  return {{"method", other.method}, {"source", other.source}, {"parameters", other.parameters},
          {"mse", other.mse},       {"rel_l2", other.rel_l2}, {"seconds", other.seconds}};
}

double read_number(const Json& json, const char* key) {
  return !json.contains(key) || json[key].is_null() ? unknown_value : json[key].get<double>();
}

Values read_numbers(const Json& json, const char* key) {
  Values values;
  if (!json.contains(key)) return values;
  for (const auto& [name, value] : json[key].items())
    values[name] = value.is_null() ? unknown_value : value.get<double>();
  return values;
}

RunResult read_run(const Json& json) {
  RunResult run;
  run.seed = json.at("seed").get<int>();
  run.steps = json.at("steps").get<long>();
  run.seconds = read_number(json, "seconds");
  run.residual_mse = read_number(json, "residual_mse");
  for (const auto& [key, map] : error_maps) run.*map = read_numbers(json, key);
  run.parameters = read_numbers(json, "parameters");
  run.status = json.at("status").get<std::string>();
  return run;
}

ModelResult read_model(const std::string& name, const Json& json) {
  ModelResult model;
  model.name = name;
  model.type = json.at("type").get<std::string>();
  model.parameters = json.at("parameters").get<int>();
  model.description = json.value("description", "");
  model.matched = json.value("matched", "");
  for (const Json& run : json.at("runs")) model.runs.push_back(read_run(run));
  return model;
}

PublishedResult read_published(const Json& json) {
  return {json.value("method", ""), json.value("source", ""), json.value("parameters", ""),
          json.value("mse", ""),    json.value("rel_l2", ""), json.value("seconds", "")};
}

Summary read_json(const Json& json) {
  Summary summary;
  summary.problem = json.at("problem").get<std::string>();
  summary.title = json.value("title", "");
  summary.version = json.at("version").get<std::string>();
  summary.device = json.at("device").get<std::string>();
  summary.threads = json.at("threads").get<int>();
  summary.hardware = json.value("hardware", "");
  summary.command = json.value("command", "");
  summary.reference = json.value("reference", "");
  summary.fields_at = json.value("fields_at", "");
  summary.unknowns = json.value("unknowns", std::vector<std::string>{});
  summary.exact_parameters = read_numbers(json, "exact_parameters");
  for (const auto& [name, model] : json.at("models").items())
    summary.models.push_back(read_model(name, model));
  for (const Json& other : json.value("published", Json::array()))
    summary.published.push_back(read_published(other));
  return summary;
}

}  // namespace

std::string summary_json(const Summary& summary) {
  Json json = {{"problem", summary.problem},  {"title", summary.title},
               {"version", summary.version},  {"device", summary.device},
               {"threads", summary.threads},  {"hardware", summary.hardware},
               {"command", summary.command},  {"reference", summary.reference},
               {"unknowns", summary.unknowns}};
  if (!summary.fields_at.empty()) json["fields_at"] = summary.fields_at;
  if (!summary.exact_parameters.empty())
    json["exact_parameters"] = numbers(summary.exact_parameters);
  json["models"] = Json::object();
  for (const ModelResult& model : summary.models)
    json["models"][model.name] = model_json(summary, model);
  json["published"] = Json::array();
  for (const PublishedResult& other : summary.published)
    json["published"].push_back(published_json(other));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Summary read_summary(const std::filesystem::path& path) {
  try {
    return read_json(Json::parse(read_file(path)));
  } catch (const Json::exception& error) {
    throw InputError({path.string(), 0, 0},
                     fmt::format("is not a summary of a run: {}", error.what()));
  }
}

}  // namespace kanpde::output
