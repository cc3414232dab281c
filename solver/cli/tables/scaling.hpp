#pragma once
/// The table `scaling`: the five toy functions of Liu et al. 2024, arXiv:2404.19756, section 3.1,
/// each fitted by the KAN of its exact structure on finer and finer grids.

#include "solver/cli/tables/table.hpp"

namespace kanpde::solver {

TableKind scaling_table();

}  // namespace kanpde::solver
