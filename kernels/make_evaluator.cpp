#include "kernels/base/error.hpp"
#include "kernels/emulated/evaluator.hpp"
#include "kernels/evaluator.hpp"

#ifdef KANPDE_HAS_CUDA
#include "kernels/cuda/evaluator.hpp"
#endif

namespace kanpde::kernels {

std::unique_ptr<Evaluator> make_evaluator(const Target& target, NetworkShape shape,
                                          std::vector<Term> terms, int scalars) {
  if (target.kind == Target::Kind::emulated)
    return emulated::make_evaluator(target, std::move(shape), std::move(terms), scalars);
#ifdef KANPDE_HAS_CUDA
  if (target.kind == Target::Kind::cuda)
    return cuda::make_evaluator(target, std::move(shape), std::move(terms), scalars);
#endif
  if (target.kind == Target::Kind::cuda) throw DeviceError("this program was built without CUDA");
  if (target.single_precision) throw DeviceError("on the CPU, arithmetic is in float64");
  return make_cpu_evaluator(std::move(shape), std::move(terms), scalars);
}

}  // namespace kanpde::kernels
