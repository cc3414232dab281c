#include "solver/training/pseudo_time.hpp"

#include <algorithm>

namespace kanpde::solver {

namespace {

constexpr double longest = 1e12;  ///< step; 1 / step is lost in rounding long before

}  // namespace

void add_pseudo_stage(problems::TrainingSettings& settings) {
  const problems::PseudoTimeSettings& pseudo = settings.pseudo_time;
  if (pseudo.steps == 0 || settings.stages.empty()) return;
  problems::StageSettings stage = settings.stages.front();
  stage.pseudo_time = true;
  stage.steps = pseudo.steps * pseudo.inner;
  stage.tolerance = 0;
  settings.stages.insert(settings.stages.begin(), stage);
}

std::vector<Evolution> evolutions(const problems::Problem& problem,
                                  const problems::PseudoTimeSettings& settings) {
  std::vector<Evolution> all;
  for (std::string name : settings.evolve) {
    Evolution e;
    if (name.starts_with("-")) {
      e.sign = -1;
      name.erase(0, 1);
    }
    const auto at = std::find(problem.unknowns.begin(), problem.unknowns.end(), name);
    if (at != problem.unknowns.end()) e.unknown = int(at - problem.unknowns.begin());
    all.push_back(e);
  }
  return all;
}

std::vector<problems::Expr> pseudo_residuals(problems::Problem& problem, const Ansatz& ansatz,
                                             const std::vector<problems::Expr>& steady,
                                             const std::vector<Evolution>& evolutions) {
  problems::Graph& g = problem.graph;
  const auto column = [&](int k) { return g.symbol({problems::Symbol::Kind::column, k, 0, {}}); };
  const int last = int(std::count_if(evolutions.begin(), evolutions.end(),
                                     [](const Evolution& e) { return e.unknown >= 0; }));
  std::vector<problems::Expr> residuals = steady;
  int k = 0;
  for (std::size_t e = 0; e < steady.size(); ++e) {
    if (evolutions[e].unknown < 0) continue;
    const problems::Expr change = g.sub(ansatz.unknown(evolutions[e].unknown), column(k++));
    const problems::Expr rate = g.mul(change, column(last));
    residuals[e] = g.add(steady[e], g.mul(g.constant(evolutions[e].sign), rate));
  }
  return residuals;
}

double relaxed_step(double first_step, double first_norm, double norm) {
  return norm > 0 ? std::min(first_step * first_norm / norm, longest) : longest;
}

}  // namespace kanpde::solver
