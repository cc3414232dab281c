#pragma once
/// Rows of a sparse matrix that have entries in the same columns.

#include <vector>

#include "kernels/sparse_rows.hpp"

namespace kanpde::solver {

/// All rows, those of a group one after another: rows[begin[g]] .. rows[begin[g + 1] - 1].
struct RowGroups {
  std::vector<int> rows, begin;
  int count() const { return int(begin.size()) - 1; }
};

/// By `key` of the rows, ascending, then by their columns.
RowGroups group_rows(const kernels::SparseRows& A, const std::vector<int>& key);

}  // namespace kanpde::solver
