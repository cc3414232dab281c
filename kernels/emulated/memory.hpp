#pragma once
/// Memory that only emulated kernels can touch.

#include <cstddef>

namespace kanpde::kernels::emulated {

/// `bytes` (> 0) of memory that ends at a page without access. The host may touch neither; new
/// memory holds NaN. Throws DeviceError where limit() is exceeded.
void* allocate(std::size_t bytes);
void release(void* memory) noexcept;

/// While one lives, this process may touch all device memory: kernels and copies hold one.
class Access {
 public:
  Access();
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;
};

/// Bytes in use, and the most that may be (unlimited at first): to test what happens when memory
/// runs out.
std::size_t bytes_in_use();
void set_limit(std::size_t bytes);
std::size_t limit();

}  // namespace kanpde::kernels::emulated
