#pragma once
/// What can only be found out by trying, found out before anything is written.

#include <vector>

#include "problems/problem.hpp"
#include "solver/comparison.hpp"
#include "solver/hardware.hpp"

namespace kanpde::solver {

/// Makes the ansatz, the points and the terms of the loss, and drops them. Throws InputError for
/// hard conditions that no ansatz meets, conditions that hold nowhere, and derivatives of too high
/// an order.
void validate(problems::Problem& problem);

/// Throws InputError, at the place where it is asked for, for a precision that the machine does not
/// train in.
void check_precision(const std::vector<Contestant>& contestants, const Machine& machine);

/// Likewise for models that train on the CPU only: products, subdomains.
void check_device(const std::vector<Contestant>& contestants, const Machine& machine);

}  // namespace kanpde::solver
