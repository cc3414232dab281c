#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/history_plot.hpp"
#include "output/report/pareto.hpp"
#include "output/report/plot.hpp"
#include "output/report/report.hpp"
#include "output/report/style.hpp"
#include "output/table/table.hpp"

namespace kanpde::output {
namespace {

std::string figure(const Drawing& drawing, const std::string& caption = "",
                   const std::string& kind = "") {
  std::string out = fmt::format("<figure{}>", kind.empty() ? "" : " class=\"" + kind + "\"");
  out += inline_svg(drawing);
  if (!caption.empty()) out += fmt::format("<figcaption>{}</figcaption>", escape_html(caption));
  return out + "</figure>\n";
}

/// A drawing wider than a telephone keeps its size and scrolls; the keyboard reaches it.
std::string wide_figure(const Drawing& drawing, const std::string& caption) {
  const double least = 0.85 * drawing.width;
  std::string svg = inline_svg(drawing);
  svg.insert(4, fmt::format(" style=\"min-width:{:.0f}px;max-width:{:.0f}px\"", least,
                            1.25 * drawing.width));
  return fmt::format(
      "<figure class=\"span\"><div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"{}\">{}</div>"
      "<figcaption>{}</figcaption></figure>\n",
      escape_html(drawing.title), svg, escape_html(caption));
}

/// A heading of some level over figures side by side; nothing without figures.
std::string group(int level, const std::string& heading, const std::string& figures,
                  const char* kind = "figures") {
  if (figures.empty()) return "";
  return fmt::format("<h{0}>{1}</h{0}>\n<div class=\"{2}\">\n{3}</div>\n", level,
                     escape_html(heading), kind, figures);
}

std::string training(const std::vector<HistoryRow>& history) {
  std::string out;
  for (const std::string& model : models_of(history)) {
    const Drawing drawing = loss_plot(history, model);
    out += figure(drawing, drawing.description);
  }
  if (has_errors(history)) out += figure(error_plot(history), "A curve a seed.");
  return out;
}

std::string pareto(const Summary& summary) {
  const ParetoFront front = pareto_front({summary});
  if (front.points.size() < 2) return "";
  const Drawing drawing = draw_pareto(front);
  return drawing.width > Drawing().width ? wide_figure(drawing, drawing.description)
                                         : figure(drawing, drawing.description);
}

std::string networks_of(const std::vector<NetworkPicture>& networks) {
  std::string out;
  for (const NetworkPicture& network : networks)
    out += wide_figure(draw_network(network), network.description);
  return out;
}

/// Curves of the class "fields" are dashed, so that equal ones do not hide one another.
std::string curves_figure(const Image& image) {
  std::vector<Curve> curves;
  for (const Field& field : image.fields) {
    Curve curve{field.name, {}, field.values, int(curves.size() % 6)};
    for (int i = 0; i < image.columns; ++i)
      curve.x.push_back(image.x[0] +
                        (image.x[1] - image.x[0]) * i / std::max(image.columns - 1, 1));
    curves.push_back(std::move(curve));
  }
  return figure(line_plot({image.title, image.x_label, image.y_label, false, {0, 0}, ""}, curves),
                "", "fields");
}

std::array<double, 2> symmetric(const Field& field) {
  const auto range = range_of({field});
  const double size = std::max(std::abs(range[0]), std::abs(range[1]));
  return {-size, size};
}

/// What the ticks of the colours round.
std::string span_of(const Field& field) {
  const auto range = range_of({field});
  return fmt::format("Values from {:.3g} to {:.3g}.", range[0], range[1]);
}

std::string maps_figure(const Image& image) {
  std::string out;
  const auto shared = range_of(image.fields);
  for (const Field& field : image.fields)
    out +=
        figure(heat_map(image, field, image.is_error ? symmetric(field) : shared), span_of(field));
  return out;
}

/// "u at t = 1" and its like share one heading.
std::string heading_of_curves(const std::string& title) {
  const auto at = title.rfind(" at ");
  return at == std::string::npos ? "Curves" : "At" + title.substr(at + 3);
}

std::string fields(const std::vector<Image>& images) {
  if (images.empty()) return "";
  std::string out = "<h2>Fields</h2>\n", curves, heading;
  for (const Image& image : images) {
    if (image.rows > 1) {
      out += group(3, image.title, maps_figure(image));
      continue;
    }
    if (curves.empty()) heading = heading_of_curves(image.title);
    curves += curves_figure(image);
  }
  return out + group(3, heading, curves);
}

std::string formulas_of(const std::vector<FormulaText>& formulas) {
  std::string out = formulas.empty() ? "" : "<h2>Formulas</h2>\n";
  for (const FormulaText& formula : formulas)
    out += fmt::format(
        "<pre class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</pre>\n",
        escape_html(formula.file), escape_html(formula.text));
  return out;
}

std::string about(const Comparison& comparison) {
  std::string out = "<h2>About this run</h2>\n<ul class=\"notes\">\n";
  for (const std::string& note : comparison.notes)
    out += fmt::format("<li>{}</li>\n", escape_html(note));
  return out + "</ul>\n";
}

}  // namespace

std::string report_html(const Summary& summary, const std::vector<HistoryRow>& history,
                        const std::vector<Image>& images,
                        const std::vector<NetworkPicture>& networks, const std::vector<Sheet>& more,
                        const std::vector<FormulaText>& formulas) {
  const Comparison comparison = compare(summary);
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
      escape_html(comparison.heading), page_style());
  for (const std::string& sentence : comparison.verdict)
    page += fmt::format("<p class=\"verdict\">{}</p>\n", escape_html(sentence));
  for (const Sheet& sheet : comparison.sheets) page += as_html(sheet);
  for (const Sheet& sheet : more) page += as_html(sheet);
  page += formulas_of(formulas) + fields(images) +
          group(2, "Networks", networks_of(networks), "figures wide") +
          group(2, "Training and size", training(history) + pareto(summary));
  return page + about(comparison) + "</main>\n</body>\n</html>\n";
}

}  // namespace kanpde::output
