#include <gmock/gmock.h>

#include <cmath>
#include <cstdio>
#include <regex>

#include "kernels/base/error.hpp"
#include "output/report/history_plot.hpp"
#include "output/report/plot.hpp"
#include "output/report/png.hpp"
#include "output/report/raster.hpp"
#include "output/report/report.hpp"
#include "output/table/history.hpp"
#include "output/table/table.hpp"
#include "output/vtk/fields.hpp"
#include "tests/units/output/example.hpp"
#include "tests/units/output/scratch.hpp"

namespace kanpde::output {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Report : public Scratch {};

std::vector<HistoryRow> history() {
  std::vector<HistoryRow> rows;
  for (const char* model : {"kan", "mlp"})
    for (int seed = 0; seed < 2; ++seed)
      for (long step = 1; step <= 50; ++step)
        rows.push_back({model, seed, 0, step, std::exp(-0.1 * double(step)), unknown_value,
                        std::exp(-0.05 * double(step)), 0.1 * double(step)});
  return rows;
}

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

/// Every element that is opened is closed, in order; elements of HTML that have no end are left
/// out.
std::string unbalanced(const std::string& html) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*)>");
  for (std::sregex_iterator i(html.begin(), html.end(), tag), end; i != end; ++i) {
    const std::string name = (*i)[2];
    if (name == "meta" || (*i)[3].str().ends_with("/")) continue;
    if ((*i)[1].length() == 0) {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return "</" + name + ">";
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

/// Decoded by Python's zlib, checksums and all; larger than one stored block of 65535 bytes.
TEST_F(Report, PngIsDecodedByAnotherProgram) {
  Palette palette{};
  for (int i = 0; i < 256; ++i) palette[std::size_t(i)] = {std::uint8_t(i), 7, 9};
  const int width = 301, height = 257;
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.push_back(std::uint8_t(i * 37 % 251));
  put(path("p.png"), png(width, height, pixels, palette));
  put(path("read.py"), R"(
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
assert data[:8] == b'\x89PNG\r\n\x1a\n'
at, chunks = 8, {}
while at < len(data):
    size, kind = struct.unpack('>I4s', data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack('>I', data[at + 8 + size:at + 12 + size])[0]
    chunks[kind] = body
    at += 12 + size
assert at == len(data) and list(chunks) == [b'IHDR', b'PLTE', b'tRNS', b'IDAT', b'IEND']
width, height, *rest = struct.unpack('>IIBBBBB', chunks[b'IHDR'])
assert (width, height, rest) == (301, 257, [8, 3, 0, 0, 0])
assert chunks[b'PLTE'] == b''.join(bytes([i, 7, 9]) for i in range(256))
rows = zlib.decompress(chunks[b'IDAT'])
pixels = b''.join(rows[r * (width + 1) + 1:(r + 1) * (width + 1)] for r in range(height))
assert all(rows[r * (width + 1)] == 0 for r in range(height))
assert pixels == bytes(i * 37 % 251 for i in range(width * height))
)");
  const std::string command =
      "/usr/bin/python3 '" + path("read.py").string() + "' '" + path("p.png").string() + "'";
  const int status = std::system(command.c_str());
  if (WEXITSTATUS(status) == 127) GTEST_SKIP() << "/usr/bin/python3 is missing";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Ticks, AreRound) {
  EXPECT_THAT(linear_ticks(0, 1, 5), ElementsAre(0, 0.2, 0.4, ::testing::DoubleEq(0.6), 0.8, 1));
  EXPECT_THAT(linear_ticks(-1, 1, 5), ElementsAre(-1, -0.5, 0, 0.5, 1));
  EXPECT_THAT(linear_ticks(3, 1200, 5), ElementsAre(500, 1000));
  EXPECT_THAT(linear_ticks(2, 2, 5), ElementsAre(2));
  EXPECT_THAT(decade_ticks(1e-3, 1, 7), ElementsAre(1e-3, 1e-2, 0.1, 1));
  EXPECT_LE(decade_ticks(1e-30, 1, 7).size(), 8u);
  EXPECT_THAT(logarithmic_ticks(90, 600, 5), ElementsAre(100, 200, 500));
  EXPECT_THAT(logarithmic_ticks(9, 1100, 5), ElementsAre(10, 100, 1000));
}

TEST(Plot, BreaksCurvesWhereTheyCannotBeDrawn) {
  const std::string svg = inline_svg(line_plot(
      {"t", "x", "y", true, {0, 0}}, {{"a", {0, 1, 2, 3, 4}, {1, 0.1, 0, NAN, 0.01}, 0}}));
  EXPECT_EQ(count(svg, "M58.0 28.0L"), 1);  // from the upper left corner of the frame
  EXPECT_EQ(count(svg, "nan"), 0);
  EXPECT_EQ(count(svg, "inf"), 0);
  EXPECT_EQ(unbalanced(svg), "");
}

TEST(Plot, ThinsLongCurvesButKeepsTheLastPoint) {
  Curve curve{"a", {}, {}, 0};
  for (int i = 0; i <= 100'000; ++i) curve.x.push_back(i), curve.y.push_back(i);
  const std::string svg = inline_svg(line_plot({"t", "x", "y", false, {0, 0}}, {curve}));
  EXPECT_LT(svg.size(), 20'000u);
  EXPECT_THAT(svg, HasSubstr("L388.0 28.0\""));  // the upper right corner
}

TEST(Plot, DotsPointsThatNoLineLeadsTo) {
  const auto dots = [](const std::vector<double>& y) {
    const std::vector<double> x{0, 1, 2, 3};
    const std::string svg = inline_svg(line_plot(
        {"t", "x", "y", false, {0, 0}}, {{"a", {x.begin(), x.begin() + long(y.size())}, y, 0}}));
    int count = 0;
    for (std::size_t at = 0; (at = svg.find("<circle", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  EXPECT_EQ(dots({1}), 1);
  EXPECT_EQ(dots({1, 2}), 0);
  EXPECT_EQ(dots({1, NAN, 2, 3}), 1);
  EXPECT_EQ(dots({1, 2, NAN, 3}), 1);
}

TEST(Plot, StandsNothingToShow) {
  for (const bool logarithmic : {false, true})
    for (const std::vector<Curve>& curves :
         {std::vector<Curve>{}, {{"a", {}, {}, 0}}, {{"a", {1}, {NAN}, 0}}, {{"a", {1}, {2}, 0}}}) {
      const std::string svg = inline_svg(line_plot({"t", "x", "y", logarithmic, {0, 0}}, curves));
      EXPECT_EQ(count(svg, "nan"), 0);
      EXPECT_EQ(unbalanced(svg), "");
    }
}

TEST(Plot, PutsTheLegendWhereItCoversLeast) {
  const auto corner = [](const std::vector<double>& x, const std::vector<double>& y) {
    const std::string svg =
        line_plot({"t", "x", "y", false, {0, 1}}, {{"a", x, y, 0}, {"b", {2}, {0.5}, 1}}).body;
    const std::regex box("class=\"legend\" x=\"([^\"]*)\" y=\"([^\"]*)\"");
    std::smatch found;
    std::regex_search(svg, found, box);
    return std::string(std::stod(found[2]) < 100 ? "upper " : "lower ") +
           (std::stod(found[1]) > 200 ? "right" : "left");
  };
  EXPECT_EQ(corner({0, 4}, {0, 0}), "upper right");
  EXPECT_EQ(corner({0, 4}, {0, 1}), "upper left");
  EXPECT_EQ(corner({0, 4}, {1, 1}), "lower right");
  EXPECT_EQ(corner({0, 4, 4}, {1, 1, 0}), "lower left");
}

TEST(Plot, MarksWhereAStageBegins) {
  std::vector<HistoryRow> rows;
  for (long step = 1; step <= 9; ++step)
    rows.push_back({"kan", 0,
                    step < 4   ? 0
                    : step < 6 ? 1
                               : 2,
                    step, 1.0 / double(step), unknown_value, unknown_value, 0});
  EXPECT_EQ(count(loss_plot(rows).body, "<circle"), 2);
  EXPECT_NE(loss_plot(rows).description, "");
  for (HistoryRow& row : rows) row.stage = 0;
  EXPECT_EQ(count(loss_plot(rows).body, "<circle"), 0);
  EXPECT_EQ(loss_plot(rows).description, "");
}

TEST(Plot, GivesEachModelAColourAndANameOnce) {
  const std::string svg = loss_plot(history()).body;  // two models, two seeds
  EXPECT_EQ(count(svg, "class=\"curve c0\""), 3);     // with the legend
  EXPECT_EQ(count(svg, "class=\"curve c1\""), 3);
  EXPECT_EQ(count(svg, ">mlp</text>"), 1);
}

TEST(Raster, InterpolatesLinearFunctionsExactly) {
  const auto f = [](double x, double y, double z) { return 3 * x - 2 * y + 5 * z + 1; };
  const Mesh square{{{0, 0, 0}, {2, 0, 0}, {2, 1, 0}, {0, 1, 0}}, {{0, 1, 2}, {0, 2, 3}}};
  Field u{"u", {}};
  for (const auto& p : square.points) u.values.push_back(f(p[0], p[1], p[2]));
  const Raster raster = rasterise(square, {u}, 40);
  ASSERT_EQ(raster.columns, 40);
  ASSERT_EQ(raster.rows, 20);
  for (int row = 0; row < 20; ++row)
    for (int column = 0; column < 40; ++column)
      EXPECT_NEAR(raster.fields[0].values[std::size_t(row * 40 + column)],
                  f(2.0 * column / 39, row / 19.0, 0), 1e-13);
}

TEST(Raster, LeavesHolesOutsideTheMesh) {
  const Mesh triangle{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {5, 5, 0}}, {{0, 1, 2}}};
  const Raster raster = rasterise(triangle, {{"u", {1, 1, 1, 1}}}, 51);
  const auto at = [&](int i, int j) { return raster.fields[0].values[std::size_t(j * 51 + i)]; };
  EXPECT_EQ(at(3, 3), 1);  // (0.3, 0.3)
  EXPECT_TRUE(std::isnan(at(6, 6)));
}

TEST(Raster, CutsTetrahedraInTheMiddle) {
  const Mesh mesh{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {{0, 1, 2, 3}}};
  const Raster raster = rasterise(mesh, {{"z", {0, 0, 0, 1}}}, 11);
  EXPECT_NEAR(raster.fields[0].values[0], 0.5, 1e-14);
  EXPECT_TRUE(std::isnan(raster.fields[0].values[10]));  // (1, 0, 0.5) is outside
}

TEST_F(Report, PageIsWholeAndNeedsNoNetwork) {
  Summary summary = example_summary();
  summary.title = "a <b> & \"c\"";
  Image map{"u", "x", "y", {0, 1}, {0, 2}, 4, 3, {{"u_kan", std::vector<double>(12, 0.5)}}};
  map.fields[0].values[5] = NAN;
  const Image curves{"v", "x", "", {0, 1}, {0, 1}, 3, 1, {{"v_kan", {1, 2, 3}}}};
  const NetworkPicture network{"net", "", {{"x"}, {"u"}}, {{1, {{0, 0, 1, 2, {}, {}, {}, {}}}}}};
  const std::string page = report_html(summary, history(), {map, curves}, {network});
  EXPECT_THAT(page, HasSubstr("a &lt;b&gt; &amp; &quot;c&quot;"));
  EXPECT_THAT(page, HasSubstr("25.0 times lower"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  // two losses, errors over time, errors against parameters, one map, one of curves, one network
  EXPECT_EQ(count(page, "<svg"), 7);
  for (const char* outside : {"http://", "https://", "<script", "<link", "@import", "url("})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  EXPECT_EQ(count(page, "href=\"data:image/png;base64,"), 2);  // the map and its scale
  EXPECT_EQ(count(page, "href="), 2);
  EXPECT_EQ(unbalanced(page), "");
}

TEST_F(Report, ShowsCurvesOfOneTimeUnderOneHeading) {
  const Image u{"u at t = 1", "x", "", {0, 1},
                {0, 1},       2,   1,  {{"u_kan", {1, 2}}, {"u_mlp", {1, 2}}}};
  Image error = u;
  error.title = "Error of u at t = 1";
  const std::string page = report_html(example_summary(), {}, {u, error});
  EXPECT_EQ(count(page, "<h3>"), 1);
  EXPECT_THAT(page, HasSubstr("<h3>At t = 1</h3>"));
  EXPECT_THAT(page, HasSubstr("Error of u at t = 1"));
  EXPECT_EQ(count(page, "<figure class=\"fields\">"), 2);  // equal curves are dashed apart
  EXPECT_THAT(page, HasSubstr(".fields .c1 { stroke-dasharray"));
}

Field ramp(const std::string& name, int points) {
  Field field{name, {}};
  for (int i = 0; i < points; ++i) field.values.push_back(i);
  return field;
}

TEST_F(Report, ShowsTheMiddleLayerOfABox) {
  write_vti(path("fields.vti"), {{3, 2, 5}, {0, 0, 0}, {1, 1, 1}},
            {ramp("u_kan", 30), ramp("u_kan_error", 30)});
  const auto images = field_images(path(""), example_summary(), {"x", "y", "z"});
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].title, "u at z = 2");
  EXPECT_FALSE(images[0].is_error);
  EXPECT_TRUE(images[1].is_error);
  EXPECT_THAT(images[0].fields.at(0).values, ElementsAre(12, 13, 14, 15, 16, 17));
}

TEST_F(Report, StacksALineOverTime) {
  write_series(path(""), Lattice{{3, 1, 1}, {-1, 0, 0}, {1, 1, 1}},
               {{0, {{"u_kan", {1, 2, 3}}}}, {0.5, {{"u_kan", {4, 5, 6}}}}});
  const auto images = field_images(path(""), example_summary(), {"x", "t"});
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].title, "u over x and t");
  EXPECT_EQ(images[0].rows, 2);
  EXPECT_THAT(images[0].y, ElementsAre(0, 0.5));
  EXPECT_THAT(images[0].fields[0].values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(images[1].title, "u at t = 0.5");
  Summary summary = example_summary();
  summary.fields_at = "nu = 0.05";
  EXPECT_EQ(field_images(path(""), summary, {"x", "t", "nu"})[1].title,
            "u at t = 0.5 at nu = 0.05");
  EXPECT_THAT(images[1].fields[0].values, ElementsAre(4, 5, 6));
}

TEST_F(Report, IsWrittenFromARunDirectory) {
  write_tables(path(""), example_summary());
  write_history(path("history.csv"), history());
  write_vtu(path("fields.vtu"), {{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}, {{0, 1, 2}}},
            {ramp("u_reference", 3)});
  EXPECT_EQ(write_report(path("")), path("report.html"));
  EXPECT_THAT(content(path("report.html")), HasSubstr("u_reference"));
  EXPECT_THROW(write_report(path("elsewhere")), InputError);
}

TEST_F(Report, ShowsWhatContinualTrainingForgets) {
  write_tables(path(""), example_summary());
  write_phases(path("continual.csv"),
               {{"mlp", 0, 2, {0.5, unknown_value, 0.51234567, 0.25, 1, 2}}});
  write_report(path(""));
  const std::string page = content(path("report.html"));
  EXPECT_THAT(page, HasSubstr("after each phase</caption>"));
  EXPECT_THAT(page, HasSubstr(">part_2</th>"));
  EXPECT_THAT(page, HasSubstr(">0.512</td>"));
}

TEST_F(Report, NeedsTheSummaryAlone) {
  write_tables(path(""), example_summary());
  write_report(path(""));
  EXPECT_EQ(unbalanced(content(path("report.html"))), "");
}

}  // namespace
}  // namespace kanpde::output
