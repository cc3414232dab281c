#pragma once
/// Kinds of failure: user input (InputError), training (TrainingError), shapes between modules
/// (check).

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "kernels/base/device_error.hpp"

namespace kanpde {

/// A place in a user's file; line and column count from 1, 0 means unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;
};

/// Bad user input. what() reads `file:line:column: error: message`.
class InputError : public std::runtime_error {
 public:
  InputError(SourceLocation where, std::string_view message);
  const SourceLocation& where() const { return where_; }

 private:
  SourceLocation where_;
};

/// Training could not go on; the best state found is kept by the caller.
class TrainingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws std::logic_error with the formatted message unless `condition` holds: for shapes between
/// modules.
template <class... Args>
void check(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw std::logic_error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace kanpde
