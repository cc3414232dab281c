#pragma once
/// Sparse matrices and vectors for tests of least squares.

#include <cstdint>

#include "kernels/base/random.hpp"
#include "kernels/sparse_rows.hpp"
#include "solver/optimizer/objective.hpp"

namespace kanpde::solver {

inline kernels::SparseRows compress(const Matrix& A) {
  kernels::SparseRows s;
  s.columns = int(A.cols());
  s.begin.push_back(0);
  for (int i = 0; i < A.rows(); ++i) {
    for (int j = 0; j < A.cols(); ++j)
      if (A(i, j) != 0) {
        s.column.push_back(j);
        s.value.push_back(A(i, j));
      }
    s.begin.push_back(std::int64_t(s.column.size()));
  }
  return s;
}

inline Vector random_vector(int n, std::uint64_t seed) {
  Random random(seed);
  Vector v(n);
  for (double& x : v) x = random.normal();
  return v;
}

}  // namespace kanpde::solver
