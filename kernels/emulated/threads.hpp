#pragma once
/// The threads of one emulated block: run in turn on the host, switching where they wait.

#include <functional>

#include "kernels/device/launch.hpp"

namespace kanpde::kernels::emulated {

/// In which order the threads of a block run between two barriers. Results that depend on it are
/// races.
enum class Order { ascending, descending };
void set_order(Order order);
Order order();

/// Runs body(thread) for each thread of a block. A call of wait_for_block() inside ends when all
/// others have come to theirs. Throws std::logic_error when some threads end while others wait,
/// and whatever a thread throws.
void run_block(int threads, const std::function<void(int)>& body);
void wait_for_block();

/// What a kernel sees of itself.
class Thread {
 public:
  Thread(int block, int blocks, int thread, int threads, device::Span<char> shared)
      : block_(block), blocks_(blocks), thread_(thread), threads_(threads), shared_(shared) {}
  int block() const { return block_; }
  int blocks() const { return blocks_; }
  int thread() const { return thread_; }
  int threads() const { return threads_; }
  void sync() const { wait_for_block(); }
  template <class T>
  device::Span<T> shared(std::size_t count, std::size_t offset = 0) const {
    const auto bytes = shared_.part(offset, count * sizeof(T));
    return {reinterpret_cast<T*>(bytes.data()), count};
  }

 private:
  int block_, blocks_, thread_, threads_;
  device::Span<char> shared_;
};

}  // namespace kanpde::kernels::emulated
