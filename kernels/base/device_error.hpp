#pragma once
/// Apart from error.hpp, for nvcc cannot compile {fmt} 9 as C++20.

#include <stdexcept>

namespace kanpde {

/// A GPU cannot be used, or its memory does not suffice.
class DeviceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace kanpde
