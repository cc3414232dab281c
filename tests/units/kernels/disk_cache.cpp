// The cache on disk: what is kept, and that nothing damaged is ever handed out.

#include "kernels/base/disk_cache.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

namespace kanpde {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class DiskCacheTest : public testing::Test {
 protected:
  DiskCacheTest() {
    std::string name = (fs::temp_directory_path() / "kanpde_cache_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~DiskCacheTest() override { fs::remove_all(folder_); }
  int files() const { return int(std::distance(fs::recursive_directory_iterator(folder_), {})); }

  fs::path folder_;
  const std::string content_ = std::string(
                                   "\0\x7f"
                                   "ELF\nbytes",
                                   12) +
                               std::string(3000, '\xff');
};

TEST_F(DiskCacheTest, FindsWhatWasStored) {
  const DiskCache cache(folder_ / "new" / "folders");
  EXPECT_FALSE(cache.load("key"));
  cache.store("key", content_);
  cache.store("empty", "");
  EXPECT_EQ(cache.load("key"), content_);
  EXPECT_EQ(cache.load("empty"), "");
  EXPECT_FALSE(cache.load("ke"));
  EXPECT_EQ(files(), 4) << "two folders, two entries, nothing temporary";
  cache.store("key", "newer");
  EXPECT_EQ(DiskCache(folder_ / "new" / "folders").load("key"), "newer");
}

TEST_F(DiskCacheTest, TellsKeysOfOneHashApart) {
  const DiskCache cache(folder_);
  cache.store("one", content_);
  fs::copy_file(cache.file("one"), cache.file("two"));
  EXPECT_FALSE(cache.load("two"));
  EXPECT_EQ(cache.load("one"), content_);
}

TEST_F(DiskCacheTest, IgnoresTruncatedEntries) {
  const DiskCache cache(folder_);
  cache.store("key", content_);
  const std::string whole = read(cache.file("key"));
  for (std::size_t size = 0; size < whole.size(); size += size < 60 ? 1 : 97) {
    write(cache.file("key"), whole.substr(0, size));
    EXPECT_FALSE(cache.load("key")) << size << " bytes";
  }
  write(cache.file("key"), whole + "x");
  EXPECT_FALSE(cache.load("key"));
  cache.store("key", content_);
  EXPECT_EQ(cache.load("key"), content_);
}

TEST_F(DiskCacheTest, IgnoresEntriesWithAnyByteChanged) {
  const DiskCache cache(folder_);
  cache.store("key", "content");
  const std::string whole = read(cache.file("key"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = char(damaged[i] ^ 0x10);
    write(cache.file("key"), damaged);
    EXPECT_FALSE(cache.load("key")) << "byte " << i;
  }
}

TEST_F(DiskCacheTest, LivesWithoutAFolderToWriteTo) {
  write(folder_ / "file", "x");
  for (const fs::path& impossible : {fs::path(), folder_ / "file", folder_ / "file" / "below"}) {
    const DiskCache cache(impossible);
    cache.store("key", content_);
    EXPECT_FALSE(cache.load("key"));
  }
  if (::geteuid() != 0) {
    fs::create_directory(folder_ / "locked");
    fs::permissions(folder_ / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    const DiskCache cache(folder_ / "locked");
    cache.store("key", content_);
    EXPECT_FALSE(cache.load("key"));
  }
  const DiskCache taken(folder_);
  fs::create_directories(taken.file("key") / "folder");  // where the entry should be
  taken.store("key", content_);
  EXPECT_FALSE(taken.load("key"));
  EXPECT_EQ(files(), ::geteuid() != 0 ? 4 : 3) << "a temporary file was left";
}

TEST_F(DiskCacheTest, NeverHandsOutHalfAnEntryToAnotherThread) {
  const DiskCache cache(folder_);
  cache.store("key", content_);
  std::vector<std::thread> writers;
  for (int t = 0; t < 3; ++t)
    writers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) cache.store("key", content_);
    });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(cache.load("key"), content_);
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(files(), 1);
}

/// Sets a variable, or removes it (null), until the end of the scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Variable() { set(old_ ? old_->c_str() : nullptr); }

 private:
  void set(const char* value) const {
    if (value)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }
  const char* name_;
  std::optional<std::string> old_;
};

TEST(CacheFolder, IsWhereTheUserWantsIt) {
  const Variable home("HOME", "/home/someone"), none("XDG_CACHE_HOME", nullptr);
  const Variable unset("KANPDE_CACHE", nullptr);
  EXPECT_EQ(cache_folder(), "/home/someone/.cache/kanpde");
  {
    const Variable relative("XDG_CACHE_HOME", "relative");  // to be ignored, says the specification
    EXPECT_EQ(cache_folder(), "/home/someone/.cache/kanpde");
  }
  const Variable base("XDG_CACHE_HOME", "/var/caches");
  EXPECT_EQ(cache_folder(), "/var/caches/kanpde");
  for (const char* off : {"", "off"}) {
    const Variable chosen("KANPDE_CACHE", off);
    EXPECT_EQ(cache_folder(), "");
  }
  const Variable chosen("KANPDE_CACHE", "/elsewhere");
  EXPECT_EQ(cache_folder(), "/elsewhere");
}

TEST(CacheFolder, IsNoneWithoutAHome) {
  const Variable home("HOME", nullptr), base("XDG_CACHE_HOME", nullptr);
  const Variable unset("KANPDE_CACHE", nullptr);
  EXPECT_EQ(cache_folder(), "");
}

}  // namespace
}  // namespace kanpde
