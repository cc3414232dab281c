#pragma once
/// Fused kernels on the host: their text by the host's C++ compiler, their threads on the emulated
/// device.

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/device/fused_source.hpp"
#include "kernels/emulated/memory.hpp"
#include "kernels/emulated/threads.hpp"
#include "tests/units/kernels/host_compiler.hpp"

namespace kanpde::oracle {

namespace device = kernels::device;
namespace emulated = kernels::emulated;

/// The threads of one block. Between two barriers of the block a warp runs to its end before the
/// next one starts, in the order of emulated::order(), so that what is not protected by a barrier
/// shows in the results.
class WarpSchedule {
 public:
  explicit WarpSchedule(int threads)
      : threads_(threads),
        arrived_(std::size_t(threads / 32), 0),
        exchanged_(std::size_t(threads / 32), 0),
        exchanges_(std::size_t(threads), 0),
        rounds_(std::size_t(threads), 0),
        slots_(2 * std::size_t(threads), 0.0) {}

  template <class Body>
  void run(Body body) {
    emulated::run_block(threads_, [&](int thread) {
      current_ = thread;
      wait_for_turn();
      body();
      wait_for_all();
      if (++finished_ == threads_) last_round_ = rounds_[std::size_t(thread)] + 2;
      while (rounds_[std::size_t(thread)] != last_round_) yield();
    });
  }

  int current() const { return current_; }

  void synchronize() {
    wait_for_all();
    wait_for_turn();
  }

  /// The value of the lane whose number differs in the bits of `mask`.
  double exchange(double value, int mask) {
    const int self = current_, warp = self / 32;
    const long count = ++exchanges_[std::size_t(self)];
    double* slots = slots_.data() + (count % 2) * threads_;
    slots[self] = value;
    ++exchanged_[std::size_t(warp)];
    while (exchanged_[std::size_t(warp)] < 32 * count) yield();
    return slots[self ^ mask];
  }

 private:
  void yield() {
    const int self = current_;
    ++rounds_[std::size_t(self)];
    emulated::wait_for_block();
    current_ = self;
  }
  void wait_for_all() {
    const int warp = current_ / 32;
    const long generation = generation_;
    if (++arrived_[std::size_t(warp)] == 32) {
      arrived_[std::size_t(warp)] = 0;
      if (++turn_ == threads_ / 32) {
        turn_ = 0;
        ++generation_;
      }
    }
    while (generation_ == generation) yield();
  }
  void wait_for_turn() {
    const int warp = current_ / 32, warps = threads_ / 32;
    const int place = emulated::order() == emulated::Order::ascending ? warp : warps - 1 - warp;
    while (turn_ != place) yield();
  }

  int threads_, current_ = 0, turn_ = 0, finished_ = 0;
  long generation_ = 0, last_round_ = -1;
  std::vector<int> arrived_;
  std::vector<long> exchanged_, exchanges_, rounds_;
  std::vector<double> slots_;
};

inline WarpSchedule* schedule = nullptr;

/// Values in memory that ends at a page without access.
template <class T>
class GuardedArray {
 public:
  explicit GuardedArray(std::size_t size)
      : data_(size ? static_cast<T*>(emulated::allocate(size * sizeof(T))) : nullptr),
        size_(size) {}
  template <class Values>
  explicit GuardedArray(const Values& values) : GuardedArray(values.size()) {
    const emulated::Access access;
    for (std::size_t i = 0; i < size_; ++i) data_[i] = T(values.data()[i]);
  }
  ~GuardedArray() {
    if (data_) emulated::release(data_);
  }
  GuardedArray(const GuardedArray&) = delete;
  GuardedArray& operator=(const GuardedArray&) = delete;
  T* data() { return data_; }
  std::vector<double> values() const {
    const emulated::Access access;
    return {data_, data_ + size_};
  }

 private:
  T* data_;
  std::size_t size_;
};

/// Texts of fused kernels, compiled together by the host's compiler into a library that is loaded.
class FusedLibrary {
 public:
  explicit FusedLibrary(const std::vector<std::string>& sources)
      : library_(load_library(text(sources))) {
    connect();
  }
  ~FusedLibrary() { ::dlclose(library_); }
  FusedLibrary(const FusedLibrary&) = delete;
  FusedLibrary& operator=(const FusedLibrary&) = delete;

  /// Runs kernel `index` on `blocks` blocks.
  template <class... Arguments>
  void run(std::size_t index, const device::FusedKernel& kernel, int blocks,
           Arguments... arguments) const {
    const std::string name = device::fused_kernel_name + ("_" + std::to_string(index));
    const auto function = find<void(Arguments...)>(name);
    const auto begin_block = find<void(unsigned, unsigned, char*)>("begin_block");
    GuardedArray<char> shared(kernel.shared_bytes);
    const emulated::Access access;
    for (int b = 0; b < blocks; ++b) {
      std::memset(shared.data(), 0xff, kernel.shared_bytes);
      begin_block(unsigned(b), unsigned(blocks), shared.data());
      WarpSchedule block(kernel.threads);
      schedule = &block;
      block.run([&] { function(arguments...); });
      schedule = nullptr;
    }
  }

 private:
  static unsigned current() { return unsigned(schedule->current()); }
  static void synchronize() { schedule->synchronize(); }
  static double exchange(double value, int mask) { return schedule->exchange(value, mask); }

  void connect() const {
    using Connect = void(unsigned (*)(), void (*)(), double (*)(double, int));
    find<Connect>("connect")(current, synchronize, exchange);
  }

  static std::string text(const std::vector<std::string>& sources) {
    std::string all = R"(#include <math.h>
struct Index { unsigned x; };
static Index blockIdx, gridDim;
static char* shared_memory;
static unsigned (*current)();
static void (*synchronize)();
static double (*exchange)(double, int);
extern "C" void connect(unsigned (*c)(), void (*s)(), double (*e)(double, int)) {
  current = c; synchronize = s; exchange = e;
}
extern "C" void begin_block(unsigned block, unsigned blocks, char* memory) {
  blockIdx.x = block; gridDim.x = blocks; shared_memory = memory;
}
static void __syncthreads() { synchronize(); }
template <class V> V __shfl_xor_sync(unsigned, V v, int mask) { return V(exchange(double(v), mask)); }
#define threadIdx (Index{current()})
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads, blocks)
)";
    const std::string name = device::fused_kernel_name;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string number = std::to_string(i);
      all += "#define " + name + " " + name + "_" + number + "\nnamespace kernel" + number +
             " {\n" + on_host(sources[i]) + "}\n#undef " + name + "\n";
    }
    return all;
  }

  static std::string on_host(std::string source) {
    const std::string declaration = "extern __shared__ __align__(16) char memory[];";
    const std::size_t at = source.find(declaration);
    if (at == std::string::npos) throw std::runtime_error("no shared memory in the text");
    return source.replace(at, declaration.size(), "char* const memory = shared_memory;");
  }

  template <class F>
  F* find(const std::string& name) const {
    void* found = ::dlsym(library_, name.c_str());
    if (!found) throw std::runtime_error("no function " + name);
    return reinterpret_cast<F*>(found);
  }

  void* library_ = nullptr;
};

}  // namespace kanpde::oracle
