// Residual kernels of every case: the text compiled for the host and for GPUs, the interpreter.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "kernels/devices.hpp"
#include "solver/objective/collocation.hpp"
#include "solver/training/training.hpp"
#include "tests/units/kernels/random_terms.hpp"
#include "tests/units/kernels/residual_memory.hpp"
#include "tests/units/kernels/residual_runners.hpp"
#ifdef KANPDE_HAS_CUDA
#include "kernels/cuda/nvrtc.hpp"
#include "kernels/cuda/residual_module.hpp"
#endif

namespace kanpde::kernels {
namespace {

namespace fs = std::filesystem;
using device::residual_source;
using device::ResidualArguments;

struct CaseTerm {
  std::string label;
  Term term;
  int outputs, scalars;
};

void append_terms(const fs::path& file, std::vector<CaseTerm>& terms) {
  problems::Problem problem = problems::read_problem(file.string());
  problem.points.interior = problem.points.initial = 12;
  problem.points.boundary = 24;
  const solver::Ansatz ansatz(problem, solver::output_scales(problem));
  Random random(0);
  const int outputs = int(problem.unknowns.size()), scalars = int(problem.parameters.size());
  for (const solver::TermSpec& spec : solver::list_terms(problem, ansatz)) {
    const solver::TermPoints points = solver::draw_points(problem, spec, random);
    terms.push_back({problem.name + ", " + spec.label,
                     solver::build_term(problem.graph, spec.residuals, points,
                                        problem.variable_count(), outputs),
                     outputs, scalars});
  }
}

/// Of every case in problems/, in the order of their names, with few points.
const std::vector<CaseTerm>& case_terms() {
  static const std::vector<CaseTerm> all = [] {
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(KANPDE_SOURCE_DIR "/problems"))
      if (entry.path().extension() == ".yaml") files.insert(entry.path());
    std::vector<CaseTerm> terms;
    for (const fs::path& file : files) append_terms(file, terms);
    return terms;
  }();
  return all;
}

/// Numbers of the sources, each text once.
std::map<std::string, std::size_t> distinct_sources(bool single_precision) {
  std::map<std::string, std::size_t> numbers;
  for (const CaseTerm& c : case_terms())
    numbers.try_emplace(residual_source(c.term, single_precision), numbers.size());
  return numbers;
}

template <class T, class Run>
void expect_cases(Run run) {
  oracle::Tally tally;
  for (std::size_t i = 0; i < case_terms().size(); ++i) {
    const CaseTerm& c = case_terms()[i];
    SCOPED_TRACE(c.label);
    oracle::ResidualMemory<T> memory(c.term, c.outputs, c.scalars, i);
    for (int mode = 0; mode < 2 + c.term.equations; ++mode)
      memory.expect(
          mode, [&](const ResidualArguments<T>& a) { run(c.term, a); }, tally);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(tally.compared, 10000);
  EXPECT_GT(double(tally.sharp), 0.9 * double(tally.compared));
}

template <class T>
class CaseResiduals : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(CaseResiduals, Precisions);

TYPED_TEST(CaseResiduals, InterpreterAgreesWithTheCpu) {
  expect_cases<TypeParam>([](const Term& term, const ResidualArguments<TypeParam>& a) {
    oracle::run_interpreter(device::residual_program(term), a);
  });
}

TYPED_TEST(CaseResiduals, SourceAgreesWithTheCpu) {
  KANPDE_NEEDS_HOST_COMPILER();
  constexpr bool single_precision = std::is_same_v<TypeParam, float>;
  const auto numbers = distinct_sources(single_precision);
  std::vector<std::string> sources(numbers.size());
  for (const auto& [source, number] : numbers) sources[number] = source;
  const oracle::HostLibrary library(sources);
  expect_cases<TypeParam>([&](const Term& term, const ResidualArguments<TypeParam>& a) {
    library.run(numbers.at(residual_source(term, single_precision)), a);
  });
}

#ifdef KANPDE_HAS_CUDA

#define KANPDE_NEEDS_CUDA() static_cast<void>(0)

void expect_machine_code(const std::string& cubin) {
  EXPECT_EQ(cubin.substr(0, 4),
            "\x7f"
            "ELF");
  EXPECT_NE(cubin.find(device::residual_kernel), std::string::npos);
}

void compile_every(bool single_precision, int capability) {
  for (const auto& [source, number] : distinct_sources(single_precision)) {
    SCOPED_TRACE(source);
    ASSERT_NO_THROW(expect_machine_code(cuda::compile_cubin(source, capability)));
  }
}

class CubinCache : public testing::Test {
 protected:
  CubinCache() {
    std::string name = (fs::temp_directory_path() / "kanpde_cubin_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~CubinCache() override { fs::remove_all(folder_); }
  std::vector<fs::path> entries() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path());
    return found;
  }

  fs::path folder_;
  const std::string source_ = residual_source(case_terms()[0].term, false);
};

void check_hit(const std::string& source, const fs::path& folder,
               const std::vector<fs::path>& entries) {
  // An entry whose content was exchanged shows that a hit compiles nothing.
  ASSERT_EQ(entries.size(), 1u);
  const DiskCache cache(folder);
  const std::string key =
      fmt::format("nvrtc {}\n--gpu-architecture=sm_90 --std=c++17 --fmad=true\n{}",
                  cuda::nvrtc_version(), source);
  ASSERT_EQ(cache.file(key), entries[0]);
  cache.store(key, "exchanged");
  EXPECT_EQ(cuda::cached_cubin(source, 90, cache), "exchanged");
}

/// On a GPU it must load: an interpreter in its place would only be slow.
void load_or_explain(const std::string& source, const DiskCache& cache) {
  const DeviceList gpus = list_devices();
  try {
    const int capability =
        gpus.devices.empty() ? 90 : 10 * gpus.devices[0].major + gpus.devices[0].minor;
    const cuda::ResidualModule module(cuda::cached_cubin(source, capability, cache));
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("residual kernel"), std::string::npos);
    EXPECT_TRUE(gpus.devices.empty()) << error.what();
  }
}

#else

#define KANPDE_NEEDS_CUDA() GTEST_SKIP() << "built without CUDA"

struct CubinCache : testing::Test {};

#endif

TEST(CompiledResiduals, EveryTermOfEveryCaseCompiles) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  ASSERT_GE(distinct_sources(false).size(), 40u);
  for (int capability : {80, 90})
    for (bool single_precision : {false, true}) compile_every(single_precision, capability);
#endif
}

TEST(CompiledResiduals, EveryOperationCompiles) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  for (bool single_precision : {false, true}) {
    const Term term = oracle::random_term(4);
    expect_machine_code(cuda::compile_cubin(residual_source(term, single_precision), 90));
  }
#endif
}

TEST(CompiledResiduals, ErrorsShowTheLogOfTheCompiler) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  try {
    cuda::compile_cubin("extern \"C\" __global__ void kanpde_residual() { mistake; }", 90);
    FAIL() << "compiled";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("\"mistake\" is undefined"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(cuda::compile_cubin("", 5), DeviceError);
#endif
}

TEST_F(CubinCache, GivesTheSameBytesAndCompilesNothingTwice) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  const DiskCache cache(folder_);
  const std::string first = cuda::cached_cubin(source_, 90, cache);
  expect_machine_code(first);
  EXPECT_EQ(cuda::cached_cubin(source_, 90, cache), first);
  EXPECT_EQ(cuda::compile_cubin(source_, 90), first);
  check_hit(source_, folder_, entries());
  EXPECT_NE(cuda::cached_cubin(source_, 80, cache), "exchanged");
  EXPECT_NE(cuda::cached_cubin(source_ + "\n", 90, cache), "exchanged");
  EXPECT_EQ(entries().size(), 3u);
#endif
}

TEST_F(CubinCache, RewritesTruncatedEntries) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  const DiskCache cache(folder_);
  const std::string first = cuda::cached_cubin(source_, 90, cache);
  ASSERT_EQ(entries().size(), 1u);
  const auto size = fs::file_size(entries()[0]);
  fs::resize_file(entries()[0], size / 2);
  EXPECT_EQ(cuda::cached_cubin(source_, 90, cache), first);
  ASSERT_EQ(entries().size(), 1u);
  EXPECT_EQ(fs::file_size(entries()[0]), size);
#endif
}

TEST_F(CubinCache, IsNotNeeded) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  for (const fs::path& folder : {fs::path(), fs::path("/dev/null/cache")})
    expect_machine_code(cuda::cached_cubin(source_, 90, DiskCache(folder)));
#endif
}

TEST_F(CubinCache, HoldsModulesThatLoadOrSayWhyNot) {
  KANPDE_NEEDS_CUDA();
#ifdef KANPDE_HAS_CUDA
  load_or_explain(source_, DiskCache(folder_));
  EXPECT_THROW(cuda::ResidualModule("no machine code"), DeviceError);
#endif
}

}  // namespace
}  // namespace kanpde::kernels
