#pragma once
/// The table `poisson`: error against parameters for the Poisson problem of Liu et al. 2024,
/// arXiv:2404.19756, section 3.4.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind poisson_table();

}  // namespace kanpde::solver
