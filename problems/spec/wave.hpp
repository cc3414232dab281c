#pragma once
/// Whether a solution starts as a plane wave, read from the equations without solving them.

#include <vector>

#include "problems/problem.hpp"

namespace kanpde::problems {

/// The unit vector a over space and time with u = f(a . x) near the start; empty: there is none.
/// It is the active subspace of the start (Constantine, Dow, Wang 2014, doi:10.1137/130916138, eq.
/// 2.2): the first eigenvector of the mean of g g', where g are the gradients in space and time of
/// all unknowns, and of their rates for equations of second order in time, at points of the space
/// with coordinates scaled to [-1, 1]; the highest time derivatives come from the equations, the
/// others from the initial conditions. There is one if the second eigenvalue is below 1e-8 of the
/// first. An unknown that does not evolve in time (a pressure) gives none.
std::vector<double> wave_direction(const Problem& problem);

}  // namespace kanpde::problems
