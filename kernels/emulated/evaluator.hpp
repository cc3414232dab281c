#pragma once
/// The evaluator of kernels/device on the emulated device.

#include <memory>

#include "kernels/evaluator.hpp"

namespace kanpde::kernels::emulated {

std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars);

}  // namespace kanpde::kernels::emulated
