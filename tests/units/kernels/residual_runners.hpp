#pragma once
/// Both forms of residual kernels on the host: the interpreter's functor in a loop over threads,
/// and the text of the compiled form by the host's C++ compiler.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/device/residual.hpp"
#include "kernels/device/residual_source.hpp"
#include "tests/units/kernels/host_compiler.hpp"

namespace kanpde::kernels::oracle {

/// Who a thread is; it cannot wait nor share.
class PlainThread {
 public:
  PlainThread(int block, int blocks, int thread, int threads)
      : block_(block), blocks_(blocks), thread_(thread), threads_(threads) {}
  int block() const { return block_; }
  int blocks() const { return blocks_; }
  int thread() const { return thread_; }
  int threads() const { return threads_; }

 private:
  int block_, blocks_, thread_, threads_;
};

inline constexpr int block_threads = 4;  ///< so that small terms have several blocks
inline int blocks_for(int count) { return (count + block_threads - 1) / block_threads + 1; }

template <class T>
device::Span<const T> view(const std::vector<T>& values) {
  return {values.data(), values.size()};
}

/// Registers lie in memory of exactly the size that the threads may use.
template <class T>
void run_interpreter(const device::ResidualProgram& program,
                     const device::ResidualArguments<T>& arguments) {
  const long stride = arguments.count + 1;
  const std::size_t size = std::size_t((program.registers - 1) * stride + arguments.count);
  std::vector<T> registers(size, T(std::nan("")));
  const device::ResidualCode code = {view(program.code),    view(program.residual_code),
                                     view(program.inputs),  view(program.residuals),
                                     view(program.targets), view(program.partials)};
  const device::InterpretResidual<T> kernel = {
      arguments, code, {registers.data(), registers.size()}, stride};
  const int blocks = blocks_for(arguments.count);
  for (int b = 0; b < blocks; ++b)
    for (int t = 0; t < block_threads; ++t) kernel(PlainThread(b, blocks, t, block_threads));
}

/// Texts of kernels, compiled together by the host's compiler into a library that is loaded.
class HostLibrary {
 public:
  explicit HostLibrary(const std::vector<std::string>& sources)
      : library_(load_library(text(sources))) {}
  ~HostLibrary() { ::dlclose(library_); }
  HostLibrary(const HostLibrary&) = delete;
  HostLibrary& operator=(const HostLibrary&) = delete;

  template <class T>
  void run(std::size_t index, const device::ResidualArguments<T>& a) const {
    using Kernel = void(int, int, const T*, long, const T*, long, int, const T*, const T*, const T*,
                        T*, long, T*, T*, long);
    const auto kernel = function<Kernel>(device::residual_kernel + ("_" + std::to_string(index)));
    const auto be = function<void(unsigned, unsigned, unsigned)>("be");
    for (int b = 0; b < blocks_for(a.count); ++b)
      for (int t = 0; t < block_threads; ++t) {
        be(unsigned(b), unsigned(block_threads), unsigned(t));
        kernel(a.mode, a.count, a.columns.data(), a.column_stride, a.jets.data(),
               a.component_stride, a.half, a.scalars.data(), a.scale.data(),
               a.point_scale.empty() ? nullptr : a.point_scale.data(), a.r.data(), a.row_stride,
               a.seeds.data(), a.d_scalars.data(), a.scalar_stride);
      }
  }

 private:
  static std::string text(const std::vector<std::string>& sources) {
    std::string all =
        "#include <math.h>\n"
        "struct Index { unsigned x; };\n"
        "static Index blockIdx, blockDim, threadIdx;\n"
        "extern \"C\" void be(unsigned b, unsigned d, unsigned t) {\n"
        "  blockIdx.x = b; blockDim.x = d; threadIdx.x = t;\n"
        "}\n"
        "#define __global__\n";
    const std::string name = device::residual_kernel;
    for (std::size_t i = 0; i < sources.size(); ++i)
      all += "#define " + name + " " + name + "_" + std::to_string(i) + "\n" + sources[i] +
             "#undef " + name + "\n";
    return all;
  }

  template <class F>
  F* function(const std::string& name) const {
    void* found = ::dlsym(library_, name.c_str());
    if (!found) throw std::runtime_error("no function " + name);
    return reinterpret_cast<F*>(found);
  }

  void* library_ = nullptr;
};

}  // namespace kanpde::kernels::oracle
