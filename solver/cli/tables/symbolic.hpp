#pragma once
/// The table `symbolic`: how often the formula that the samples were drawn from comes out.

#include "solver/cli/commands.hpp"

namespace kanpde::solver {

inline constexpr const char* symbolic_table_name = "symbolic";

/// Six formulas of Liu et al. 2024 (arXiv:2404.19756), 1,000 samples and a network of its own for
/// each of ten seeds, and PDEs whose trained fields are read; with `quick` one seed.
int run_symbolic_table(const TableCommand& command);

}  // namespace kanpde::solver
