#include "output/table/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace kanpde::output {
namespace {

/// A number (1,200 too), or a range "A .. B" of numbers.
bool is_numeric(std::string cell) {
  std::erase(cell, ',');
  if (const auto dots = cell.find(" .. "); dots != std::string::npos)
    return is_numeric(cell.substr(0, dots)) && is_numeric(cell.substr(dots + 4));
  char* end = nullptr;
  std::strtod(cell.c_str(), &end);
  return end != cell.c_str() && *end == '\0';
}

bool is_right_flush(const Sheet& sheet, std::size_t column) {
  bool numbers = false;
  for (const auto& row : sheet.rows) {
    const std::string& cell = row[column];
    if (cell.empty() || cell == "-") continue;
    if (!is_numeric(cell)) return false;
    numbers = true;
  }
  return numbers;
}

/// Characters, not bytes, of UTF-8.
std::size_t width_of(std::string_view text) {
  return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string replace(std::string_view text, auto replacement) {
  std::string out;
  for (const char c : text) {
    const std::string_view with = replacement(c);
    out += with.empty() ? std::string_view(&c, 1) : with;
  }
  return out;
}

/// 1.2e-10 as $1.2\times10^{-10}$; other texts are escaped.
std::string latex_cell(const std::string& cell) {
  if (const auto dots = cell.find(" .. "); dots != std::string::npos && is_numeric(cell))
    return fmt::format("{}--{}", latex_cell(cell.substr(0, dots)),
                       latex_cell(cell.substr(dots + 4)));
  const auto e = cell.find('e');
  if (e != std::string::npos && is_numeric(cell))
    return fmt::format("${}\\times10^{{{}}}$", cell.substr(0, e), std::atoi(cell.c_str() + e + 1));
  // A bracket after \\ would be read as its optional argument.
  return (cell.starts_with('[') ? "{}" : "") + escape_latex(cell);
}

}  // namespace

std::string as_text(const Sheet& sheet) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
    widths.push_back(width_of(sheet.columns[c]));
    for (const auto& row : sheet.rows) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string padding(widths[c] - width_of(cells[c]), ' ');
      text += (c == 0 ? "" : "  ");
      text += is_right_flush(sheet, c) ? padding + cells[c] : cells[c] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::string text = sheet.title.empty() ? "" : sheet.title + "\n";
  std::vector<std::string> rule;
  for (const std::size_t width : widths) rule.emplace_back(width, '-');
  text += line(sheet.columns) + line(rule);
  for (const auto& row : sheet.rows) text += line(row);
  return text;
}

std::string as_markdown(const Sheet& sheet) {
  std::string text = sheet.title.empty() ? "" : fmt::format("**{}**\n\n", sheet.title);
  const auto line = [](const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const auto& cell : cells) out += fmt::format(" {} |", escape_markdown(cell));
    return out + "\n";
  };
  text += line(sheet.columns) + "|";
  for (std::size_t c = 0; c < sheet.columns.size(); ++c)
    text += is_right_flush(sheet, c) ? " ---: |" : " --- |";
  text += "\n";
  for (const auto& row : sheet.rows) text += line(row);
  return text;
}

std::string as_latex(const Sheet& sheet) {
  std::string text = sheet.title.empty() ? "" : fmt::format("% {}\n", sheet.title);
  text += "\\begin{tabular}{";
  for (std::size_t c = 0; c < sheet.columns.size(); ++c)
    text += is_right_flush(sheet, c) ? 'r' : 'l';
  text += "}\n\\toprule\n";
  const auto line = [](const std::vector<std::string>& cells) {
    std::string out;
    for (const auto& cell : cells) out += (out.empty() ? "" : " & ") + latex_cell(cell);
    return out + " \\\\\n";
  };
  text += line(sheet.columns) + "\\midrule\n";
  for (const auto& row : sheet.rows) text += line(row);
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string as_html(const Sheet& sheet) {
  // A table wider than the page scrolls; the keyboard reaches it.
  std::string text =
      fmt::format("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"><table>\n",
                  sheet.title.empty() ? "Results" : escape_html(sheet.title));
  if (!sheet.title.empty())
    text += fmt::format("<caption>{}</caption>\n", escape_html(sheet.title));
  const auto line = [&](const std::vector<std::string>& cells, std::string_view tag) {
    std::string out = "<tr>";
    for (std::size_t c = 0; c < cells.size(); ++c)
      out +=
          fmt::format("<{0}{1}{2}>{3}</{0}>", tag, tag == "th" ? " scope=\"col\"" : "",
                      is_right_flush(sheet, c) ? " class=\"number\"" : "", escape_html(cells[c]));
    return out + "</tr>\n";
  };
  text += "<thead>" + line(sheet.columns, "th") + "</thead>\n<tbody>\n";
  for (const auto& row : sheet.rows) text += line(row, "td");
  return text + "</tbody></table></div>\n";
}

std::string escape_html(std::string_view text) {
  return replace(text, [](char c) -> std::string_view {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      default:
        return "";
    }
  });
}

std::string escape_latex(std::string_view text) {
  return replace(text, [](char c) -> std::string_view {
    switch (c) {
      case '&':
        return "\\&";
      case '%':
        return "\\%";
      case '$':
        return "\\$";
      case '#':
        return "\\#";
      case '_':
        return "\\_";
      case '{':
        return "\\{";
      case '}':
        return "\\}";
      case '~':
        return "\\textasciitilde{}";
      case '^':
        return "\\textasciicircum{}";
      case '\\':
        return "\\textbackslash{}";
      case '<':
        return "$<$";
      case '>':
        return "$>$";
      default:
        return "";
    }
  });
}

std::string escape_markdown(std::string_view text) {
  return replace(text, [](char c) -> std::string_view {
    switch (c) {
      case '|':
        return "\\|";
      case '*':
        return "\\*";
      case '_':
        return "\\_";
      case '<':
        return "&lt;";
      case '\n':
        return " ";
      default:
        return "";
    }
  });
}

}  // namespace kanpde::output
