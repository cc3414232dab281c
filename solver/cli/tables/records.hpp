#pragma once
/// The table `records`: cases that others have printed figures for, with an error that the KAN is
/// to reach, and beside it MLPs that get the KAN's time.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind records_table();

}  // namespace kanpde::solver
