// The door of libkanpde_cuda.so.

#include "kernels/cuda/devices.hpp"
#include "kernels/cuda/evaluator.hpp"
#include "kernels/cuda_module.hpp"

extern "C" __attribute__((visibility("default"))) kanpde::kernels::CudaModule kanpde_cuda_module() {
  namespace cuda = kanpde::kernels::cuda;
  return {cuda::list_devices, cuda::obstacle, cuda::make_evaluator};
}
