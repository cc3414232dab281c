#include "kernels/base/disk_cache.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace kanpde {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "kanpde cache 1\n";

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h;
}

void append(std::string& to, std::uint64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  to.append(bytes, sizeof value);
}

std::uint64_t number_at(std::string_view entry, std::size_t offset) {
  std::uint64_t value = 0;
  std::memcpy(&value, entry.data() + offset, sizeof value);
  return value;
}

/// magic, length of the key, key, content, hash of all before.
std::string pack(std::string_view key, std::string_view content) {
  std::string entry(magic);
  append(entry, key.size());
  entry.append(key).append(content);
  append(entry, hash(entry));
  return entry;
}

std::optional<std::string> unpack(std::string_view entry, std::string_view key) {
  constexpr std::size_t number = sizeof(std::uint64_t), head = magic.size() + number;
  if (entry.size() < head + key.size() + number || !entry.starts_with(magic)) return {};
  const std::size_t end = entry.size() - number;
  if (number_at(entry, end) != hash(entry.substr(0, end))) return {};
  if (number_at(entry, magic.size()) != key.size() || entry.substr(head, key.size()) != key)
    return {};
  return std::string(entry.substr(head + key.size(), end - head - key.size()));
}

/// Whether all bytes are in a new file.
bool write(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), std::streamsize(bytes.size()));
  out.close();
  return bool(out);
}

/// No other thread or process uses it.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.string() + fmt::format(".{}.{}.tmp", ::getpid(), count++);
}

}  // namespace

fs::path cache_folder() {
  if (const char* chosen = std::getenv("KANPDE_CACHE"))
    return std::string_view(chosen) == "off" ? "" : chosen;
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base && *base == '/')
    return fs::path(base) / "kanpde";
  if (const char* home = std::getenv("HOME"); home && *home)
    return fs::path(home) / ".cache" / "kanpde";
  return {};
}

fs::path DiskCache::file(std::string_view key) const {
  return folder_ / fmt::format("{:016x}", hash(key));
}

std::optional<std::string> DiskCache::load(std::string_view key) const {
  if (folder_.empty()) return {};
  std::ifstream in(file(key), std::ios::binary);
  if (!in) return {};
  std::ostringstream entry;
  entry << in.rdbuf();  // does not throw on what cannot be read, such as a folder
  return unpack(entry.str(), key);
}

void DiskCache::store(std::string_view key, std::string_view content) const {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  const fs::path target = file(key), temporary = temporary_beside(target);
  if (write(temporary, pack(key, content))) fs::rename(temporary, target, error);
  fs::remove(temporary, error);
}

}  // namespace kanpde
