#pragma once
/// A vector drawing: elements of an SVG whose classes get their colours from the style (style.hpp).

#include <string>
#include <string_view>

namespace kanpde::output {

/// Lengths are CSS pixels, y downwards.
struct Drawing {
  double width = 400, height = 270;
  std::string title;        ///< its name, for readers of the screen too
  std::string description;  ///< what it shows, in a sentence or two
  std::string body;         ///< SVG elements
};

/// For a page that has page_style().
std::string inline_svg(const Drawing& drawing);

/// Of a file: light, or as the reader's system is set.
enum class Scheme { light, automatic };
/// A whole SVG file: style and ground included, text as text.
std::string svg_file(const Drawing& drawing, Scheme scheme = Scheme::automatic);

/// A text at a place; anchor: start, middle, end.
std::string svg_text(double x, double y, std::string_view anchor, std::string_view text,
                     std::string_view attributes = "");

/// About how wide a text of this size is; for boxes around it.
double text_width(std::string_view text, double size = 12);

}  // namespace kanpde::output
