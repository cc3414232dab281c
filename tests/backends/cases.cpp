// Every model of every case on the device against the CPU: residuals, Jacobian, loss, gradient.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "kernels/devices.hpp"
#include "solver/training/automatic.hpp"
#include "solver/training/training.hpp"

namespace kanpde::kernels {
namespace {

using Kind = Target::Kind;
using Spec = solver::TermSpec::Kind;

/// A model of a case where its training starts, off it by a random vector, at few points.
struct Model {
  NetworkShape shape;
  std::vector<double> theta;
  std::vector<Term> terms;
  int scalars = 0;
};

problems::Problem read(const std::string& name) {
  problems::Problem problem =
      problems::read_problem(KANPDE_SOURCE_DIR "/problems/" + name + ".yaml");
  problem.points.interior = 40;
  problem.points.boundary = 24;
  problem.points.initial = 12;
  return problem;
}

Model make_model(problems::Problem& problem, const problems::ModelSettings& settings) {
  Random random(7);
  const solver::Ansatz ansatz(problem, solver::output_scales(problem));
  const auto stages =
      solver::automatic_plan(problem, solver::make_shape(problem, settings, 0)).stages;
  const bool ridge = stages.front().optimizer == problems::StageSettings::Optimizer::output_layer;
  solver::Surrogate surrogate = solver::make_surrogate(
      problem, settings, 0, ridge ? solver::Start::ridge : solver::Start::glorot,
      solver::grid_fit_points(problem, 100, random));
  Model model{surrogate.shape, surrogate.theta, {}, int(problem.parameters.size())};
  for (double& value : model.theta) value += 0.1 * random.normal();
  for (const solver::TermSpec& spec : solver::list_terms(problem, ansatz)) {
    const solver::TermPoints points = solver::draw_points(problem, spec, random);
    model.terms.push_back(solver::build_term(problem.graph, spec.residuals, points,
                                             problem.variable_count(),
                                             int(problem.unknowns.size())));
    for (double& scale : model.terms.back().scale) scale = std::sqrt(spec.weight / points.count());
  }
  return model;
}

struct Values {
  double loss = 0;
  std::vector<double> r, j, gradient;
};

Values evaluate(Evaluator& evaluator, const std::vector<double>& theta) {
  Values v;
  v.r.resize(std::size_t(evaluator.rows()));
  v.j.resize(v.r.size() * theta.size());
  v.gradient.resize(theta.size());
  evaluator.jacobian(theta, 0, v.r.data(), v.j.data());
  v.loss = evaluator.loss_gradient(theta, v.gradient);
  std::vector<double> again(theta.size());
  EXPECT_EQ(evaluator.loss_gradient(theta, again), v.loss) << "another loss by the recorded graph";
  EXPECT_EQ(again, v.gradient) << "another gradient by the recorded graph";
  EXPECT_NEAR(evaluator.loss(theta), v.loss, 1e-13 * v.loss);
  return v;
}

/// Differences, each divided by the size of what was added up to get the value: of a residual, the
/// terms J theta of its linearisation; of an entry of J, the largest of its equation; of loss and
/// gradient, the sums of moduli. Equation by equation. Rounding (1.1e-16) makes them 2e-16, 6e-15
/// (splines of high degree on few points), 1.4e-16 and 1.2e-16 at most; about ten times that is
/// allowed, for a GPU adds up in another order.
struct Differences {
  double r = 0, j = 0, loss = 0, gradient = 0;
};

Differences differ(const Model& model, const Values& device, const Values& cpu) {
  const std::size_t rows = cpu.r.size(), n = model.theta.size();
  Differences d;
  std::vector<double> gradient_size(n, 0.0);
  double loss_size = 0;
  std::size_t begin = 0;
  for (const Term& term : model.terms)
    for (int e = 0; e < term.equations; ++e, begin += std::size_t(term.points)) {
      double size = 0, largest = 0, worst = 0, worst_j = 0;
      for (std::size_t i = begin; i < begin + std::size_t(term.points); ++i) {
        double sum = std::abs(cpu.r[i]);
        for (std::size_t k = 0; k < n; ++k) {
          const double entry = cpu.j[k * rows + i];
          sum += std::abs(entry * model.theta[k]);
          largest = std::max(largest, std::abs(entry));
          worst_j = std::max(worst_j, std::abs(device.j[k * rows + i] - entry));
        }
        size = std::max(size, sum);
        worst = std::max(worst, std::abs(device.r[i] - cpu.r[i]));
      }
      d.r = std::max(d.r, worst / size);
      d.j = std::max(d.j, worst_j / largest);
      for (std::size_t i = begin; i < begin + std::size_t(term.points); ++i) {
        loss_size += std::abs(cpu.r[i]) * size;
        for (std::size_t k = 0; k < n; ++k)
          gradient_size[k] += std::abs(cpu.j[k * rows + i]) * size + std::abs(cpu.r[i]) * largest;
      }
    }
  d.loss = std::abs(device.loss - cpu.loss) / loss_size;
  for (std::size_t k = 0; k < n; ++k)
    d.gradient =
        std::max(d.gradient, std::abs(device.gradient[k] - cpu.gradient[k]) / gradient_size[k]);
  return d;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(KANPDE_SOURCE_DIR "/problems"))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class BackendCase : public testing::TestWithParam<std::tuple<Kind, std::string>> {};

INSTANTIATE_TEST_SUITE_P(Cases, BackendCase,
                         testing::Combine(testing::Values(Kind::emulated, Kind::cuda),
                                          testing::ValuesIn(case_names())),
                         [](const auto& one) {
                           return std::get<std::string>(one.param) +
                                  (std::get<Kind>(one.param) == Kind::cuda ? "_cuda" : "_emulated");
                         });

TEST_P(BackendCase, AgreesWithTheCpu) {
  Target target;
  target.kind = std::get<Kind>(GetParam());
  target.tile_bytes = 1'000'000;  // several tiles
  if (target.kind == Kind::cuda && list_devices().devices.empty())
    GTEST_SKIP() << "no GPU: " << list_devices().reason;
  problems::Problem problem = read(std::get<std::string>(GetParam()));
  for (const problems::ModelSettings& settings : problem.models) {
    SCOPED_TRACE(settings.name);
    const Model model = make_model(problem, settings);
    if (settings.cpu_only() != nullptr) {
      EXPECT_THROW(make_evaluator(target, model.shape, model.terms, model.scalars), DeviceError);
      continue;
    }
    const auto device = make_evaluator(target, model.shape, model.terms, model.scalars);
    const auto cpu = make_cpu_evaluator(model.shape, model.terms, model.scalars);
    const Differences d =
        differ(model, evaluate(*device, model.theta), evaluate(*cpu, model.theta));
    // A recurrence over the degree adds up as many roundings. A coordinate in intervals of a fine
    // grid has lost digits: half the number of intervals times 1.1e-16, and a basis function of
    // degree k changes by k times that.
    const bool recurrence = settings.basis == problems::Basis::chebyshev && settings.degree > 20;
    const double lost = 0.5 * settings.grid * settings.degree * 1.1e-16 / 5e-14;
    const double times = std::max(1.0, recurrence ? settings.degree : lost);
    EXPECT_LE(d.r, 1e-15 * times);
    EXPECT_LE(d.j, 5e-14 * times);
    EXPECT_LE(d.loss, 1e-15 * times);
    EXPECT_LE(d.gradient, 1e-15 * times);
  }
}

TEST(BackendCases, HoldEveryKindOfTerm) {
  std::map<Spec, int> kinds;
  int scalars = 0, hard = 0;
  for (const std::string& name : case_names()) {
    problems::Problem problem = read(name);
    const solver::Ansatz ansatz(problem, solver::output_scales(problem));
    for (const solver::TermSpec& spec : solver::list_terms(problem, ansatz)) ++kinds[spec.kind];
    scalars += int(problem.parameters.size());
    for (const problems::Condition& condition : problem.conditions) hard += condition.hard;
  }
  for (Spec kind : {Spec::equations, Spec::condition, Spec::periodic, Spec::data})
    EXPECT_GT(kinds[kind], 0) << int(kind);
  EXPECT_GT(scalars, 0);
  EXPECT_GT(hard, 0);
}

}  // namespace
}  // namespace kanpde::kernels
