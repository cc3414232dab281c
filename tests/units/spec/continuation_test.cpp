/// Continuation and pseudo-time as read: equations for other values of a constant, and which
/// equation evolves which unknown.

#include <gmock/gmock.h>

#include "tests/units/spec/samples.hpp"

namespace kanpde::problems {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// `nu` enters through another constant, a definition and a condition.
std::string heat(const std::string& nu, const std::string& training) {
  return "name: heat\nvariables: [x, t]\n"
         "domain: {space: {interval: [0, 1]}, time: [0, 1]}\n"
         "constants: {nu: " +
         nu +
         ", twice: 2*nu}\n"
         "definitions: {flux: -twice*u_x}\n"
         "unknowns: [u]\nequations: [\"u_t + diff(flux, x) = 0\"]\n"
         "boundaries: {ends: x*(1 - x) < 1e-9}\n"
         "conditions: [{where: initial, require: u = nu*x}, {where: ends, require: u = 0}]\n"
         "training: " +
         training + "\n";
}

TEST(Continuation, ReadsEquationsAndConditionsAsIfTheConstantHadTheOtherValue) {
  const Problem problem = read_text(heat("0.1", "{continuation: {nu: [3, 0.5, 0.1]}}"));
  ASSERT_EQ(problem.variants.size(), 2u);
  const std::vector<std::string> values = {"3", "0.5"};
  for (int k = 0; k < 2; ++k) {
    const Problem other = read_text(heat(values[k], "auto"));
    const Variant& variant = problem.variants[k];
    EXPECT_EQ(variant.value, std::stod(values[k]));
    ASSERT_EQ(variant.equations.size(), 1u);
    ASSERT_EQ(variant.conditions.size(), 2u);
    EXPECT_EQ(to_text(problem.graph, problem.scope, variant.equations[0].parsed.residual),
              to_text(other.graph, other.scope, other.equations[0].parsed.residual));
    for (int c = 0; c < 2; ++c)
      EXPECT_EQ(to_text(problem.graph, problem.scope, variant.conditions[c].parsed.residual),
                to_text(other.graph, other.scope, other.conditions[c].parsed.residual));
  }
  const Problem plain = read_text(heat("0.1", "auto"));
  EXPECT_EQ(to_text(problem.graph, problem.scope, problem.equations[0].parsed.residual),
            to_text(plain.graph, plain.scope, plain.equations[0].parsed.residual));
}

TEST(Continuation, OfOneModelAloneIsReadToo) {
  const Problem problem =
      read_text(heat("0.1", "auto") +
                "models: {mlp: {type: mlp, training: {continuation: {nu: [1, 0.1]}}}}\n");
  EXPECT_EQ(problem.variants.size(), 1u);
  EXPECT_TRUE(problem.training.continuation.values.empty());
}

TEST(Continuation, MayDependOnAnOverriddenConstant) {
  const std::string text = heat("0.1", "{continuation: {nu: [1, 0.2]}}");
  EXPECT_EQ(read_text(text, {"constants.nu=0.2"}).variants.size(), 1u);
  EXPECT_THROW(read_text(text), InputError);
}

std::string flow(const std::string& equations, const std::string& training) {
  return "name: flow\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
         "unknowns: [u, v, p]\nequations: " +
         equations + "\nconditions: [u = 0, v = 0]\ntraining: " + training + "\n";
}

TEST(PseudoTime, EvolvesEachUnknownByTheEquationOfItsNumberTowardsDiffusion) {
  const Problem problem =
      read_text(flow("[u*u_x + p_x = laplacian(u), laplacian(v) = p_y + u*v_y, u_x + v_y = 0]",
                     "{pseudo_time: {steps: 4}}"));
  EXPECT_THAT(problem.training.pseudo_time.evolve, ElementsAre("u", "-v", "none"));
  EXPECT_THAT(resolved_yaml(problem), HasSubstr("evolve: [u, -v, none]"));
  EXPECT_THAT(explain(problem), HasSubstr("4 steps in pseudo-time from 1, evolving u, -v, none"));
}

TEST(PseudoTime, NeedsAnUnknownThatEvolves) {
  EXPECT_THROW(read_text(flow("[u_x = p, v_y = p, u_x + v_y = 0]", "{pseudo_time: {steps: 4}}")),
               InputError);
  EXPECT_NO_THROW(read_text(flow("[u_x = p, v_y = p, u_x + v_y = 0]",
                                 "{pseudo_time: {steps: 4, evolve: [u, none, -p]}}")));
}

TEST(Training, MethodsThatAreOffAreSpelledOutAsNone) {
  const std::string text = resolved_yaml(read_text(small_poisson));
  for (const char* key :
       {"attention: none", "causal: none", "continuation: none", "pseudo_time: none"})
    EXPECT_THAT(text, HasSubstr(key));
}

TEST(Training, MethodsAreKeptWhenTheResolvedFileIsReadBack) {
  for (const std::string& text :
       {heat("0.1",
             "{continuation: {nu: [3, 0.1]}, causal: auto, attention: vrba, "
             "attention_memory: 0.25, reweight: 7, causal_slices: 5}"),
        flow("[p_x = laplacian(u), p_y = laplacian(v), u_x + v_y = 0]",
             "{pseudo_time: {steps: 4, step: 0.1, inner: 3}}")}) {
    const std::string resolved = resolved_yaml(read_text(text));
    EXPECT_EQ(resolved_yaml(read_text(resolved)), resolved);
  }
  const TrainingSettings t = read_text(heat("0.1", "{causal: auto}")).training;
  EXPECT_THAT(t.causal, ElementsAre(0.01, 0.1, 1, 10, 100));
}

}  // namespace
}  // namespace kanpde::problems
