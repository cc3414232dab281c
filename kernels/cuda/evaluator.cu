#include <optional>

#include "kernels/cuda/devices.hpp"
#include "kernels/cuda/evaluator.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/device/evaluator.hpp"
#include "kernels/device/residual_source.hpp"

namespace kanpde::kernels::cuda {

namespace {

/// A term's residuals by a kernel compiled for it; by the interpreter where that is not possible.
template <class T>
class CompiledResidual {
 public:
  CompiledResidual(Runtime& runtime, const Term& term)
      : runtime_(runtime),
        module_(
            runtime.context().residual(device::residual_source(term, std::is_same_v<T, float>))) {
    if (!module_) interpreter_.emplace(runtime, term);
  }

  void run(const device::ResidualArguments<T>& arguments) {
    if (module_)
      module_->launch(runtime_.context().stream(), arguments);
    else
      interpreter_->run(arguments);
  }

 private:
  Runtime& runtime_;
  const ResidualModule* module_;
  std::optional<device::InterpretedResidual<Runtime, T>> interpreter_;
};

/// The gradient of a term of a small network by one kernel compiled for both.
template <class T>
class CompiledGradient {
 public:
  CompiledGradient(Runtime& runtime, const NetworkShape& shape, const Term& term, int scalars)
      : stream_(runtime.context().stream()),
        module_(runtime.context().fused(shape, term, scalars, std::is_same_v<T, float>)) {}
  bool ready() const { return module_ != nullptr; }
  int blocks(int points) const { return module_->blocks(points); }
  void run(const device::FusedArguments<T>& arguments) const {
    module_->launch(stream_, arguments);
  }

 private:
  cudaStream_t stream_;
  const FusedModule* module_;
};

template <class T>
using CudaEvaluator = device::DeviceEvaluator<Runtime, T, CompiledResidual<T>, CompiledGradient<T>>;

}  // namespace

std::string obstacle(int index) {
  try {
    Runtime runtime(index);
    const auto from = device::Array<Runtime, float>::of(runtime, std::vector<float>{1.5f});
    const device::Array<Runtime, double> to(runtime, 1);
    runtime.launch(device::one_thread_each(1), device::Widen<float>{from.read(), to.span()});
    double value = 0;
    runtime.download(&value, to.read());
    return value == 1.5 ? "" : "it computes nothing";
  } catch (const DeviceError& error) {
    return error.what();
  }
}

std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars) {
  if (target.single_precision)
    return std::make_unique<CudaEvaluator<float>>(target, std::move(shape), std::move(terms),
                                                  scalars);
  return std::make_unique<CudaEvaluator<double>>(target, std::move(shape), std::move(terms),
                                                 scalars);
}

}  // namespace kanpde::kernels::cuda
