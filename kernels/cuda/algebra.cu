/// The dense algebra of the runtime: cuBLAS and cuSOLVER.

#include <cmath>

#include "kernels/cuda/runtime.hpp"

namespace kanpde::kernels::cuda {

using device::Product;
using device::Span;

namespace {

void require_blas(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS) fail(call, int(status));
}

void require_solver(cusolverStatus_t status, const char* call) {
  if (status != CUSOLVER_STATUS_SUCCESS) fail(call, int(status));
}

/// On the host, before a library reads beyond an operand.
template <class T>
void require_size(Span<T> values, long size) {
  if (size > 0) static_cast<void>(values.part(0, std::size_t(size)));
}

cublasOperation_t operation(bool transposed) { return transposed ? CUBLAS_OP_T : CUBLAS_OP_N; }

/// The calls of cuBLAS for one type: gemv and gemm have kernels of their own.
struct Double {
  static constexpr auto gemv = cublasDgemv_64;
  static constexpr auto gemm = cublasDgemm_64;
  static constexpr auto batched = cublasDgemmStridedBatched_64;
};
struct Float {
  static constexpr auto gemv = cublasSgemv_64;
  static constexpr auto gemm = cublasSgemm_64;
  static constexpr auto batched = cublasSgemmStridedBatched_64;
};

template <class Calls, class T>
cublasStatus_t product(cublasHandle_t blas, const Product& p, const T* a, const T* b, T* c) {
  const T alpha = T(p.alpha), beta = T(p.beta);
  const auto op_a = operation(p.transpose_a), op_b = operation(p.transpose_b);
  if (p.batch > 1)
    return Calls::batched(blas, op_a, op_b, p.m, p.n, p.k, &alpha, a, p.lda, p.stride_a, b, p.ldb,
                          p.stride_b, &beta, c, p.ldc, p.stride_c, p.batch);
  if (p.n == 1 && !p.transpose_b)
    return Calls::gemv(blas, op_a, p.transpose_a ? p.k : p.m, p.transpose_a ? p.m : p.k, &alpha, a,
                       p.lda, b, 1, &beta, c, 1);
  return Calls::gemm(blas, op_a, op_b, p.m, p.n, p.k, &alpha, a, p.lda, b, p.ldb, &beta, c, p.ldc);
}

}  // namespace

template <class T>
void Runtime::multiply(const Product& p, Span<const T> a, Span<const T> b, Span<T> c) {
  require_size(a, p.size_a());
  require_size(b, p.size_b());
  require_size(c, p.size_c());
  using Calls = std::conditional_t<std::is_same_v<T, float>, Float, Double>;
  require_blas(product<Calls>(context_.blas(), p, a.data(), b.data(), c.data()), "a product");
}

template void Runtime::multiply(const Product&, Span<const double>, Span<const double>,
                                Span<double>);
template void Runtime::multiply(const Product&, Span<const float>, Span<const float>, Span<float>);

void Runtime::gram(long m, long n, Span<const double> j, Span<double> g) {
  require_size(j, m * n);
  require_size(g, n * n);
  const double one = 1, zero = 0;
  require_blas(cublasDsyrk_64(context_.blas(), CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_T, n, m, &one,
                              j.data(), m, &zero, g.data(), n),
               "syrk");
}

bool Runtime::cholesky(long n, Span<double> a) {
  require_size(a, n * n);
  int words = 0;
  require_solver(cusolverDnDpotrf_bufferSize(context_.solver(), CUBLAS_FILL_MODE_LOWER, int(n),
                                             a.data(), int(n), &words),
                 "potrf_bufferSize");
  auto* work = static_cast<double*>(context_.workspace(std::size_t(words) * sizeof(double)));
  require_solver(cusolverDnDpotrf(context_.solver(), CUBLAS_FILL_MODE_LOWER, int(n), a.data(),
                                  int(n), work, words, context_.status()),
                 "potrf");
  int status = 0;
  double last = 0;  // NaN where any number of the factor is
  download(&status, Span<const int>(context_.status(), 1));
  download(&last, Span<const double>(a.part(std::size_t(n * n - 1), 1)));
  return status == 0 && std::isfinite(last);
}

void Runtime::cholesky_solve(long n, Span<const double> l, Span<double> x) {
  require_size(l, n * n);
  require_size(x, n);
  require_solver(cusolverDnDpotrs(context_.solver(), CUBLAS_FILL_MODE_LOWER, int(n), 1, l.data(),
                                  int(n), x.data(), int(n), context_.status()),
                 "potrs");
}

void Runtime::qr(long m, long n, Span<double> a, Span<double> tau) {
  require_size(a, m * n);
  require_size(tau, n);
  int words = 0;
  require_solver(
      cusolverDnDgeqrf_bufferSize(context_.solver(), int(m), int(n), a.data(), int(m), &words),
      "geqrf_bufferSize");
  auto* work = static_cast<double*>(context_.workspace(std::size_t(words) * sizeof(double)));
  require_solver(cusolverDnDgeqrf(context_.solver(), int(m), int(n), a.data(), int(m), tau.data(),
                                  work, words, context_.status()),
                 "geqrf");
}

void Runtime::apply_q(bool transposed, long m, long n, Span<const double> a, Span<const double> tau,
                      Span<double> b) {
  require_size(a, m * n);
  require_size(tau, n);
  require_size(b, m);
  int words = 0;
  require_solver(cusolverDnDormqr_bufferSize(context_.solver(), CUBLAS_SIDE_LEFT,
                                             operation(transposed), int(m), 1, int(n), a.data(),
                                             int(m), tau.data(), b.data(), int(m), &words),
                 "ormqr_bufferSize");
  auto* work = static_cast<double*>(context_.workspace(std::size_t(words) * sizeof(double)));
  require_solver(cusolverDnDormqr(context_.solver(), CUBLAS_SIDE_LEFT, operation(transposed),
                                  int(m), 1, int(n), a.data(), int(m), tau.data(), b.data(), int(m),
                                  work, words, context_.status()),
                 "ormqr");
}

void Runtime::triangular_solve(bool transposed, long n, Span<const double> a, long lda,
                               Span<double> x) {
  require_size(a, (n - 1) * lda + n);
  require_size(x, n);
  require_blas(cublasDtrsv_64(context_.blas(), CUBLAS_FILL_MODE_UPPER, operation(transposed),
                              CUBLAS_DIAG_NON_UNIT, n, a.data(), lda, x.data(), 1),
               "trsv");
}

}  // namespace kanpde::kernels::cuda
