/// The sparsity penalty: its gradient against the formula of the regulariser, and what it does.

#include "solver/objective/sparsity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "kan/edges.hpp"
#include "kan/importance.hpp"
#include "kan/network.hpp"
#include "kernels/evaluator.hpp"
#include "solver/comparison.hpp"
#include "solver/training/evaluation.hpp"
#include "solver/training/training.hpp"

namespace kanpde::solver {
namespace {

struct Sample {
  kan::NetworkShape shape;
  std::vector<double> theta;
  Columns x;
};

Sample one_layer() {
  Random random(3);
  kan::KanOptions options;
  options.hidden = {};
  options.degree = 3;
  options.grid = 4;
  Sample s{kan::make_kan({{-1, -1, -1}, {1, 1, 1}, {}, 0, 1, {}}, options, 2, random), {}, {}};
  kan::initialise(s.shape, random, s.theta);
  for (double& t : s.theta) t += random.normal();
  s.x = Columns(3, 60);
  for (int i = 0; i < 3; ++i)
    for (int p = 0; p < 60; ++p) s.x(i, p) = 2 * random.uniform() - 1;
  return s;
}

/// The regulariser by its definition; the inputs of the only layer do not depend on theta.
double regulariser(const Sample& s, const std::vector<double>& theta, double lambda,
                   double entropy) {
  std::vector<double> sizes;
  double sum = 0;
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < 3; ++i) {
      double square = 0;
      for (const double v : kan::edge_values(s.shape, theta, 0, j, i, {s.x.column(i), 60}))
        square += v * v / 60;
      sizes.push_back(std::sqrt(square));
      sum += sizes.back();
    }
  double S = 0;
  for (const double n : sizes) S -= n / sum * std::log(n / sum);
  return lambda * (sum + entropy * S);
}

TEST(SparsityPenalty, HasTheGradientOfTheRegulariser) {
  const Sample s = one_layer();
  for (const double entropy : {0.0, 0.5}) {
    const QuadraticPenalty penalty = sparsity_penalty(s.shape, s.theta, s.x, 0.3, entropy);
    std::vector<double> gradient(s.theta.size(), 0.0);
    for (const auto& block : penalty.blocks) {
      Vector c(block.R.cols());
      for (int k = 0; k < c.size(); ++k) c[k] = s.theta[std::size_t(block.parameters[k])];
      const Vector g = block.R.transpose() * (block.R * c);
      for (int k = 0; k < c.size(); ++k) gradient[std::size_t(block.parameters[k])] += g[k];
    }
    for (std::size_t k = 0; k < s.theta.size(); ++k) {
      const double h = 1e-5;
      std::vector<double> up = s.theta, down = s.theta;
      up[k] += h;
      down[k] -= h;
      const double expected =
          (regulariser(s, up, 0.3, entropy) - regulariser(s, down, 0.3, entropy)) / (2 * h);
      EXPECT_NEAR(gradient[k], expected, 1e-8) << k << " " << entropy;
    }
  }
}

/// The output layer starts at zero; the penalty must not hold it there.
TEST(Sparsity, LetsTheOutputLayerBeSolvedFor) {
  problems::Problem problem = problems::read_problem_text(R"(name: test
variables: [x]
domain: {space: {interval: [-1, 1]}}
unknowns: [u]
equations: ['diff(u, x, 2) = -9*sin(3*x)']
conditions: [{where: boundary, require: u = sin(3*x)}]
reference: {exact: {u: sin(3*x)}}
points: {interior: 100}
models: {kan: {type: kan, hidden: [5]}}
training: {sparsity: 1e-8}
)",
                                                          "test.yaml");
  const Contestant contestant = contestants(problem, {}).front();
  ASSERT_EQ(contestant.training.stages.front().optimizer,
            problems::StageSettings::Optimizer::output_layer);
  Training training(problem, contestant.settings, contestant.training, 0);
  while (training.advance()) continue;
  const auto reference = problems::make_reference(problem, {});
  Evaluation evaluation(problem, reference.get(), error_points(problem, reference.get()));
  EXPECT_LT(evaluation.glance(training.solution()).rel_l2, 1e-2);
}

/// u = sin(2 x) does not depend on y: edges from y shrink.
TEST(Sparsity, ShrinksEdgesThatAreNotNeeded) {
  double share[2];
  for (const int sparse : {0, 1}) {
    problems::Problem problem = problems::read_problem_text(fmt::format(R"(name: test
variables: [x, y]
domain: {{space: {{box: [[-1, 1], [-1, 1]]}}}}
unknowns: [u]
equations: [u = sin(2*x)]
conditions: []
points: {{interior: 200}}
models: {{kan: {{type: kan, hidden: [3], degree: 3, grid: 3}}}}
training: {{sparsity: {}, reweight: 5, stages: [{{optimizer: levenberg_marquardt, steps: 60}}]}}
)",
                                                                        sparse ? 1e-4 : 0.0),
                                                            "test.yaml");
    const Contestant contestant = contestants(problem, {}).front();
    Training training(problem, contestant.settings, contestant.training, 0);
    while (training.advance()) continue;
    const Surrogate& s = training.surrogate();
    const auto scores = kan::importance(s.shape, s.theta, training.points());
    share[sparse] = scores[0].nodes[1] / scores[0].nodes[0];
  }
  EXPECT_LT(share[1], 0.1 * share[0]);
}

}  // namespace
}  // namespace kanpde::solver
