#include "kernels/emulated/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <limits>
#include <map>

#include "kernels/base/error.hpp"

namespace kanpde::kernels::emulated {

namespace {

constexpr std::size_t alignment_of_end = 16;  // what lies behind the last value is out of reach

struct Region {
  char* begin = nullptr;
  std::size_t pages = 0, bytes = 0;  // `pages`: bytes of whole pages, without the guard behind
};

std::map<void*, Region> regions;
std::size_t used = 0, most = std::numeric_limits<std::size_t>::max();
int accesses = 0;

void protect(const Region& region, bool open) {
  const int rights = open ? PROT_READ | PROT_WRITE : PROT_NONE;
  check(mprotect(region.begin, region.pages, rights) == 0, "mprotect: {}", std::strerror(errno));
}

void protect_all(bool open) {
  for (const auto& [memory, region] : regions) protect(region, open);
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (bytes > most - used)
    throw DeviceError(fmt::format("the emulated device has {} bytes of memory left, {} are needed",
                                  most - used, bytes));
  const std::size_t page = std::size_t(sysconf(_SC_PAGESIZE));
  Region region;
  region.bytes = bytes;
  region.pages = (bytes + page - 1) / page * page;
  void* mapped = mmap(nullptr, region.pages + page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw DeviceError("the host's memory does not suffice");
  region.begin = static_cast<char*>(mapped);
  std::memset(region.begin, 0xff, region.pages);
  mprotect(region.begin + region.pages, page, PROT_NONE);
  const std::size_t rounded = (bytes + alignment_of_end - 1) / alignment_of_end * alignment_of_end;
  void* memory = region.begin + (region.pages - rounded);
  if (accesses == 0) protect(region, false);
  regions[memory] = region;
  used += bytes;
  return memory;
}

void release(void* memory) noexcept {
  const auto at = regions.find(memory);
  if (at == regions.end()) return;
  const std::size_t page = std::size_t(sysconf(_SC_PAGESIZE));
  munmap(at->second.begin, at->second.pages + page);
  used -= at->second.bytes;
  regions.erase(at);
}

Access::Access() {
  if (accesses++ == 0) protect_all(true);
}

Access::~Access() {
  if (--accesses == 0) protect_all(false);
}

std::size_t bytes_in_use() { return used; }
void set_limit(std::size_t bytes) { most = bytes; }
std::size_t limit() { return most; }

}  // namespace kanpde::kernels::emulated
