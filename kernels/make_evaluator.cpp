#include "kernels/base/error.hpp"
#include "kernels/cuda_module.hpp"
#include "kernels/emulated/evaluator.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kernels {

std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars) {
  if (target.kind != Target::Kind::cpu && shape.is_product())
    throw DeviceError("products of splines are computed on the CPU only");
  if (target.kind != Target::Kind::cpu && shape.blocks() > 1)
    throw DeviceError("subdomains are computed on the CPU only");
  if (target.kind == Target::Kind::emulated)
    return emulated::make_evaluator(target, std::move(shape), std::move(terms), scalars);
  if (target.kind == Target::Kind::cuda)
    return cuda_module().make_evaluator(target, std::move(shape), std::move(terms), scalars);
  if (target.single_precision) throw DeviceError("on the CPU, arithmetic is in float64");
  return make_cpu_evaluator(std::move(shape), std::move(terms), scalars);
}

}  // namespace kanpde::kernels
