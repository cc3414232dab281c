// Fused kernels of cases in problems/, compiled for GPUs.

#include <gtest/gtest.h>

#include "kernels/device/fused_source.hpp"
#include "kernels/devices.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/training/training.hpp"
#include "tests/units/kernels/example_networks.hpp"
#ifdef KANPDE_HAS_CUDA
#include "kernels/base/error.hpp"
#include "kernels/cuda/fused_module.hpp"
#include "kernels/cuda/nvrtc.hpp"
#endif

namespace kanpde::kernels {
namespace {

using oracle::LayerSketch;

/// The terms of a case, with few points.
std::vector<Term> terms_of(const std::string& name, NetworkShape& shape, bool kan, int& scalars) {
  problems::Problem problem =
      problems::read_problem(KANPDE_SOURCE_DIR "/problems/" + name + ".yaml");
  problem.points.interior = problem.points.initial = 12;
  problem.points.boundary = 24;
  const int inputs = problem.variable_count(), outputs = int(problem.unknowns.size());
  scalars = int(problem.parameters.size());
  const std::vector<LayerSketch> splines = {{6, Features::bspline, 3, 8, Features::silu},
                                            {outputs, Features::bspline, 3, 8, Features::silu}};
  const std::vector<LayerSketch> perceptrons = {
      {8, Features::identity, 0, 1, Features::none, true},
      {8, Features::tanh, 0, 1, Features::none, true},
      {outputs, Features::tanh, 0, 1, Features::none, true}};
  shape = oracle::make_network(inputs, kan ? splines : perceptrons, 1);
  const solver::Ansatz ansatz(problem, solver::output_scales(problem));
  Random random(0);
  std::vector<Term> terms;
  for (const solver::TermSpec& spec : solver::list_terms(problem, ansatz)) {
    const solver::TermPoints points = solver::draw_points(problem, spec, random);
    terms.push_back(solver::build_term(problem.graph, spec.residuals, points, inputs, outputs));
  }
  return terms;
}

constexpr std::size_t sm_90 = 227 * 1024, sm_80 = 163 * 1024;

/// The terms of pairs of points alone have no fused form.
TEST(FusedKernels, ExistForCases) {
  for (const char* name : {"poisson_2d", "burgers_1d", "inverse_diffusion_1d", "stokes_2d"})
    for (bool kan : {false, true}) {
      SCOPED_TRACE(name);
      NetworkShape shape;
      int scalars = 0;
      for (const Term& term : terms_of(name, shape, kan, scalars))
        for (std::size_t limit : {sm_80, sm_90})
          EXPECT_EQ(device::fused_kernel(shape, term, scalars, false, limit).has_value(),
                    term.copies == 1);
    }
}

#ifdef KANPDE_HAS_CUDA

void expect_machine_code(const std::string& name, bool kan, bool single_precision, int capability) {
  SCOPED_TRACE(name);
  NetworkShape shape;
  int scalars = 0;
  const std::vector<Term> terms = terms_of(name, shape, kan, scalars);
  const auto kernel = device::fused_kernel(shape, terms[0], scalars, single_precision,
                                           capability >= 90 ? sm_90 : sm_80);
  ASSERT_TRUE(kernel.has_value());
  const std::string cubin = cuda::compile_cubin(kernel->source, capability);
  EXPECT_NE(cubin.find(device::fused_kernel_name), std::string::npos);
  const DeviceList gpus = list_devices();
  const bool loads = !gpus.devices.empty() && gpus.devices[0].major * 10 == capability;
  try {
    const cuda::FusedModule module(cubin, *kernel, 0);
  } catch (const DeviceError& error) {
    EXPECT_FALSE(loads) << error.what();
  }
}

TEST(FusedKernels, CompileForGpus) {
  expect_machine_code("poisson_2d", true, false, 90);
  expect_machine_code("poisson_2d", true, true, 80);
  expect_machine_code("burgers_1d", false, false, 80);
  expect_machine_code("inverse_diffusion_1d", true, false, 80);
  expect_machine_code("stokes_2d", false, true, 90);
}

TEST(FusedKernels, LoadOrSayWhyNot) {
  device::FusedKernel kernel;
  kernel.threads = 32;
  try {
    const cuda::FusedModule module("no machine code", kernel, 0);
    FAIL() << "loaded";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("fused kernel"), std::string::npos) << error.what();
  }
}

#else

TEST(FusedKernels, CompileForGpus) { GTEST_SKIP() << "built without CUDA"; }

#endif

}  // namespace
}  // namespace kanpde::kernels
