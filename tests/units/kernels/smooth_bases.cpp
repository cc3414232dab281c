/// Harmonics and rational functions: values from their definitions, every derivative from the
/// complex step and from central differences, tangents outside the grid.

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <tuple>
#include <vector>

#include "kernels/bodies/bases.hpp"
#include "kernels/network_shape.hpp"
#include "tests/units/kernels/naive_network.hpp"

namespace kanpde::kernels {
namespace {

constexpr int orders = max_derivative;
constexpr double a = -0.7, b = 1.8;

/// A basis of n functions on [a, b]; f[k * n + g] = B_g^(k)(x), as the body gives it.
class SmoothBasis {
 public:
  SmoothBasis(Features basis, int functions, int degree)
      : n(functions), basis_(basis), degree_(degree), grid_(grid_size(basis, n, degree)) {
    fill_grid(basis, n, degree, {a, b}, grid_.data());
  }

  template <class T>
  std::vector<T> operator()(T x, int count = orders + 1) const {
    std::vector<T> f(std::size_t(n) * count);
    if (basis_ == Features::fourier)
      fourier_derivatives(x, n, 0.5 * (grid_[0] + grid_[1]), fourier_frequency(grid_[0], grid_[1]),
                          n, count, f.data());
    else
      rational_derivatives(x, n, a, b, grid_.data() + 2, n, count, f.data());
    return f;
  }

  template <class Put>
  void for_each(double x, Put put) const {
    for_each_rational(x, n, a, b, grid_.data() + 2, orders + 1, put, [](int) {});
  }

  std::vector<double> continued(double x) const {
    const double inside = clamp(x, a, b);
    auto f = (*this)(inside);
    continue_linearly(x - inside, n, n, orders + 1, f.data());
    return f;
  }

  double value(int g, double x) const {
    if (basis_ == Features::fourier) {
      const double angle = (g + 1) / 2 * std::numbers::pi * (x - 0.5 * (a + b)) / (b - a);
      return g % 2 == 0 && g > 0 ? std::sin(angle) : std::cos(angle);
    }
    const oracle::Series<oracle::Real> y((oracle::Real(x) - a) / (b - a) * (n - 1));
    return double(oracle::rational(g, n, degree_, y).c[0]);
  }

  int n;

 private:
  Features basis_;
  int degree_;
  std::vector<double> grid_;
};

class SmoothBases : public testing::TestWithParam<std::tuple<Features, int, int>> {
 protected:
  SmoothBases()
      : basis(std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam())) {}
  double size(const std::vector<double>& f, int order) const {
    double largest = 0;
    for (int g = 0; g < basis.n; ++g) largest = std::max(largest, std::abs(f[order * basis.n + g]));
    return largest;
  }
  SmoothBasis basis;
};
INSTANTIATE_TEST_SUITE_P(
    Basis, SmoothBases,
    testing::Values(std::tuple{Features::fourier, 13, 0}, std::tuple{Features::fourier, 6, 0},
                    std::tuple{Features::rational, 2, 0}, std::tuple{Features::rational, 9, 0},
                    std::tuple{Features::rational, 11, 3}, std::tuple{Features::rational, 30, 5},
                    std::tuple{Features::rational, 7, 6}));

TEST_P(SmoothBases, HaveTheValuesOfTheirDefinitions) {
  for (const double x : {a, -0.31, 0.0, 0.55, 1.2345, b}) {
    const auto f = basis(x);
    for (int g = 0; g < basis.n; ++g) EXPECT_NEAR(f[g], basis.value(g, x), 4e-15) << g;
  }
}

/// f^(k+1)(x) = Im f^(k)(x + i h) / h for a tiny h, to the rounding of products of n factors.
TEST_P(SmoothBases, HaveTheDerivativesOfTheComplexStep) {
  const double h = 1e-40;
  for (const double x : {a, -0.31, 0.0, 0.55, 1.2345, b}) {
    const auto f = basis(x);
    const auto step = basis(std::complex<double>(x, h));
    for (int k = 0; k < orders; ++k)
      for (int g = 0; g < basis.n; ++g)
        EXPECT_NEAR(f[(k + 1) * basis.n + g], step[k * basis.n + g].imag() / h,
                    1e-14 * basis.n * size(f, k + 1))
            << "order " << k + 1 << " of " << g;
  }
}

/// The error of (f^(k)(x + h) - f^(k)(x - h)) / 2h is a quarter of that at 2 h.
TEST_P(SmoothBases, HaveTheDerivativesOfCentralDifferencesWithTheirOrder) {
  const double x = 0.2718, h = 1e-3;
  const auto f = basis(x);
  const auto error = [&](int k, double step) {
    const auto right = basis(x + step), left = basis(x - step);
    double largest = 0;
    for (int g = 0; g < basis.n; ++g) {
      const int at = k * basis.n + g;
      const double difference = (right[at] - left[at]) / (2 * step);
      largest = std::max(largest, std::abs(difference - f[at + basis.n]));
    }
    return largest;
  };
  for (int k = 0; k < orders; ++k) {
    if (error(k, 2 * h) <= 1e-9 * size(f, k)) continue;  // a parabola, of which they are exact
    EXPECT_NEAR(std::log2(error(k, 2 * h) / error(k, h)), 2, 0.02) << "order " << k + 1;
  }
}

TEST_P(SmoothBases, ContinueAsTheirTangentsOutsideTheGrid) {
  for (const auto& [end, x] : {std::pair{a, a - 0.75}, std::pair{b, b + 100.0}}) {
    const auto at_end = basis(end), f = basis.continued(x);
    for (int g = 0; g < basis.n; ++g) {
      EXPECT_DOUBLE_EQ(f[g], at_end[g] + at_end[basis.n + g] * (x - end));
      EXPECT_EQ(f[basis.n + g], at_end[basis.n + g]);
      for (int k = 2; k <= orders; ++k) EXPECT_EQ(f[k * basis.n + g], 0);
    }
  }
}

TEST(Harmonics, HaveTwiceTheGridAsPeriodSoThatTheEndsAreFree) {
  const SmoothBasis basis(Features::fourier, 5, 0);
  const auto left = basis(a), right = basis(b), next = basis(a + 2 * (b - a));
  EXPECT_NEAR(left[2], -1, 1e-15);
  EXPECT_NEAR(right[2], 1, 1e-15);
  for (int g = 0; g < 5; ++g) EXPECT_NEAR(next[g], left[g], 1e-14);
}

class RationalBases : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Degree, RationalBases, testing::Range(0, 9));

TEST_P(RationalBases, ReproducePolynomialsOfTheirDegree) {
  const int n = 23, degree = GetParam();
  const SmoothBasis basis(Features::rational, n, degree);
  for (const double x : {a, -0.31, 0.0, 0.55, 1.2345, b}) {
    const auto f = basis(x);
    double power = 1;  // d^k/dx^k x^p = p!/(p-k)! x^(p-k)
    for (int k = 0; k <= std::min(degree, orders); ++k) {
      double sum = 0, size = 0;
      for (int g = 0; g < n; ++g) {
        const double term = f[k * n + g] * std::pow(a + g * (b - a) / (n - 1), degree);
        sum += term;
        size += std::abs(term);
      }
      EXPECT_NEAR(sum, power * std::pow(x, degree - k), 1e-13 * size) << "order " << k;
      power *= degree - k;
    }
  }
}

/// sin on a grid of h: the error falls as h^(degree + 1) and no faster, on the whole.
TEST_P(RationalBases, ApproximateAtTheOrderOfTheirDegreeAndOne) {
  const int degree = GetParam();
  if (degree == 0 || degree > 6) return;  // Berrut's order 1 needs care at the ends; rounding
  const auto error = [&](int n) {
    const SmoothBasis basis(Features::rational, n, degree);
    double largest = 0;
    for (int p = 0; p <= 1000; ++p) {
      const double x = a + p * (b - a) / 1000;
      const auto f = basis(x);
      double sum = 0;
      for (int g = 0; g < n; ++g) sum += f[g] * std::sin(3 * (a + g * (b - a) / (n - 1)));
      largest = std::max(largest, std::abs(sum - std::sin(3 * x)));
    }
    return largest;
  };
  EXPECT_NEAR(std::log2(error(21) / error(41)), degree + 1, 0.7);
}

TEST(RationalBasis, StaysFiniteOnLongGrids) {
  const SmoothBasis basis(Features::rational, 201, 4);
  for (int p = 0; p <= 500; ++p) {
    const auto f = basis(a + p * (b - a) / 500);
    double sum = 0;
    for (int g = 0; g < 201; ++g) sum += f[g];
    EXPECT_NEAR(sum, 1, 1e-13);
  }
}

/// Both loops over the functions, that of packs of points and that of one thread a point: the same
/// products in another order.
TEST(RationalBasis, IsTheSameOneFunctionAtATime) {
  const int n = 14;
  const SmoothBasis basis(Features::rational, n, 4);
  for (const double x : {a, -0.31, 0.55, b}) {
    const auto f = basis(x);
    std::vector<double> size(orders + 1, 0.0);
    for (int k = 0; k <= orders; ++k)
      for (int g = 0; g < n; ++g) size[k] = std::max(size[k], std::abs(f[k * n + g]));
    basis.for_each(x, [&](int g, int k, double value) {
      EXPECT_NEAR(value, f[k * n + g], 1e-12 * size[k]) << g << " " << k;
    });
  }
}

}  // namespace
}  // namespace kanpde::kernels
