#include <algorithm>
#include <numbers>

#include "problems/reference/stokes_flow.hpp"
#include "tests/units/reference/reference_case.hpp"

namespace kanpde::problems {
namespace {

using Complex = std::complex<double>;

std::unique_ptr<ReferenceField> wedge() {
  return make_reference(read_problem(case_file("stokes_wedge")));
}

/// Inside the wedge, away from its corners.
constexpr double inside[][2] = {{0.5, 1.9},  {0.1, 1.95}, {0.85, 1.7}, {0.4, 1.4},
                                {0.55, 1.0}, {0.6, 0.7},  {0.5, 0.3},  {0.48, 0.15}};

std::vector<std::vector<double>> values_of(const StokesFlow& flow, const std::vector<Complex>& z,
                                           bool gradients = false) {
  std::vector<std::vector<double>> out;
  flow.evaluate(z, gradients, out);
  return out;
}

TEST(RationalBasis, HasTheDerivativesOfItsValues) {
  std::vector<Complex> samples;
  for (int i = 0; i < 200; ++i) samples.push_back(std::polar(1.0, std::numbers::pi * i / 100));
  const RationalBasis basis(samples, {0.1, 0.2}, 30, {{{1.5, 0}, {1.2, 0}, {1.05, 0}}, {{0, 1.1}}});
  ASSERT_EQ(basis.size(), 35);
  const Complex z(0.3, -0.4), direction = std::polar(1.0, 0.7);
  const std::size_t n = std::size_t(basis.size());
  std::vector<Complex> at, above, below;
  basis.evaluate({z}, 3, at);
  double last = 0;
  for (const double h : {4e-3, 2e-3}) {  // central differences along any direction, of order h^2
    basis.evaluate({z + h * direction}, 2, above);
    basis.evaluate({z - h * direction}, 2, below);
    double worst = 0;
    for (std::size_t k = 0; k < 2 * n; ++k) {
      const Complex slope = (above[k] - below[k]) / (2 * h * direction);
      worst = std::max(worst, std::abs(slope - at[n + k]));
    }
    if (last > 0) {
      EXPECT_NEAR(last / worst, 4, 0.1);
    }
    last = worst;
  }
}

TEST(RationalBasis, IsOrthonormalWithinEachFamily) {
  std::vector<Complex> samples;
  for (int i = 0; i < 300; ++i) samples.emplace_back(-1 + i / 150.0, std::sin(i));
  const RationalBasis basis(samples, 0, 60, {{{2, 0}, {1.5, 0}, {1.1, 0}}});
  const std::size_t n = std::size_t(basis.size()), m = samples.size();
  std::vector<Complex> q;
  basis.evaluate(samples, 1, q);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      if (a > 60 && b <= 60) continue;  // of another family
      Complex sum = 0;
      for (std::size_t p = 0; p < m; ++p) sum += std::conj(q[a * m + p]) * q[b * m + p] / double(m);
      EXPECT_NEAR(std::abs(sum - (a == b ? 1.0 : 0.0)), 0, 1e-11) << a << " " << b;
    }
}

TEST(StokesFlow, ReproducesAFlowOfPolynomials) {
  // u = 4 x y^3, v = x^4 - y^4, p = 12 x^2 y - 4 y^3 (Elman, Silvester, Wathen 2014)
  const auto velocity = [](int, Complex z) {
    const double x = z.real(), y = z.imag();
    return Complex(4 * x * y * y * y, std::pow(x, 4) - std::pow(y, 4));
  };
  const StokesFlow flow({{0, 0}, {1, 0.1}, {1.2, 1}, {0.4, 0.7}, {-0.1, 1.3}}, velocity, 4, 12);
  EXPECT_LT(flow.boundary_error(), 1e-12);
  const std::vector<Complex> z = {{0.3, 0.3}, {0.8, 0.4}, {0.05, 0.9}, {1, 0.8}};
  const auto out = values_of(flow, z, true);
  const auto pressure = [](Complex w) {
    return 12 * w.real() * w.real() * w.imag() - 4 * std::pow(w.imag(), 3);
  };
  for (std::size_t p = 0; p < z.size(); ++p) {
    const double x = z[p].real(), y = z[p].imag();
    EXPECT_NEAR(out[0][p], velocity(0, z[p]).real(), 1e-12);
    EXPECT_NEAR(out[1][p], velocity(0, z[p]).imag(), 1e-12);
    EXPECT_NEAR(out[2][p] - out[2][0], pressure(z[p]) - pressure(z[0]), 1e-10);
    const double gradients[] = {4 * y * y * y,  4 * x * x * x,  24 * x * y,
                                12 * x * y * y, -4 * y * y * y, 12 * x * x - 12 * y * y};
    for (int k = 0; k < 6; ++k) EXPECT_NEAR(out[3 + k][p], gradients[k], k % 3 == 2 ? 1e-9 : 1e-11);
  }
}

TEST(StokesWedge, HasTheValuesOfTheBoundary) {
  const auto field = wedge();
  for (int i = 0; i <= 300; ++i) {
    const double s = i / 300.0;
    EXPECT_NEAR(value_at(*field, {s, 2}, 0), 16 * s * s * (1 - s) * (1 - s), 1e-12);
    for (const double side : {-0.5, 0.5})
      for (int k = 0; k < 2; ++k)
        EXPECT_NEAR(value_at(*field, {0.5 + side * s, 2 * s}, k), 0, 1e-12) << s;
    EXPECT_NEAR(value_at(*field, {s, 2}, 1), 0, 1e-12);
  }
  EXPECT_NEAR(value_at(*field, {0.5, 1}, 2), 0, 1e-15);
}

TEST(StokesWedge, SolvesItsEquations) {
  const auto field = wedge();
  for (const auto& [x, y] : inside) {
    double previous = 0;
    for (const double h : {2e-3, 1e-3}) {
      double worst = 0;
      for (int k = 0; k < 2; ++k) {  // laplacian of u or v by differences of the gradient
        double laplacian = 0;
        for (int axis = 0; axis < 2; ++axis) {
          std::vector<double> above{x, y}, below{x, y};
          above[axis] += h, below[axis] -= h;
          laplacian +=
              (derivative_at(*field, above, axis, k) - derivative_at(*field, below, axis, k)) /
              (2 * h);
        }
        worst = std::max(worst, std::abs(laplacian - derivative_at(*field, {x, y}, k, 2)));
      }
      if (previous > 1e-7) {
        EXPECT_NEAR(previous / worst, 4, 0.2) << x << " " << y;
      }
      previous = worst;
    }
    EXPECT_LT(previous, 2e-3) << x << " " << y;
    EXPECT_NEAR(derivative_at(*field, {x, y}, 0, 0) + derivative_at(*field, {x, y}, 1, 1), 0, 1e-9);
    for (int k = 0; k < 3; ++k)
      for (int axis = 0; axis < 2; ++axis)
        EXPECT_NEAR(derivative_at(*field, {x, y}, axis, k),
                    difference_at(*field, {x, y}, axis, 1e-4, k), 2e-5);
  }
}

/// The lid is symmetric; the fit does not know that.
TEST(StokesWedge, IsSymmetric) {
  const auto field = wedge();
  for (const auto& [x, y] : inside) {
    EXPECT_NEAR(value_at(*field, {x, y}, 0), value_at(*field, {1 - x, y}, 0), 1e-13);
    EXPECT_NEAR(value_at(*field, {x, y}, 1), -value_at(*field, {1 - x, y}, 1), 1e-13);
    EXPECT_NEAR(value_at(*field, {x, y}, 2) + value_at(*field, {1 - x, y}, 2), 0, 1e-8);
  }
}

/// Root of sin(mu a) + mu sin(a) = 0 near (4.2 + 2.2 i)/a: stream functions r^(mu + 1) F(theta)
/// with no motion at the walls of a wedge of angle a (Moffatt 1964, eq. 3.3).
Complex moffatt_exponent(double a) {
  Complex mu = Complex(4.2, 2.2) / a;
  for (int i = 0; i < 50; ++i)
    mu -= (std::sin(mu * a) + mu * std::sin(a)) / (a * std::cos(mu * a) + std::sin(a));
  return mu;
}

TEST(StokesWedge, HasTheEddiesOfMoffatt) {
  const Complex mu = moffatt_exponent(2 * std::atan(0.25));
  const double distance_ratio = std::exp(std::numbers::pi / mu.imag());
  const double velocity_ratio = std::exp(std::numbers::pi * mu.real() / mu.imag());
  EXPECT_NEAR(velocity_ratio, 406.7, 0.1);
  const auto field = wedge();
  // On the axis: distances from the corner where u changes its sign, largest |u| in between.
  std::vector<double> zeros, peaks;
  double last = value_at(*field, {0.5, 1.9}, 0), largest = 0;
  constexpr double step = 0.9995;
  for (double y = 1.9; y > 0.07; y *= step) {
    const double u = value_at(*field, {0.5, y}, 0);
    largest = std::max(largest, std::abs(u));
    if (u * last < 0) {
      zeros.push_back(y / step + (y - y / step) * last / (last - u));  // between y / step and y
      peaks.push_back(largest);
      largest = 0;
    }
    last = u;
  }
  ASSERT_GE(zeros.size(), 5u);
  for (std::size_t k = 2; k + 1 < zeros.size(); ++k) {
    EXPECT_NEAR(zeros[k - 1] / zeros[k], distance_ratio, 2e-3) << k;
    EXPECT_NEAR(peaks[k - 1] / peaks[k] / velocity_ratio, 1, 2e-2) << k;
  }
  // From the second eddy on the next root of the equation plays no part.
  EXPECT_NEAR(zeros[2] / zeros[3], distance_ratio, 2e-5);
  EXPECT_NEAR(peaks[2] / peaks[3] / velocity_ratio, 1, 1e-4);
}

TEST(StokesWedge, StatesAnErrorFarBelowWhatItJudges) {
  const auto field = wedge();
  EXPECT_GT(field->stated_error, 0);
  EXPECT_LT(field->stated_error, 1e-9 * value_at(*field, {1, 2}, 2));  // the largest p
  EXPECT_TRUE(std::isnan(value_at(*field, {0.1, 1})));
  EXPECT_TRUE(std::isnan(value_at(*field, {0.5, 2.1}, 2)));
}

TEST(StokesPolygon, TakesViscosityOrientationAndPredicates) {
  const std::string text = text_of(case_file("stokes_wedge"));
  const auto field = wedge();
  const auto viscous = make_reference(problem_of(
      replaced(replaced(replaced(text, "- laplacian(u) = p_x", "- 0.25*laplacian(u) - p_x = 0"),
                        "- laplacian(v) = p_y", "- 2*p_y = 0.5*laplacian(v)"),
               "require: p = 0", "require: p = 3*y + x")));
  const auto turned = make_reference(problem_of(
      replaced(replaced(replaced(text, "[[1/2, 0], [1, 2], [0, 2]]", "[[1, 2], [1/2, 0], [0, 2]]"),
                        "where: edge1", "where: y > 1.999999"),
               "where: edge2", "where: edge1")));
  for (const auto& [x, y] : inside) {
    EXPECT_NEAR(value_at(*viscous, {x, y}, 0), value_at(*field, {x, y}, 0), 1e-13);
    EXPECT_NEAR(value_at(*viscous, {x, y}, 2), 3.5 + value_at(*field, {x, y}, 2) / 4, 1e-8);
    EXPECT_NEAR(derivative_at(*viscous, {x, y}, 1, 2), derivative_at(*field, {x, y}, 1, 2) / 4,
                1e-8);
    for (int k = 0; k < 3; ++k)
      EXPECT_NEAR(value_at(*turned, {x, y}, k), value_at(*field, {x, y}, k), k < 2 ? 1e-13 : 1e-8);
  }
}

TEST(StokesPolygon, LeavesThePressureOutWhereItsLevelIsFree) {
  const std::string text = text_of(case_file("stokes_wedge"));
  const auto field = make_reference(
      problem_of(replaced(text, "  - {where: {point: [1/2, 1]}, require: p = 0}\n", "")));
  EXPECT_TRUE(field->has(1));
  EXPECT_FALSE(field->has(2));
}

TEST(StokesPolygon, RefusesOtherProblems) {
  const std::string text = text_of(case_file("stokes_wedge"));
  const std::pair<const char*, const char*> changes[] = {
      {"  - laplacian(u) = p_x", "  - laplacian(u) = -p_x"},
      {"  - laplacian(v) = p_y", "  - 2*laplacian(v) = p_y"},
      {"  - laplacian(u) = p_x", "  - u_xx + 2*u_yy = p_x"},
      {"  - u_x + v_y = 0", "  - u_x + v_y = x"},
      {"polygon: [[1/2, 0], [1, 2], [0, 2]]", "disk: {center: [0, 1], radius: 1}"},
      {"{where: edge2, require: u = 0}", "{where: edge2, require: p = 0}"},
      {"{where: edge2, require: u = 0}", "{where: x < 0.2, require: u = 0}"},
      {"u = 16*x^2*(1 - x)^2", "u = 1"},  // jumps at both ends of the lid
      {"{where: edge0, require: u = 0}", "{where: edge0, require: u = y*(2 - y)}"},  // outflow
  };
  for (const auto& [from, to] : changes) {
    std::string changed = replaced(text, from, to);
    if (std::string(to).starts_with("disk"))  // which has no edges
      for (const char* edge : {"edge0", "edge1", "edge2"})
        changed = replaced(changed, std::string("where: ") + edge, "where: boundary");
    EXPECT_THROW(make_reference(problem_of(changed)), InputError) << to;
  }
}

}  // namespace
}  // namespace kanpde::problems
