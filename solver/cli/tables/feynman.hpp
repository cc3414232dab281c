#pragma once
/// The table `feynman`: formulas of the Feynman lectures in dimensionless form (Udrescu, Tegmark
/// 2020, doi:10.1126/sciadv.aay2631), those that Liu et al. 2024, arXiv:2404.19756, table 2 fit.

#include "solver/cli/tables/contest.hpp"

namespace kanpde::solver {

/// The 27 formulas with the lowest test error of a KAN in that table and of an MLP.
const std::vector<Target>& feynman_targets();

TableKind feynman_table();

}  // namespace kanpde::solver
