#pragma once
/// How code for a device is written: kernels are objects whose call operator runs once a thread,
/// with all memory in spans. nvcc compiles them for a GPU (kernels/cuda), the host's compiler for
/// the emulated device (kernels/emulated), which checks every index.
///
/// A kernel K has `static constexpr bool cooperative`: whether its threads wait for one another
/// or share memory. Its operator takes a thread t:
///   t.block(), t.blocks(), t.thread(), t.threads()   who it is
///   t.sync()                                         all threads of the block wait here
///   t.template shared<T>(count, offset)              shared memory of the block, offset in bytes

#include <cstddef>
#include <type_traits>

#include "kernels/bodies/math.hpp"

#ifdef __CUDACC__
#define KANPDE_KERNEL __device__
#else
#define KANPDE_KERNEL
#endif

namespace kanpde::kernels::device {

/// Throws std::out_of_range: a span of `size` values has no value `index`.
[[noreturn]] void outside(std::size_t index, std::size_t size);

/// `size` values in the memory of a device; const T: read only.
template <class T>
class Span {
 public:
  Span() = default;
  KANPDE_HD Span(T* data, std::size_t size) : data_(data), size_(size) {}
  template <class U>
  requires std::is_same_v<const U, T> KANPDE_HD Span(Span<U> other)
      : data_(other.data()), size_(other.size()) {}  // NOLINT

  KANPDE_HD T* data() const { return data_; }
  KANPDE_HD std::size_t size() const { return size_; }
  KANPDE_HD bool empty() const { return size_ == 0; }
  KANPDE_HD T& operator[](std::size_t i) const {
    require(i, size_);
    return data_[i];
  }
  /// `count` values from `first` on.
  KANPDE_HD Span part(std::size_t first, std::size_t count) const {
    require(first, size_ + 1);
    require(count, size_ - first + 1);
    return {data_ + first, count};
  }
  KANPDE_HD Span from(std::size_t first) const {
    require(first, size_ + 1);
    return {data_ + first, size_ - first};
  }

 private:
  KANPDE_HD static void require(std::size_t i, std::size_t size) {
#ifndef __CUDA_ARCH__
    if (i >= size) outside(i, size);
#endif
  }
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Blocks of threads, with `shared_bytes` of memory for each block.
struct LaunchSize {
  int blocks = 0, threads = 0;
  std::size_t shared_bytes = 0;
};

inline constexpr int usual_threads = 128;

/// A thread for each of n independent items.
inline LaunchSize one_thread_each(long n) {
  return {int((n + usual_threads - 1) / usual_threads), usual_threads, 0};
}

/// Number of this thread over all blocks.
template <class Thread>
KANPDE_KERNEL inline long item(const Thread& t) {
  return long(t.block()) * t.threads() + t.thread();
}

}  // namespace kanpde::kernels::device
