/// `kanpde symbolic` and `kanpde table symbolic` as users call them.

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"

namespace kanpde::cli_test {

namespace {

using testing::HasSubstr;

constexpr const char* wave = R"Y(name: sine
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 0.5]}
unknowns: [u]
equations: [u_t = u_xx/pi^2]
conditions:
  - {where: initial, require: "u = sin(pi*x)"
}
  - {where: boundary, require: u = 0}
models:
  kan: {type: kan, hidden: [15], degree: 7, grid: 4}
  mlp: {type: mlp, hidden: [5]}
compare: {match: []}
training: {seeds: [0], stages: [{optimizer: output_layer, steps: 1}]}
points: {interior: 600, boundary: 80, initial: 60}
output: {grid: [5, 3]}
)Y";

class Symbolic : public ProgramTest {
 protected:
  Symbolic() { write("sine.yaml", wave); }
  void solve() const {
    const Outcome outcome = run({"solve", "sine.yaml", "--model", "kan", "--out", "run"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
};

TEST_F(Symbolic, ReadsTheSolutionOffATrainedField) {
  solve();
  const Outcome outcome = run({"symbolic", "run"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("u = exp(-t)*sin(pi*x)"));
  EXPECT_THAT(outcome.out, HasSubstr("This is an exact solution."));
  EXPECT_EQ(read(folder_ / "run/formula_kan.txt"), outcome.out);
  EXPECT_THAT(read(folder_ / "run/formula_kan.tex"), HasSubstr("u = e^{-t}"));
  EXPECT_THAT(read(folder_ / "run/formula_kan.c"), HasSubstr("double u(double x, double t)"));
  EXPECT_EQ(run({"symbolic", "run", "--threads", "1"}).out, outcome.out);
}

TEST_F(Symbolic, SaysWhereNoFormulaFits) {
  solve();
  const Outcome outcome = run({"symbolic", "run", "--functions", "x,x^2", "--out", "formulas"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("approximate: no formula of the library gives this field"));
  EXPECT_THAT(outcome.out, HasSubstr("This is not an exact solution."));
  EXPECT_EQ(names_in("formulas").size(), 3u);
}

TEST_F(Symbolic, RefusesWhatIsNotThere) {
  const Outcome no_run = run({"symbolic", "nothing"});
  EXPECT_EQ(no_run.code, 2);
  EXPECT_THAT(no_run.err, HasSubstr("nothing/checkpoint.h5"));
  solve();
  const Outcome no_model = run({"symbolic", "run", "--model", "kam"});
  EXPECT_EQ(no_model.code, 2);
  EXPECT_THAT(no_model.err, HasSubstr("holds no model 'kam'"));
  const Outcome no_seed = run({"symbolic", "run", "--seed", "7"});
  EXPECT_EQ(no_seed.code, 2);
  const Outcome no_name = run({"symbolic", "run", "--functions", "sin,coss"});
  EXPECT_EQ(no_name.code, 2);
  EXPECT_THAT(no_name.err, HasSubstr("did you mean 'cosh'"));
  const Outcome no_function = run({"symbolic", "run", "--function", "f(x)=x*exp(-x"});
  EXPECT_EQ(no_function.code, 2);
  EXPECT_THAT(no_function.err, HasSubstr("--function:1:11"));
  const Outcome taken = run({"symbolic", "run", "--function", "sin(x)=x^2"});
  EXPECT_EQ(taken.code, 2);
  EXPECT_THAT(taken.err, HasSubstr("there is a function 'sin' already"));
  for (const char* name : {"formula_kan.txt", "formula_kan.tex", "formula_kan.c"})
    EXPECT_FALSE(fs::exists(folder_ / "run" / name));
}

TEST_F(Symbolic, RefusesParametersToFind) {
  write("decay.yaml", R"Y(name: decay
variables: [t]
domain: {time: [0, 1]}
parameters: {c: {initial: 1}}
unknowns: [u]
equations: [u_t = -c*u]
conditions: [{where: initial, require: u = 1}]
models: {kan: {type: kan, hidden: [2]}}
training: {seeds: [0], stages: [{optimizer: levenberg_marquardt, steps: 2}]}
points: {interior: 20}
)Y");
  ASSERT_EQ(run({"solve", "decay.yaml", "--out", "run"}).code, 0);
  const Outcome outcome = run({"symbolic", "run"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("parameters to find (c)"));
}

TEST_F(Symbolic, TableFindsAProduct) {
  const Outcome outcome =
      run({"table", "symbolic", "--quick", "--only", "product", "--out", "table"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("f = x*y"));
  EXPECT_THAT(read(folder_ / "table/table.md"), HasSubstr("1/1"));
  const Outcome wrong = run({"table", "symbolic", "--only", "produkt"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'product'"));
}

}  // namespace

}  // namespace kanpde::cli_test
