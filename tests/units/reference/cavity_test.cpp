#include "problems/reference/cavity.hpp"

#include <algorithm>

#include "problems/reference/cavity_flow.hpp"
#include "tests/units/reference/reference_case.hpp"

namespace kanpde::problems {
namespace {

std::unique_ptr<ReferenceField> cavity(const std::string& reynolds) {
  return make_reference(
      read_problem(case_file("lid_driven_cavity_2d"), {"constants.Re=" + reynolds}));
}

// Ghia, Ghia, Shin 1982, tables I and II, Re = 100: y and u at x = 1/2, x and v at y = 1/2.
constexpr double ghia_u[][2] = {{0.9766, 0.84123},  {0.9688, 0.78871},  {0.9609, 0.73722},
                                {0.9531, 0.68717},  {0.8516, 0.23151},  {0.7344, 0.00332},
                                {0.6172, -0.13641}, {0.5000, -0.20581}, {0.4531, -0.21090},
                                {0.2813, -0.15662}, {0.1719, -0.10150}, {0.1016, -0.06434},
                                {0.0703, -0.04775}, {0.0625, -0.04192}, {0.0547, -0.03717}};
constexpr double ghia_v[][2] = {{0.9688, -0.05906}, {0.9609, -0.07391}, {0.9531, -0.08864},
                                {0.9453, -0.10313}, {0.9063, -0.16914}, {0.8594, -0.22445},
                                {0.8047, -0.24533}, {0.5000, 0.05454},  {0.2344, 0.17527},
                                {0.2266, 0.17507},  {0.1563, 0.16077},  {0.0938, 0.12317},
                                {0.0781, 0.10890},  {0.0703, 0.10091},  {0.0625, 0.09233}};

TEST(Cavity, AgreesWithTheTablesOfGhia) {
  const auto field = cavity("100");
  double mean = 0;  // second order on 129 x 129 points: their errors are 2e-3 in the mean
  for (const auto& [y, u] : ghia_u) {
    EXPECT_NEAR(value_at(*field, {0.5, y}, 1), u, 6e-3) << y;
    mean += std::abs(value_at(*field, {0.5, y}, 1) - u) / std::size(ghia_u);
  }
  EXPECT_LT(mean, 3e-3);
  for (const auto& [x, v] : ghia_v) EXPECT_NEAR(value_at(*field, {x, 0.5}, 2), v, 1e-2) << x;
}

struct Extrema {
  double lowest_u = 1, highest_v = -1, lowest_v = 1;
};

/// On the lines through the centre.
Extrema extrema(const ReferenceField& field) {
  Extrema e;
  for (int i = 1; i < 4000; ++i) {
    e.lowest_u = std::min(e.lowest_u, value_at(field, {0.5, i / 4000.0}, 1));
    e.highest_v = std::max(e.highest_v, value_at(field, {i / 4000.0, 0.5}, 2));
    e.lowest_v = std::min(e.lowest_v, value_at(field, {i / 4000.0, 0.5}, 2));
  }
  return e;
}

/// Botella, Peyret 1998, doi:10.1016/S0045-7930(98)00002-4: Chebyshev collocation, seven digits.
TEST(Cavity, AgreesWithTheSpectralResultsOfBotellaAndPeyret) {
  const auto field = cavity("1000");
  EXPECT_LT(field->stated_error, 2e-5);
  const Extrema e = extrema(*field);
  EXPECT_NEAR(e.lowest_u, -0.3885698, 5e-6);
  EXPECT_NEAR(e.highest_v, 0.3769447, 5e-6);
  EXPECT_NEAR(e.lowest_v, -0.5270771, 5e-6);
  EXPECT_NEAR(value_at(*field, {0.5, 0.1717}, 1), e.lowest_u, 1e-5);
  EXPECT_NEAR(value_at(*field, {0.1578, 0.5}, 2), e.highest_v, 1e-5);
  EXPECT_NEAR(value_at(*field, {0.9092, 0.5}, 2), e.lowest_v, 1e-5);
}

/// Marchi, Suero, Araki 2009, doi:10.1590/S1678-58782009000300004: extrapolated to 1e-6.
TEST(Cavity, AgreesWithTheExtrapolatedResultsOfMarchi) {
  const Extrema e = extrema(*cavity("100"));
  EXPECT_NEAR(e.lowest_u, -0.2140417, 2e-6);
  EXPECT_NEAR(e.highest_v, 0.1795728, 2e-6);
  EXPECT_NEAR(e.lowest_v, -0.2538030, 2e-6);
}

TEST(Cavity, IsWithinItsStatedErrorOfAFinerSolution) {
  const auto field = cavity("100");
  CavityFlow finer(6, {1e-6, 2, 1.15, 0.03});
  ASSERT_TRUE(finer.solve(100));
  double square = 0, size = 0, all[25];
  for (int i = 0; i <= 40; ++i)
    for (int j = 0; j <= 40; ++j) {
      const double x = i / 40.0, y = j / 40.0;
      if (j == 40 && (i == 0 || i == 40)) continue;
      finer.derivatives(x, y, all);
      const double du = value_at(*field, {x, y}, 1) - all[1];
      const double dv = value_at(*field, {x, y}, 2) + all[5];
      EXPECT_LT(std::max(std::abs(du), std::abs(dv)), field->stated_error) << x << " " << y;
      square += du * du + dv * dv;
      size += all[1] * all[1] + all[5] * all[5];
    }
  EXPECT_LT(std::sqrt(square / size), 1e-5);
}

/// The transport of vorticity, by derivatives that the weak form does not contain.
TEST(Cavity, SatisfiesTheVorticityEquationPointByPoint) {
  CavityFlow flow(7, {1e-3, 1.5, 1.2, 0.05});
  ASSERT_TRUE(flow.solve(50));
  for (const double x : {0.2, 0.47, 0.7})
    for (const double y : {0.3, 0.61, 0.8}) {
      double p[25];  // p[5 i + j]
      flow.derivatives(x, y, p);
      const double transport = p[1] * (p[15] + p[7]) - p[5] * (p[11] + p[3]);
      const double diffusion = (p[20] + 2 * p[12] + p[4]) / 50;
      EXPECT_NEAR(transport, diffusion, 2e-3 * std::max(1.0, std::abs(transport))) << x << " " << y;
    }
}

TEST(Cavity, MeetsItsWallsAndHasNoValueAtTheEndsOfTheLid) {
  const auto field = cavity("100");
  EXPECT_TRUE(field->has(0));
  EXPECT_TRUE(field->has(1));
  EXPECT_TRUE(field->has(2));
  for (const double s : {0.0001, 0.1, 0.5, 0.77}) {
    EXPECT_NEAR(value_at(*field, {s, 1}, 1), 1, 1e-12);
    EXPECT_NEAR(value_at(*field, {s, 0}, 1), 0, 1e-12);
    EXPECT_NEAR(value_at(*field, {0, s}, 1), 0, 1e-12);
    EXPECT_NEAR(value_at(*field, {1, s}, 2), 0, 1e-12);
  }
  EXPECT_TRUE(std::isnan(value_at(*field, {0, 1}, 1)));
  EXPECT_TRUE(std::isnan(value_at(*field, {1, 1}, 2)));
  EXPECT_EQ(value_at(*field, {0, 0}, 1), 0);
  EXPECT_TRUE(std::isnan(value_at(*field, {0.5, 1.1}, 1)));
  const std::vector<double> at = {0.3, 0.8};
  for (int unknown = 0; unknown < 3; ++unknown)
    for (int variable = 0; variable < 2; ++variable)
      EXPECT_NEAR(derivative_at(*field, at, variable, unknown),
                  difference_at(*field, at, variable, 1e-4, unknown), 1e-5);
  EXPECT_NEAR(derivative_at(*field, at, 0, 1) + derivative_at(*field, at, 1, 2), 0, 1e-12);
}

/// The case solved for velocity and pressure.
std::string in_velocity_and_pressure() {
  return "name: cavity\nvariables: [x, y]\ndomain: {space: {box: [[0, 1], [0, 1]]}}\n"
         "constants: {Re: 100}\nunknowns: [u, v, p]\nequations:\n"
         "  - x*(u*u_x + v*u_y + p_x) = x*laplacian(u)/Re\n"
         "  - u*v_x + v*v_y + p_y = laplacian(v)/Re\n  - u_x + v_y = 0\nconditions:\n"
         "  - {where: top, require: u = 1}\n  - {where: left, require: u = 0}\n"
         "  - {where: right, require: u = 0}\n  - {where: bottom, require: u = 0}\n"
         "  - {where: boundary, require: v = 0}\nreference: {generator: cavity}\n";
}

TEST(Cavity, GivesTheSameVelocityForBothForms) {
  const auto field = make_reference(problem_of(in_velocity_and_pressure()));
  const auto of_stream_function = cavity("100");
  ASSERT_TRUE(field->has(0) && field->has(1));
  EXPECT_FALSE(field->has(2));
  for (int k = 0; k < 2; ++k)
    EXPECT_EQ(value_at(*field, {0.3, 0.8}, k), value_at(*of_stream_function, {0.3, 0.8}, 1 + k));
  EXPECT_NEAR(derivative_at(*of_stream_function, {0.3, 0.8}, 1, 0), value_at(*field, {0.3, 0.8}, 0),
              1e-13);
  EXPECT_NEAR(derivative_at(*of_stream_function, {0.3, 0.8}, 0, 0),
              -value_at(*field, {0.3, 0.8}, 1), 1e-13);
}

void expect_refusals(const std::string& text,
                     const std::vector<std::pair<const char*, const char*>>& changes) {
  for (const auto& [from, to] : changes)
    EXPECT_THROW(make_reference(problem_of(replaced(text, from, to))), InputError) << to;
}

TEST(Cavity, RefusesOtherProblems) {
  expect_refusals(in_velocity_and_pressure(),
                  {{"Re: 100", "Re: 6000"},
                   {"top, require: u = 1", "top, require: u = 2"},
                   {"top, require: u = 1", "top, require: u = x*(1 - x)"},
                   {"[[0, 1], [0, 1]]", "[[0, 1], [0, 2]]"},
                   {"u_x + v_y = 0", "u_x + 2*v_y = 0"},
                   {"u*v_x + v*v_y", "v*v_y"},
                   {"  - {where: left, require: u = 0}\n", ""}});
  expect_refusals(text_of(case_file("lid_driven_cavity_2d")),
                  {{"Re: 100", "Re: 6000"},
                   {"psi_y = 1", "psi_y = 2"},
                   {"v*diff(vorticity, y)", "2*v*diff(vorticity, y)"},
                   {"  - {where: left, require: psi_x = 0}\n", ""}});
}

TEST(SplineAxis, ReproducesPolynomialsAndTheirDerivatives) {
  const SplineAxis axis(4, {0, 0.1, 0.15, 0.5, 0.8, 1});
  EXPECT_EQ(axis.size(), 9);
  const auto power = [](double x, int k) {  // derivative k of x^4
    return k == 0 ? std::pow(x, 4) : k == 1 ? 4 * x * x * x : k == 2 ? 12 * x * x : 24 * x;
  };
  // Coefficients of x^4: products of the four knots of each function.
  const std::vector<double> knots = {0, 0, 0, 0, 0, 0.1, 0.15, 0.5, 0.8, 1, 1, 1, 1, 1};
  for (const double x : {0.0, 0.05, 0.1, 0.3, 0.79, 1.0}) {
    const int span = axis.span_of(x);
    double out[4 * 5];
    axis.evaluate(span, x, 4, out);
    for (int k = 0; k < 4; ++k) {
      double sum = 0, ones = 0;
      for (int a = 0; a < 5; ++a) {
        const int i = span + a;
        sum += out[k * 5 + a] * knots[i + 1] * knots[i + 2] * knots[i + 3] * knots[i + 4];
        ones += out[k * 5 + a];
      }
      EXPECT_NEAR(sum, power(x, k), 1e-10) << x << " " << k;
      EXPECT_NEAR(ones, k == 0, 1e-10);
    }
  }
}

TEST(SplineAxis, GradesItsBreakpointsFromBothEnds) {
  const std::vector<double> x = graded_breaks({1e-5, 2, 1.2, 0.04});
  EXPECT_EQ(x.front(), 0);
  EXPECT_EQ(x.back(), 1);
  EXPECT_DOUBLE_EQ(x[1], 1e-5);
  for (std::size_t i = 1; i < x.size(); ++i) {
    EXPECT_GT(x[i], x[i - 1]);
    EXPECT_LT(x[i] - x[i - 1], 0.0601);
    EXPECT_NEAR(x[i] + x[x.size() - 1 - i], 1, 1e-15);
  }
}

}  // namespace
}  // namespace kanpde::problems
