/// Layers of products: values and derivatives against closed forms and sums over all functions by
/// the recursive definition, adjoints against differences and dot products.

#include "kernels/base/device_error.hpp"
#include "kernels/cpu/network.hpp"
#include "tests/units/kernels/naive_network.hpp"
#include "tests/units/kernels/sparse_rows.hpp"

namespace kanpde::kernels {
namespace {

using kanpde::oracle::expect_dense;
using kanpde::oracle::expect_same_for_any_threads;
using kanpde::oracle::placed_terms;
using oracle_real = kanpde::oracle::Real;

constexpr int scalars = 2;

std::vector<double> random_breaks(int intervals, std::uint64_t seed) {
  Random random(seed, 8);
  std::vector<double> breaks = {-1};
  for (int g = 0; g < intervals; ++g) breaks.push_back(breaks.back() + random.uniform(0.5, 1.5));
  const double length = breaks.back() + 1;
  for (double& b : breaks) b = 2 * (b + 1) / length - 1;
  breaks.back() = 1;
  return breaks;
}

/// An axis an entry of `intervals`, one that takes no part for 0, a period where it is negative.
NetworkShape make_products(int outputs, int degree, const std::vector<int>& intervals) {
  NetworkShape shape;
  shape.inputs = int(intervals.size());
  shape.outputs = outputs;
  LayerShape layer;
  layer.inputs = shape.inputs;
  layer.outputs = outputs;
  layer.basis = Features::none;
  layer.basis_count = 0;
  layer.degree = degree;
  for (int i = 0; i < shape.inputs; ++i) {
    const int n = std::abs(intervals[i]);
    layer.axes.push_back(
        n == 0 ? SplineAxis{}
               : make_axis(degree, random_breaks(n, std::uint64_t(7 + i)), intervals[i] < 0));
    shape.input_shift.push_back(0.1 * (i + 1));
    shape.input_scale.push_back(0.7 + 0.2 * i);
  }
  shape.parameters = layer.parameters();
  shape.layers.push_back(layer);
  return shape;
}

/// Every B_g of an axis along x + t v, by the recursive definition with 0/0 = 0.
std::vector<kanpde::oracle::Series<oracle_real>> all_splines(const SplineAxis& axis, int degree,
                                                             double x, double v) {
  using S = kanpde::oracle::Series<oracle_real>;
  const int n = int(axis.knots.size()) - degree - 1;
  const std::vector<double>& t = axis.knots;
  int interval = degree;
  while (interval < n - 1 && x >= t[interval + 1]) ++interval;
  std::vector<S> b;
  for (int g = 0; g + 1 < int(t.size()); ++g) b.emplace_back(oracle_real(g == interval));
  const S at{oracle_real(x), oracle_real(v)};
  for (int r = 1; r <= degree; ++r)
    for (int g = 0; g + r + 1 < int(t.size()); ++g) {
      S sum;
      if (t[g + r] > t[g])
        sum = sum + (at - S(t[g])) * S(1 / (oracle_real(t[g + r]) - t[g])) * b[g];
      if (t[g + r + 1] > t[g + 1])
        sum =
            sum + (S(t[g + r + 1]) - at) * S(1 / (oracle_real(t[g + r + 1]) - t[g + 1])) * b[g + 1];
      b[g] = sum;
    }
  std::vector<S> result(axis.count);
  for (int g = 0; g < n; ++g) result[g % axis.count] = result[g % axis.count] + b[g];
  return result;
}

/// Derivatives 0 .. order along v of output o at x, by the sum over all products.
std::vector<oracle_real> derivatives(const NetworkShape& shape, const std::vector<double>& theta,
                                     int o, const std::vector<double>& x,
                                     const std::vector<double>& v, int order) {
  using S = kanpde::oracle::Series<oracle_real>;
  const LayerShape& layer = shape.layers[0];
  std::vector<S> products = {S(oracle_real(1))};
  for (int i = 0; i < shape.inputs; ++i) {
    if (!layer.axes[i].takes_part()) continue;
    const auto splines = all_splines(layer.axes[i], layer.degree,
                                     (x[i] - shape.input_shift[i]) * shape.input_scale[i],
                                     v[i] * shape.input_scale[i]);
    std::vector<S> next;
    for (const S& a : products)
      for (const S& b : splines) next.push_back(a * b);
    products = std::move(next);
  }
  S sum;
  for (std::size_t k = 0; k < products.size(); ++k)
    sum = sum + S(oracle_real(theta[std::size_t(o) * products.size() + k])) * products[k];
  std::vector<oracle_real> result;
  oracle_real factorial = 1;
  for (int k = 0; k <= order; ++k) {
    if (k > 0) factorial *= k;
    result.push_back(factorial * sum.c[k]);
  }
  return result;
}

/// Points whose scaled coordinates lie in the grid, the ends among them.
Columns points_of(const NetworkShape& shape, int count) {
  Random random(5, 1);
  Columns x(shape.inputs, count);
  for (int i = 0; i < shape.inputs; ++i)
    for (int p = 0; p < count; ++p) {
      const double z = p == 0 ? -1 : p == 1 ? 1 : random.uniform(-1, 1);
      x(i, p) = z / shape.input_scale[i] + shape.input_shift[i];
    }
  return x;
}

std::vector<double> random_weights(const NetworkShape& shape) {
  Random random(6, 2);
  std::vector<double> theta(shape.parameters);
  for (double& w : theta) w = random.normal();
  return theta;
}

void expect_jets(const NetworkShape& shape, const JetPlan& plan, double tolerance) {
  const auto theta = random_weights(shape);
  const Columns x = points_of(shape, 43);
  Columns out;
  network_jets(shape, theta, plan, x, out);
  std::vector<oracle_real> worst(out.columns()), size(out.columns());
  for (int p = 0; p < x.points(); ++p) {
    std::vector<double> at;
    for (int i = 0; i < shape.inputs; ++i) at.push_back(x(i, p));
    for (int o = 0; o < shape.outputs; ++o) {
      std::vector<oracle_real> expected(plan.components());
      expected[0] = derivatives(shape, theta, o, at, std::vector<double>(at.size()), 0)[0];
      for (const JetDirection& d : plan.directions) {
        const auto along = derivatives(shape, theta, o, at, d.v, d.order);
        for (int k = 1; k < d.order; ++k) expected[d.first + k - 1] = along[k];
        expected[d.top] += d.weight * along[d.order];
      }
      for (int c = 0; c < plan.components(); ++c) {
        const int column = o * plan.components() + c;
        worst[column] = std::max(worst[column], std::abs(out(column, p) - expected[c]));
        size[column] = std::max(size[column], std::abs(expected[c]));
      }
    }
  }
  for (int c = 0; c < out.columns(); ++c) EXPECT_LE(worst[c], tolerance * size[c]) << c;
}

// As for other splines: float64 has 1e-16, and derivatives of order k lose about (degree / h)^k of
// it while their own size grows alike.
TEST(Products, HaveTheJetsOfTheSumOverAllFunctions) {
  for (int degree = 1; degree <= 11; ++degree)
    for (int order = 0; order <= std::min(4, degree); ++order) {
      SCOPED_TRACE(testing::Message() << "degree " << degree << " order " << order);
      const auto plan = kanpde::oracle::mixed_plan(2, order, 3);
      expect_jets(make_products(2, degree, {degree + 2, 3}), plan, 1e-11);
      expect_jets(make_products(1, degree, {-degree - 1, -degree - 4}), plan, 1e-11);
    }
}

TEST(Products, OfOneAndThreeInputsAndBesideOnesThatTakeNoPart) {
  for (int order = 0; order <= 3; ++order) {
    SCOPED_TRACE(order);
    const auto plan = kanpde::oracle::mixed_plan(3, order, 4);
    expect_jets(make_products(2, 4, {5, -6, 2}), plan, 1e-11);
    expect_jets(make_products(2, 4, {5, -6, 0}), plan, 1e-11);
    expect_jets(make_products(3, 4, {0, 7, 0}), plan, 1e-11);
  }
}

/// sum_g c_g B_g = x^m where c_g is the mean over all choices of m of the knots g+1 .. g+degree of
/// their product (Marsden's identity).
double blossom(const std::vector<double>& knots, int g, int degree, int m) {
  std::vector<double> sum(std::size_t(m) + 1, 0.0);  // elementary symmetric polynomials
  sum[0] = 1;
  for (int r = 1; r <= degree; ++r)
    for (int k = m; k >= 1; --k) sum[k] += sum[k - 1] * knots[g + r];
  double choices = 1;
  for (int k = 0; k < m; ++k) choices *= double(degree - k) / (k + 1);
  return sum[m] / choices;
}

TEST(Products, ReproducePolynomialsAndTheirDerivatives) {
  const auto shape = make_products(1, 5, {6, 4});
  const LayerShape& layer = shape.layers[0];
  std::vector<double> theta(shape.parameters);
  for (int a = 0; a < layer.axes[0].count; ++a)
    for (int b = 0; b < layer.axes[1].count; ++b)
      theta[a * layer.axes[1].count + b] =
          blossom(layer.axes[0].knots, a, 5, 4) * blossom(layer.axes[1].knots, b, 5, 3);
  JetPlan plan;
  plan.dimension = 2;
  plan.add({1, 0}, 2);
  plan.add_collapsed({{1, 0}, {0, 1}}, {1, 1}, 2);
  const Columns x = points_of(shape, 30);
  Columns out;
  network_jets(shape, theta, plan, x, out);
  const double sx = shape.input_scale[0], sy = shape.input_scale[1];
  for (int p = 0; p < 30; ++p) {  // z^4 w^3 with z, w the scaled coordinates
    const double z = (x(0, p) - shape.input_shift[0]) * sx;
    const double w = (x(1, p) - shape.input_shift[1]) * sy;
    EXPECT_NEAR(out(0, p), std::pow(z, 4) * std::pow(w, 3), 1e-14);
    EXPECT_NEAR(out(1, p), 4 * sx * std::pow(z, 3) * std::pow(w, 3), 1e-13);
    EXPECT_NEAR(out(2, p), 12 * sx * sx * z * z * std::pow(w, 3), 1e-12);
    EXPECT_NEAR(out(5, p), 12 * sx * sx * z * z * std::pow(w, 3) + 6 * sy * sy * std::pow(z, 4) * w,
                1e-12);
  }
}

TEST(Products, OfAPeriodGoOnSmoothly) {
  const auto shape = make_products(1, 6, {-9, -8});
  const auto theta = random_weights(shape);
  JetPlan plan;
  plan.dimension = 2;
  plan.add({1, 0}, 4);
  Columns x = points_of(shape, 20), partner = x, left, right;
  std::fill_n(x.column(0), 20, -1 / shape.input_scale[0] + shape.input_shift[0]);
  std::fill_n(partner.column(0), 20, 1 / shape.input_scale[0] + shape.input_shift[0]);
  network_jets(shape, theta, plan, x, left);
  network_jets(shape, theta, plan, partner, right);
  for (int c = 0; c < plan.components(); ++c)
    for (int p = 0; p < 20; ++p) EXPECT_NEAR(left(c, p), right(c, p), 1e-12 * std::pow(30.0, c));
}

TEST(Products, AreClampedToTheirGrid) {
  const auto shape = make_products(1, 3, {4, 4});
  const auto theta = random_weights(shape);
  JetPlan plan;
  plan.dimension = 2;
  Columns x(2, 2), out;
  for (int i = 0; i < 2; ++i) {
    x(i, 0) = 1 / shape.input_scale[i] + shape.input_shift[i];
    x(i, 1) = x(i, 0) + 0.3;
  }
  network_jets(shape, theta, plan, x, out);
  EXPECT_DOUBLE_EQ(out(0, 0), theta.back());  // knots at the ends are repeated
  EXPECT_DOUBLE_EQ(out(0, 1), theta.back());
}

std::unique_ptr<Evaluator> make_terms(const NetworkShape& shape, std::uint64_t seed) {
  return make_cpu_evaluator(shape, placed_terms(seed, 25), scalars);
}

std::vector<double> parameters(const NetworkShape& shape) {
  auto theta = random_weights(shape);
  theta.insert(theta.end(), {0.3, -0.8});
  return theta;
}

TEST(Products, HaveTheSameJacobianInRowsAndColumns) {
  for (const auto& intervals : {std::vector<int>{9, 11}, {-13, 9}, {0, 40}}) {
    const auto shape = make_products(2, 3, intervals);
    const auto evaluator = make_terms(shape, 20);
    for (const int first : {0, 5, shape.parameters / 2, shape.parameters})
      expect_dense(*evaluator, parameters(shape), first);
    expect_same_for_any_threads(*evaluator, parameters(shape), 0);
  }
}

TEST(Products, OfFewIntervalsHaveNoSparseJacobian) {
  const auto shape = make_products(2, 5, {3, 3});
  std::vector<double> r(10000);
  SparseRows j;
  EXPECT_FALSE(make_terms(shape, 20)->sparse_jacobian(parameters(shape), 0, r.data(), j));
}

TEST(Products, OfTwoPeriodsLieOnATorus) {
  const auto torus = [](const NetworkShape& shape, int first, int more) {
    return BlockNetwork::torus(shape, first, shape.parameters + more);
  };
  const auto shape = make_products(3, 3, {-13, 0, -9});
  const std::vector<int> nodes = {13, 9}, none;
  EXPECT_EQ(torus(shape, 0, 0), nodes);
  EXPECT_EQ(torus(shape, 2 * 13 * 9, 0), nodes);
  EXPECT_EQ(torus(shape, 5, 0), none) << "not all functions of the first output";
  EXPECT_EQ(torus(shape, 0, 1), none) << "a scalar is no function of space";
  EXPECT_EQ(torus(make_products(3, 3, {-13, 9}), 0, 0), none);
  EXPECT_EQ(torus(make_products(3, 3, {-13, -9, -8}), 0, 0), none);
}

/// R = sum of a_q q over all quantities and copies: linear, with known partial derivatives.
Term linear_term(const JetPlan& plan, int outputs, int copies, int points) {
  Random random(31, 2);
  Term term;
  term.points = points;
  term.copies = copies;
  term.plan = plan;
  term.equations = 1;
  term.scale = {0.6};
  term.x = Columns(copies * plan.dimension, points);
  for (double& x : term.x.values()) x = random.uniform(-0.9, 0.9);
  std::vector<int> parts;
  int sum = -1;
  const auto put = [&](Op op, int a, int b, double value) {
    term.tape.code.push_back({op, term.tape.registers, a, b, -1, value});
    return term.tape.registers++;
  };
  for (int copy = 0; copy < copies; ++copy)
    for (int o = 0; o < outputs; ++o)
      for (int c = 0; c < plan.components(); ++c) {
        term.partials.push_back({0, int(term.quantities.size())});
        const int q = put(Op::input, int(term.quantities.size()), -1, 0);
        term.quantities.push_back({Quantity::Kind::jet, copy, o, c});
        parts.push_back(put(Op::constant, -1, -1, random.normal()));
        const int product = put(Op::mul, q, parts.back(), 0);
        sum = sum < 0 ? product : put(Op::add, sum, product, 0);
      }
  term.tape.inputs = int(term.quantities.size());
  term.tape.outputs = {sum};
  term.tape.outputs.insert(term.tape.outputs.end(), parts.begin(), parts.end());
  return term;
}

TEST(Products, AreLinearInTheirWeightsWithTheJacobianAsMatrix) {
  for (const int copies : {1, 2}) {
    const auto shape = make_products(3, 4, {6, -7});
    const auto plan = kanpde::oracle::mixed_plan(2, 3, 8);
    const auto evaluator = make_cpu_evaluator(shape, {linear_term(plan, 3, copies, 70)}, 0);
    const auto theta = random_weights(shape);
    std::vector<double> r(70), j(70 * theta.size()), gradient(theta.size());
    evaluator->jacobian(theta, 0, r.data(), j.data());
    const double loss = evaluator->loss_gradient(theta, gradient);
    double half_square = 0, largest = 0, dot = 0;
    for (int p = 0; p < 70; ++p) {
      double sum = 0, size = 0;
      for (std::size_t k = 0; k < theta.size(); ++k) {
        sum += j[k * 70 + p] * theta[k];
        size += std::abs(j[k * 70 + p] * theta[k]);
      }
      EXPECT_NEAR(sum, r[p], 1e-14 * size);
      half_square += 0.5 * r[p] * r[p];
    }
    EXPECT_NEAR(loss, half_square, 1e-14 * loss);
    for (std::size_t k = 0; k < theta.size(); ++k) {
      double expected = 0, size = 0;
      for (int p = 0; p < 70; ++p) {
        expected += j[k * 70 + p] * r[p];
        size += std::abs(j[k * 70 + p] * r[p]);
      }
      EXPECT_NEAR(gradient[k], expected, 1e-13 * size);
      dot += gradient[k] * theta[k];
      largest = std::max(largest, std::abs(gradient[k] * theta[k]));
    }
    EXPECT_NEAR(dot, 2 * loss, 1e-11 * largest);  // theta . J'r = |J theta|^2
  }
}

TEST(Products, OnADeviceAreRefused) {
  Target target;
  target.kind = Target::Kind::emulated;
  try {
    make_evaluator(target, make_products(2, 3, {4, 4}), {}, 0);
    FAIL() << "made";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("products"), std::string::npos) << error.what();
  }
}

TEST(SplineAxes, AreRefusedWithBreaksThatDoNotAscendOrAPeriodTooShort) {
  EXPECT_THROW(make_axis(3, {0, 1, 1, 2}, false), std::logic_error);
  EXPECT_THROW(make_axis(3, {0}, false), std::logic_error);
  EXPECT_THROW(make_axis(3, {0, 1, 2, 3}, true), std::logic_error);
}

}  // namespace
}  // namespace kanpde::kernels
