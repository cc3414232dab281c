#pragma once
/// Files that appear whole or not at all.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace kanpde::output {

/// Calls `write` with a temporary path in the directory of `path`, forces what it wrote to disk and
/// renames it to `path`. A process killed at any moment leaves the old file or the new one; what it
/// left of the temporary file goes with the next write. If `write` throws, so does this.
/// Errors: std::system_error naming `path`; the old file is untouched, no temporary file stays.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path& temporary)>& write);

/// The same for the bytes of a whole file.
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// All bytes of a file. Errors: InputError naming it.
std::string read_file(const std::filesystem::path& path);

/// Creates a directory and those above it that are missing. Errors: InputError where the path is a
/// file, std::system_error naming it otherwise.
void make_directory(const std::filesystem::path& path);

/// Throws std::system_error for `code` (an errno value), saying which path cannot be written.
[[noreturn]] void throw_write_error(const std::filesystem::path& path, int code);

}  // namespace kanpde::output
