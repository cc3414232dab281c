#include "kernels/cuda/residual_module.hpp"

#include "kernels/cuda/loaded_kernel.hpp"
#include "kernels/device/residual_source.hpp"

namespace kanpde::kernels::cuda {

ResidualModule::ResidualModule(const std::string& cubin)
    : kernel_(std::make_unique<LoadedKernel>(cubin, device::residual_kernel, "residual kernel")) {}

ResidualModule::~ResidualModule() = default;

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
  kernel_->launch(stream, size.blocks, size.threads, 0, pointers);
}

template void ResidualModule::launch(CUstream_st*, const device::ResidualArguments<double>&) const;
template void ResidualModule::launch(CUstream_st*, const device::ResidualArguments<float>&) const;

}  // namespace kanpde::kernels::cuda
