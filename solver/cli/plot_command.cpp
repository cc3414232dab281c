#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <limits>
#include <vector>

#include "output/file.hpp"
#include "output/image/png.hpp"
#include "output/report/history_plot.hpp"
#include "output/report/pareto.hpp"
#include "output/table/history.hpp"
#include "output/table/summary_json.hpp"
#include "solver/cli/commands.hpp"
#include "solver/run_pictures.hpp"

namespace kanpde::solver {

namespace fs = std::filesystem;

namespace {

constexpr double png_scale = 2;

/// NAME.svg, and NAME.png on a light ground.
void write(const fs::path& folder, const std::string& name, const output::Drawing& drawing) {
  output::make_directory(folder);
  const fs::path svg = folder / (name + ".svg"), png = folder / (name + ".png");
  output::write_atomically(svg, output::svg_file(drawing));
  std::cout << svg.string() << "\n";
  if (!output::can_draw_png()) return;
  output::write_atomically(
      png, output::png_of_svg(output::svg_file(drawing, output::Scheme::light), png_scale));
  std::cout << png.string() << "\n";
}

/// Models without a picture, or without the window or subdomain, are named, and an error where they
/// were asked for or where none is left.
void draw_networks(const PlotCommand& command, const fs::path& folder) {
  TrainedRun trained(command.runs.front());
  std::vector<InputError> missing;
  bool has_drawn = false;
  for (const TrainedRun::Model& model : trained.models(command.models, command.seed)) {
    const problems::ModelSettings& settings = model.contestant.settings;
    const std::string why = why_no_picture(make_shape(trained.problem(), settings, model.seed));
    if (!why.empty()) {
      const std::string refusal =
          fmt::format("the network of model '{}' cannot be drawn: {}", settings.name, why);
      if (!command.models.empty()) throw InputError({command.runs.front(), 0, 0}, refusal);
      std::cerr << refusal << "\n";
      continue;
    }
    PictureOptions options;
    options.block = command.subdomain - 1;
    const auto training = trained.open(model);
    try {
      const std::string name = "network_" + settings.name;
      const auto picture = [&] {
        return picture_of(trained.problem(), settings.name, model.seed, training->solution(),
                          command.window - 1, options);
      };
      write(folder, name, output::draw_network(picture()));
      options.most_curves = options.most_lines = std::numeric_limits<int>::max();
      const fs::path scores = folder / (name + ".csv");
      output::write_atomically(scores, output::edges_csv(picture()));
      std::cout << scores.string() << "\n";
      has_drawn = true;
    } catch (const InputError& error) {
      if (!command.models.empty()) throw;
      missing.push_back(error);
    }
  }
  if (!missing.empty() && !has_drawn) throw missing.front();
  for (const InputError& error : missing) std::cerr << error.what() << "\n";
}

/// Of the models asked for.
void draw_history(const PlotCommand& command, const fs::path& folder) {
  const fs::path file = fs::path(command.runs.front()) / "history.csv";
  if (!fs::exists(file)) return;
  std::vector<output::HistoryRow> history = output::read_history(file);
  if (!command.models.empty())
    std::erase_if(history, [&](const output::HistoryRow& row) {
      return std::ranges::find(command.models, row.model) == command.models.end();
    });
  if (history.empty()) return;
  write(folder, "loss", output::loss_plot(history));
  if (output::has_errors(history)) write(folder, "error", output::error_plot(history));
}

void draw_pareto(const PlotCommand& command, const fs::path& folder) {
  std::vector<output::Summary> summaries;
  std::vector<std::string> prefixes;
  for (const std::string& run : command.runs) {
    summaries.push_back(output::read_summary(fs::path(run) / "summary.json"));
    const std::string name = fs::canonical(run).filename().string();
    prefixes.push_back(command.runs.size() > 1 ? name + " " : "");
  }
  const output::ParetoFront front = output::pareto_front(summaries, prefixes);
  if (front.points.empty()) {
    std::cerr << "no model has an error to draw against its parameters\n";
    return;
  }
  write(folder, "pareto", output::draw_pareto(front));
}

}  // namespace

int run(const PlotCommand& command) {
  const bool is_one = command.runs.size() == 1;
  const fs::path folder = !command.out.empty() ? fs::path(command.out)
                          : is_one             ? fs::path(command.runs.front()) / "pictures"
                                               : fs::path("pictures");
  if (!is_one && !command.models.empty())
    throw InputError({"--model", 0, 0}, "of several runs all models are drawn");
  if (is_one) {
    draw_networks(command, folder);
    draw_history(command, folder);
  }
  if (!is_one || fs::exists(fs::path(command.runs.front()) / "summary.json"))
    draw_pareto(command, folder);
  return done;
}

}  // namespace kanpde::solver
