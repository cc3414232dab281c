#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "problems/sampling/sobol.hpp"
#include "tests/units/geometry/helpers.hpp"

namespace kanpde::problems {
namespace {

const auto all_methods = {SamplingMethod::uniform, SamplingMethod::lattice,
                          SamplingMethod::latin_hypercube, SamplingMethod::sobol,
                          SamplingMethod::gauss_legendre};

Columns sobol_points(int n, int dimension) {
  SobolSequence sequence(dimension);
  Columns x(dimension, n);
  for (int p = 0; p < n; ++p, sequence.advance())
    for (int d = 0; d < dimension; ++d) x(d, p) = sequence.point()[d] * 0x1p-32;
  return x;
}

TEST(UnitPoints, OfSobolHaveMoreAxesThanTheSequence) {
  const int known = SobolSequence::max_dimension, n = 200;
  Random random(4), again(4), fewer(4);
  const Columns x = unit_points(SamplingMethod::sobol, n, 100, random);
  const Columns y = unit_points(SamplingMethod::sobol, n, 100, again);
  const Columns z = unit_points(SamplingMethod::sobol, n, known, fewer);
  for (int d = 0; d < known; ++d)
    for (int p = 0; p < n; ++p) EXPECT_EQ(x(d, p), z(d, p));
  for (int d = 0; d < 100; ++d) {
    double mean = 0;
    for (int p = 0; p < n; ++p) {
      EXPECT_EQ(x(d, p), y(d, p));
      EXPECT_TRUE(x(d, p) > 0 && x(d, p) < 1);
      mean += x(d, p) / n;
    }
    EXPECT_NEAR(mean, 0.5, 5 / std::sqrt(12.0 * n)) << d;  // five standard deviations
  }
}

TEST(Sobol, StartsWithTheKnownPoints) {
  // Published beside the direction numbers (Joe and Kuo 2008).
  const double expected[10][3] = {{0, 0, 0},
                                  {0.5, 0.5, 0.5},
                                  {0.75, 0.25, 0.25},
                                  {0.25, 0.75, 0.75},
                                  {0.375, 0.375, 0.625},
                                  {0.875, 0.875, 0.125},
                                  {0.625, 0.125, 0.875},
                                  {0.125, 0.625, 0.375},
                                  {0.1875, 0.3125, 0.9375},
                                  {0.6875, 0.8125, 0.4375}};
  const Columns x = sobol_points(10, 3);
  for (int p = 0; p < 10; ++p)
    for (int d = 0; d < 3; ++d) EXPECT_EQ(x(d, p), expected[p][d]) << p << " " << d;
}

// Point 682 (Gray code 1111111111) combines the first ten direction numbers of every axis, so each
// entry of the table counts. Values times 1024 from scipy.stats.qmc.Sobol(32, scramble=False) of
// SciPy 1.17.1, which reads Joe and Kuo's file.
TEST(Sobol, AgreesWithAnotherImplementationInEveryAxis) {
  const int expected[32] = {1023, 261, 749, 451, 921, 263, 753, 303, 735, 669, 333,
                            275,  239, 987, 677, 753, 459, 411, 237, 429, 557, 29,
                            583,  499, 23,  135, 59,  989, 723, 359, 425, 731};
  const Columns x = sobol_points(683, 32);
  for (int d = 0; d < 32; ++d) EXPECT_EQ(x(d, 682) * 1024, expected[d]) << d;
}

TEST(Sobol, PutsOnePointInEachStratumOfEveryAxis) {
  const int n = 256;
  const Columns x = sobol_points(n, SobolSequence::max_dimension);
  for (int d = 0; d < x.columns(); ++d) {
    std::set<int> strata;
    for (int p = 0; p < n; ++p) strata.insert(int(x(d, p) * n));
    EXPECT_EQ(int(strata.size()), n) << d;
  }
}

// Sobol's property A, for which the initial numbers were chosen: of the first 2^d points one lies
// in each of the 2^d cubes that halve every axis.
TEST(Sobol, HasPropertyA) {
  for (int d = 1; d <= 20; ++d) {
    SobolSequence sequence(d);
    std::vector<char> seen(std::size_t(1) << d);
    for (std::size_t p = 0; p < seen.size(); ++p, sequence.advance()) {
      std::size_t cube = 0;
      for (int i = 0; i < d; ++i) cube = 2 * cube + (sequence.point()[i] >> 31);
      ASSERT_FALSE(seen[cube]) << d << " dimensions, point " << p;
      seen[cube] = 1;
    }
  }
}

TEST(Sobol, IsANetInTwoDimensionsAlsoWhenShifted) {
  const int m = 10, n = 1 << m;
  Random random(5);
  const Columns shifted = unit_points(SamplingMethod::sobol, n, 2, random);
  for (int rows = 0; rows <= m; ++rows) {  // 2^rows by 2^(m-rows) boxes, one point in each
    std::set<std::pair<int, int>> boxes;
    for (int p = 0; p < n; ++p)
      boxes.insert({int(shifted(0, p) * (1 << rows)), int(shifted(1, p) * (1 << (m - rows)))});
    EXPECT_EQ(int(boxes.size()), n) << rows;
  }
}

TEST(Sobol, HasLowDiscrepancyInEveryPairOfAxes) {
  const int n = 1024;
  const Columns x = sobol_points(n, 21);
  double worst = 0, mean = 0;
  for (int a = 0; a < 21; ++a)
    for (int b = 0; b < a; ++b) {
      const double d = squared_discrepancy(x, a, b);
      worst = std::max(worst, d);
      mean += d / 210;
    }
  EXPECT_LT(worst, random_squared_discrepancy(n) / 3);
  EXPECT_LT(mean, random_squared_discrepancy(n) / 40);
}

TEST(Sobol, RefusesTooManyDimensions) {
  EXPECT_THROW(SobolSequence(SobolSequence::max_dimension + 1), std::invalid_argument);
}

TEST(LatinHypercube, PutsOnePointInEachStratumOfEveryAxis) {
  const int n = 1000;
  Random random(1);
  const Columns x = unit_points(SamplingMethod::latin_hypercube, n, 7, random);
  for (int d = 0; d < 7; ++d) {
    std::set<int> strata;
    for (int p = 0; p < n; ++p) strata.insert(int(x(d, p) * n));
    EXPECT_EQ(int(strata.size()), n);
  }
  // Columns are shuffled independently: correlation of uniform ranks has standard deviation
  // 1/sqrt(n-1).
  double covariance = 0;
  for (int p = 0; p < n; ++p) covariance += (x(0, p) - 0.5) * (x(1, p) - 0.5) / n;
  EXPECT_LT(std::abs(covariance * 12), sigmas / std::sqrt(n - 1.0));
}

TEST(Uniform, FillsCellsEvenly) {
  const int n = 100000;
  Random random(2);
  const Columns x = unit_points(SamplingMethod::uniform, n, 3, random);
  std::vector<double> counts(1000);
  for (int p = 0; p < n; ++p)
    ++counts[int(x(0, p) * 10) + 10 * int(x(1, p) * 10) + 100 * int(x(2, p) * 10)];
  EXPECT_LT(chi_square(counts, std::vector<double>(1000, n / 1000.0)), chi_square_bound(999));
}

TEST(Lattice, HoldsTheMidpointsOfATensorGridOfAtMostThatSize) {
  Random random(0);
  const Columns x = unit_points(SamplingMethod::lattice, 1000, 2, random);
  ASSERT_EQ(x.points(), 32 * 31);
  for (int p = 0; p < x.points(); ++p) {
    EXPECT_DOUBLE_EQ(x(0, p), (p % 32 + 0.5) / 32);
    EXPECT_DOUBLE_EQ(x(1, p), (p / 32 + 0.5) / 31);
  }
  EXPECT_EQ(unit_points(SamplingMethod::lattice, 1000, 3, random).points(), 1000);
  EXPECT_EQ(unit_points(SamplingMethod::lattice, 1024, 10, random).points(), 1024);
  EXPECT_EQ(unit_points(SamplingMethod::lattice, 5, 8, random).points(), 4);
}

TEST(UnitPoints, LieInTheOpenCubeAndRepeatWithTheSeed) {
  for (SamplingMethod method : all_methods) {
    Random first(11), second(11);
    const Columns x = unit_points(method, 5000, 3, first);
    EXPECT_TRUE(x.values() == unit_points(method, 5000, 3, second).values());
    for (double value : x.values()) {
      EXPECT_GT(value, 0);
      EXPECT_LT(value, 1);
    }
  }
  for (SamplingMethod method :
       {SamplingMethod::uniform, SamplingMethod::latin_hypercube, SamplingMethod::sobol}) {
    Random first(11), second(12);
    EXPECT_EQ(unit_points(method, 5000, 3, first).points(), 5000);
    EXPECT_FALSE(unit_points(method, 50, 3, first).values() ==
                 unit_points(method, 50, 3, second).values());
  }
}

TEST(UnitPoints, RefuseANegativeNumber) {
  Random random(0);
  EXPECT_THROW(unit_points(SamplingMethod::sobol, -1, 2, random), std::invalid_argument);
}

TEST(GaussLegendre, IntegratesPolynomialsOfDegreeTwoNMinusOneExactly) {
  std::vector<double> x, w;
  for (int n = 1; n <= 64; ++n) {
    gauss_legendre(n, x, w);
    EXPECT_TRUE(std::is_sorted(x.begin(), x.end()));
    for (int degree = 0; degree < 2 * n; ++degree) {
      double sum = 0;
      for (int i = 0; i < n; ++i) sum += w[i] * std::pow(x[i], degree);
      // Nodes and weights carry a few ulp; x^degree enlarges those of the nodes by the degree, 2n
      // at most.
      EXPECT_NEAR(sum * (degree + 1), 1, 1e-15 * (10 + 2 * n)) << n << " " << degree;
    }
  }
}

// The error for x^(2n) is (n!)^4 / ((2n+1) (2n)!^2): the rule is no better than it should be.
TEST(GaussLegendre, HasTheKnownErrorAtDegreeTwoN) {
  std::vector<double> x, w;
  double ratio = 1;  // (n!)^2 / (2n)!
  for (int n = 1; n <= 6; ++n) {
    ratio *= n / (2.0 * (2 * n - 1));
    gauss_legendre(n, x, w);
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += w[i] * std::pow(x[i], 2 * n);
    const double error = ratio * ratio / (2 * n + 1);
    EXPECT_NEAR(1.0 / (2 * n + 1) - sum, error, 1e-15 + 1e-12 * error) << n;
  }
}

TEST(GaussLegendre, GivesTheKnownThreePointRule) {
  std::vector<double> x, w;
  gauss_legendre(3, x, w);
  EXPECT_NEAR(x[0], 0.5 - std::sqrt(0.15), 3e-16);
  EXPECT_EQ(x[1], 0.5);
  EXPECT_NEAR(w[0], 5.0 / 18, 3e-16);
  EXPECT_NEAR(w[1], 8.0 / 18, 3e-16);
  EXPECT_THROW(gauss_legendre(0, x, w), std::invalid_argument);
}

TEST(GaussLegendre, FormsTensorGrids) {
  Random random(0);
  std::vector<double> nodes, weights;
  gauss_legendre(4, nodes, weights);
  const Columns x = unit_points(SamplingMethod::gauss_legendre, 16, 2, random);
  ASSERT_EQ(x.points(), 16);
  for (int p = 0; p < 16; ++p) {
    EXPECT_EQ(x(0, p), nodes[p % 4]);
    EXPECT_EQ(x(1, p), nodes[p / 4]);
  }
}

}  // namespace
}  // namespace kanpde::problems
