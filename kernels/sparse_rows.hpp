#pragma once
/// A matrix of which most entries are zero, by rows.

#include <cstdint>
#include <vector>

namespace kanpde::kernels {

/// Compressed rows: row i has the entries begin[i] .. begin[i+1], columns ascending.
struct SparseRows {
  int columns = 0;
  std::vector<std::int64_t> begin;  ///< rows + 1
  std::vector<int> column;
  std::vector<double> value;
  int rows() const { return begin.empty() ? 0 : int(begin.size()) - 1; }
};

}  // namespace kanpde::kernels
