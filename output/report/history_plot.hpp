#pragma once
/// Training over steps and seconds.

#include <string>
#include <vector>

#include "output/data.hpp"
#include "output/report/drawing.hpp"

namespace kanpde::output {

/// Loss over steps, a curve a seed in the colour of its model; dots where a stage begins.
Drawing loss_plot(const std::vector<HistoryRow>& history);
/// The seeds of one model, to the scale that serves all models.
Drawing loss_plot(const std::vector<HistoryRow>& history, const std::string& model);
/// Relative L2 error over seconds. False: nothing is known of errors.
bool has_errors(const std::vector<HistoryRow>& history);
Drawing error_plot(const std::vector<HistoryRow>& history);

/// In the order of the history.
std::vector<std::string> models_of(const std::vector<HistoryRow>& history);

}  // namespace kanpde::output
