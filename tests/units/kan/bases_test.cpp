/// Edges of every basis: they start as straight lines, and keep their functions when grids move or
/// grow.

#include <gtest/gtest.h>

#include <cmath>

#include "kan/edges.hpp"
#include "kan/network.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kan {
namespace {

NetworkShape shape_of(Features basis, int degree, int grid) {
  Random random(3);
  KanOptions options;
  options.hidden = {6};
  options.basis = basis;
  options.degree = degree;
  options.grid = grid;
  options.base = Features::none;
  return make_kan({{-1, -1}, {1, 1}, {}, 0, 1, {}}, options, 1, random);
}

Columns draw_points(int count) {
  Random random(5);
  Columns x(2, count);
  for (int p = 0; p < count; ++p)
    for (int i = 0; i < 2; ++i) x(i, p) = random.uniform(-1, 1);
  return x;
}

Columns hidden_of(const NetworkShape& shape, const std::vector<double>& theta, const Columns& x) {
  Columns y;
  kernels::layer_inputs(shape, theta, 1, x, y);
  return y;
}

/// Largest |y - slope x| of the first edge where the network's first hidden unit is slope x.
double distance_from_line(Features basis, int degree, int grid) {
  const NetworkShape shape = shape_of(basis, degree, grid);
  std::vector<double> theta(shape.parameters, 0.0);
  linear_coefficients(shape, shape.layers[0], 0, 0.7, theta.data());
  const Columns x = draw_points(500), y = hidden_of(shape, theta, x);
  double largest = 0;
  for (int p = 0; p < x.points(); ++p)
    largest = std::max(largest, std::abs(y(0, p) - 0.7 * x(0, p)));
  return largest;
}

/// Half a period: the error falls by (1 + sqrt 2)^2 with each harmonic (Huybrechs 2010),
/// until rounding.
TEST(HarmonicEdges, ApproximateLinesGeometrically) {
  const double rate = std::pow(1 + std::sqrt(2), 2);
  for (const int degree : {2, 4, 6, 8}) {
    const double gain = distance_from_line(Features::fourier, degree, 0) /
                        distance_from_line(Features::fourier, degree + 2, 0);
    EXPECT_GT(gain, 0.5 * rate * rate) << degree;
    EXPECT_LT(gain, 2 * rate * rate) << degree;
  }
  for (const int degree : {24, 40, 64})
    EXPECT_LT(distance_from_line(Features::fourier, degree, 0), 1e-12) << degree;
}

TEST(RationalEdges, HoldLines) {
  for (const auto& [degree, grid] : {std::pair{1, 5}, std::pair{4, 9}, std::pair{5, 60}})
    EXPECT_LT(distance_from_line(Features::rational, degree, grid), 1e-14) << degree;
}

struct Kind {
  Features basis;
  int degree;
  double distance;  ///< of its functions from lines, as it can hold them on 14 intervals
};

TEST(Edges, OfEveryBasisKeepTheirFunctionsWhenGridsMove) {
  const Columns x = draw_points(400);
  for (const auto& [basis, degree, distance] :
       {Kind{Features::bspline, 5, 1e-13}, Kind{Features::rbf, 0, 0.1},
        Kind{Features::chebyshev, 12, 1e-13}, Kind{Features::fourier, 10, 1e-6},
        Kind{Features::rational, 5, 1e-13}}) {
    SCOPED_TRACE(int(basis));
    NetworkShape shape = shape_of(basis, degree, 14);
    Random random(7);
    std::vector<double> theta;
    initialise_ridge(shape, 0, random, theta);
    double* last = theta.data() + shape.layers[1].weights;
    for (int i = 0; i < shape.layers[1].inputs; ++i)
      linear_coefficients(shape, shape.layers[1], i, 1.0, last + i * shape.layers[1].features());
    Columns before, after;
    kernels::JetPlan values;
    values.dimension = 2;
    kernels::network_jets(shape, theta, values, x, before);
    const Transfer moved = adapt_grids(shape, theta, x);
    kernels::network_jets(shape, theta, values, x, after);
    double change = 0;
    for (int p = 0; p < x.points(); ++p)
      change = std::max(change, std::abs(after(0, p) - before(0, p)));
    EXPECT_LT(change, 6 * moved.error + 1e-13);
    EXPECT_LT(moved.error, distance);
  }
}

TEST(Edges, OfRadialAndRationalBasesGainCentresWithTheGrid) {
  for (const auto& [basis, degree, distance] :
       {Kind{Features::rbf, 0, 0.1}, Kind{Features::rational, 4, 0.01}}) {
    SCOPED_TRACE(int(basis));
    NetworkShape shape = shape_of(basis, degree, 5);
    Random random(7);
    std::vector<double> theta;
    initialise_ridge(shape, 0.05, random, theta);
    const Columns x = draw_points(400), before = hidden_of(shape, theta, x);
    const Transfer transfer = extend_grids(shape, theta, 20);
    EXPECT_EQ(shape.layers[0].basis_count, 21);
    const Columns after = hidden_of(shape, theta, x);
    for (int p = 0; p < x.points(); ++p)
      EXPECT_NEAR(after(0, p), before(0, p), 2 * transfer.error + 1e-13);
    EXPECT_LT(transfer.error, distance);
  }
}

}  // namespace
}  // namespace kanpde::kan
