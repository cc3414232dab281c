#include "output/report/style.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kanpde::output {
namespace {

struct Colour {
  const char *name, *light, *dark;
};

constexpr Colour colours[] = {
    {"ground", "#ffffff", "#15181c"}, {"text", "#1c1f23", "#e4e7ea"},
    {"soft", "#565e68", "#a0a8b2"},   {"line", "#d9dde2", "#343a42"},
    {"panel", "#f6f7f9", "#1d2126"},  {"band", "#dce8f4", "#24384b"},
    {"c0", "#1f6fb4", "#6cb1ee"},     {"c1", "#b94a15", "#f0925f"},
    {"c2", "#2e8540", "#6fc27f"},     {"c3", "#8a4fbf", "#c09aec"},
    {"c4", "#946a05", "#dfb24a"},     {"c5", "#c2397f", "#ee86b7"},
};

constexpr const char* page_rules = R"(
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 1240px;
  font: 16px/1.5 system-ui, sans-serif; background: var(--ground); color: var(--text);
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 {
  font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere;
}
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.verdict { font-size: 1.05rem; }
.soft, .notes { color: var(--soft); font-size: .875rem; }
.notes { padding-left: 1.1rem; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
td:not(.number) { white-space: normal; }
.verdict + .table td:nth-child(2) { min-width: 11rem; }
th:first-child, td:first-child { padding-left: 0; }
th, td { text-align: left; }
th { color: var(--soft); font-weight: 600; }
th.number, td.number { text-align: right; }
.figures {
  display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
}
@media (min-width: 760px) { .figures:not(.wide) .span { grid-column: span 2; } }
.figures.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); }
.wide figure { max-width: 760px; }
figure {
  margin: 0; padding: .75rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; min-width: 0;
}
figcaption { color: var(--soft); font-size: .875rem; margin-top: .5rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
pre { margin: .5rem 0; padding: .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; font-size: .875rem; }
.fields .c1 { stroke-dasharray: 8 5; }
.fields .c2 { stroke-dasharray: 3 5; }
.fields .c3 { stroke-dasharray: 8 3 2 3; }
:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
svg { display: block; width: 100%; height: auto; margin: 0 auto; }
)";

constexpr const char* drawing_rules = R"(
svg text { fill: var(--text); font-family: system-ui, sans-serif; font-size: 12px; }
svg .title { font-weight: 600; }
svg .small { font-size: 11px; fill: var(--soft); }
svg .ground { fill: var(--ground); }
svg .legend { fill: var(--panel); fill-opacity: .85; }
svg .grid path { stroke: var(--line); stroke-width: .75; stroke-opacity: .6; fill: none; }
svg .map .grid path { stroke: #808080; stroke-opacity: .35; }
svg .curve { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
svg .mark, svg .front { fill: none; stroke-width: 1.5; }
svg .front { stroke: var(--soft); stroke-dasharray: 5 4; }
svg .c0 { stroke: var(--c0); }
svg .c1 { stroke: var(--c1); }
svg .c2 { stroke: var(--c2); }
svg .c3 { stroke: var(--c3); }
svg .c4 { stroke: var(--c4); }
svg .c5 { stroke: var(--c5); }
svg .f0 { fill: var(--c0); }
svg .f1 { fill: var(--c1); }
svg .f2 { fill: var(--c2); }
svg .f3 { fill: var(--c3); }
svg .f4 { fill: var(--c4); }
svg .f5 { fill: var(--c5); }
svg .box { fill: var(--ground); stroke: var(--line); }
svg .band { fill: var(--band); }
svg .tick { stroke: var(--soft); stroke-width: 1; fill: none; }
svg .dense { stroke-width: .5; }
svg .beyond { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 2; fill: none; }
svg .wire { stroke: var(--text); stroke-width: 1.25; fill: none; }
svg .line { fill: none; }
svg .node { fill: var(--ground); stroke: var(--soft); stroke-width: 1.25; }
)";

std::string variables(const char* Colour::*value) {
  std::string out;
  for (const Colour& colour : colours) out += fmt::format("--{}:{};", colour.name, colour.*value);
  return out;
}

/// The rules with every var(--name) replaced.
std::string spelled_out(std::string rules, const char* Colour::*value) {
  for (const Colour& colour : colours) {
    const std::string variable = fmt::format("var(--{})", colour.name);
    for (auto at = rules.find(variable); at != std::string::npos; at = rules.find(variable, at))
      rules.replace(at, variable.size(), colour.*value);
  }
  return rules;
}

}  // namespace

std::string page_style() {
  return fmt::format(
      "\n:root{{color-scheme:light dark;{}}}\n"
      "@media (prefers-color-scheme: dark) {{ :root {{{}}} }}{}{}",
      variables(&Colour::light), variables(&Colour::dark), page_rules, drawing_rules);
}

std::string drawing_style(Scheme scheme) {
  std::string out = spelled_out(drawing_rules, &Colour::light);
  if (scheme == Scheme::automatic)
    out += fmt::format("@media (prefers-color-scheme: dark) {{{}}}\n",
                       spelled_out(drawing_rules, &Colour::dark));
  return out;
}

}  // namespace kanpde::output
