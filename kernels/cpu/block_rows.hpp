#pragma once
/// Compressed rows that are found block by block.

#include <vector>

#include "kernels/sparse_rows.hpp"

namespace kanpde::kernels {

/// Rows of one block of points: equation by equation, point by point.
struct BlockRows {
  std::vector<int> length, column;
  std::vector<double> value;
  void clear();
  void add(int columns, const int* column, const double* value);  ///< a row
  /// A row that is the sum of two, each with ascending columns.
  void add_sum(int n, const int* column, const double* value, int m, const int* other_column,
               const double* other_value);
  void append(int column, double value);  ///< one more entry of the last row
};

/// Where the rows of a block go: those of equation e are row + e * step .. + points - 1.
struct BlockPlace {
  long row, step;
  int points, equations;
};

/// All rows in their places (j written, but j.columns); blocks: one for each place.
void gather(const std::vector<BlockRows>& blocks, const std::vector<BlockPlace>& places, long rows,
            SparseRows& j);

}  // namespace kanpde::kernels
