#include "output/report/drawing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/report/style.hpp"
#include "output/table/sheet.hpp"

namespace kanpde::output {
namespace {

std::string names(const Drawing& drawing) {
  std::string out = fmt::format("<title>{}</title>", escape_html(drawing.title));
  if (!drawing.description.empty())
    out += fmt::format("<desc>{}</desc>", escape_html(drawing.description));
  return out;
}

}  // namespace

std::string inline_svg(const Drawing& drawing) {
  return fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\">{}{}</svg>\n", drawing.width,
                     drawing.height, names(drawing), drawing.body);
}

std::string svg_file(const Drawing& drawing, Scheme scheme) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">{2}\n<style>{3}</style>\n"
      "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n{4}</svg>\n",
      drawing.width, drawing.height, names(drawing), drawing_style(scheme), drawing.body);
}

std::string svg_text(double x, double y, std::string_view anchor, std::string_view text,
                     std::string_view attributes) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}{}>{}</text>", x, y,
                     anchor, attributes.empty() ? "" : " ", attributes, escape_html(text));
}

double text_width(std::string_view text, double size) {
  const auto letters = std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return 0.56 * size * double(letters);
}

}  // namespace kanpde::output
