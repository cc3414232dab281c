/// Single edges against the library: constants that are known beforehand.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "kan/symbolic/edge_fit.hpp"

namespace kanpde::kan {

namespace {

std::vector<double> points(double low, double high, int count = 300) {
  std::vector<double> z;
  for (int p = 0; p < count; ++p) z.push_back(low + (high - low) * (p + 0.5) / count);
  return z;
}

std::vector<double> values(const EdgeFunction& f, const std::vector<double>& z, double a, double b,
                           double c, double d) {
  std::vector<double> argument, y(z.size()), slope(z.size());
  for (double v : z) argument.push_back(b * v + c);
  f.values(argument, y.data(), slope.data());
  for (double& v : y) v = a * v + d;
  return y;
}

/// Constants for which every argument lies in the function's domain, over [0.2, 1.4].
struct Truth {
  double a = -1.7, b, c, d = 0.3;
};

Truth truth_of(const EdgeFunction& f) {
  switch (f.argument) {
    case EdgeFunction::Argument::none:
      return {.b = 1, .c = 0};
    case EdgeFunction::Argument::scale:
      return {.b = -1.3, .c = 0};
    case EdgeFunction::Argument::shift:
      return {.b = 1, .c = 0.45};
    case EdgeFunction::Argument::affine:
      return f.high < 2 ? Truth{.b = 0.9, .c = -0.7} : Truth{.b = 2.1, .c = -0.6};
  }
  return {.b = 1, .c = 0};
}

TEST(EdgeFit, FindsTheConstantsOfEveryFunctionToRounding) {
  const std::vector<double> z = points(0.2, 1.4);
  for (const EdgeFunction& f : edge_library()) {
    const Truth t = truth_of(f);
    const std::vector<double> y = values(f, z, t.a, t.b, t.c, t.d);
    const EdgeFit fit = fit_function(f, z, y);
    ASSERT_LT(fit.error, 1e-11) << f.name;
    const std::vector<double> again = values(f, z, fit.a, fit.b, fit.c, fit.d);
    for (std::size_t p = 0; p < z.size(); ++p) ASSERT_NEAR(again[p], y[p], 1e-10) << f.name;
  }
}

TEST(EdgeFit, GivesTheConstantsThemselvesWhereTheyAreUnique) {
  const std::vector<double> z = points(-1, 1);
  std::vector<double> sine, power, decay;
  for (double v : z) {
    sine.push_back(2 * std::sin(std::numbers::pi * v + 0.25) - 1);
    power.push_back(0.5 / (v + 1.5) + 3);
    decay.push_back(4 * std::exp(-2.5 * v) - 7);
  }
  const std::vector<EdgeFunction>& library = edge_library();
  const auto best = [&](const std::vector<double>& y) {
    return fit_edge(library, z, y, 0).front();
  };
  const EdgeFit s = best(sine);
  EXPECT_EQ(library[std::size_t(s.function)].name, "sin");
  EXPECT_NEAR(s.b, std::numbers::pi, 1e-10);
  EXPECT_NEAR(s.c, 0.25, 1e-10);
  EXPECT_NEAR(s.a, 2, 1e-10);
  EXPECT_NEAR(s.d, -1, 1e-10);
  const EdgeFit p = best(power);
  EXPECT_EQ(library[std::size_t(p.function)].name, "1/x");
  EXPECT_NEAR(p.c, 1.5, 1e-9);
  EXPECT_NEAR(p.a, 0.5, 1e-9);
  EXPECT_NEAR(p.d, 3, 1e-9);
  const EdgeFit e = best(decay);
  EXPECT_EQ(library[std::size_t(e.function)].name, "exp");
  EXPECT_NEAR(e.b, -2.5, 1e-9);
  EXPECT_NEAR(e.a, 4, 1e-9);
}

TEST(EdgeFit, FindsPolynomials) {
  const std::vector<double> z = points(0, 2);
  std::vector<double> y;
  for (double v : z) y.push_back(3 * std::pow(v, 4) - 6 * v * v + 1.5 * v - 2);
  const EdgeFit fit = fit_edge(edge_library(), z, y, 1e-9).front();
  ASSERT_EQ(fit.function, polynomial_edge);
  ASSERT_EQ(fit.powers.size(), 3u);
  EXPECT_NEAR(fit.a, 3, 1e-10);
  EXPECT_NEAR(fit.powers[0], 0.5, 1e-10);
  EXPECT_NEAR(fit.powers[1], -2, 1e-10);
  EXPECT_NEAR(fit.powers[2], 0, 1e-10);
  EXPECT_NEAR(fit.d, -2, 1e-10);
}

TEST(EdgeFit, FindsFastOscillations) {
  const std::vector<double> z = points(-1, 1, 1000);
  std::vector<double> y;
  for (double v : z) y.push_back(std::cyl_bessel_j(0, std::fabs(20 * v)));
  const EdgeFit fit = fit_edge(edge_library(), z, y, 0).front();
  EXPECT_EQ(edge_library()[std::size_t(fit.function)].name, "bessel_j0");
  EXPECT_NEAR(std::fabs(fit.b), 20, 1e-9);
  EXPECT_NEAR(fit.c, 0, 1e-9);
}

TEST(EdgeFit, PrefersTheSimplerOfTwoFunctionsWithinTheNoise) {
  const std::vector<double> z = points(-1, 1);
  std::vector<double> y;
  for (std::size_t p = 0; p < z.size(); ++p)
    y.push_back(z[p] * z[p] + 1e-3 * std::sin(double(7 * p)));
  const EdgeFit fit = fit_edge(edge_library(), z, y, 3e-3).front();
  EXPECT_EQ(edge_library()[std::size_t(fit.function)].name, "x^2");
}

TEST(EdgeFit, LeavesOutFunctionsThatAreNotDefinedThere) {
  EdgeFunction nowhere = edge_library()[0];
  nowhere.argument = EdgeFunction::Argument::affine;
  nowhere.values = [](std::span<const double> z, double* f, double* df) {
    for (std::size_t p = 0; p < z.size(); ++p) f[p] = df[p] = std::nan("");
  };
  const std::vector<double> z = points(-1, 1);
  EXPECT_TRUE(fit_edge({nowhere}, z, z, 0).empty());
}

TEST(EdgeLibrary, HasDerivativesThatAgreeWithDifferences) {
  for (const EdgeFunction& f : edge_library()) {
    const double h = 1e-5;
    const std::vector<double> z{0.4 - h, 0.4, 0.4 + h};
    double y[3], dy[3];
    f.values(z, y, dy);
    EXPECT_NEAR(dy[1], (y[2] - y[0]) / (2 * h), 1e-7) << f.name;
  }
}

}  // namespace

}  // namespace kanpde::kan
