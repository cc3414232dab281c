#pragma once
/// Results that are expensive to compute, kept in files between runs.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace kanpde {

/// $KANPDE_CACHE where it is set ("" or "off": no folder), else $XDG_CACHE_HOME/kanpde, else
/// ~/.cache/kanpde. Empty: nothing is kept.
std::filesystem::path cache_folder();

/// Content by key, a file an entry, named by a hash of the key; the key itself is in the file, so
/// that two keys of one hash are told apart. Processes may share a folder. Nothing throws: an entry
/// that is missing, damaged or not readable is not found, one that cannot be written is dropped.
class DiskCache {
 public:
  /// An empty path: a cache that keeps nothing.
  explicit DiskCache(std::filesystem::path folder = cache_folder()) : folder_(std::move(folder)) {}

  std::optional<std::string> load(std::string_view key) const;
  /// Writes a temporary file and renames it.
  void store(std::string_view key, std::string_view content) const;
  std::filesystem::path file(std::string_view key) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace kanpde
