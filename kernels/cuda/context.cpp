#include "kernels/cuda/context.hpp"

#include <cstring>

#include "kernels/base/error.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/nvrtc.hpp"

namespace kanpde::kernels::cuda {

namespace {

constexpr std::size_t blas_bytes = std::size_t(32) << 20;  // as cuBLAS asks for on Hopper
constexpr std::size_t staged_bytes = std::size_t(256) << 10;

cudaMemPool_t pool_of(int index) {
  cudaMemPool_t pool = nullptr;
  require(cudaDeviceGetDefaultMemPool(&pool, index), "memory of the GPU");
  return pool;
}

/// Freed memory stays with the process, so that evaluators are rebuilt without the driver.
void keep_freed_memory(int index) {
  auto most = ~0ULL;
  require(cudaMemPoolSetAttribute(pool_of(index), cudaMemPoolAttrReleaseThreshold, &most),
          "memory of the GPU");
}

}  // namespace

Context& Context::of(int index) {
  static std::map<int, std::unique_ptr<Context>> contexts;
  auto& context = contexts[index];
  if (!context) context.reset(new Context(index));
  require(cudaSetDevice(index), "choosing the GPU");
  return *context;
}

Context::Context(int index) : index_(index) {
  require(cudaSetDevice(index), "choosing the GPU");
  int major = 0, minor = 0;
  require(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index), "the GPU");
  require(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index), "the GPU");
  capability_ = 10 * major + minor;
  require(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "a stream of the GPU");
  keep_freed_memory(index);
  if (const auto s = cublasCreate(&blas_); s != CUBLAS_STATUS_SUCCESS) fail("cublasCreate", s);
  if (const auto s = cublasSetStream(blas_, stream_); s != CUBLAS_STATUS_SUCCESS)
    fail("cublasSetStream", s);
  if (const auto s = cublasSetWorkspace(blas_, allocate(blas_bytes), blas_bytes);
      s != CUBLAS_STATUS_SUCCESS)
    fail("cublasSetWorkspace", s);  // graphs and repeated bits want one of their own
  if (const auto s = cublasSetMathMode(blas_, CUBLAS_DEFAULT_MATH); s != CUBLAS_STATUS_SUCCESS)
    fail("cublasSetMathMode", s);  // no TF32
  if (const auto s = cusolverDnCreate(&solver_); s != CUSOLVER_STATUS_SUCCESS)
    fail("cusolverDnCreate", s);
  if (const auto s = cusolverDnSetStream(solver_, stream_); s != CUSOLVER_STATUS_SUCCESS)
    fail("cusolverDnSetStream", s);
  status_ = static_cast<int*>(allocate(sizeof(int)));
  for (char** staged : {&staged_up_, &staged_down_})
    require(cudaMallocHost(reinterpret_cast<void**>(staged), staged_bytes), "pinned memory");
}

// The driver gives everything back at the end of the process; libraries may be gone before.
Context::~Context() {
  for (auto& [source, module] : residuals_) static_cast<void>(module.release());
  for (auto& [source, module] : fused_) static_cast<void>(module.release());
}

/// Its pieces may be too small for what is wanted.
void Context::return_freed_memory() {
  synchronize();
  require(cudaMemPoolTrimTo(pool_of(index_), 0), "memory of the GPU");
}

void* Context::allocate(std::size_t bytes) {
  void* memory = nullptr;
  auto error = cudaMallocAsync(&memory, bytes, stream_);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    return_freed_memory();
    error = cudaMallocAsync(&memory, bytes, stream_);
  }
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    throw DeviceError(fmt::format("the memory of cuda:{} does not suffice: {} MB more are needed",
                                  index_, (bytes >> 20) + 1));
  }
  require(error, "memory of the GPU");
  return memory;
}

void Context::upload(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  const bool staged = bytes <= staged_bytes;
  if (staged) {
    if (upload_pending_) synchronize();
    std::memcpy(staged_up_, from, bytes);
    from = staged_up_;
    upload_pending_ = true;
  }
  require(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "copying to the GPU");
  if (!staged) synchronize();  // the caller may free `from`, which the GPU may not have read yet
}

void Context::download(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  const bool staged = bytes <= staged_bytes;
  require(cudaMemcpyAsync(staged ? staged_down_ : to, from, bytes, cudaMemcpyDeviceToHost, stream_),
          "copying from the GPU");
  synchronize();
  if (staged) std::memcpy(to, staged_down_, bytes);
}

void Context::synchronize() {
  require(cudaStreamSynchronize(stream_), "computing on the GPU");
  upload_pending_ = false;
}

void Context::release(void* memory) noexcept { cudaFreeAsync(memory, stream_); }

void* Context::workspace(std::size_t bytes) {
  if (bytes <= workspace_bytes_) return workspace_;
  if (workspace_) release(workspace_);
  workspace_ = nullptr;
  workspace_bytes_ = 0;
  workspace_ = allocate(bytes);
  workspace_bytes_ = bytes;
  return workspace_;
}

namespace {

/// The module of `source`, made once; null, from then on, where making it fails, as on a GPU that
/// NVRTC does not know.
template <class Module, class Make>
const Module* find_or_make(std::map<std::string, std::unique_ptr<Module>>& modules,
                           const std::string& source, Make make) {
  const auto [at, is_new] = modules.try_emplace(source);
  if (!is_new) return at->second.get();
  try {
    at->second = make();
  } catch (const DeviceError&) {
  }
  return at->second.get();
}

}  // namespace

const ResidualModule* Context::residual(const std::string& source) {
  return find_or_make(residuals_, source, [&] {
    return std::make_unique<ResidualModule>(cached_cubin(source, capability_));
  });
}

const FusedModule* Context::fused(const NetworkShape& shape, const Term& term, int scalars,
                                  bool single_precision) {
  const auto kernel =
      device::fused_kernel(shape, term, scalars, single_precision, shared_bytes_limit(index_));
  if (!kernel) return nullptr;
  return find_or_make(fused_, kernel->source, [&] {
    return std::make_unique<FusedModule>(cached_cubin(kernel->source, capability_), *kernel,
                                         index_);
  });
}

}  // namespace kanpde::kernels::cuda
