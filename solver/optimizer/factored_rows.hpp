#pragma once
/// Rows of a sparse matrix over the nodes of a torus, factored place by place.

#include <vector>

#include "kernels/sparse_rows.hpp"
#include "solver/optimizer/objective.hpp"
#include "solver/optimizer/row_groups.hpp"

namespace kanpde::solver {

/// A as products of thin matrices. Rows that share columns are residuals at one place, and what
/// they have of each function at the nodes are combinations of a few vectors, one for each
/// derivative in the equations: (rows x functions) x nodes numbers are a basis of rank r, found by
/// elimination to rounding, and r coefficients each. With r = 2 of 36 nodes a fifth of the memory
/// is read.
class FactoredRows {
 public:
  /// A.torus must not be empty. Refers to A; every group has one set of columns.
  FactoredRows(const kernels::SparseRows& A, const RowGroups& groups);
  struct Scratch {
    Vector near, back, seen, sum;
  };
  /// to += A_g' A_g x for the rows of a group.
  void add_square(int group, const Vector& x, Scratch& scratch, Vector& to) const;
  /// Length of the basis of a group; 0 where it saves nothing and A itself is read.
  int rank(int group) const { return parts_[std::size_t(group)].rank; }

 private:
  struct Part {
    int functions = 1, nodes = 0, rank = 0;
    std::vector<double> basis;   // nodes x rank
    std::vector<double> shares;  // (rank x functions) x rows
  };
  Part factor(int group) const;
  int rows_of(int group) const { return groups_.begin[group + 1] - groups_.begin[group]; }
  std::int64_t first_of(int row) const { return A_.begin[groups_.rows[row]]; }
  int width_of(int group) const;

  const kernels::SparseRows& A_;
  const RowGroups& groups_;
  std::vector<Part> parts_;
};

}  // namespace kanpde::solver
