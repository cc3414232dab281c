#pragma once
/// Drawings as pixels, by librsvg.

#include <string>
#include <string_view>

namespace kanpde::output {

/// Whether the program was built with librsvg.
bool can_draw_png();

/// A PNG file of a whole SVG file, `scale` pixels a unit. Errors: std::runtime_error where
/// the drawing cannot be read, or without librsvg.
std::string png_of_svg(std::string_view svg, double scale);

}  // namespace kanpde::output
