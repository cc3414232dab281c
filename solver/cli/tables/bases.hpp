#pragma once
/// The table `bases`: the same problems by KANs of every basis of edges.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind bases_table();

}  // namespace kanpde::solver
