#include "kernels/cuda/fused_module.hpp"

#include <algorithm>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/loaded_kernel.hpp"

namespace kanpde::kernels::cuda {

namespace {

int attribute(cudaDeviceAttr name, int index) {
  int value = 0;
  require(cudaDeviceGetAttribute(&value, name, index), "the GPU");
  return value;
}

}  // namespace

std::size_t shared_bytes_limit(int index) {
  return std::size_t(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, index));
}

FusedModule::FusedModule(const std::string& cubin, const device::FusedKernel& kernel, int index)
    : kernel_(std::make_unique<LoadedKernel>(cubin, device::fused_kernel_name, "fused kernel")),
      threads_(kernel.threads),
      values_(kernel.values),
      shared_bytes_(kernel.shared_bytes) {
  most_blocks_ =
      kernel_->allow(threads_, shared_bytes_) * attribute(cudaDevAttrMultiProcessorCount, index);
}

FusedModule::~FusedModule() = default;

int FusedModule::blocks(int points) const {
  const int tiles = points / threads_ + (points % threads_ > 0);
  return std::clamp(tiles, 1, most_blocks_);
}

template <class T>
void FusedModule::launch(CUstream_st* stream, const device::FusedArguments<T>& arguments) const {
  auto a = arguments;
  const T *x = a.x.data(), *columns = a.columns.data(), *theta = a.theta.data(),
          *constants = a.constants.data(), *scale = a.scale.data();
  const T* point_scale = a.point_scale.empty() ? nullptr : a.point_scale.data();
  const double* grids = a.grids.data();
  T* r = a.r.data();
  double* partial = a.partial.data();
  void* pointers[] = {&a.mode, &a.points, &x,           &columns, &theta,  &constants,
                      &grids,  &scale,    &point_scale, &r,       &partial};
  kernel_->launch(stream, blocks(a.points), threads_, shared_bytes_, pointers);
}

template void FusedModule::launch(CUstream_st*, const device::FusedArguments<double>&) const;
template void FusedModule::launch(CUstream_st*, const device::FusedArguments<float>&) const;

}  // namespace kanpde::kernels::cuda
