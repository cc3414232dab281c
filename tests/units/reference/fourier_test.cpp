#include "problems/reference/fourier.hpp"

#include <fmt/format.h>

#include <complex>

#include "problems/reference/burgers.hpp"
#include "problems/reference/exponential_collocation.hpp"
#include "problems/reference/periodic_modes.hpp"
#include "tests/units/reference/reference_case.hpp"

namespace kanpde::problems {
namespace {

using Exact = std::function<double(const std::vector<double>&, int)>;

/// Largest |field - exact| over random points of the box, and at both ends of time.
double largest_error(const Problem& problem, const ReferenceField& field, const Exact& exact,
                     int count = 300) {
  Box box = problem.region.space->bounding_box();
  box.lower.push_back(problem.region.extra.lower[0]);
  box.upper.push_back(problem.region.extra.upper[0]);
  Columns x(box.dimension(), count);
  std::uint32_t state = 1;
  for (int p = 0; p < count; ++p)
    for (int i = 0; i < box.dimension(); ++i) {
      state = state * 1664525u + 1013904223u;
      x(i, p) = box.lower[i] + (box.upper[i] - box.lower[i]) * (state >> 8) / 16777216.0;
    }
  for (int p = 0; p < 10; ++p)
    x(box.dimension() - 1, p) = p < 5 ? box.lower.back() : box.upper.back();
  double largest = 0;
  for (int u = 0; u < int(problem.unknowns.size()); ++u) {
    std::vector<double> out(count);
    field.values(x, u, out.data());
    for (int p = 0; p < count; ++p) {
      std::vector<double> at;
      for (int i = 0; i < box.dimension(); ++i) at.push_back(x(i, p));
      largest = std::max(largest, std::abs(out[p] - exact(at, u)));
    }
  }
  return largest;
}

const char* const soliton = R"(name: soliton
variables: [x, t]
domain: {space: {interval: [-20, 20]}, time: [0, 2]}
unknowns: [u]
equations: [u_t + u*u_x + u_xxx = 0]
conditions:
  - {where: initial, require: "u = 6/cosh(sqrt(2)/2*x)^2"}
  - {periodic: x}
reference: {generator: fourier}
)";

/// 3 c sech^2(sqrt(c) (x - c t)/2), c = 2; its images 40 away are below 1e-10 there.
double soliton_at(const std::vector<double>& x) {
  double sum = 0;
  for (const double image : {-40.0, 0.0, 40.0})
    sum += 6 / std::pow(std::cosh(std::sqrt(2.0) / 2 * (x[0] - 2 * x[1] - image)), 2);
  return sum;
}

TEST(Fourier, CarriesASolitonOfKortewegAndDeVries) {
  const Problem problem = problem_of(soliton);
  const auto field = make_reference(problem);
  const double error =
      largest_error(problem, *field, [](const auto& x, int) { return soliton_at(x); });
  // 12 exp(-sqrt(2) 20) = 6e-12 is the tail at the ends, where the periodic solution differs
  EXPECT_LT(error, 5e-11);
  EXPECT_LT(field->stated_error, 1e-10);
  EXPECT_GT(field->stated_error, 0);
}

TEST(Fourier, IsAsAccurateAsItsToleranceAndItsStatedErrorSays) {
  double previous = 1;
  for (const double tolerance : {1e-5, 1e-7, 1e-9}) {
    const Problem problem =
        problem_of(replaced(soliton, "fourier", fmt::format("fourier, tolerance: {}", tolerance)));
    const auto field = make_reference(problem);
    const double error =
        largest_error(problem, *field, [](const auto& x, int) { return soliton_at(x); });
    EXPECT_LT(error, 2 * field->stated_error) << tolerance;
    EXPECT_LT(error, 100 * tolerance);
    EXPECT_LT(error, previous / 10);
    previous = error;
  }
}

TEST(Fourier, AgreesWithTheTransformationOfColeAndHopf) {
  const double nu = 0.05;
  const Problem problem = read_problem(
      case_file("burgers_1d"),
      {"constants.nu=0.05", "conditions.1={periodic: x}", "reference={generator: fourier}"});
  const auto field = make_reference(problem);
  EXPECT_LT(largest_error(problem, *field,
                          [&](const auto& x, int) { return burgers_cole_hopf(nu, x[0], x[1]).u; }),
            1e-11);
  const std::vector<double> at = {0.13, 0.41};
  const BurgersValue exact = burgers_cole_hopf(nu, at[0], at[1]);
  EXPECT_NEAR(derivative_at(*field, at, 0), exact.u_x, 1e-9);
  EXPECT_NEAR(derivative_at(*field, at, 1), exact.u_t, 1e-8);
}

TEST(Fourier, CarriesAPlaneWaveOfTheNonlinearSchroedingerEquation) {
  const Problem problem = problem_of(R"(name: plane_wave
variables: [x, t]
domain: {space: {interval: [0, 2*pi]}, time: [0, 3]}
unknowns: [u, v]
equations:
  - u_t + v_xx/2 + (u^2 + v^2)*v = 0
  - v_t - u_xx/2 - (u^2 + v^2)*u = 0
conditions:
  - {where: initial, require: u = 0.7*cos(2*x)}
  - {where: initial, require: v = 0.7*sin(2*x)}
  - {periodic: x}
reference: {generator: fourier}
)");
  const auto field = make_reference(problem);
  EXPECT_LT(largest_error(problem, *field,
                          [](const auto& x, int u) {  // a exp(i (k x + (a^2 - k^2/2) t))
                            const double angle = 2 * x[0] + (0.49 - 2) * x[1];
                            return 0.7 * (u == 0 ? std::cos(angle) : std::sin(angle));
                          }),
            1e-10);
}

/// u_tt = u_xx as a system: the mode k = 0 has no basis of eigenvectors.
TEST(Fourier, TakesLinearPartsThatAreNotDiagonalisable) {
  const Problem problem = problem_of(R"(name: wave
variables: [x, t]
domain: {space: {interval: [0, 2*pi]}, time: [0, 2]}
unknowns: [u, v]
equations: [u_t = v, v_t = u_xx]
conditions:
  - {where: initial, require: u = sin(3*x)}
  - {where: initial, require: v = 0.25}
  - {periodic: x}
reference: {generator: fourier}
)");
  const auto field = make_reference(problem);
  EXPECT_LT(largest_error(problem, *field,
                          [](const auto& x, int u) {
                            const double s = std::sin(3 * x[0]);
                            return u == 0 ? s * std::cos(3 * x[1]) + x[1] / 4
                                          : -3 * s * std::sin(3 * x[1]) + 0.25;
                          }),
            1e-10);
}

/// In two variables, with a mass matrix, a mixed derivative, and a source for this solution.
TEST(Fourier, SolvesSystemsInThePlaneWithSources) {
  const Problem problem = problem_of(R"(name: plane
variables: [x, y, t]
domain: {space: {box: [[0, 2*pi], [-1, 1]]}, time: [1, 2]}
unknowns: [u, v]
definitions:
  u0: exp(sin(x - t))*cos(pi*y)
  v0: cos(2*x + pi*y)*t
  w0: diff(u0 - v0, t) - laplacian(u0 - v0) + diff(v0, x, y)/2 + v0^3
equations:
  - u_t + v_t - laplacian(u + v) - u*v_y = diff(u0 + v0, t) - laplacian(u0 + v0) - u0*diff(v0, y)
  - u_t - v_t - laplacian(u - v) + v_xy/2 + v^3 = w0
conditions:
  - {where: initial, require: u = u0}
  - {where: initial, require: v = v0}
  - {periodic: x}
  - {periodic: y}
reference: {generator: fourier, tolerance: 1e-9}
)");
  const auto field = make_reference(problem);
  EXPECT_LT(largest_error(problem, *field,
                          [](const auto& x, int u) {
                            return u == 0 ? std::exp(std::sin(x[0] - x[2])) * std::cos(M_PI * x[1])
                                          : std::cos(2 * x[0] + M_PI * x[1]) * x[2];
                          }),
            1e-8);
  const std::vector<double> at = {1.1, 0.3, 1.4};
  for (int variable = 0; variable < 3; ++variable)
    EXPECT_NEAR(derivative_at(*field, at, variable), difference_at(*field, at, variable, 1e-4),
                1e-6);
}

TEST(Fourier, GivesTheInitialValuesThemselvesAndNothingOutside) {
  const Problem problem = read_problem(case_file("allen_cahn_1d"));
  const auto field = make_reference(problem);
  EXPECT_EQ(value_at(*field, {-1, 0}), -1);
  EXPECT_EQ(value_at(*field, {0.5, 0}), 0.25 * std::cos(M_PI * 0.5));
  EXPECT_NEAR(derivative_at(*field, {0.999999, 0}, 0), -2, 1e-4);
  EXPECT_TRUE(std::isnan(value_at(*field, {1.1, 0.5})));
  EXPECT_TRUE(std::isnan(value_at(*field, {0.5, 1.1})));
}

/// x^2 = 1/3 + sum 4 (-1)^k/(pi k)^2 cos(pi k x): its kink at the ends must leave no aliases.
TEST(Fourier, SmoothsAKinkBetweenPeriods) {
  const Problem problem = problem_of(R"(name: kink
variables: [x, t]
domain: {space: {interval: [-1, 1]}, time: [0, 1]}
unknowns: [u]
equations: [u_t = 1e-3*u_xx - u/2]
conditions: [{where: initial, require: u = x^2}, {periodic: x}]
reference: {generator: fourier}
)");
  const auto field = make_reference(problem);
  EXPECT_LT(field->stated_error, 1e-10);
  for (const double t : {0.003, 0.05, 1.0})
    for (const double x : {-1.0, 0.999, 0.98, 0.3}) {
      double sum = 1.0 / 3;
      for (int k = 2000; k > 0; --k)  // exp(-1e-3 (2000 pi)^2 0.003) < 1e-40
        sum += 4 * (k % 2 ? -1 : 1) / std::pow(M_PI * k, 2) *
               std::exp(-1e-3 * std::pow(M_PI * k, 2) * t) * std::cos(M_PI * k * x);
      EXPECT_NEAR(value_at(*field, {x, t}), sum * std::exp(-t / 2), 1e-11) << x << " " << t;
    }
}

TEST(Fourier, GivesTheSameFromTheCache) {
  const Folder folder;
  const char* before = std::getenv("KANPDE_CACHE");
  const std::string restore = before ? before : "";
  ::setenv("KANPDE_CACHE", folder.write("cache", "").append("_folder").c_str(), 1);
  const Problem problem = problem_of(replaced(soliton, "fourier", "fourier, tolerance: 1e-6"));
  const auto made = make_reference(problem), kept = make_reference(problem);
  before ? ::setenv("KANPDE_CACHE", restore.c_str(), 1) : ::unsetenv("KANPDE_CACHE");
  EXPECT_EQ(made->stated_error, kept->stated_error);
  for (const double t : {0.0, 0.3, 1.99})
    EXPECT_EQ(value_at(*made, {0.7, t}), value_at(*kept, {0.7, t}));
}

TEST(Fourier, RefusesWhatItCannotSolve) {
  const std::pair<const char*, const char*> changes[] = {
      {"u_t + u*u_x", "u_tt + u*u_x"},
      {"u_t + u*u_x", "u*u_t + u*u_x"},
      {"  - {periodic: x}", "  - {where: boundary, require: u = 0}"},
      {"  - {where: initial, require: \"u = 6/cosh(sqrt(2)/2*x)^2\"}\n", ""},
      {"generator: fourier", "generator: fourier, accuracy: 1e-3"},
      {"generator: fourier", "generator: fourier, tolerance: 2"},
  };
  for (const auto& [from, to] : changes) {
    const Problem problem = problem_of(replaced(soliton, from, to));
    EXPECT_THROW(make_reference(problem), InputError) << to;
  }
}

TEST(Fourier, SaysSoWhenTheSolutionBlowsUp) {
  const Problem problem = problem_of(R"(name: blow_up
variables: [x, t]
domain: {space: {interval: [0, 1]}, time: [0, 3]}
unknowns: [u]
equations: [u_t = u_xx + u^2]
conditions: [{where: initial, require: u = 1}, {periodic: x}]
reference: {generator: fourier}
)");
  EXPECT_THROW(make_reference(problem), InputError);
}

TEST(PeriodicModes, TurnGridsIntoModesAndBack) {
  for (const int axes : {1, 2}) {
    const PeriodicModes modes(axes, 24);
    std::vector<Complex> a(modes.size()), b(modes.size()), a2(modes.size()), b2(modes.size());
    for (int m = 0; m < modes.size(); ++m) {
      a[m] = {std::sin(m + 1.0), m == 0 ? 0 : std::cos(3.0 * m)};
      b[m] = {std::cos(2.0 * m), m == 0 ? 0 : std::sin(5.0 * m)};
      const auto k = modes.wave_number(m);
      EXPECT_EQ(modes.find(k[0], k[1]), m);
    }
    std::vector<double> on_a(modes.grid_size()), on_b(modes.grid_size());
    modes.to_grid(a.data(), b.data(), on_a.data(), on_b.data());
    const int at = axes == 1 ? 5 : 5 * 24 + 7;  // direct sum at one grid point
    double sum = 0;
    for (int m = 0; m < modes.size(); ++m) {
      const auto k = modes.wave_number(m);
      const double angle = 2 * M_PI * (5 * k[0] + 7 * k[1]) / 24.0;
      sum += (m == 0 ? 1 : 2) * (a[m] * std::polar(1.0, angle)).real();
    }
    EXPECT_NEAR(on_a[at], sum, 1e-12);
    modes.to_modes(on_a.data(), on_b.data(), a2.data(), b2.data());
    for (int m = 0; m < modes.size(); ++m) {
      EXPECT_LT(std::abs(a2[m] - a[m]), 1e-14);
      EXPECT_LT(std::abs(b2[m] - b[m]), 1e-14);
    }
  }
}

/// y' = z y + p(t) with y = t^q: p = q t^(q-1) - z t^q, exact for q up to the number of intervals.
TEST(ExponentialWeights, IntegratePolynomialsExactly) {
  constexpr int s = 8;
  const ExponentialWeights rule(s);
  std::vector<Complex> w(s * rule.stride());
  for (const Complex z : {Complex(0), Complex(1e-9, 0), Complex(-3, 40), Complex(-199, 0),
                          Complex(-1e7, 1e3), Complex(0, -5000), Complex(5, 0)}) {
    rule.compute(z, w.data());
    for (int q = 1; q <= s; ++q)
      for (int j = 0; j < s; ++j) {
        const Complex* row = &w[j * rule.stride()];
        Complex y = row[0] * std::pow(rule.nodes()[j], q);
        double size = 1;
        for (int m = 0; m <= s; ++m) {
          const double t = rule.nodes()[m];
          const Complex f = q * (q == 1 ? 1.0 : std::pow(t, q - 1)) - z * std::pow(t, q);
          y += row[2 + m] * f;
          size = std::max(size, std::abs(row[2 + m] * f));
        }
        EXPECT_LT(std::abs(y - std::pow(rule.nodes()[j + 1], q)), 1e-14 * size) << z << q << j;
      }
  }
}

/// Error at t = 2 of y' = -y + y^2, y = 1/(1 + exp(t)), by collocation with equal steps.
double collocation_error(int s, int steps) {
  const ExponentialWeights rule(s);
  const double h = 2.0 / steps;
  std::vector<Complex> w(s * rule.stride());
  rule.compute(-h, w.data());
  double y = 0.5;
  for (int k = 0; k < steps; ++k) {
    std::vector<double> at(s + 1, y);
    for (int iteration = 0; iteration < 60; ++iteration) {  // contracts with about h
      const std::vector<double> old = at;
      for (int j = 0; j < s; ++j) {
        const Complex* row = &w[j * rule.stride()];
        at[j + 1] = row[0].real() * at[j];
        for (int m = 0; m <= s; ++m) at[j + 1] += h * row[2 + m].real() * old[m] * old[m];
      }
    }
    y = at[s];
  }
  return std::abs(y - 1 / (1 + std::exp(2.0)));
}

TEST(ExponentialWeights, GiveTwiceTheirNumberOfIntervalsAsOrder) {
  for (const int s : {2, 3}) {
    const double slope = std::log2(collocation_error(s, 4) / collocation_error(s, 8));
    EXPECT_GT(slope, 2 * s - 0.3) << s;
    EXPECT_LT(slope, 2 * s + 0.5) << s;
  }
  EXPECT_LT(collocation_error(8, 4), 1e-15);
}

}  // namespace
}  // namespace kanpde::problems
