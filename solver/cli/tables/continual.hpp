#pragma once
/// The table `continual`: what networks keep of parts of the domain that they trained on before.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind continual_table();

}  // namespace kanpde::solver
