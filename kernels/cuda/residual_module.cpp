#include "kernels/cuda/residual_module.hpp"

#include <cuda_runtime_api.h>

#include "kernels/base/error.hpp"
#include "kernels/device/residual_source.hpp"

namespace kanpde::kernels::cuda {

namespace {

void require(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // clears it, so that later calls start clean
  throw DeviceError(fmt::format("residual kernel: {}: {}", what, cudaGetErrorString(error)));
}

}  // namespace

ResidualModule::ResidualModule(const std::string& cubin) {
  require(cudaLibraryLoadData(&library_, cubin.data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
          "not loaded");
  if (const auto error = cudaLibraryGetKernel(&kernel_, library_, device::residual_kernel);
      error != cudaSuccess) {
    cudaLibraryUnload(library_);
    require(error, "not found");
  }
}

ResidualModule::~ResidualModule() { cudaLibraryUnload(library_); }

template <class T>
void ResidualModule::launch(CUstream_st* stream,
                            const device::ResidualArguments<T>& arguments) const {
  if (arguments.count <= 0) return;
  auto a = arguments;
  const T *columns = a.columns.data(), *jets = a.jets.data(), *scalars = a.scalars.data(),
          *scale = a.scale.data();
  const T* point_scale = a.point_scale.empty() ? nullptr : a.point_scale.data();
  T *r = a.r.data(), *seeds = a.seeds.data(), *d_scalars = a.d_scalars.data();
  void* pointers[] = {
      &a.mode, &a.count,   &columns,        &a.column_stride, &jets, &a.component_stride,
      &a.half, &scalars,   &scale,          &point_scale,     &r,    &a.row_stride,
      &seeds,  &d_scalars, &a.scalar_stride};
  const device::LaunchSize size = device::one_thread_each(a.count);
  require(cudaLaunchKernel(static_cast<const void*>(kernel_), dim3(unsigned(size.blocks)),
                           dim3(unsigned(size.threads)), pointers, 0, stream),
          "not started");
}

template void ResidualModule::launch(CUstream_st*, const device::ResidualArguments<double>&) const;
template void ResidualModule::launch(CUstream_st*, const device::ResidualArguments<float>&) const;

}  // namespace kanpde::kernels::cuda
