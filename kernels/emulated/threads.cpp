#include "kernels/emulated/threads.hpp"

#include <ucontext.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define KANPDE_ASAN 1
#endif

namespace kanpde::kernels::emulated {

namespace {

constexpr std::size_t stack_bytes = 256 * 1024;

Order present_order = Order::ascending;

/// One thread of the block: a stack of its own.
struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  bool ended = false;
};

/// The block that runs at present on this host thread.
struct Block {
  ucontext_t scheduler;
  std::vector<Fiber> fibers;
  const std::function<void(int)>* body = nullptr;
  int current = -1;
  std::exception_ptr error;
};
thread_local Block block;

void enter_fiber([[maybe_unused]] Fiber& fiber) {
#ifdef KANPDE_ASAN
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, fiber.stack.get(), stack_bytes);
#endif
  swapcontext(&block.scheduler, &fiber.context);
#ifdef KANPDE_ASAN
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

#ifdef KANPDE_ASAN
const void* scheduler_stack = nullptr;
std::size_t scheduler_bytes = 0;
#endif

void leave_fiber(Fiber& fiber) {
#ifdef KANPDE_ASAN
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(fiber.ended ? nullptr : &fake, scheduler_stack, scheduler_bytes);
#endif
  swapcontext(&fiber.context, &block.scheduler);
#ifdef KANPDE_ASAN
  __sanitizer_finish_switch_fiber(fake, &scheduler_stack, &scheduler_bytes);
#endif
}

void fiber_main() {
#ifdef KANPDE_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack, &scheduler_bytes);
#endif
  Fiber& fiber = block.fibers[std::size_t(block.current)];
  try {
    (*block.body)(block.current);
  } catch (...) {
    block.error = std::current_exception();
  }
  fiber.ended = true;
  leave_fiber(fiber);
}

void prepare(int threads) {
  block.fibers.resize(std::max<std::size_t>(block.fibers.size(), std::size_t(threads)));
  for (int i = 0; i < threads; ++i) {
    Fiber& fiber = block.fibers[std::size_t(i)];
    if (!fiber.stack) fiber.stack.reset(new char[stack_bytes]);
    fiber.ended = false;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = stack_bytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, fiber_main, 0);
  }
}

/// Runs every thread up to its next barrier or its end; returns how many have ended.
int run_to_barrier(int threads) {
  int ended = 0;
  for (int k = 0; k < threads && !block.error; ++k) {
    block.current = present_order == Order::ascending ? k : threads - 1 - k;
    enter_fiber(block.fibers[std::size_t(block.current)]);
    ended += block.fibers[std::size_t(block.current)].ended;
  }
  return ended;
}

}  // namespace

void set_order(Order order) { present_order = order; }
Order order() { return present_order; }

void run_block(int threads, const std::function<void(int)>& body) {
  prepare(threads);
  block.body = &body;
  block.error = nullptr;
  int ended = 0;
  while (ended == 0 && !block.error) ended = run_to_barrier(threads);
  block.current = -1;
  if (block.error) std::rethrow_exception(block.error);
  if (ended < threads)
    throw std::logic_error("threads of a block have ended while others wait for them");
}

void wait_for_block() {
  if (block.current < 0)
    throw std::logic_error("a kernel that is not cooperative waits for its block");
  leave_fiber(block.fibers[std::size_t(block.current)]);
}

}  // namespace kanpde::kernels::emulated
