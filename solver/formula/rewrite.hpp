#pragma once
/// Identities between functions that make a formula shorter.

#include "solver/formula/formula.hpp"

namespace kanpde::solver {

/// Equal to e where both are defined: sin(u + k pi/2) by sin and cos; exp(u + n log v) = v^n
/// exp(u); tanh(atanh u + atanh v) = (u + v)/(1 + u v); tan(atan u + atan v) = (u + v)/(1 - u v);
/// sums of squares of sums multiplied out where that is shorter.
Expr rewrite(Graph& graph, Expr e);

}  // namespace kanpde::solver
