#pragma once
/// The evaluator of kernels/device on an NVIDIA GPU.

#include <memory>

#include "kernels/evaluator.hpp"

namespace kanpde::kernels::cuda {

/// Throws DeviceError where there is no such GPU or its memory does not suffice.
std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars);

}  // namespace kanpde::kernels::cuda
