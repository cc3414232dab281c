#pragma once
/// Shapes of the dense products that a runtime offers.

#include "kernels/device/launch.hpp"

namespace kanpde::kernels::device {

/// C = alpha op(A) op(B) + beta C, all column-major; op(A): m x k, op(B): k x n; `batch` of them,
/// with these strides from one to the next.
struct Product {
  bool transpose_a = false, transpose_b = false;
  long m = 0, n = 0, k = 0;
  long lda = 0, ldb = 0, ldc = 0;
  double alpha = 1, beta = 0;
  int batch = 1;
  long stride_a = 0, stride_b = 0, stride_c = 0;

  /// Numbers that the operands must at least hold.
  long size_a() const { return size(transpose_a ? k : m, transpose_a ? m : k, lda, stride_a); }
  long size_b() const { return size(transpose_b ? n : k, transpose_b ? k : n, ldb, stride_b); }
  long size_c() const { return size(m, n, ldc, stride_c); }

 private:
  long size(long rows, long columns, long ld, long stride) const {
    return (batch - 1) * stride + (columns - 1) * ld + rows;
  }
};

}  // namespace kanpde::kernels::device
