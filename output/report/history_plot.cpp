#include "output/report/history_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/plot.hpp"

namespace kanpde::output {
namespace {

constexpr std::size_t most_marks = 12;  ///< more stages (windows in time) would cover the curve

/// Says what marks are, where there are any.
std::string about_marks(const std::vector<Curve>& curves) {
  const bool has_marks =
      std::ranges::any_of(curves, [](const Curve& curve) { return !curve.marks.empty(); });
  return has_marks ? "Dots: a new stage of training begins." : "";
}

/// A curve a seed of one model, named by the seed.
std::vector<Curve> curves_of(const std::vector<HistoryRow>& history, const std::string& model,
                             double HistoryRow::*value, bool over_steps) {
  std::vector<Curve> curves;
  std::vector<int> seeds, stages;
  for (const HistoryRow& row : history) {
    if (row.model != model || std::isnan(row.*value)) continue;
    const auto at = std::size_t(std::ranges::find(seeds, row.seed) - seeds.begin());
    if (at == seeds.size()) {
      seeds.push_back(row.seed);
      stages.push_back(row.stage);
      curves.push_back({fmt::format("seed {}", row.seed), {}, {}, int(at % 6)});
    }
    if (stages[at] != row.stage) curves[at].marks.push_back(curves[at].x.size());
    stages[at] = row.stage;
    curves[at].x.push_back(over_steps ? double(row.step) : row.seconds);
    curves[at].y.push_back(row.*value);
  }
  for (Curve& curve : curves)
    if (curve.marks.size() > most_marks) curve.marks.clear();
  return curves;
}

/// Of all models, each in its colour, named by it.
std::vector<Curve> curves_of(const std::vector<HistoryRow>& history, double HistoryRow::*value,
                             bool over_steps) {
  std::vector<Curve> all;
  int colour = 0;
  for (const std::string& model : models_of(history)) {
    for (Curve& curve : curves_of(history, model, value, over_steps)) {
      curve.name = model;
      curve.colour = colour % 6;
      all.push_back(std::move(curve));
    }
    ++colour;
  }
  return all;
}

std::array<double, 2> loss_range(const std::vector<HistoryRow>& history) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const HistoryRow& row : history)
    if (std::isfinite(row.loss) && row.loss > 0)
      low = std::min(low, row.loss), high = std::max(high, row.loss);
  if (low > high) return {0, 0};
  return {low, std::max(high, low * 10)};
}

}  // namespace

std::vector<std::string> models_of(const std::vector<HistoryRow>& history) {
  std::vector<std::string> models;
  for (const HistoryRow& row : history)
    if (std::ranges::find(models, row.model) == models.end()) models.push_back(row.model);
  return models;
}

Drawing loss_plot(const std::vector<HistoryRow>& history) {
  const auto curves = curves_of(history, &HistoryRow::loss, true);
  return line_plot({"loss", "step", "loss", true, loss_range(history), about_marks(curves)},
                   curves);
}

Drawing loss_plot(const std::vector<HistoryRow>& history, const std::string& model) {
  const auto curves = curves_of(history, model, &HistoryRow::loss, true);
  return line_plot(
      {model + ": loss", "step", "loss", true, loss_range(history), about_marks(curves)}, curves);
}

bool has_errors(const std::vector<HistoryRow>& history) {
  return std::ranges::any_of(history,
                             [](const HistoryRow& row) { return !std::isnan(row.rel_l2); });
}

Drawing error_plot(const std::vector<HistoryRow>& history) {
  auto curves = curves_of(history, &HistoryRow::rel_l2, false);
  for (Curve& curve : curves) curve.marks.clear();
  return line_plot({"error over training time", "seconds", "relative L2 error", true, {0, 0}, ""},
                   curves);
}

}  // namespace kanpde::output
