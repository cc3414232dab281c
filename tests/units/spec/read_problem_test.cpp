#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <numbers>

#include "tests/units/spec/samples.hpp"

namespace kanpde::problems {
namespace {

using std::numbers::pi;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// Value of an expression with every coordinate and unknown bound: x by index, derivatives by
/// alpha.
double value(const Problem& problem, Expr e, const std::vector<double>& x,
             const std::function<double(const Symbol&)>& unknown = {}) {
  return problem.graph.evaluate(e, [&](const Symbol& s) {
    return s.kind == Symbol::Kind::coordinate ? x.at(std::size_t(s.index))
           : unknown                          ? unknown(s)
                                              : NAN;
  });
}

TEST(ReadProblem, ReadsEveryBlockOfAFullFile) {
  const Problem p = read_text(full_burgers);
  EXPECT_EQ(p.name, "burgers");
  EXPECT_EQ(p.title, "Viscous Burgers equation");
  EXPECT_THAT(p.variables, ElementsAre("x", "t"));
  EXPECT_EQ(p.space_dimension, 1);
  EXPECT_TRUE(p.has_time);
  EXPECT_THAT(p.region.space->bounding_box().lower, ElementsAre(-1));
  EXPECT_THAT(p.region.extra.upper, ElementsAre(1));
  ASSERT_EQ(p.equations.size(), 1u);
  ASSERT_EQ(p.conditions.size(), 2u);
  EXPECT_EQ(p.conditions[0].where, Condition::Where::initial);
  EXPECT_EQ(p.conditions[1].where, Condition::Where::boundary);
  EXPECT_EQ(p.conditions[0].dirichlet_unknown, 0);
  EXPECT_EQ(p.reference.kind, Reference::Kind::exact);
  EXPECT_EQ(p.points.interior, 4000);
  EXPECT_EQ(p.points.initial, 401);
  EXPECT_EQ(p.points.method, SamplingMethod::lattice);
  EXPECT_THAT(p.output.grid, ElementsAre(201, 101));
  EXPECT_FALSE(p.output.latex);
  EXPECT_TRUE(p.output.vtk);
  EXPECT_EQ(derivative_order(p), 2);
}

/// On [0, 1] x [0, 1], without models.
std::string evolution(const std::string& conditions, const std::string& more) {
  return "name: test\nvariables: [x, t]\n"
         "domain: {space: {interval: [0, 1]}, time: [0, 1]}\nconstants: {c: 1}\nunknowns: [u]\n"
         "equations: [u_t = c*u_xx]\n"
         "conditions: [{where: initial, require: u = 0}, " +
         conditions + "]\n" + more;
}

TEST(ReadProblem, ChoosesPolynomialsInTimeOnlyWhereTheyWork) {
  const auto degree = [](const std::string& conditions, const std::string& more) {
    return read_text(evolution(conditions, more)).models.at(0).time_degree;
  };
  EXPECT_EQ(degree("{where: boundary, require: u = 0}", ""), 6);
  EXPECT_EQ(degree("{periodic: x}", ""), 6);
  EXPECT_EQ(degree("{periodic: x, hard: true}", ""), 0);  // harmonics in place of the coordinate
  EXPECT_EQ(degree("{periodic: x}", "training: {continuation: {c: [2, 1]}}\n"), 0);
  EXPECT_EQ(degree("{periodic: x}", "training: {windows: 1}\n"), 0);
  EXPECT_EQ(degree("{periodic: x}", "models: {kan: {time_degree: 0}}\n"), 0);
}

TEST(ReadProblem, TakesTimeDegreesAsTheyAreGiven) {
  const Problem p = read_text(evolution(
      "{periodic: x}",
      "models: {kan: {hidden: [3], time_degree: 4, periodic_harmonics: [0, 0]}, mlp: {}}\n"));
  EXPECT_EQ(p.models[0].time_degree, 4);
  EXPECT_EQ(p.models[1].time_degree, 0);
  EXPECT_THAT(explain(p), HasSubstr("polynomials of degree 4 in time\n"));
  EXPECT_THAT(resolved_yaml(p), HasSubstr("time_degree: 4"));
}

TEST(ReadProblem, ReadsModelsOfProducts) {
  const Problem p = read_text(
      evolution("{periodic: x}",
                "models:\n"
                "  one: {type: kan, products: true}\n"
                "  two: {type: kan, products: true, degree: 7, grid: [20, 6], stretch: [0, 2.5]}\n"
                "  three: {type: kan, products: true, time_degree: 3, grid: [30], stretch: 2}\n"));
  const ModelSettings &one = p.models[0], &two = p.models[1], &three = p.models[2];
  EXPECT_TRUE(one.products && one.hidden.empty() && one.base == BaseFunction::none);
  EXPECT_EQ(one.time_degree, 0);  // not the KAN of windows
  EXPECT_EQ(one.axis_grid(1), one.grid);
  EXPECT_EQ(one.axis_stretch(1), 0);
  EXPECT_EQ(two.axis_grid(0), 20);
  EXPECT_EQ(two.axis_grid(1), 6);
  EXPECT_EQ(two.axis_stretch(1), 2.5);
  EXPECT_EQ(three.axis_grid(0), 30);
  EXPECT_EQ(three.axis_stretch(0), 2);
  EXPECT_EQ(three.axis_count(2), 1);
  const Problem again = read_text(resolved_yaml(p));
  EXPECT_EQ(resolved_yaml(again), resolved_yaml(p));
  EXPECT_THAT(again.models[1].axis_grids, ElementsAre(20, 6));
  EXPECT_THAT(again.models[1].stretch, ElementsAre(0, 2.5));
  EXPECT_THAT(explain(p), HasSubstr("two: KAN, products, B-splines, degree 7, grid 20 x 6"));
}

TEST(ReadProblem, ReadsSubdomains) {
  const Problem p = read_text(evolution("{periodic: x}",
                                        "models:\n"
                                        "  one: {type: kan, subdomains: [4, 2], overlap: 0.3}\n"
                                        "  two: {type: mlp, subdomains: [3, 1]}\n"));
  EXPECT_THAT(p.models[0].subdomains, ElementsAre(4, 2));
  EXPECT_EQ(p.models[0].overlap, 0.3);
  EXPECT_EQ(p.models[0].time_degree, 0);  // not the KAN of windows
  EXPECT_EQ(p.models[1].overlap, 0.5);
  EXPECT_STREQ(p.models[1].cpu_only(), "subdomains");
  const Problem again = read_text(resolved_yaml(p));
  EXPECT_EQ(resolved_yaml(again), resolved_yaml(p));
  EXPECT_THAT(again.models[1].subdomains, ElementsAre(3, 1));
  EXPECT_THAT(explain(p), HasSubstr("each of 4 x 2 subdomains that share 0.3 of their width"));
}

TEST(ReadProblem, TakesGradedWindowsOverWithTheKeysOfTraining) {
  const auto grading = [](const std::string& training, const std::string& of_kan) {
    return read_text(evolution("{periodic: x}",
                               "training: " + training + "\nmodels: {kan: {" + of_kan + "}}\n"));
  };
  EXPECT_EQ(grading("{windows: 5, window_grading: 2}", "training: {windows: 1}")
                .models[0]
                .training->window_grading,
            2);
  EXPECT_EQ(
      grading("{window_grading: 2}", "training: {windows: 5}").models[0].training->window_grading,
      2);
  EXPECT_THROW(grading("{window_grading: 2}", "training: {seeds: [1]}"), InputError);
  EXPECT_THROW(grading("{window_grading: 2, windows: 1}", ""), InputError);
  EXPECT_EQ(grading("{window_grading: 1}", "").training.window_grading, 1);
}

TEST(ReadProblem, ReadsModelsAndTraining) {
  const Problem p = read_text(full_burgers);
  ASSERT_EQ(p.models.size(), 2u);
  EXPECT_EQ(p.models[0].name, "kan");
  EXPECT_THAT(p.models[0].hidden, ElementsAre(10, 12));
  EXPECT_EQ(p.models[0].degree, 4);
  EXPECT_EQ(p.models[0].grid, 7);
  EXPECT_EQ(p.models[0].base, BaseFunction::tanh);
  EXPECT_EQ(p.models[1].type, ModelSettings::Type::mlp);
  EXPECT_EQ(p.models[1].activation, Activation::sin);
  EXPECT_FALSE(p.training.automatic);
  EXPECT_THAT(p.training.seeds, ElementsAre(0, 5));
  ASSERT_EQ(p.training.stages.size(), 2u);
  EXPECT_EQ(p.training.stages[0].rate, 1e-2);
  EXPECT_EQ(p.training.stages[0].schedule, "cosine");
  EXPECT_EQ(p.training.stages[1].optimizer, StageSettings::Optimizer::levenberg_marquardt);
  EXPECT_EQ(p.training.stages[1].grid, 9);
  EXPECT_EQ(p.training.stages[1].resample, 50);
}

TEST(ReadProblem, BuildsTheResidualThatTheTextMeans) {
  const Problem p = read_text(full_burgers);
  // u = 3, u_t = 5, u_x = 7, u_xx = 11: u_t + u u_x - nu u_xx
  const auto unknown = [](const Symbol& s) {
    if (s.alpha.order() == 0) return 3.0;
    if (s.alpha.count[1] == 1) return 5.0;
    return s.alpha.count[0] == 1 ? 7.0 : 11.0;
  };
  const double expected = 5 + 3 * 7.0 - 0.01 / pi * 11;
  EXPECT_NEAR(value(p, p.equations[0].parsed.residual, {0.3, 0.2}, unknown), expected, 1e-13);
  EXPECT_NEAR(value(p, p.conditions[0].parsed.right, {0.3, 0}), -std::sin(pi * 0.3), 1e-15);
  EXPECT_EQ(value(p, p.reference.exact[0], {0.5, 0.25}), 0.125);
}

TEST(ReadProblem, FillsEveryDefault) {
  const Problem p = read_text(small_poisson);
  EXPECT_GT(p.points.interior, 0);
  EXPECT_GT(p.points.boundary, 0);
  EXPECT_EQ(p.points.initial, 0);
  EXPECT_EQ(p.output.grid.size(), 2u);
  EXPECT_TRUE(p.training.automatic);
  ASSERT_EQ(p.models.size(), 2u);
  EXPECT_THAT(p.models[0].hidden, ElementsAre(10, 10));
  EXPECT_EQ(p.models[0].degree, 3);
  EXPECT_EQ(p.models[0].grid, 5);
  EXPECT_THAT(p.models[1].hidden, ElementsAre(40, 40, 40));
  EXPECT_EQ(p.title, "small");
  EXPECT_EQ(p.reference.kind, Reference::Kind::none);
}

TEST(ReadProblem, RaisesADegreeThatTheFileDoesNotGive) {
  const std::string fourth = with(small_poisson, "laplacian(u)", "biharmonic(u)");
  EXPECT_EQ(read_text(fourth).models[0].degree, 5);  // order 4 needs 5
  EXPECT_EQ(read_text(fourth + "models: {kan: {degree: 9}}\n").models[0].degree, 9);  // given: kept
  EXPECT_EQ(read_text(with(small_poisson, "laplacian(u) = 0", "\"diff(u, x, 6) = 0\"") +
                      "models: {kan: {hidden: [5]}}\n")
                .models[0]
                .degree,
            7);
  EXPECT_THAT(error_of(fourth + "models: {kan: {degree: 4}}\n"),
              HasSubstr("test.yaml:7:24: error: degree:"));
  EXPECT_NO_THROW(read_text(fourth + "models: {kan: {basis: chebyshev, degree: 3}}\n"));  // smooth
}

TEST(ReadProblem, TakesConditionOrderIntoAccountForSmoothness) {
  const std::string text = with(small_poisson, "conditions: [u = x]",
                                "conditions: [u = x, {where: left, require: u_xxx = 0}]");
  EXPECT_EQ(read_text(text).models[0].degree, 4);
}

TEST(ReadProblem, EvaluatesNumbersThatUseConstants) {
  const Problem p =
      read_text("constants: {a: 2, b: a^2/pi}\n" + with(small_poisson, "[0, 2]", "[-b, 2*pi*b]"));
  const Box box = p.region.space->bounding_box();
  EXPECT_DOUBLE_EQ(box.lower[1], -4 / pi);
  EXPECT_DOUBLE_EQ(box.upper[1], 8);
}

TEST(ReadProblem, OrdersVariablesAsSpaceTimeParameters) {
  const Problem p = read_text(R"(name: heat
variables: [x, s, k, c]
domain: {space: {interval: [0, 1]}, time: [2, 3], parameters: {c: [5, 6], k: [0.1, 0.2]}}
unknowns: [u]
equations: ["diff(u, s) = k*c*u_xx"]
conditions: [{where: initial, require: u = x}, {where: left, require: u = c}]
)");
  EXPECT_EQ(p.space_dimension, 1);
  EXPECT_TRUE(p.has_time);
  EXPECT_THAT(p.region.extra.lower, ElementsAre(2, 0.1, 5));
  EXPECT_THAT(p.region.extra.upper, ElementsAre(3, 0.2, 6));
  EXPECT_EQ(p.region.dimension(), 4);
  EXPECT_EQ(p.conditions[1].part, "left");
}

TEST(ReadProblem, ReadsOrdinaryDifferentialEquations) {
  const Problem p = read_text(
      "name: decay\nvariables: [t]\ndomain: {time: [0, 2]}\nunknowns: [u]\n"
      "equations: u_t = -u\nconditions: [u = 1]\n");
  EXPECT_EQ(p.space_dimension, 0);
  EXPECT_EQ(p.region.space, nullptr);
  EXPECT_EQ(p.conditions[0].where, Condition::Where::initial);
  EXPECT_EQ(p.points.boundary, 0);
  EXPECT_EQ(p.points.initial, 1);
}

TEST(ReadProblem, CombinesShapes) {
  const Problem p = read_text(
      with(small_poisson, "{box: [[0, 1], [0, 2]]}",
           "{difference: [{union: [{disk: {center: [0, 0], radius: 1}}, {box: [[0, 3], [0, "
           "1]]}]}, {polygon: [[-0.5, -0.5], [0.5, -0.5], [0, 0.5]]}]}"));
  const Shape& shape = *p.region.space;
  EXPECT_TRUE(shape.contains(std::vector<double>{2, 0.5}));   // box
  EXPECT_TRUE(shape.contains(std::vector<double>{-0.9, 0}));  // disk
  EXPECT_FALSE(shape.contains(std::vector<double>{0, 0}));    // triangle cut out
  EXPECT_FALSE(shape.contains(std::vector<double>{2, -0.5}));
}

TEST(ReadProblem, FindsNamedPartsAndPredicates) {
  const Problem p = read_text(with(small_poisson, "conditions: [u = x]",
                                   "boundaries: {inlet: x <= 0 and y > 0.5}\nconditions:\n"
                                   "  - {where: inlet, require: [u = 1, dn(u) = u]}\n"
                                   "  - {where: y >= 2, require: u_y = 0, weight: 3}\n"
                                   "  - {where: top, require: u = x, hard: true}\n"));
  ASSERT_EQ(p.conditions.size(), 4u);
  EXPECT_EQ(p.conditions[0].part, "inlet");
  EXPECT_EQ(p.conditions[0].predicate, p.named_boundaries.at("inlet"));
  EXPECT_GT(value(p, p.conditions[0].predicate, {0, 0.6}), 0);
  EXPECT_LE(value(p, p.conditions[0].predicate, {0, 0.4}), 0);
  EXPECT_EQ(p.conditions[0].dirichlet_unknown, 0);
  EXPECT_EQ(p.conditions[1].dirichlet_unknown, -1);
  EXPECT_TRUE(p.graph.depends_on(p.conditions[1].parsed.residual, Symbol::Kind::normal));
  EXPECT_EQ(p.conditions[2].where, Condition::Where::predicate);
  EXPECT_EQ(p.conditions[2].weight, 3);
  EXPECT_EQ(p.conditions[3].part, "top");
  EXPECT_FALSE(p.conditions[3].predicate.valid());
  EXPECT_TRUE(p.conditions[3].hard);
}

TEST(ReadProblem, ReadsConditionsAtAPoint) {
  const Problem p = read_text(with(small_poisson, "conditions: [u = x]",
                                   "constants: {h: 0.5}\nconditions:\n"
                                   "  - {where: {point: [h, 2]}, require: [u = 1, u_y = u]}\n"));
  ASSERT_EQ(p.conditions.size(), 2u);
  EXPECT_EQ(p.conditions[0].where, Condition::Where::point);
  EXPECT_EQ(p.conditions[1].point, (std::vector<double>{0.5, 2}));
  EXPECT_EQ(p.conditions[0].dirichlet_unknown, 0);
  EXPECT_NE(explain(p).find("point (0.5, 2): u = 1"), std::string::npos);
  EXPECT_EQ(read_text(resolved_yaml(p)).conditions[1].point, p.conditions[1].point);
}

TEST(ReadProblem, TakesThePeriodicOrderFromTheEquations) {
  const std::string text =
      "name: kdv\nvariables: [x, t]\ndomain: {space: {interval: [-1, 1]}, time: [0, 1]}\n"
      "unknowns: [u]\nequations: [u_t + u*u_x + u_xxx = 0]\n"
      "conditions: [{periodic: x, hard: true}, {where: initial, require: u = cos(pi*x)}]\n";
  const Problem p = read_text(text);
  EXPECT_EQ(p.conditions[0].periodic_axis, 0);
  EXPECT_EQ(p.conditions[0].periodic_order, 2);
  EXPECT_TRUE(p.conditions[0].hard);
  EXPECT_EQ(read_text(with(text, "u_xxx", "0")).conditions[0].periodic_order, 0);
}

TEST(ReadProblem, RecognisesOnlyFixedValuesAsDirichlet) {
  const auto unknown_of = [](const std::string& condition) {
    return read_text(with(small_poisson, "u = x", condition)).conditions[0].dirichlet_unknown;
  };
  EXPECT_EQ(unknown_of("u = x^2 + 1"), 0);
  EXPECT_EQ(unknown_of("u"), 0);
  EXPECT_EQ(unknown_of("u_x = 0"), -1);
  EXPECT_EQ(unknown_of("2*u = 1"), -1);
  EXPECT_EQ(unknown_of("u = u^2"), -1);
  EXPECT_EQ(unknown_of("1 = u"), -1);
}

TEST(ReadProblem, KeepsTrainableParametersSymbolic) {
  const Problem p = read_text("parameters: {D: {initial: 2, min: 0, max: 10}, c: -1}\n" +
                              with(small_poisson, "laplacian(u) = 0", "D*u_xx + u_yy = c"));
  ASSERT_EQ(p.parameters.size(), 2u);
  EXPECT_EQ(p.parameters[0].max, 10);
  EXPECT_EQ(p.parameters[1].initial, -1);
  EXPECT_TRUE(p.graph.depends_on(p.equations[0].parsed.residual, Symbol::Kind::parameter));
}

TEST(ReadProblem, TurnsAnExactReferenceWithoutEquationsIntoAFit) {
  const Problem p = read_text(
      "name: fit\nvariables: [x]\ndomain: {space: {interval: [0, 1]}}\nunknowns: [u]\n"
      "reference: {exact: {u: sin(x)}}\n");
  ASSERT_EQ(p.equations.size(), 1u);
  EXPECT_NEAR(value(p, p.equations[0].parsed.residual, {0.7}, [](const Symbol&) { return 2.0; }),
              2 - std::sin(0.7), 1e-15);
  EXPECT_TRUE(p.conditions.empty());
}

TEST(ReadProblem, LetsAModelReplaceKeysOfTheTraining) {
  const Problem p =
      read_text(small_poisson +
                "training: {seeds: [7], stages: [{optimizer: adam}]}\n"
                "models: {kan: {training: {stagnation: 9}}, mlp: {training: auto}}\n");
  EXPECT_THAT(p.models[0].training->seeds, ElementsAre(7));
  EXPECT_EQ(p.models[0].training->stagnation, 9);
  EXPECT_FALSE(p.models[0].training->automatic);
  EXPECT_TRUE(p.models[1].training->automatic);
  EXPECT_THAT(p.models[1].training->seeds, ElementsAre(7));
}

TEST(ReadProblem, ReadsPublishedFiguresAsPrinted) {
  const Problem p =
      read_text(small_poisson + "published: [{method: PINN, parameters: 1e2, mse: 1.0e-7}]\n");
  ASSERT_EQ(p.published.size(), 1u);
  EXPECT_EQ(p.published[0].parameters, "1e2");
  EXPECT_EQ(p.published[0].mse, "1.0e-7");
  EXPECT_EQ(p.published[0].seconds, "");
}

TEST(ReadProblem, ReadsEveryCaseOfTheProgram) {
  int cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KANPDE_SOURCE_DIR) + "/problems")) {
    if (entry.path().extension() != ".yaml") continue;
    ++cases;
    EXPECT_NO_THROW(EXPECT_EQ(read_problem(entry.path()).name, entry.path().stem()))
        << entry.path();
  }
  EXPECT_GT(cases, 0);
}

TEST(ReadProblem, SaysThatAFileIsNotThere) {
  EXPECT_THROW(
      {
        try {
          read_problem("/nowhere/at_all.yaml");
        } catch (const InputError& error) {
          EXPECT_THAT(error.what(),
                      StartsWith("/nowhere/at_all.yaml: error: there is no such file"));
          throw;
        }
      },
      InputError);
  EXPECT_THROW(read_problem("/dev/zero"), InputError);
  EXPECT_THROW(read_problem("/tmp"), InputError);
}

}  // namespace
}  // namespace kanpde::problems
