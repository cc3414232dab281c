#pragma once
/// Runs the program kanpde as a user would, in an empty folder of its own.

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace kanpde::cli_test {

namespace fs = std::filesystem;

struct Outcome {
  int code = -1;   ///< exit code, -1 when a signal killed the program
  int signal = 0;  ///< that signal, else 0
  std::string out, err;
};

/// What the program is denied, and which copy of it runs.
struct Limits {
  long file_size = -1;            ///< bytes a file may grow to, as on a full disk; -1: any
  bool obey_permissions = false;  ///< root, too, may write only where modes allow it
  fs::path program = KANPDE_PROGRAM;
};

/// A running program.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const fs::path& folder, const Limits& limits);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  void send(int signal) const;
  Outcome wait();  ///< for its end; kills it after a minute

 private:
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;  // ends of pipes
};

/// A test with an empty folder, in which the program runs.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  Outcome run(const std::vector<std::string>& arguments, const Limits& limits = {}) const;
  /// Writes a file in the folder.
  void write(const std::string& name, const std::string& text) const;
  /// Waits, at most a minute, until a file there contains a text.
  void wait_for(const std::string& name, const std::string& text) const;
  /// Names of all files and folders in a folder there, sorted.
  std::vector<std::string> names_in(const fs::path& folder) const;

  fs::path folder_;
};

std::string read(const fs::path& file);

/// u_xx = -pi^2 sin(pi x) on [-1, 1] with a KAN of 31 and an MLP of 25 parameters and four
/// optimizers: a second or less.
std::string small_problem();

}  // namespace kanpde::cli_test
