/// The dense algebra of a linearisation on a device against formulas written with Eigen.

#include "kernels/linear_model.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numeric>
#include <tuple>

#include "kernels/devices.hpp"
#include "kernels/evaluator.hpp"
#include "tests/backends/example_term.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::kernels {
namespace {

using Kind = Target::Kind;
using Method = LinearModel::Method;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Parameter: backend; whether there are fewer points than parameters.
class LinearModels : public testing::TestWithParam<std::tuple<Kind, bool>> {
 protected:
  void SetUp() override {
    Target target;
    target.kind = std::get<Kind>(GetParam());
    if (target.kind == Kind::cuda && list_devices().devices.empty())
      GTEST_SKIP() << "no GPU: " << list_devices().reason;
    const auto shape = oracle::make_network(
        2, {{3, Features::bspline, 3, 5, Features::silu}, {1, Features::bspline, 3, 5}}, 2);
    evaluator = make_evaluator(target, shape, {oracle::quadratic_term(wide() ? 30 : 200)}, 1);
    theta = oracle::draw_parameters(shape, 4);
    theta.push_back(0.3);
    n = int(theta.size()) - 1;
    for (int k = 0; k < int(theta.size()); ++k)
      if (k != 2) active.push_back(k);
    model = evaluator->linear_model();
    ASSERT_NE(model, nullptr);
    loss = model->linearise(theta, active);
    m = evaluator->rows();
    fill_oracle();
  }
  bool wide() const { return std::get<bool>(GetParam()); }

  /// r and J by the evaluator's other door, which has tests of its own.
  void fill_oracle() {
    Matrix all(m, n + 1);
    r.resize(m);
    evaluator->jacobian(theta, 0, r.data(), all.data());
    J.resize(m, n);
    for (int k = 0; k < n; ++k) J.col(k) = all.col(active[k]);
    root.resize(n);
    for (int k = 0; k < n; ++k) root(k) = k == 5 ? 0 : 0.5 + 0.1 * (k % 7);
    model->scale({root.data(), std::size_t(n)});
  }

  /// argmin |w + J p|^2 + lambda |D^1/2 p|^2 over p with p = 0 where root is.
  Vector response(const Vector& w, double lambda) const {
    const Matrix A = J * root.asDiagonal();
    Matrix stacked(m + n, n);
    stacked << A, std::sqrt(lambda) * Matrix::Identity(n, n);
    Vector b = Vector::Zero(m + n);
    b.head(m) = -w;
    const Vector z = stacked.colPivHouseholderQr().solve(b);
    return root.cwiseProduct(z);
  }

  Vector step() {
    Vector p(n);
    model->step({p.data(), std::size_t(n)});
    return p;
  }

  std::unique_ptr<Evaluator> evaluator;
  LinearModel* model = nullptr;
  std::vector<double> theta;
  std::vector<int> active;
  int m = 0, n = 0;
  double loss = 0;
  Matrix J;
  Vector r, root;
};

void expect_near(const Vector& a, const Vector& b, double tolerance) {
  EXPECT_LE((a - b).norm(), tolerance * b.norm());
}

TEST_P(LinearModels, GiveLossGradientAndDiagonal) {
  Vector g(n), d(n);
  model->gradient({g.data(), std::size_t(n)});
  model->diagonal({d.data(), std::size_t(n)});
  EXPECT_NEAR(loss, 0.5 * r.squaredNorm(), 1e-14 * loss);
  expect_near(g, J.transpose() * r, 1e-13);
  expect_near(d, J.colwise().squaredNorm().transpose(), 1e-13);
}

TEST_P(LinearModels, SolveByEveryMethod) {
  for (const double lambda : {1e-1, 1e-4}) {
    const Vector expected = response(r, lambda);
    ASSERT_TRUE(model->factor(Method::orthogonal, lambda));
    expect_near(step(), expected, 1e-11);
    ASSERT_TRUE(model->factor(wide() ? Method::kernel : Method::cholesky, lambda));
    expect_near(step(), expected, 1e-8);
    EXPECT_EQ(step()(5), 0);
  }
}

TEST_P(LinearModels, SolveAgainForAnotherScale) {
  ASSERT_TRUE(model->factor(Method::orthogonal, 1e-2));
  root *= 3;
  model->scale({root.data(), std::size_t(n)});
  for (const Method method : {Method::orthogonal, wide() ? Method::kernel : Method::cholesky}) {
    ASSERT_TRUE(model->factor(method, 1e-2));
    expect_near(step(), response(r, 1e-2), 1e-9);
  }
}

TEST_P(LinearModels, KeepDigitsThatTheGramMatrixLoses) {
  ASSERT_TRUE(model->factor(Method::orthogonal, 1e-20));
  const Vector p = step();
  const double lambda = 1e-20, reached = (r + J * p).squaredNorm();
  EXPECT_LE(reached, (1 + 1e-9) * (r + J * response(r, lambda)).squaredNorm() + 1e-24);
}

TEST_P(LinearModels, GiveTheSecondDerivativeAlongAStep) {
  Random random(8);
  Vector p(n), a(n);
  for (double& v : p) v = 0.1 * random.normal();
  const double h = 0.1;
  std::vector<double> ahead = theta;
  for (int k = 0; k < n; ++k) ahead[active[k]] += h * p(k);
  Vector r_ahead(m);
  evaluator->residuals(ahead, r_ahead.data());
  const Vector w = 2 / h * ((r_ahead - r) / h - J * p);
  for (const Method method : {Method::orthogonal, wide() ? Method::kernel : Method::cholesky}) {
    ASSERT_TRUE(model->factor(method, 1e-2));
    model->acceleration({p.data(), std::size_t(n)}, h, {a.data(), std::size_t(n)});
    expect_near(a, response(w, 1e-2), 1e-9);
  }
  EXPECT_NEAR(model->squared_product({p.data(), std::size_t(n)}), (J * p).squaredNorm(),
              1e-13 * (J * p).squaredNorm());
}

TEST_P(LinearModels, ReduceToAnEquivalentProblem) {
  ASSERT_TRUE(model->factor(Method::orthogonal, 1e-2));
  const int rows = std::min(m, n);
  Matrix A(rows, n);
  Vector b(rows);
  model->reduce({A.data(), std::size_t(A.size())}, {b.data(), std::size_t(rows)});
  EXPECT_LE((A.transpose() * A - J.transpose() * J).norm(), 1e-13 * J.squaredNorm());
  expect_near(A.transpose() * b, J.transpose() * r, 1e-12);
  ASSERT_TRUE(model->factor(Method::orthogonal, 1e-2));  // which forgets nothing
  expect_near(step(), response(r, 1e-2), 1e-10);
}

TEST_P(LinearModels, LieBesideMatricesThatOutliveThem) {
  const int size = 37;
  const auto matrix = evaluator->make_matrix(size);
  ASSERT_NE(matrix, nullptr);
  EXPECT_EQ(matrix->size(), size);
  Random random(5);
  Matrix A(size, size), found(size, size);
  Vector u(size), v(size), s(size), y(size);
  for (double& value : A.reshaped()) value = random.normal();
  for (Vector* x : {&u, &v, &s})
    for (double& value : *x) value = random.normal();
  A = (A + A.transpose()).eval();
  const auto span = [&](Vector& x) { return std::span<double>(x.data(), size); };
  evaluator.reset();
  matrix->set({A.data(), std::size_t(A.size())});
  matrix->update({1.3, -0.7, 0.4, 2.1, span(u), span(v), span(s)});
  A = 1.3 * (A - 0.7 * u * u.transpose() + 0.4 * v * v.transpose()) + 2.1 * s * s.transpose();
  matrix->get({found.data(), std::size_t(found.size())});
  EXPECT_LE((found - A).norm(), 1e-14 * A.norm());
  matrix->multiply(span(u), span(y));
  expect_near(y, A * u, 1e-13);
}

TEST_P(LinearModels, LieBesidePairsOfVectorsThatOutliveThem) {
  const int size = 41, most = 6, used = 4;
  const auto pairs = evaluator->make_pairs(size, most);
  ASSERT_NE(pairs, nullptr);
  EXPECT_EQ(pairs->size(), size);
  evaluator.reset();
  Random random(6);
  Matrix P(size, 2 * used);
  Vector x(size), c(2 * used), y(size), products(2 * used);
  for (double& value : P.reshaped()) value = random.normal();
  for (Vector* v : {&x, &c})
    for (double& value : *v) value = random.normal();
  const auto span = [](auto&& v) {
    return std::span<double>(const_cast<double*>(v.data()), std::size_t(v.size()));
  };
  for (const int i : {0, 3, 1, 2, 3}) pairs->set(i, span(P.col(2 * i)), span(P.col(2 * i + 1)));
  pairs->project(span(x), span(products));
  expect_near(products, P.transpose() * x, 1e-14);
  pairs->combine(span(c), span(y));
  expect_near(y, P * c, 1e-14);
  pairs->get(3, span(x), span(y));
  EXPECT_EQ(x, P.col(6));
  EXPECT_EQ(y, P.col(7));
}

TEST_P(LinearModels, ReportSystemsThatAreNotPositiveDefinite) {
  std::vector<double> bad = theta;
  bad[0] = std::nan("");
  EXPECT_FALSE(std::isfinite(model->linearise(bad, active)));
  EXPECT_FALSE(model->factor(wide() ? Method::kernel : Method::cholesky, 1e-2));
}

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, bool>>& info) {
  return std::string(std::get<bool>(info.param) ? "Wide" : "Tall") +
         (std::get<Kind>(info.param) == Kind::cuda ? "OnCuda" : "Emulated");
}

INSTANTIATE_TEST_SUITE_P(Backends, LinearModels,
                         testing::Combine(testing::Values(Kind::emulated, Kind::cuda),
                                          testing::Bool()),
                         name_of);

}  // namespace
}  // namespace kanpde::kernels
