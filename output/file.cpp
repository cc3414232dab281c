#include "output/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "kernels/base/error.hpp"

namespace kanpde::output {
namespace fs = std::filesystem;
namespace {

/// An open file; close() reports what a late write found out.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) throw_write_error(path, errno);
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

void write_all(const fs::path& path, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_write_error(path, errno);
    bytes.remove_prefix(std::size_t(written));
  }
  if (file.close() != 0) throw_write_error(path, errno);
}

void flush_to_disk(const fs::path& path) {
  Descriptor file(path, O_RDONLY);
  if (::fsync(file.get()) != 0) throw_write_error(path, errno);
}

/// Makes the rename itself durable; file systems that cannot do that are left alone.
void flush_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string temporary_prefix(const fs::path& path) {
  return fmt::format(".{}.", path.filename().string());
}

/// Process id in the middle of ".NAME.PID.tmp", 0 if `name` does not look like that.
int writer_of(std::string_view name, std::string_view prefix) {
  constexpr std::string_view suffix = ".tmp";
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return 0;
  name.remove_prefix(prefix.size());
  if (name.size() < suffix.size()) return 0;
  name.remove_suffix(suffix.size());
  int pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return error == std::errc() && end == name.data() + name.size() ? pid : 0;
}

/// Removes what killed processes left of earlier writes of `path`.
void remove_leftovers(const fs::path& path) {
  const std::string prefix = temporary_prefix(path);
  std::error_code ignored;
  for (fs::directory_iterator i(directory_of(path), ignored), end; !ignored && i != end;
       i.increment(ignored)) {
    const int pid = writer_of(i->path().filename().string(), prefix);
    std::error_code not_removed;
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove(i->path(), not_removed);
  }
}

}  // namespace

void throw_write_error(const fs::path& path, int code) {
  throw std::system_error(code, std::generic_category(),
                          fmt::format("cannot write {}", path.string()));
}

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  remove_leftovers(path);
  const fs::path temporary =
      directory_of(path) / fmt::format("{}{}.tmp", temporary_prefix(path), ::getpid());
  try {
    write(temporary);
    flush_to_disk(temporary);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw_write_error(path, errno);
  } catch (const std::system_error& error) {
    ::unlink(temporary.c_str());
    throw_write_error(path, error.code().value());
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  flush_directory(directory_of(path));
}

void write_atomically(const fs::path& path, std::string_view bytes) {
  write_atomically(path, [bytes](const fs::path& temporary) { write_all(temporary, bytes); });
}

void make_directory(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path))
    throw InputError({path.string(), 0, 0}, "is a file; name a directory");
  fs::create_directories(path, error);
  if (error) throw_write_error(path, error.value());
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto fail = [&](std::string_view why) { throw InputError({path.string(), 0, 0}, why); };
  if (!file) fail(fmt::format("cannot be read: {}", std::generic_category().message(errno)));
  if (fs::is_directory(path)) fail("is a directory, a file was expected");
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) fail("reading broke off");
  return bytes;
}

}  // namespace kanpde::output
