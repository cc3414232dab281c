/// Drawings of networks, and of error against parameters.

#include <gmock/gmock.h>

#include <cmath>
#include <regex>

#include "output/image/png.hpp"
#include "output/report/network.hpp"
#include "output/report/pareto.hpp"
#include "output/report/style.hpp"
#include "tests/units/output/example.hpp"
#include "tests/units/output/scratch.hpp"

namespace kanpde::output {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// All matches of the first group.
std::vector<std::string> found(const std::string& text, const std::string& pattern) {
  std::vector<std::string> all;
  const std::regex regex(pattern);
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i)
    all.push_back((*i)[1]);
  return all;
}

std::vector<double> numbers(const std::string& text, const std::string& pattern) {
  std::vector<double> all;
  for (const std::string& match : found(text, pattern)) all.push_back(std::stod(match));
  return all;
}

/// z^2 over the data [0, 4] within the view [-1, 5], 61 values.
EdgePicture parabola(int from, int to, double importance) {
  EdgePicture edge{from, to, importance, 0, {}, {-1, 5}, {0, 4}, {-3, 0, 1, 2, 3, 4, 9}};
  for (int k = 0; k <= 60; ++k) edge.values.push_back(std::pow(-1 + 0.1 * k, 2));
  return edge;
}

NetworkPicture two_layers() {
  NetworkPicture picture{"kan", "About it.", {{"x", "y"}, {"h1", "h2", "h3"}, {"u"}}, {}};
  picture.layers.push_back({6, {parabola(0, 0, 0.5), parabola(1, 0, 0.1), parabola(0, 2, 2)}});
  picture.layers.push_back({3, {parabola(0, 0, 0.2), parabola(2, 0, 0.3)}});
  return picture;
}

TEST(NetworkDrawing, HasEveryEdgeAndTheNodesThatHaveOne) {
  const std::string svg = inline_svg(draw_network(two_layers()));
  EXPECT_EQ(found(svg, "(<g class=\"edge\")").size(), 5u);
  EXPECT_EQ(found(svg, "(<path class=\"curve)").size(), 5u);
  EXPECT_EQ(found(svg, "(<rect class=\"node\")").size(), 5u);  // not h2
  EXPECT_THAT(svg, Not(HasSubstr(">h2<")));
  EXPECT_THAT(svg, HasSubstr("3 of 6 edges"));
  EXPECT_THAT(svg, HasSubstr("2 of 3 edges"));
  EXPECT_THAT(svg, HasSubstr("<title>kan</title><desc>About it."));
}

TEST(NetworkDrawing, OpacityGrowsWithImportanceWithinALayer) {
  const auto opacity =
      numbers(draw_network(two_layers()).body, "class=\"edge\" opacity=\"([^\"]*)");
  ASSERT_EQ(opacity.size(), 5u);  // of importance 0.5, 0.1, 2; 0.2, 0.3
  EXPECT_LT(opacity[1], opacity[0]);
  EXPECT_LT(opacity[0], opacity[2]);
  EXPECT_LT(opacity[3], opacity[4]);
  EXPECT_EQ(opacity[2], 1);
  EXPECT_EQ(opacity[4], 1);
  EXPECT_GT(opacity[1], 0);
}

/// The curve in the coordinates of its box, mapped back, is the function; only break points in view
/// are ticks.
TEST(NetworkDrawing, CurvesAreTheFunctionOverTheData) {
  NetworkPicture picture{"", "", {{"x"}, {"u"}}, {{1, {parabola(0, 0, 1)}}}};
  const std::string svg = draw_network(picture).body;
  const auto box = [&](const char* side) {
    return numbers(svg, std::string("class=\"box\"[^>]* ") + side + "=\"([^\"]*)").at(0);
  };
  const double left = box("x"), width = box("width");
  const std::string path = found(svg, "class=\"curve c0\" d=\"([^\"]*)").at(0);
  const auto x = numbers(path, "[ML]([0-9.]+) "), y = numbers(path, " ([0-9.]+)");
  ASSERT_EQ(x.size(), 41u);  // z = 0, 0.1 .. 4
  const double unit = (y.front() - y.back()) / 16;
  ASSERT_GT(unit, 0);
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double z = -1 + 6 * (x[k] - left) / width;
    EXPECT_NEAR(z, 0.1 * double(k), 0.006);  // 0.05 of 104 pixels over a view of 6
    EXPECT_NEAR((y.front() - y[k]) / unit, z * z, 0.1);
  }
  const auto ticks = numbers(found(svg, "class=\"tick[^\"]*\" d=\"([^\"]*)").at(0), "M([0-9.]+) ");
  ASSERT_EQ(ticks.size(), 5u);  // 0 .. 4
  for (std::size_t k = 0; k < ticks.size(); ++k)
    EXPECT_NEAR(-1 + 6 * (ticks[k] - left) / width, double(k), 0.006);
}

TEST(NetworkDrawing, ShowsWeightsAsLines) {
  NetworkPicture picture{"mlp", "", {{"x"}, {"h1", "h2"}, {"u"}}, {}};
  picture.layers = {{2, {{0, 0, 1, 2.5, {}, {}, {}, {}}, {0, 1, 1, -5, {}, {}, {}, {}}}},
                    {2, {{0, 0, 1, 1, {}, {}, {}, {}}, {1, 0, 0, 0, {}, {}, {}, {}}}}};
  const std::string svg = draw_network(picture).body;
  EXPECT_EQ(found(svg, "(class=\"curve)").size(), 0u);
  const auto widths = numbers(svg, "stroke-width=\"([^\"]*)");
  ASSERT_EQ(widths.size(), 4u);
  EXPECT_LT(widths[0], widths[1]);
  EXPECT_EQ(found(svg, "(class=\"line c1\")").size(), 1u);  // the negative one
}

TEST(NetworkDrawing, StandsConstantAndBrokenFunctions) {
  EdgePicture constant = parabola(0, 0, 0), broken = parabola(0, 0, 0);
  std::ranges::fill(constant.values, 3.0);
  broken.values[20] = NAN;
  const std::string svg = draw_network({"", "", {{"<x>"}, {"u"}}, {{2, {constant, broken}}}}).body;
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  EXPECT_THAT(svg, HasSubstr("&lt;x&gt;"));
}

/// Of 40 units, each with one edge in and one out, no two share a place.
TEST(NetworkDrawing, KeepsNodesApart) {
  NetworkPicture picture{"", "", {{"x"}, {}, {"u"}}, {{40, {}}, {40, {}}}};
  for (int j = 0; j < 40; ++j) {
    picture.nodes[1].push_back("h" + std::to_string(j));
    if (j % 2 == 0) picture.layers[0].edges.push_back(parabola(0, j, 1));
    if (j % 3 == 0) picture.layers[1].edges.push_back(parabola(j, 0, 1));
  }
  const auto y = numbers(draw_network(picture).body, "class=\"node\" x=[^ ]* y=\"([^\"]*)");
  ASSERT_EQ(y.size(), 20u + 7u + 2u);
  auto hidden = std::vector<double>(y.begin() + 1, y.end() - 1);
  std::ranges::sort(hidden);
  for (std::size_t k = 1; k < hidden.size(); ++k) EXPECT_GE(hidden[k] - hidden[k - 1], 26);
}

TEST(DrawingFile, SpellsColoursOutAndNeedsNothingElse) {
  const std::string file = svg_file(draw_network(two_layers()));
  EXPECT_THAT(file, HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(file, HasSubstr("prefers-color-scheme: dark"));
  for (const char* part : {"var(", "href", "url(", "@import"})
    EXPECT_THAT(file, Not(HasSubstr(part)));
  EXPECT_THAT(svg_file(draw_network(two_layers()), Scheme::light), Not(HasSubstr("@media")));
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t k = 0; k < 4; ++k) value = value << 8 | std::uint8_t(bytes[at + k]);
  return value;
}

TEST(Png, HasTheDrawingsSizeTimesTheScale) {
  if (!can_draw_png()) GTEST_SKIP() << "built without librsvg";
  const Drawing drawing = draw_network(two_layers());
  const std::string png = png_of_svg(svg_file(drawing, Scheme::light), 2);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_NEAR(big_endian(png, 16), 2 * drawing.width, 1);
  EXPECT_NEAR(big_endian(png, 20), 2 * drawing.height, 1);
  EXPECT_THROW(png_of_svg("no drawing", 1), std::runtime_error);
}

ModelResult model(const std::string& name, int parameters, double error) {
  return {name, "kan", "", parameters, "", {run_of(0, "u", error, 1)}};
}

TEST(Pareto, TheFrontHasWhatNothingSmallerBeats) {
  Summary summary;
  summary.unknowns = {"u"};
  summary.models = {model("a", 100, 1e-3), model("b", 200, 1e-2), model("c", 300, 1e-5),
                    model("d", 300, 1e-4), model("e", 400, NAN)};
  const ParetoFront front = pareto_front({summary});
  EXPECT_EQ(front.measure, "relative L2 error");
  ASSERT_EQ(front.points.size(), 4u);  // not e
  std::string names;
  for (const ParetoPoint& p : front.points) names += p.on_front ? p.name : "";
  EXPECT_EQ(names, "ac");
}

TEST(Pareto, TakesTheWorstUnknownAndTheMedianOfTheSeeds) {
  Summary summary = example_summary();
  summary.unknowns = {"u", "v"};
  for (RunResult& run : summary.models[0].runs) run.rel_l2["v"] = 10 * run.rel_l2["u"];
  const ParetoFront front = pareto_front({summary});
  ASSERT_EQ(front.points.size(), 2u);
  EXPECT_DOUBLE_EQ(front.points[0].error, 2e-5);
  EXPECT_DOUBLE_EQ(front.points[0].smallest, 1e-5);
  EXPECT_DOUBLE_EQ(front.points[0].largest, 4e-5);
  EXPECT_DOUBLE_EQ(front.points[1].error, 5e-5);
}

TEST(Pareto, FallsBackToWhatAllRunsKnow) {
  Summary without = example_summary();
  for (ModelResult& m : without.models)
    for (RunResult& run : m.runs) run.rel_l2.clear(), run.mse.clear();
  const ParetoFront front = pareto_front({example_summary(), without}, {"a ", "b "});
  EXPECT_EQ(front.measure, "mean square of the residual");
  ASSERT_EQ(front.points.size(), 4u);
  EXPECT_EQ(front.points[0].name, "a kan");
  EXPECT_DOUBLE_EQ(front.points[0].error, 2e-5);
}

TEST(Pareto, NamesOfManyModelsDoNotCoverOneAnother) {
  Summary summary;
  summary.unknowns = {"u"};
  for (int k = 0; k < 12; ++k)
    summary.models.push_back(
        model("a_long_name_" + std::to_string(k), 1000 + 10 * k, 1e-3 * (1 + 0.2 * k)));
  const std::string svg = draw_pareto(pareto_front({summary})).body;
  const auto x = numbers(svg, "<text x=\"([^\"]*)\"[^>]*>a_long");
  const auto y = numbers(svg, "<text x=[^ ]* y=\"([^\"]*)\"[^>]*>a_long");
  ASSERT_EQ(x.size(), 12u);
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_TRUE(std::abs(x[i] - x[j]) > 80 || std::abs(y[i] - y[j]) > 11) << i << " " << j;
}

TEST(Pareto, DrawsEveryModelWithItsName) {
  const std::string svg = inline_svg(draw_pareto(pareto_front({example_summary()})));
  EXPECT_THAT(svg, HasSubstr(">kan</text>"));
  EXPECT_THAT(svg, HasSubstr(">mlp</text>"));
  EXPECT_EQ(found(svg, "(<circle class=\"f0\")").size(), 1u);  // a KAN
  EXPECT_EQ(found(svg, "(<rect class=\"f1\")").size(), 1u);    // an MLP
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(inline_svg(draw_pareto({"error", {}})), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace kanpde::output
