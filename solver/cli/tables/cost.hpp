#pragma once
/// The table `cost`: what a training step takes, KAN beside MLP.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind cost_table();

}  // namespace kanpde::solver
