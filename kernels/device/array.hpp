#pragma once
/// Values in the memory of a device, owned.

#include <utility>
#include <vector>

#include "kernels/device/launch.hpp"

namespace kanpde::kernels::device {

/// Keeps its memory until it goes; the runtime must live longer. R: a runtime (cuda, emulated).
template <class R, class T>
class Array {
 public:
  Array() = default;
  Array(R& runtime, std::size_t size) : runtime_(&runtime) { reserve(size); }
  /// A copy of host values, converted to T.
  template <class Values>
  static Array of(R& runtime, const Values& values) {
    Array copy(runtime, values.size());
    copy.assign(values);
    return copy;
  }
  ~Array() { free(); }
  Array(Array&& other) noexcept { swap(other); }
  Array& operator=(Array&& other) noexcept {
    swap(other);
    return *this;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Span<T> span() const { return {data_, size_}; }
  Span<T> first(std::size_t count) const { return span().part(0, count); }
  Span<const T> read() const { return span(); }

  /// The first values.size() become host values, converted to T.
  template <class Values>
  void assign(const Values& values) {
    reserve(values.size());
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(*values.data())>, T>) {
      runtime_->upload(first(values.size()), values.data());
    } else {
      const std::vector<T> converted(values.begin(), values.end());
      runtime_->upload(first(converted.size()), converted.data());
    }
  }

  /// Makes room for `size` values; what was held is lost where it grows.
  void reserve(std::size_t size) {
    if (size <= size_) return;
    free();
    data_ = static_cast<T*>(runtime_->allocate(size * sizeof(T)));
    size_ = size;
  }

 private:
  void swap(Array& other) noexcept {
    std::swap(runtime_, other.runtime_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void free() noexcept {
    if (data_) runtime_->release(data_);
    data_ = nullptr;
    size_ = 0;
  }

  R* runtime_ = nullptr;
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace kanpde::kernels::device
