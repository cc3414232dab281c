#pragma once
/// The one palette and style sheet of pages and drawings.

#include <string>

#include "output/report/drawing.hpp"

namespace kanpde::output {

/// Of a page with drawings; light or dark as the reader's system is set.
std::string page_style();
/// Of the SVG file of one drawing; every colour spelled out, as renderers without variables ask.
std::string drawing_style(Scheme scheme);

}  // namespace kanpde::output
