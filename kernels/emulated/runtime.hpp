#pragma once
/// A device that is the host: launches run at once, a block after another. Same interface as
/// kernels/cuda/runtime.hpp; see there. Throws std::logic_error for what is not to be recorded:
/// asking for memory, copies between host and device, factorisations.

#include <algorithm>
#include <cstring>
#include <functional>
#include <type_traits>
#include <vector>

#include "kernels/device/algebra.hpp"
#include "kernels/emulated/memory.hpp"
#include "kernels/emulated/threads.hpp"

namespace kanpde::kernels::emulated {

class Runtime {
 public:
  explicit Runtime(int /*index*/) {}

  void* allocate(std::size_t bytes) {
    require_no_recording();
    return emulated::allocate(bytes);
  }
  void release(void* memory) noexcept { emulated::release(memory); }

  template <class T>
  void upload(device::Span<T> to, const T* from) {
    require_no_recording();
    const Access access;
    if (!to.empty()) std::memcpy(to.data(), from, to.size() * sizeof(T));
  }
  template <class T>
  void download(T* to, device::Span<const T> from) {
    require_no_recording();
    const Access access;
    if (!from.empty()) std::memcpy(to, from.data(), from.size() * sizeof(T));
  }
  template <class T>
  void clear(device::Span<T> values) {
    submit([values] {
      if (!values.empty())
        std::memset(static_cast<void*>(values.data()), 0, values.size() * sizeof(T));
    });
  }
  void synchronize() { require_no_recording(); }

  /// What was launched, with the arguments of then.
  class Recording {
    friend class Runtime;
    std::vector<std::function<void()>> work_;
    int runs_ = 0;
  };
  /// As on a GPU: runs the body, from the second time on what the second call launched.
  template <class Body>
  void replay(Recording& recording, Body body) {
    if (recording.runs_ == 0) body();
    if (recording.runs_ == 1) record(recording.work_, body);
    recording.runs_ = std::min(recording.runs_ + 1, 2);
    const Access access;
    for (const auto& work : recording.work_) work();
  }

  template <class Kernel>
  void launch(const device::LaunchSize& size, const Kernel& kernel) {
    static_assert(std::is_trivially_copyable_v<Kernel>, "kernels are copied to the device");
    submit([size, kernel] { run(size, kernel); });
  }

  /// C = alpha op(A) op(B) + beta C, column-major, op(A): m x k; `batch` products with the given
  /// strides between their operands.
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
  template <class Kernel>
  static void run(const device::LaunchSize& size, const Kernel& kernel) {
    std::vector<char> memory(size.shared_bytes);
    for (int b = 0; b < size.blocks; ++b) {
      std::fill(memory.begin(), memory.end(), '\xff');
      const auto body = [&](int i) {
        kernel(Thread(b, size.blocks, i, size.threads, {memory.data(), memory.size()}));
      };
      if constexpr (Kernel::cooperative)
        run_block(size.threads, body);
      else
        for (int i = 0; i < size.threads; ++i)
          body(order() == Order::ascending ? i : size.threads - 1 - i);
    }
  }

  void submit(std::function<void()> work) {
    if (recorder_) return recorder_->push_back(std::move(work));
    const Access access;
    work();
  }
  template <class Body>
  void record(std::vector<std::function<void()>>& work, Body body) {
    recorder_ = &work;
    try {
      body();
    } catch (...) {
      recorder_ = nullptr;
      throw;
    }
    recorder_ = nullptr;
  }
  void require_no_recording() const;

  std::vector<std::function<void()>>* recorder_ = nullptr;
};

}  // namespace kanpde::kernels::emulated
