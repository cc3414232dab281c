#pragma once
/// A matrix of few entries a row.

#include <cstdint>
#include <vector>

namespace kanpde::kernels {

/// Compressed rows: the entries of row i are begin[i] .. begin[i + 1] - 1, columns ascending.
struct SparseRows {
  int columns = 0;
  std::vector<std::int64_t> begin;  ///< rows + 1 entries
  std::vector<int> column;
  std::vector<double> value;
  /// All columns, such that those of a row are near one another; empty: not known.
  std::vector<int> order;
  /// Where the columns are functions at the nodes of a torus of two axes, its nodes along each;
  /// column (c n_0 + i) n_1 + j is function c of node (i, j). Empty: they are not.
  std::vector<int> torus;
  int rows() const { return begin.empty() ? 0 : int(begin.size()) - 1; }
};

}  // namespace kanpde::kernels
