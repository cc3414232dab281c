#include "solver/optimizer/row_groups.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace kanpde::solver {

RowGroups group_rows(const kernels::SparseRows& A, const std::vector<int>& key) {
  const int rows = A.rows();
  std::vector<std::uint64_t> mark(std::size_t(rows), 0);  // of the columns of a row
  for (int i = 0; i < rows; ++i)
    for (auto k = A.begin[i]; k < A.begin[i + 1]; ++k)
      mark[i] = (mark[i] ^ std::uint64_t(A.column[k] + 1)) * 0x100000001b3;  // FNV
  RowGroups groups;
  groups.rows.resize(std::size_t(rows));
  std::iota(groups.rows.begin(), groups.rows.end(), 0);
  std::stable_sort(groups.rows.begin(), groups.rows.end(), [&](int i, int j) {
    return std::pair(key[i], mark[i]) < std::pair(key[j], mark[j]);
  });
  const auto columns = [&](int k) {
    const int i = groups.rows[k];
    return std::span(A.column).subspan(A.begin[i], A.begin[i + 1] - A.begin[i]);
  };
  for (int k = 0; k < rows; ++k)
    if (k == 0 || !std::ranges::equal(columns(k - 1), columns(k))) groups.begin.push_back(k);
  groups.begin.push_back(rows);
  return groups;
}

}  // namespace kanpde::solver
