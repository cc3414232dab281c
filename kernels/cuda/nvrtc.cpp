#include "kernels/cuda/nvrtc.hpp"

#include <nvrtc.h>

#include <vector>

#include "kernels/base/error.hpp"

namespace kanpde::kernels::cuda {

namespace {

void require(nvrtcResult result, const char* what) {
  if (result != NVRTC_SUCCESS)
    throw DeviceError(fmt::format("NVRTC: {}: {}", what, nvrtcGetErrorString(result)));
}

class Program {
 public:
  explicit Program(const std::string& source) {
    require(nvrtcCreateProgram(&program_, source.c_str(), "residual.cu", 0, nullptr, nullptr),
            "no program");
  }
  ~Program() { nvrtcDestroyProgram(&program_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void compile(const std::vector<std::string>& options) {
    std::vector<const char*> pointers;
    for (const std::string& option : options) pointers.push_back(option.c_str());
    const nvrtcResult result = nvrtcCompileProgram(program_, int(pointers.size()), pointers.data());
    if (result != NVRTC_SUCCESS)
      throw DeviceError(fmt::format("NVRTC: {}\n{}", nvrtcGetErrorString(result), log()));
  }

  std::string cubin() const {
    std::size_t size = 0;
    require(nvrtcGetCUBINSize(program_, &size), "no machine code");
    std::string image(size, '\0');
    require(nvrtcGetCUBIN(program_, image.data()), "no machine code");
    return image;
  }

 private:
  std::string log() const {
    std::size_t size = 0;  // with the final null
    if (nvrtcGetProgramLogSize(program_, &size) != NVRTC_SUCCESS || size == 0) return {};
    std::string text(size, '\0');
    nvrtcGetProgramLog(program_, text.data());
    text.resize(size - 1);
    return text;
  }

  nvrtcProgram program_ = nullptr;
};

std::vector<std::string> options_for(int capability) {
  return {fmt::format("--gpu-architecture=sm_{}", capability), "--std=c++17", "--fmad=true"};
}

}  // namespace

std::string nvrtc_version() {
  int major = 0, minor = 0;
  require(nvrtcVersion(&major, &minor), "no version");
  return fmt::format("{}.{}", major, minor);
}

std::string compile_cubin(const std::string& source, int capability) {
  Program program(source);
  program.compile(options_for(capability));
  return program.cubin();
}

std::string cached_cubin(const std::string& source, int capability, const DiskCache& cache) {
  const std::string key = fmt::format("nvrtc {}\n{}\n{}", nvrtc_version(),
                                      fmt::join(options_for(capability), " "), source);
  if (std::optional<std::string> kept = cache.load(key)) return *std::move(kept);
  std::string image = compile_cubin(source, capability);
  cache.store(key, image);
  return image;
}

}  // namespace kanpde::kernels::cuda
