#pragma once
/// The runtime of kernels/device on an NVIDIA GPU; only nvcc can read this. Launches, copies and
/// dense algebra go to one stream and run in order; only downloads and cholesky() wait for it.

#include "kernels/cuda/context.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/device/algebra.hpp"

namespace kanpde::kernels::cuda {

/// What a kernel sees of itself.
class Thread {
 public:
  __device__ int block() const { return int(blockIdx.x); }
  __device__ int blocks() const { return int(gridDim.x); }
  __device__ int thread() const { return int(threadIdx.x); }
  __device__ int threads() const { return int(blockDim.x); }
  __device__ void sync() const { __syncthreads(); }
  template <class T>
  __device__ device::Span<T> shared(std::size_t count, std::size_t offset = 0) const {
    extern __shared__ __align__(16) char memory[];
    return {reinterpret_cast<T*>(memory + offset), count};
  }
};

template <class Kernel>
__global__ void run(const __grid_constant__ Kernel kernel) {
  kernel(Thread());
}

class Runtime {
 public:
  explicit Runtime(int index) : context_(Context::of(index)) {}

  Context& context() { return context_; }
  void* allocate(std::size_t bytes) { return context_.allocate(bytes); }
  void release(void* memory) noexcept { context_.release(memory); }

  template <class T>
  void upload(device::Span<T> to, const T* from) {
    context_.upload(to.data(), from, to.size() * sizeof(T));
  }
  template <class T>
  void download(T* to, device::Span<const T> from) {
    context_.download(to, from.data(), from.size() * sizeof(T));
  }
  template <class T>
  void clear(device::Span<T> values) {
    if (values.empty()) return;
    require(cudaMemsetAsync(values.data(), 0, values.size() * sizeof(T), context_.stream()),
            "clearing memory of the GPU");
  }
  void synchronize() { context_.synchronize(); }

  /// What a body of launches did, to be done again as a whole.
  class Recording {
   public:
    Recording() = default;
    ~Recording() { reset(); }
    Recording(Recording&& other) noexcept { swap(other); }
    Recording& operator=(Recording&& other) noexcept {
      Recording moved(std::move(other));
      swap(moved);
      return *this;
    }

   private:
    friend class Runtime;
    void reset() noexcept {
      if (graph_) cudaGraphExecDestroy(graph_);
    }
    void swap(Recording& other) noexcept {
      std::swap(graph_, other.graph_);
      std::swap(ran_, other.ran_);
    }
    cudaGraphExec_t graph_ = nullptr;
    bool ran_ = false;
  };

  /// Runs a body that launches the same work whenever it is called, without waiting in between: as
  /// it is the first time, when it may still ask for memory, then recorded as a CUDA graph. Memory
  /// that it uses must stay where it is from then on.
  template <class Body>
  void replay(Recording& recording, Body body) {
    if (!recording.ran_) {
      body();
      recording.ran_ = true;
      return;
    }
    if (!recording.graph_) recording.graph_ = record(body);
    require(cudaGraphLaunch(recording.graph_, context_.stream()), "starting a graph on the GPU");
  }

  template <class Kernel>
  void launch(const device::LaunchSize& size, const Kernel& kernel) {
    static_assert(std::is_trivially_copyable_v<Kernel>, "kernels are copied to the device");
    if (size.blocks == 0) return;
    run<<<size.blocks, size.threads, size.shared_bytes, context_.stream()>>>(kernel);
    require(cudaGetLastError(), "starting a kernel on the GPU");
  }

  /// C = alpha op(A) op(B) + beta C, column-major, op(A): m x k; `batch` products with the given
  /// strides between their operands. In float32 without TF32.
  template <class T>
  void multiply(const device::Product& p, device::Span<const T> a, device::Span<const T> b,
                device::Span<T> c);
  /// Lower triangle of G = J'J; J: m x n.
  void gram(long m, long n, device::Span<const double> j, device::Span<double> g);
  /// Lower triangle of A: n x n to its Cholesky factor; false when not positive definite.
  bool cholesky(long n, device::Span<double> a);
  void cholesky_solve(long n, device::Span<const double> l, device::Span<double> x);
  /// QR of A: m x n, m >= n, in place, as LAPACK's geqrf; tau: n.
  void qr(long m, long n, device::Span<double> a, device::Span<double> tau);
  /// b = Q b or Q'b; b: m.
  void apply_q(bool transposed, long m, long n, device::Span<const double> a,
               device::Span<const double> tau, device::Span<double> b);
  /// x = R^-1 x or R'^-1 x with the upper triangle R: n x n of A, leading dimension lda.
  void triangular_solve(bool transposed, long n, device::Span<const double> a, long lda,
                        device::Span<double> x);

 private:
  template <class Body>
  cudaGraphExec_t record(Body body) {
    require(cudaStreamBeginCapture(context_.stream(), cudaStreamCaptureModeThreadLocal),
            "recording a graph");
    cudaGraph_t graph = nullptr;
    try {
      body();
    } catch (...) {
      cudaStreamEndCapture(context_.stream(), &graph);
      cudaGraphDestroy(graph);
      cudaGetLastError();
      throw;
    }
    require(cudaStreamEndCapture(context_.stream(), &graph), "recording a graph");
    cudaGraphExec_t made = nullptr;
    const auto error = cudaGraphInstantiate(&made, graph, 0);
    cudaGraphDestroy(graph);
    require(error, "recording a graph");
    return made;
  }

  Context& context_;
};

}  // namespace kanpde::kernels::cuda
