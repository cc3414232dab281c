#pragma once
/// One piece of the time axis as a problem of its own.

#include <memory>
#include <utility>
#include <vector>

#include "problems/problem.hpp"
#include "solver/objective/collocation.hpp"

namespace kanpde::solver {

/// The problem on [begin, end] of its time; `later`: without its initial conditions.
std::unique_ptr<problems::Problem> make_window(problems::Problem& problem, double begin, double end,
                                               bool later);

/// An unknown and the derivative of it that the start of a window gives.
struct StartValue {
  int unknown;
  problems::MultiIndex alpha;
};
/// Values of every unknown and its time derivatives below the highest in the equations; none for
/// unknowns without time derivative.
std::vector<StartValue> start_values(const problems::Problem& problem);

/// The term that joins a window to the one before: start value k equals column k.
TermSpec start_term(problems::Problem& window, const Ansatz& ansatz);

}  // namespace kanpde::solver
