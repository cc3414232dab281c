#include "kernels/emulated/evaluator.hpp"

#include "kernels/device/evaluator.hpp"
#include "kernels/emulated/runtime.hpp"

namespace kanpde::kernels::emulated {

namespace {
template <class T>
using Emulated = device::DeviceEvaluator<Runtime, T, device::InterpretedResidual<Runtime, T>,
                                         device::NoFusedKernel<T>>;
}

std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars) {
  if (target.single_precision)
    return std::make_unique<Emulated<float>>(target, std::move(shape), std::move(terms), scalars);
  return std::make_unique<Emulated<double>>(target, std::move(shape), std::move(terms), scalars);
}

}  // namespace kanpde::kernels::emulated
