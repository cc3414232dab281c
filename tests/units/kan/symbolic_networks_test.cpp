/// Small networks, and functions found in the spans of sums of products.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "kan/symbolic/distil.hpp"
#include "kan/symbolic/separated.hpp"
#include "kernels/base/random.hpp"

namespace kanpde::kan {

namespace {

constexpr double pi = std::numbers::pi;

Columns random_points(int columns, int count, double low, double high) {
  Random random(3);
  Columns x(columns, count);
  for (double& v : x.values()) v = random.uniform(low, high);
  return x;
}

template <class F>
std::vector<double> values(const Columns& x, F f) {
  std::vector<double> y;
  for (int p = 0; p < x.points(); ++p) y.push_back(f(x(0, p), x(1, p)));
  return y;
}

TEST(Distil, FindsTheSumTheProductAndTheLink) {
  const Columns x = random_points(2, 600, -1, 1);
  const auto sum = values(x, [](double a, double b) { return std::sin(2 * a) + b * b; });
  const auto product = values(x, [](double a, double b) { return std::sin(2 * a) * (1 + b * b); });
  const auto link = values(x, [](double a, double b) { return std::exp(std::sin(2 * a) + b * b); });
  EXPECT_LT(distil(x, sum, {.intervals = 12}).error, 1e-6);
  EXPECT_LT(distil(x, product, {.product = true, .intervals = 12}).error, 1e-6);
  EXPECT_LT(distil(x, link, {.link = true, .intervals = 12}).error, 1e-4);
  EXPECT_GT(distil(x, product, {.intervals = 12}).error, 1e-2);
  EXPECT_GT(distil(x, link, {.intervals = 12}).error, 1e-2);
}

TEST(Distil, GivesTheEdgesUpToShiftAndScale) {
  const Columns x = random_points(2, 600, -1, 1);
  const auto f = values(x, [](double a, double b) { return std::exp(std::sin(2 * a) + b * b); });
  const SmallNetwork network = distil(x, f, {.link = true, .intervals = 12});
  // with phi the edge, phi(a) - phi(b) over sin(2 a) - sin(2 b) is one number
  const auto ratio = [&](int p, int q) {
    return (network.inner[0][std::size_t(p)] - network.inner[0][std::size_t(q)]) /
           (std::sin(2 * x(0, p)) - std::sin(2 * x(0, q)));
  };
  const double first = ratio(0, 1);
  for (int p = 2; p < 40; ++p)
    if (std::fabs(x(0, p) - x(0, 0)) > 0.3 && std::fabs(x(0, p)) < 0.7) {
      EXPECT_NEAR(ratio(0, p), first, 1e-3 * std::fabs(first));
    }
}

TEST(Distil, UndoesLinksThatAreSingular) {
  const Columns x = random_points(2, 600, -1, 1);
  const auto f = values(x, [](double a, double b) { return std::hypot(a, b); });
  double least = 1;
  for (const SmallNetwork& network : distil_transformed(x, f, 12))
    least = std::min(least, network.error);
  EXPECT_LT(least, 1e-8);
  EXPECT_GT(distil(x, f, {.link = true, .intervals = 12}).error, 1e-4);
}

TEST(Distil, GivesTheSameBitsTwice) {
  const Columns x = random_points(2, 300, -1, 1);
  const auto f = values(x, [](double a, double b) { return std::tanh(a + b); });
  const SmallNetwork one = distil(x, f, {.link = true, .intervals = 8, .start = 1});
  const SmallNetwork two = distil(x, f, {.link = true, .intervals = 8, .start = 1});
  EXPECT_EQ(one.outer, two.outer);
  EXPECT_EQ(one.inner, two.inner);
}

TEST(Separate, NamesTheFunctionsOfASumOfProducts) {
  const Columns x = random_points(2, 800, 0, 1);
  const auto f = values(x, [](double a, double b) {
    return std::sin(pi * a) * std::cos(2 * pi * b) + 0.5 * a * a * std::exp(-b);
  });
  const Separated one = separate(x, f, 1, 12), two = separate(x, f, 2, 12);
  EXPECT_GT(one.error, 1e-2);
  ASSERT_LT(two.error, 1e-4);
  std::vector<EdgeFunction> library;
  for (const EdgeFunction& function : edge_library())
    for (const char* name : {"x", "x^2", "exp", "sin", "tanh"})
      if (function.name == name) library.push_back(function);
  const auto names = [&](const std::vector<EdgeFit>& fits) {
    std::vector<std::string> result;
    for (const EdgeFit& fit : fits)
      result.push_back(fit.function < 0 ? "1" : library[std::size_t(fit.function)].name);
    std::sort(result.begin(), result.end());
    return result;
  };
  const std::span<const double> a(x.column(0), 800), b(x.column(1), 800);
  const auto left = functions_in_span(library, a, two.left, two.error);
  const auto right = functions_in_span(library, b, two.right, two.error);
  EXPECT_EQ(names(left), (std::vector<std::string>{"sin", "x^2"}));
  EXPECT_EQ(names(right), (std::vector<std::string>{"exp", "sin"}));
  const auto c = product_coefficients(library, x, f, left, right, 1e-3);
  EXPECT_EQ(std::count(c.begin(), c.end(), 0.0), 2);
}

}  // namespace

}  // namespace kanpde::kan
