#include "solver/cli/tables/special.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "kernels/base/random.hpp"
#include "output/table/number.hpp"
#include "solver/cli/tables/special_functions.hpp"

namespace kanpde::solver {

namespace {

constexpr double seconds = 15, quick_seconds = 0.4;
constexpr int training_points = 2000, test_points = 5000;

/// Sums of two or more waves suit one hidden layer, smooth surfaces two or, where they are steep at
/// a side, products.
const std::vector<KanSize> sizes = {{{6}, 7, 8, 4}, {{5, 5}, 3, 3}, {{}, 7, 10, 0, true}};

std::vector<SpecialFunction> make_functions() {
  constexpr double half_pi = std::numbers::pi / 2, pi = std::numbers::pi;
  using D = double;
  return {
      {"ellipj", "sn of ellipj(x, y)", elliptic_sn, {0, 0}, {4, 0.95}, {"1.33e-4", "6.48e-4"}},
      {"ellipkinc", "ellipkinc(x, y)", elliptic_f, {0, 0}, {half_pi, 0.95}, {"1.24e-4", "5.52e-4"}},
      {"ellipeinc", "ellipeinc(x, y)", elliptic_e, {0, 0}, {half_pi, 0.95}, {"8.26e-5", "3.04e-4"}},
      {"jv",
       "jv(x, y)",
       [](D x, D y) { return std::cyl_bessel_j(x, y); },
       {0, 0},
       {5, 15},
       {"1.64e-3", "5.52e-3"}},
      {"yv",
       "yv(x, y)",
       [](D x, D y) { return std::cyl_neumann(x, y); },
       {0, 1},
       {2, 10},
       {"1.49e-5", "3.45e-4"}},
      {"kv",
       "kv(x, y)",
       [](D x, D y) { return std::cyl_bessel_k(x, y); },
       {0, 1},
       {3, 5},
       {"2.52e-5", "1.67e-4"}},
      {"iv",
       "iv(x, y)",
       [](D x, D y) { return std::cyl_bessel_i(x, y); },
       {0, 0},
       {5, 5},
       {"9.28e-3", "1.07e-2"}},
      {"lpmv_0",
       "lpmv(0, x, y)",
       [](D x, D y) { return legendre(0, x, y); },
       {0, -0.9},
       {5, 0.9},
       {"5.25e-5", "1.74e-2"}},
      {"lpmv_1",
       "lpmv(1, x, y)",
       [](D x, D y) { return legendre(1, x, y); },
       {0, -0.9},
       {5, 0.9},
       {"6.90e-4", "1.50e-3"}},
      {"lpmv_2",
       "lpmv(2, x, y)",
       [](D x, D y) { return legendre(2, x, y); },
       {0, -0.9},
       {5, 0.9},
       {"2.26e-4", "9.43e-4"}},
      {"sph_harm_0_1",
       "sph_harm(0, 1, x, y)",
       [](D x, D y) { return spherical_harmonic(0, 1, x, y); },
       {0, 0},
       {2 * pi, pi},
       {"2.21e-7", "1.25e-6"}},
      {"sph_harm_1_1",
       "sph_harm(1, 1, x, y)",
       [](D x, D y) { return spherical_harmonic(1, 1, x, y); },
       {0, 0},
       {2 * pi, pi},
       {"1.22e-4", "6.70e-4"}},
      {"sph_harm_0_2",
       "sph_harm(0, 2, x, y)",
       [](D x, D y) { return spherical_harmonic(0, 2, x, y); },
       {0, 0},
       {2 * pi, pi},
       {"1.95e-7", "2.85e-6"}},
      {"sph_harm_1_2",
       "sph_harm(1, 2, x, y)",
       [](D x, D y) { return spherical_harmonic(1, 2, x, y); },
       {0, 0},
       {2 * pi, pi},
       {"1.50e-5", "1.84e-3"}},
      {"sph_harm_2_2",
       "sph_harm(2, 2, x, y)",
       [](D x, D y) { return spherical_harmonic(2, 2, x, y); },
       {0, 0},
       {2 * pi, pi},
       {"9.45e-5", "6.21e-4"}}};
}

/// Independent random points; `stream` tells training from test.
std::string samples(const SpecialFunction& f, int count, int stream) {
  Random random(0, std::uint64_t(stream));
  std::string csv = "x,y,u\n";
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(f.lower[0], f.upper[0]);
    const double y = random.uniform(f.lower[1], f.upper[1]);
    csv +=
        fmt::format("{},{},{}\n", output::exact(x), output::exact(y), output::exact(f.value(x, y)));
  }
  return csv;
}

Axis axis(const SpecialFunction& f, const char* name, int k) {
  return {name, {output::exact(f.lower[k]), output::exact(f.upper[k])}};
}

/// Without samples: what the sheet needs.
std::vector<Target> targets() {
  std::vector<Target> all;
  for (const SpecialFunction& f : special_functions())
    all.push_back({f.name, f.formula, {axis(f, "x", 0), axis(f, "y", 1)}, f.published, "", ""});
  return all;
}

std::vector<TableRow> rows(bool quick) {
  std::vector<TableRow> all;
  std::vector<Target> functions = targets();
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const SpecialFunction& f = special_functions()[i];
    functions[i].training = samples(f, training_points, 0);
    functions[i].test = samples(f, test_points, 2);  // shapes were chosen by errors on 1
    all.push_back(contest_row(functions[i], sizes, quick ? quick_seconds : seconds));
  }
  return all;
}

output::Sheet sheet(const TableResults& results) { return contest_sheet(targets(), results); }

std::string notes(const TableResults& results) {
  return contest_notes(targets(), results) +
         "- Published: table 1 there, its best KAN and its MLP. Arguments and signs as in "
         "scipy.special; of ellipj sn, of sph_harm the real part.\n";
}

}  // namespace

const std::vector<SpecialFunction>& special_functions() {
  static const std::vector<SpecialFunction> functions = make_functions();
  return functions;
}

TableKind special_table() {
  return {"special", "15 special functions of the KAN paper, KAN against MLP", rows, sheet, notes};
}

}  // namespace kanpde::solver
