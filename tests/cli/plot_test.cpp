/// `kanpde plot`, and the networks on the page of `kanpde report`.

#include <sys/wait.h>

#include <cstdlib>

#include "output/table/sheet.hpp"
#include "tests/cli/program.hpp"

namespace kanpde::cli_test {

namespace {

using Names = std::vector<std::string>;

class Plot : public ProgramTest {
 protected:
  void solve(const std::string& name, const Names& settings = {}) const {
    write("small.yaml", small_problem());
    Names arguments{"solve", "small.yaml", "--out", name};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const Outcome outcome = run(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
};

/// Files that end so.
int count(const Names& names, const std::string& end) {
  return int(std::count_if(names.begin(), names.end(),
                           [&](const std::string& name) { return name.ends_with(end); }));
}

TEST_F(Plot, DrawsNetworksTrainingAndFront) {
  solve("run");
  const Outcome outcome = run({"plot", "run"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Names names = names_in(folder_ / "run/pictures");
  for (const char* name :
       {"network_kan.svg", "network_mlp.svg", "loss.svg", "error.svg", "pareto.svg"}) {
    EXPECT_EQ(count(names, name), 1) << name;
    EXPECT_NE(outcome.out.find(std::string("run/pictures/") + name + "\n"), std::string::npos);
  }
  const int pngs = count(names, ".png");
  EXPECT_TRUE(pngs == 0 || pngs == count(names, ".svg"));  // 0: built without librsvg
  EXPECT_EQ(int(names.size()), pngs + count(names, ".svg") + count(names, ".csv"));
  const auto scores = output::parse_csv(read(folder_ / "run/pictures/network_kan.csv"));
  ASSERT_GT(scores.size(), 2u);
  EXPECT_EQ(scores[0], (std::vector<std::string>{"layer", "from", "to", "importance"}));
  double output = 0;  // importance of its inputs
  for (std::size_t k = 1; k < scores.size(); ++k)
    if (scores[k].at(2) == "u") output += std::stod(scores[k].at(3));
  EXPECT_GT(output, 0);
}

TEST_F(Plot, WritesXmlWithTitlesAndText) {
  solve("run");
  ASSERT_EQ(run({"plot", "run", "--out", "pictures"}).code, 0);
  write("read.py", R"(
import pathlib, sys, xml.etree.ElementTree as tree
svg = '{http://www.w3.org/2000/svg}'
for file in pathlib.Path('pictures').glob('*.svg'):
    root = tree.parse(file).getroot()
    assert root.tag == svg + 'svg' and root.get('width') and root.get('viewBox'), file
    assert root.find(svg + 'title').text, file
    assert root.findall('.//' + svg + 'text'), file
)");
  const std::string command = "cd '" + folder_.string() + "' && /usr/bin/python3 read.py";
  const int status = std::system(command.c_str());
  if (WEXITSTATUS(status) == 127) GTEST_SKIP() << "/usr/bin/python3 is missing";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Plot, IsTheSameEveryTime) {
  solve("run");
  for (const char* out : {"a", "b"}) ASSERT_EQ(run({"plot", "run", "--out", out}).code, 0);
  for (const std::string& name : names_in(folder_ / "a"))
    EXPECT_EQ(read(folder_ / "a" / name), read(folder_ / "b" / name)) << name;
}

TEST_F(Plot, DrawsTheModelAskedFor) {
  solve("run");
  ASSERT_EQ(run({"plot", "run", "--model", "kan", "--out", "one"}).code, 0);
  const Names names = names_in(folder_ / "one");
  EXPECT_EQ(count(names, "network_kan.svg"), 1);
  EXPECT_EQ(count(names, "network_mlp.svg"), 0);
  EXPECT_EQ(read(folder_ / "one/loss.svg").find("mlp"), std::string::npos);
}

TEST_F(Plot, OfSeveralRunsDrawsOneFront) {
  solve("a");
  solve("b", {"--model", "kan"});
  ASSERT_EQ(run({"plot", "a", "b"}).code, 0);
  const Names names = names_in(folder_ / "pictures");
  EXPECT_EQ(count(names, "pareto.svg"), 1);
  EXPECT_EQ(count(names, ".svg"), 1);
}

TEST_F(Plot, RefusesWhatIsNotThere) {
  solve("run");
  const auto refusal = [&](const Names& arguments) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    return outcome.err;
  };
  EXPECT_NE(refusal({"plot", "nowhere"}).find("nowhere/checkpoint.h5"), std::string::npos);
  EXPECT_NE(refusal({"plot", "run", "--model", "kam"}).find("it has kan, mlp"), std::string::npos);
  EXPECT_NE(refusal({"plot", "run", "--seed", "77"}).find("seed 77"), std::string::npos);
  EXPECT_NE(refusal({"plot", "run", "--window", "2"}).find("has 1 window"), std::string::npos);
  EXPECT_NE(refusal({"plot", "run", "--subdomain", "0"}).find("has 1 subdomain"),
            std::string::npos);
  EXPECT_NE(refusal({"plot", "run", "run", "--model", "kan"}).find("--model"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "run/pictures"));
}

TEST_F(Plot, SaysThatProductsCannotBeDrawn) {
  write("products.yaml", R"(name: products
variables: [x]
domain: {space: {interval: [-1, 1]}}
unknowns: [u]
equations: [u_xx = 1]
conditions: [{where: boundary, require: u = 0}]
models: {p: {type: kan, products: true, degree: 3, grid: 4}}
compare: {match: []}
)");
  ASSERT_EQ(run({"solve", "products.yaml", "--out", "run", "--seed", "0"}).code, 0);
  const Outcome all = run({"plot", "run"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_NE(all.err.find("model 'p' cannot be drawn"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder_ / "run/pictures/loss.svg"));
  const Outcome one = run({"plot", "run", "--model", "p"});
  EXPECT_EQ(one.code, 2);
  EXPECT_NE(one.err.find("products of B-splines"), std::string::npos);
  EXPECT_EQ(run({"report", "run"}).code, 0);
}

TEST_F(Plot, ReportHoldsTheNetworks) {
  solve("run");
  ASSERT_EQ(run({"report", "run"}).code, 0);
  const std::string page = read(folder_ / "run/report.html");
  EXPECT_NE(page.find("<h2>Networks</h2>"), std::string::npos);
  EXPECT_NE(page.find("<title>kan: ["), std::string::npos);
  EXPECT_NE(page.find("<title>mlp: ["), std::string::npos);
  fs::remove(folder_ / "run/checkpoint.h5");
  ASSERT_EQ(run({"report", "run"}).code, 0);
  EXPECT_EQ(read(folder_ / "run/report.html").find("Networks"), std::string::npos);
}

}  // namespace

}  // namespace kanpde::cli_test
