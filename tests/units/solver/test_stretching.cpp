/// solver/training/stretching.hpp: densities against the profiles that they follow.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "kernels/base/random.hpp"
#include "solver/training/stretching.hpp"

namespace kanpde::solver {
namespace {

using problems::Problem;

/// On x in [1, 5]; `condition` at the ends.
Problem problem_of(const std::string& condition) {
  return problems::read_problem_text(R"(name: test
variables: [x, t]
domain: {space: {interval: [1, 5]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = u_xx]
conditions:
  - {where: initial, require: u = 0}
  - )" + condition,
                                     "test.yaml");
}
const std::string fixed = "{where: boundary, require: u = 0}", periodic = "{periodic: x}";

/// tanh((x - middle) / width) and its derivatives.
Profile front(double middle, double width) {
  return [=](int, int order, const Columns& x) {
    Columns values(1, x.points());
    for (int p = 0; p < x.points(); ++p) {
      const double s = std::tanh((x(0, p) - middle) / width), c = 1 - s * s;
      values(0, p) = order == 0   ? s
                     : order == 1 ? c / width
                     : order == 2 ? -2 * s * c / (width * width)
                                  : c * (6 * s * s - 2) / (width * width * width);
    }
    return values;
  };
}

/// sin(k x) and its derivatives.
Profile wave(double k) {
  return [=](int, int order, const Columns& x) {
    Columns values(1, x.points());
    for (int p = 0; p < x.points(); ++p)
      values(0, p) = std::pow(k, order) * std::sin(k * x(0, p) + order * std::numbers::pi / 2);
    return values;
  };
}

std::vector<double> spacings(const std::vector<double>& points) {
  std::vector<double> h(points.size());
  std::adjacent_difference(points.begin(), points.end(), h.begin());
  h.erase(h.begin());
  return h;
}

double largest_ratio_of_neighbours(const std::vector<double>& h) {
  double largest = 1;
  for (std::size_t k = 1; k < h.size(); ++k)
    largest = std::max({largest, h[k] / h[k - 1], h[k - 1] / h[k]});
  return largest;
}

double ratio_of_extremes(const std::vector<double>& h) {
  const auto [low, high] = std::minmax_element(h.begin(), h.end());
  return *high / *low;
}

class Front : public testing::TestWithParam<double> {};

TEST_P(Front, IsWherePointsAreDensest) {
  const double width = GetParam(), middle = 2.2;
  const AxisPoints axes = equidistribute(problem_of(fixed), front(middle, width), {0.0});
  ASSERT_EQ(axes.size(), 2u);
  EXPECT_TRUE(axes[1].empty());  // time
  const std::vector<double>& x = axes[0];
  EXPECT_EQ(x.front(), -1);
  EXPECT_EQ(x.back(), 1);
  const std::vector<double> h = spacings(x);
  const auto finest = std::min_element(h.begin(), h.end());
  ASSERT_GT(*finest, 0);
  const double at = 3 + 2 * x[finest - h.begin()];  // back from [-1, 1]
  EXPECT_NEAR(at, middle, width);
  // A width holds some points, and so does what is far from the front: a fifth of the mean density.
  EXPECT_LT(2 * *finest, width / 4);
  const double mean = 2.0 / double(h.size());
  EXPECT_LT(*std::max_element(h.begin(), h.end()), 6.5 * mean);
  EXPECT_LT(largest_ratio_of_neighbours(h), 1.1);
}

INSTANTIATE_TEST_SUITE_P(Widths, Front, testing::Values(0.2, 0.05, 0.01));

TEST(Equidistribute, LeavesASmoothSolutionNearlyEven) {
  const double pi = std::numbers::pi;
  for (const std::string& condition : {fixed, periodic})
    EXPECT_LT(
        ratio_of_extremes(spacings(equidistribute(problem_of(condition), wave(pi / 2), {0.0})[0])),
        1.6);
}

TEST(Equidistribute, LeavesAConstantEven) {
  const Profile constant = [](int, int order, const Columns& x) {
    Columns values(1, x.points());
    for (double& v : values.values()) v = order == 0 ? 7 : 0;
    return values;
  };
  const AxisPoints axes = equidistribute(problem_of(fixed), constant, {0.0});
  EXPECT_LT(ratio_of_extremes(spacings(axes[0])), 1 + 1e-9);
}

TEST(Equidistribute, SeesAcrossTheEndsOfAPeriodicAxisOnly) {
  const Profile at_end = front(1.0, 0.05);
  const auto ends = [&](const std::string& condition) {
    const auto h = spacings(equidistribute(problem_of(condition), at_end, {0.0})[0]);
    return h.back() / h.front();
  };
  EXPECT_NEAR(ends(periodic), 1, 0.1);
  EXPECT_GT(ends(fixed), 5);
}

/// `values` is u, u_x, ... at x.
Profile polynomial(std::function<std::vector<double>(double)> values) {
  return [values = std::move(values)](int, int order, const Columns& x) {
    Columns result(1, x.points());
    for (int p = 0; p < x.points(); ++p) {
      const std::vector<double> at = values(x(0, p));
      result(0, p) = order < int(at.size()) ? at[order] : 0;
    }
    return result;
  };
}

TEST(Equidistribute, IsFineWhereDerivativesJumpOverAPeriod) {
  const auto finest_at_ends = [](const std::string& condition, const Profile& profile) {
    const auto h = spacings(equidistribute(problem_of(condition), profile, {0.0})[0]);
    EXPECT_NEAR(h.back() / h.front(), 1, 0.1);
    return h.front() / h[h.size() / 2];
  };
  // (x - 3)^2 on [1, 5]: the slope jumps by 8; its square less 8 (x - 3)^2: the third derivative.
  const Profile kink = polynomial([](double x) {
    return std::vector{(x - 3) * (x - 3), 2 * (x - 3), 2.0};
  });
  const Profile smoother = polynomial([](double x) {
    const double y = x - 3;
    return std::vector{std::pow(y, 4) - 8 * y * y, 4 * y * y * y - 16 * y, 12 * y * y - 16, 24 * y,
                       24.0};
  });
  for (const Profile& profile : {kink, smoother}) {
    EXPECT_LT(finest_at_ends(periodic, profile), 0.2);
    EXPECT_GT(finest_at_ends(fixed, profile), 0.4);
  }
}

TEST(Equidistribute, LeavesNoStepsFromCellToCell) {
  // Lengths that vary over m cells have fourth differences of a length over m^3 or so; a step in
  // the length of cells, by a part d of it, has d times a length.
  for (const double width : {0.2, 0.05}) {
    const auto x = equidistribute(problem_of(fixed), front(2.2, width), {0.0})[0];
    double largest = 0;
    for (std::size_t k = 2; k + 2 < x.size(); ++k) {
      const double fourth = x[k - 2] - 4 * x[k - 1] + 6 * x[k] - 4 * x[k + 1] + x[k + 2];
      largest = std::max(largest, std::abs(fourth) / (x[k + 1] - x[k]));
    }
    EXPECT_LT(largest, 1e-4) << width;
    RecordProperty("fourth", std::to_string(largest));
  }
}

TEST(Equidistribute, FollowsTheProfileAtEveryTime) {
  const Profile moving = [](int axis, int order, const Columns& x) {
    return front(1.5 + 3 * x(1, 0), 0.05)(axis, order, x);  // one time a call
  };
  const auto x = equidistribute(problem_of(fixed), moving, {0.0, 1.0})[0];
  const auto spacing_at = [&](double place) {
    const auto above = std::upper_bound(x.begin(), x.end() - 1, (place - 3) / 2);
    return *above - *(above - 1);
  };
  EXPECT_NEAR(spacing_at(1.5) / spacing_at(4.5), 1, 0.1);
  EXPECT_GT(spacing_at(3.0), 5 * spacing_at(1.5));
}

/// Points at k / (count - 1) of [1, 5], t = k, and partners in the other order.
TermPoints even_points(int count) {
  TermPoints points;
  points.x = points.partner = Columns(2, count);
  for (int k = 0; k < count; ++k) {
    points.x(0, k) = k + 1 == count ? 5 : 1 + 4.0 * k / (count - 1);
    points.partner(0, count - 1 - k) = points.x(0, k);
    points.x(1, k) = points.partner(1, k) = k;
  }
  return points;
}

TEST(Stretch, KeepsTheEndsAndTakesEvenPointsToTheDensity) {
  const Problem problem = problem_of(fixed);
  const AxisPoints axes = equidistribute(problem, front(2.2, 0.05), {0.0});
  const int cells = int(axes[0].size()) - 1, count = 10 * cells + 1;
  TermPoints points = even_points(count);
  stretch(problem, axes, points);
  EXPECT_EQ(points.x(0, 0), 1);
  EXPECT_EQ(points.x(0, count - 1), 5);
  for (int k = 0; k < count; ++k) {
    if (k % 10 == 0) {
      EXPECT_NEAR(points.x(0, k), 3 + 2 * axes[0][k / 10], 1e-10);
    }
    EXPECT_EQ(points.partner(0, count - 1 - k), points.x(0, k));
    EXPECT_EQ(points.x(1, k), k);  // time stays
  }
}

TEST(Stretch, LeavesPointsWithoutAxesAlone) {
  TermPoints points = even_points(17);
  stretch(problem_of(fixed), {}, points);
  for (int k = 0; k < 17; ++k) EXPECT_EQ(points.x(0, k), even_points(17).x(0, k));
}

TEST(VolumeScale, IsProportionalToTheCellAndOfMeanSquareOne) {
  const Problem problem = problems::read_problem_text(R"(name: test
variables: [x, y, t]
domain: {space: {box: [[0, 4], [0, 1]]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = laplacian(u)]
conditions: [{where: boundary, require: u = 0}]
)",
                                                      "test.yaml");
  const AxisPoints axes = {{-1, -0.5, 0.25, 1}, {-1, 0.8, 1}, {}};  // cells 0.5 .75 .75, 1.8 .2
  Columns x(3, 4);
  const double places[4][3] = {{0.5, 0.1, 0}, {2, 0.1, 1}, {3.9, 0.95, 0.5}, {0, 1, 0.5}};
  for (int p = 0; p < 4; ++p)
    for (int i = 0; i < 3; ++i) x(i, p) = places[p][i];
  const AlignedVector<double> scale = volume_scale(problem, axes, x);
  const double volumes[4] = {0.5 * 1.8, 0.75 * 1.8, 0.75 * 0.2, 0.5 * 0.2};
  double sum = 0;
  for (int p = 0; p < 4; ++p) {
    sum += scale[p] * scale[p];
    EXPECT_NEAR(scale[p] / scale[0], volumes[p] / volumes[0], 1e-12) << p;
  }
  EXPECT_NEAR(sum / 4, 1, 1e-14);
}

}  // namespace
}  // namespace kanpde::solver
