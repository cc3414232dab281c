#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace kanpde::cli_test {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(240);

/// In the child: what a process may not do survives exec.
void apply(const Limits& limits) {
  if (limits.file_size >= 0) {
    const rlimit limit{rlim_t(limits.file_size), rlim_t(limits.file_size)};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (limits.obey_permissions && ::geteuid() == 0) ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
}

[[noreturn]] void become_program(std::vector<std::string> arguments, const fs::path& folder,
                                 const Limits& limits, int out, int err) {
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  apply(limits);
  std::string program = limits.program;
  std::vector<char*> pointers{program.data()};
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  if (::chdir(folder.c_str()) == 0) ::execv(program.c_str(), pointers.data());
  ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const fs::path& folder,
                 const Limits& limits) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) become_program(arguments, folder, limits, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Process::~Process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

void Process::send(int signal) const { ::kill(pid_, signal); }

Outcome Process::wait() {
  Outcome outcome;
  const auto end = Clock::now() + patience;
  pollfd ends[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  for (int open = 2; open > 0;) {
    if (::poll(ends, 2, 1000) == 0 && Clock::now() > end) ::kill(pid_, SIGKILL);
    for (pollfd& from : ends) {
      if (from.fd < 0 || from.revents == 0) continue;
      char bytes[4096];
      const ssize_t count = ::read(from.fd, bytes, sizeof bytes);
      if (count > 0) {
        (from.fd == out_ ? outcome.out : outcome.err).append(bytes, std::size_t(count));
      } else {
        from.fd = -1;
        --open;
      }
    }
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  ::close(out_);
  ::close(err_);
  if (WIFEXITED(status))
    outcome.code = WEXITSTATUS(status);
  else
    outcome.signal = WTERMSIG(status);
  return outcome;
}

ProgramTest::ProgramTest() {
  std::string name = (fs::temp_directory_path() / "kanpde_cli_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

ProgramTest::~ProgramTest() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Outcome ProgramTest::run(const std::vector<std::string>& arguments, const Limits& limits) const {
  return Process(arguments, folder_, limits).wait();
}

void ProgramTest::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name) << text;
}

void ProgramTest::wait_for(const std::string& name, const std::string& text) const {
  const auto end = Clock::now() + patience;
  while (read(folder_ / name).find(text) == std::string::npos) {
    ASSERT_LT(Clock::now(), end) << name << " never contained " << text;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::vector<std::string> ProgramTest::names_in(const fs::path& folder) const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string small_problem() {
  return R"(name: small
variables: [x]
domain:
  space: {interval: [-1, 1]}
unknowns: [u]
equations:
  - u_xx = -pi^2*sin(pi*x)
conditions:
  - {where: boundary, require: u = 0}
reference: {exact: {u: sin(pi*x)}}
points: {interior: 60}
models:
  kan: {type: kan, hidden: [3], degree: 4, grid: 3}
  mlp: {type: mlp, hidden: [8], activation: tanh}
training:
  seeds: [3, 5]
  stages:
    - {optimizer: adam, steps: 120, rate: 1e-2, resample: 40}
    - {optimizer: lbfgs, steps: 60}
    - {optimizer: ssbroyden, steps: 60, resample: 25}
    - {optimizer: levenberg_marquardt, steps: 40, grid: 4}
output: {grid: [51]}
)";
}

}  // namespace kanpde::cli_test
