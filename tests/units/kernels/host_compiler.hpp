#pragma once
/// Generated text as a library of this program, by the host's compiler.

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace kanpde {

/// What dlopen gives. Throws std::runtime_error with the compiler's log.
inline void* load_library(const std::string& text) {
  std::string folder = (std::filesystem::temp_directory_path() / "kanpde_text_XXXXXX").string();
  if (!::mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
  std::ofstream(folder + "/kernels.cpp") << text;
  const std::string command = "cd " + folder +
                              " && " KANPDE_CXX
                              " -std=c++17 -O1 -shared -fPIC -o kernels.so kernels.cpp 2> log";
  const int status = std::system(command.c_str());
  std::stringstream log;
  log << std::ifstream(folder + "/log").rdbuf();
  void* library = status == 0 ? ::dlopen((folder + "/kernels.so").c_str(), RTLD_NOW) : nullptr;
  std::filesystem::remove_all(folder);
  if (!library) throw std::runtime_error("the host does not compile the text: " + log.str());
  return library;
}

/// Whether this machine compiles, assembles and links at all.
inline bool host_compiles() {
  static const bool answer = [] {
    try {
      ::dlclose(load_library("extern \"C\" void nothing() {}\n"));
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }();
  return answer;
}

/// For tests that run generated text on the host.
#define KANPDE_NEEDS_HOST_COMPILER() \
  if (!kanpde::host_compiles()) GTEST_SKIP() << KANPDE_CXX << " compiles nothing on this machine"

}  // namespace kanpde
