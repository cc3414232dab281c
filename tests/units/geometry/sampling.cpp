#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>
#include <set>

#include "tests/units/geometry/helpers.hpp"

namespace kanpde::problems {
namespace {

constexpr double pi = std::numbers::pi;
constexpr auto sobol = SamplingMethod::sobol;
const auto all_methods = {SamplingMethod::uniform, SamplingMethod::lattice,
                          SamplingMethod::latin_hypercube, SamplingMethod::sobol,
                          SamplingMethod::gauss_legendre};

ShapePointer square() { return make_box(box({-1, -1}, {1, 1})); }
ShapePointer annulus() { return make_difference(make_ball({0, 0}, 1), {make_ball({0, 0}, 0.5)}); }

bool is_tensor_method(SamplingMethod method) {
  return method == SamplingMethod::lattice || method == SamplingMethod::gauss_legendre;
}

TEST(Interior, FillsABoxAndItsExtraAxes) {
  const Region region{make_box(box({-1, 2}, {1, 5})), box({0, 0.5}, {10, 0.6})};
  ASSERT_EQ(region.dimension(), 4);
  for (SamplingMethod method : all_methods) {
    Random random(1);
    const Points points = sample_interior(region, method, 4096, random);
    EXPECT_EQ(points.count(), 4096);  // 8^4, so tensor grids fit
    EXPECT_TRUE(points.patch.empty());
    const double lower[] = {-1, 2, 0, 0.5}, upper[] = {1, 5, 10, 0.6};
    for (int c = 0; c < 4; ++c) {
      double mean = 0;
      for (int p = 0; p < points.count(); ++p) {
        EXPECT_GT(points.x(c, p), lower[c]);
        EXPECT_LT(points.x(c, p), upper[c]);
        mean += points.x(c, p) / points.count();
      }
      const double width =
          upper[c] - lower[c];  // standard deviation of a uniform number: width / sqrt(12)
      EXPECT_NEAR(mean, (lower[c] + upper[c]) / 2, sigmas * width / std::sqrt(12.0 * 4096));
    }
  }
}

TEST(Interior, FillsAnAnnulusUniformly) {
  // r^2 is uniform on [1/4, 1] and the angle uniform: 10 by 10 cells of equal area.
  const int n = 50000;
  Random random(4);
  const Points points = sample_interior({annulus(), {}}, SamplingMethod::uniform, n, random);
  std::vector<double> counts(100);
  for (int p = 0; p < n; ++p) {
    const double x = points.x(0, p), y = points.x(1, p);
    const double ring = (x * x + y * y - 0.25) / 0.75, angle = std::atan2(y, x) / (2 * pi) + 0.5;
    ++counts[10 * std::min(9, int(ring * 10)) + std::min(9, int(angle * 10))];
  }
  EXPECT_LT(chi_square(counts, std::vector<double>(100, n / 100.0)), chi_square_bound(99));
}

TEST(Interior, KeepsLowDiscrepancyUnderRejection) {
  // E r^2 over the disk is 1/2; one point has standard deviation 1/sqrt(12), so independent points
  // would err by 0.0045.
  const int n = 4096;
  Random random(4);
  const Points points = sample_interior({make_ball({0, 0}, 1), {}}, sobol, n, random);
  double mean = 0;
  for (int p = 0; p < n; ++p)
    mean += (points.x(0, p) * points.x(0, p) + points.x(1, p) * points.x(1, p)) / n;
  EXPECT_NEAR(mean, 0.5, 0.001);
}

TEST(Interior, GivesExactCountsOfPointsInsideEveryShape) {
  const ShapePointer shapes[] = {
      annulus(), make_polygon({{0, 0}, {3, 0}, {0, 4}}), make_ball({0, 0, 0, 0, 0}, 2),
      make_difference(make_union({square(), make_ball({1, 0}, 0.5)}), {make_ball({0, 0}, 0.9)})};
  for (const ShapePointer& shape : shapes)
    for (SamplingMethod method : all_methods) {
      Random random(9);
      const Points points = sample_interior({shape, box({0}, {1})}, method, 2000, random);
      if (is_tensor_method(method))
        EXPECT_NEAR(points.count(), 2000, 800);
      else
        EXPECT_EQ(points.count(), 2000);
      for (int p = 0; p < points.count(); ++p) {
        std::vector<double> x = point(points.x, p);
        x.pop_back();
        EXPECT_LE(shape->signed_distance(x), 0);
      }
    }
}

TEST(Interior, ObeysAPredicate) {
  Random random(0);
  const Points points = sample_interior({square(), box({0}, {1})}, sobol, 500, random,
                                        [](auto x) { return x[0] < 0 && x[2] > 0.5; });
  ASSERT_EQ(points.count(), 500);
  for (int p = 0; p < 500; ++p) EXPECT_TRUE(points.x(0, p) < 0 && points.x(2, p) > 0.5);
}

TEST(Interior, ReportsAnEmptySet) {
  Random random(0);
  const ShapePointer nothing = make_difference(make_ball({0, 0}, 0.5), {square()});
  for (SamplingMethod method : all_methods) {
    try {
      sample_interior({nothing, {}}, method, 10, random);
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("the interior is empty or too small"));
    }
  }
}

TEST(Samplers, RepeatWithTheSeedAndDifferWithout) {
  const Region region{annulus(), box({0}, {1})};
  for (SamplingMethod method : all_methods) {
    Random first(5), second(5), other(6);
    for (int repeat = 0; repeat < 2; ++repeat) {
      EXPECT_TRUE(sample_interior(region, method, 100, first).x.values() ==
                  sample_interior(region, method, 100, second).x.values());
      EXPECT_TRUE(sample_boundary(region, method, 100, first).x.values() ==
                  sample_boundary(region, method, 100, second).x.values());
      EXPECT_TRUE(sample_initial(region, method, 100, first).x.values() ==
                  sample_initial(region, method, 100, second).x.values());
    }
    EXPECT_EQ(first.position(), second.position());
    EXPECT_EQ(is_tensor_method(method), sample_interior(region, method, 100, first).x.values() ==
                                            sample_interior(region, method, 100, other).x.values());
  }
}

TEST(Boundary, GivesExactlyNPointsByAreaAndOneAPatchAtLeast) {
  const Region region{make_box(box({0, 0}, {100, 0.1})), {}};
  for (int n : {4, 5, 17, 100, 1001}) {
    Random random(1);
    const Points points = sample_boundary(region, sobol, n, random);
    ASSERT_EQ(points.count(), n);
    std::vector<int> counts(4);
    for (int patch : points.patch) ++counts[patch];
    EXPECT_EQ(counts[0], 1);
    EXPECT_EQ(counts[1], 1);
    EXPECT_LE(std::abs(counts[2] - counts[3]), 1);
  }
  Random random(1);
  const Points two = sample_boundary(region, sobol, 2, random);
  EXPECT_EQ(std::set<int>(two.patch.begin(), two.patch.end()), (std::set<int>{2, 3}));
  EXPECT_EQ(sample_boundary(region, sobol, 0, random).count(), 0);
}

TEST(Boundary, IsJointlyEvenAlongThePatchAndInTime) {
  const Region region{square(), box({0}, {2})};
  Random random(3);
  const Points points = sample_boundary(region, sobol, 1024, random);
  ASSERT_EQ(points.count(), 1024);
  for (int patch = 0; patch < 4; ++patch) {  // 256 points: one in each of 2^k by 2^(8-k) boxes
    const int along = patch < 2 ? 1 : 0, across = 1 - along;
    for (int k = 0; k <= 8; ++k) {
      std::set<std::pair<int, int>> boxes;
      for (int p = 0; p < 1024; ++p) {
        if (points.patch[p] != patch) continue;
        EXPECT_EQ(points.x(across, p), patch % 2 ? 1 : -1);
        EXPECT_EQ(points.normals(across, p), patch % 2 ? 1 : -1);
        EXPECT_EQ(points.normals(along, p), 0);
        boxes.insert({int((points.x(along, p) + 1) / 2 * (1 << k)),
                      int(points.x(2, p) / 2 * (1 << (8 - k)))});
      }
      EXPECT_EQ(boxes.size(), 256u) << patch << " " << k;
    }
  }
}

TEST(Boundary, OfAnIntervalIsTwoEndsTimesTime) {
  Random random(3);
  const Points points =
      sample_boundary({make_box(box({-1}, {1})), box({0}, {1})}, sobol, 128, random);
  ASSERT_EQ(points.count(), 128);
  std::set<int> strata[2];
  for (int p = 0; p < 128; ++p) {
    EXPECT_EQ(points.x(0, p), points.patch[p] == 0 ? -1 : 1);
    EXPECT_EQ(points.normals(0, p), points.patch[p] == 0 ? -1 : 1);
    strata[points.patch[p]].insert(int(points.x(1, p) * 64));
  }
  EXPECT_EQ(strata[0].size(), 64u);
  EXPECT_EQ(strata[1].size(), 64u);
}

TEST(Boundary, OfASteadyIntervalIsItsTwoEnds) {
  Random random(3);
  for (SamplingMethod method : all_methods)
    EXPECT_EQ(sample_boundary({make_box(box({-1}, {1})), {}}, method, 100, random).count(), 2);
}

TEST(Boundary, WorksWithEveryMethodAndKeepsOffCorners) {
  const ShapePointer shape =
      make_difference(make_box(box({0, 0, 0}, {1, 1, 1})), {make_ball({0.5, 0.5, 0.5}, 0.6)});
  for (SamplingMethod method : all_methods) {
    Random random(3);
    const Points points = sample_boundary({shape, {}}, method, 3000, random);
    if (is_tensor_method(method))
      EXPECT_NEAR(points.count(), 3000, 300);
    else
      EXPECT_EQ(points.count(), 3000);
    for (int p = 0; p < points.count(); ++p) {
      int on_faces = 0;
      for (int c = 0; c < 3; ++c) on_faces += points.x(c, p) == 0 || points.x(c, p) == 1;
      EXPECT_EQ(on_faces, points.patch[p] < 6 ? 1 : 0);
    }
  }
}

// The circle of the annulus: angle even on each, lengths 2 pi and pi.
TEST(Boundary, OfAnAnnulusIsUniformByLength) {
  const int n = 30000;
  Random random(8);
  const Points points = sample_boundary({annulus(), {}}, SamplingMethod::uniform, n, random);
  std::vector<double> counts(60), expected(60);
  for (int p = 0; p < n; ++p) {
    const double angle = std::atan2(points.x(1, p), points.x(0, p)) / (2 * pi) + 0.5;
    ++counts[30 * points.patch[p] + std::min(29, int(angle * 30))];
    const double outward =
        points.x(0, p) * points.normals(0, p) + points.x(1, p) * points.normals(1, p);
    EXPECT_NEAR(outward, points.patch[p] == 0 ? 1 : -0.5, 1e-14);
  }
  for (int i = 0; i < 60; ++i) expected[i] = n / 30.0 * (i < 30 ? 2 : 1) / 3;
  EXPECT_LT(chi_square(counts, expected), chi_square_bound(58));
}

TEST(Boundary, ObeysPatchesAndPredicates) {
  const Region region{square(), box({0}, {1})};
  Random random(0);
  const Points left =
      sample_boundary(region, sobol, 100, random, {[](int patch) { return patch == 0; }, {}});
  ASSERT_EQ(left.count(), 100);
  for (int p = 0; p < 100; ++p) EXPECT_EQ(left.x(0, p), -1);
  const Points part = sample_boundary(region, sobol, 100, random,
                                      {{}, [](auto x) { return x[0] < 0 && x[1] > 0.5; }});
  ASSERT_EQ(part.count(), 100);
  int on_left = 0;
  for (int p = 0; p < 100; ++p) {
    EXPECT_TRUE(part.x(0, p) < 0 && part.x(1, p) > 0.5);
    on_left += part.patch[p] == 0;
  }
  EXPECT_NEAR(on_left, 100 * 0.5 / 1.5, 1.5);
}

TEST(Boundary, CoversThePartThatAPredicateTakesEvenly) {
  const Region region{annulus(), {}};
  const BoundaryFilter outside{{}, [](auto x) { return std::hypot(x[0], x[1]) > 0.75; }};
  EXPECT_NEAR(boundary_share(region, outside), 2.0 / 3, 1e-3);
  for (const SamplingMethod method : {sobol, SamplingMethod::latin_hypercube}) {
    Random random(3);
    const Points points = sample_boundary(region, method, 256, random, outside);
    std::vector<int> arcs(8);
    for (int p = 0; p < points.count(); ++p)
      ++arcs[int(4 * (1 + std::atan2(points.x(1, p), points.x(0, p)) / std::numbers::pi)) % 8];
    for (const int count : arcs) EXPECT_NEAR(count, 32, 2);
  }
}

TEST(Boundary, ReportsAnEmptySet) {
  const Region region{square(), {}};
  Random random(0);
  EXPECT_THROW(sample_boundary(region, sobol, 9, random, {[](int) { return false; }, {}}),
               std::runtime_error);
  EXPECT_THROW(sample_boundary(region, sobol, 9, random, {{}, [](auto x) { return x[0] > 2; }}),
               std::runtime_error);
  EXPECT_THROW(sample_boundary({nullptr, box({0}, {1})}, sobol, 9, random), std::runtime_error);
}

TEST(Initial, LiesAtTheStartOfTime) {
  const Region region{annulus(), box({3, 0}, {5, 1})};
  Random random(0);
  const Points points = sample_initial(region, sobol, 200, random);
  ASSERT_EQ(points.count(), 200);
  ASSERT_EQ(points.x.columns(), 4);
  for (int p = 0; p < 200; ++p) {
    EXPECT_EQ(points.x(2, p), 3);
    EXPECT_TRUE(points.x(3, p) > 0 && points.x(3, p) < 1);
    const double r = std::hypot(points.x(0, p), points.x(1, p));
    EXPECT_TRUE(r >= 0.5 && r <= 1);
  }
  EXPECT_THROW(sample_initial({square(), {}}, sobol, 10, random), std::invalid_argument);
}

TEST(Initial, ObeysAPredicate) {
  Random random(0);
  const Points points = sample_initial({make_box(box({0}, {1})), box({2}, {3})}, sobol, 64, random,
                                       [](auto x) { return x[0] < 0.25 && x[1] == 2; });
  ASSERT_EQ(points.count(), 64);
  for (int p = 0; p < 64; ++p) EXPECT_LT(points.x(0, p), 0.25);
}

TEST(OrdinaryEquation, HasTimeAsInteriorAndOneInitialPoint) {
  const Region region{nullptr, box({1}, {4})};
  Random random(0);
  for (SamplingMethod method : all_methods) {
    const Points interior = sample_interior(region, method, 64, random);
    ASSERT_EQ(interior.count(), 64);
    std::set<int> strata;
    for (int p = 0; p < 64; ++p) {
      EXPECT_TRUE(interior.x(0, p) > 1 && interior.x(0, p) < 4);
      strata.insert(int((interior.x(0, p) - 1) / 3 * 64));
    }
    const bool stratified = method == sobol || method == SamplingMethod::lattice;
    EXPECT_GE(strata.size(), stratified ? 64u : 1u);
    const Points initial = sample_initial(region, method, 64, random);
    ASSERT_EQ(initial.count(), 1);
    EXPECT_EQ(initial.x(0, 0), 1);
  }
  const Points family = sample_initial({nullptr, box({1, 0}, {4, 1})}, sobol, 32, random);
  EXPECT_EQ(family.count(), 32);
}

TEST(Periodic, PutsPointsOnTheLowerFace) {
  const Region region{square(), box({0}, {1})};
  Random random(0);
  for (int axis : {0, 1, 2}) {
    const Points points = sample_periodic(region, sobol, 64, axis, random);
    ASSERT_EQ(points.count(), 64);
    for (int p = 0; p < 64; ++p)
      for (int c = 0; c < 3; ++c) {
        const double lower = c == 2 ? 0 : -1;
        const bool between = points.x(c, p) > lower && points.x(c, p) < 1;
        EXPECT_TRUE(c == axis ? points.x(c, p) == lower : between);
      }
  }
  EXPECT_EQ(sample_periodic({make_box(box({0}, {1})), {}}, sobol, 64, 0, random).count(), 1);
  EXPECT_THROW(sample_periodic(region, sobol, 64, 3, random), std::invalid_argument);
}

TEST(Periodic, NeedsBothFacesOfAShape) {
  Random random(0);
  const ShapePointer channel = make_difference(square(), {make_ball({0, 0}, 0.5)});
  EXPECT_EQ(sample_periodic({channel, {}}, sobol, 64, 0, random).count(), 64);
  const ShapePointer notched = make_difference(square(), {make_ball({1, 0}, 0.5)});
  const Points points = sample_periodic({notched, {}}, sobol, 64, 0, random);
  ASSERT_EQ(points.count(), 64);
  for (int p = 0; p < 64; ++p) EXPECT_GE(std::abs(points.x(1, p)), 0.5);
  EXPECT_THROW(sample_periodic({make_ball({0, 0}, 1), {}}, sobol, 64, 0, random),
               std::runtime_error);
}

}  // namespace
}  // namespace kanpde::problems
