#pragma once
/// Orders of the columns of a sparse matrix that keep those of a row close together.

#include <vector>

#include "kernels/sparse_rows.hpp"

namespace kanpde::solver {

using kernels::SparseRows;

/// Columns as a breadth-first search over the graph of A'A meets them, from an end of it; of the
/// rows of a column, those with the fewest new columns come first (Cuthill and McKee 1969,
/// doi:10.1145/800195.805928). Time in proportion to the entries, but for sorting.
std::vector<int> narrow_order(const SparseRows& A);

}  // namespace kanpde::solver
