#pragma once
/// Pseudo-time stepping of steady problems: u_tau + R(u) = 0 by implicit Euler, each step a
/// least-squares problem of its own.

#include <vector>

#include "problems/problem.hpp"
#include "solver/objective/ansatz.hpp"

namespace kanpde::solver {

/// Puts the stage in pseudo-time before the others: the first one's optimizer, `steps` times
/// `inner` steps. Nothing where the settings have no pseudo-time.
void add_pseudo_stage(problems::TrainingSettings& settings);

/// The unknown that equation `e` evolves, and the sign of its derivative; unknown -1: none.
struct Evolution {
  int unknown = -1;
  double sign = 1;
};
std::vector<Evolution> evolutions(const problems::Problem& problem,
                                  const problems::PseudoTimeSettings& settings);

/// R_e + sign (u - before) / step for the equations that evolve an unknown, R_e for others.
/// Columns: `before` of each of the former, then 1 / step (Cao, Zhang 2023, arXiv:2310.16491; with
/// points redrawn in arXiv:2604.23528). `steady`: the R_e in the network's outputs.
std::vector<problems::Expr> pseudo_residuals(problems::Problem& problem, const Ansatz& ansatz,
                                             const std::vector<problems::Expr>& steady,
                                             const std::vector<Evolution>& evolutions);

/// Length of the step from the steady residual's norm at its start and at the start of the first
/// one: switched evolution relaxation, step_n = step_0 |R_0| / |R_n| (as in Kelley, Keyes 1998,
/// doi:10.1137/S0036142996304796).
double relaxed_step(double first_step, double first_norm, double norm);

}  // namespace kanpde::solver
