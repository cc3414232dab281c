/// One evaluation of loss and gradient, and of the Jacobian, for the Poisson equation
/// u_xx + u_yy = f on [-1, 1]^2 with u = 0 on the boundary; float64. FLOPs: see bench/poisson.hpp.
/// The share is taken of the peak that a loop of independent FMAs reaches on the same core in the
/// same run.

#include <benchmark/benchmark.h>

#include <chrono>

#include "bench/poisson.hpp"
#include "kernels/base/parallel.hpp"
#include "kernels/cpu/pack.hpp"

namespace {

using namespace kanpde;
using namespace kanpde::bench;

/// FLOP/s of one core: independent chains of FMAs in registers, the best of many short trials.
double measure_peak() {
  constexpr int chains = 12, repetitions = 50000;
  double best = 0;
  for (int trial = 0; trial < 200; ++trial) {
    Pack a[chains], total = 0.0, x = 0.999999, y = 1e-7;
    unrolled<chains>([&](int i) KANPDE_FLAT { a[i] = Pack(1.0 + i); });
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(y);
    const Pack factor = x, summand = y;
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < repetitions; ++k)
      unrolled<chains>([&](int i) KANPDE_FLAT { a[i] = fma(a[i], factor, summand); });
    unrolled<chains>([&](int i) KANPDE_FLAT { total += a[i]; });
    benchmark::DoNotOptimize(total);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    best = std::max(best, 2.0 * Pack::width * chains * repetitions / time.count());
  }
  return best;
}

void time_gradient(benchmark::State& state, const NetworkShape& shape, int interior, int boundary,
                   int thread_count) {
  check_oracle(shape, poisson(67, 13));
  set_threads(thread_count);
  const auto terms = poisson(interior, boundary);
  const auto theta = oracle::draw_parameters(shape, 1);
  auto evaluator = make_cpu_evaluator(shape, terms, 0);
  std::vector<double> gradient(theta.size());
  double best = 1e9;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(evaluator->loss_gradient(theta, gradient));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    best = std::min(best, time.count());
  }
  const double count = flops(shape, terms), peak = measure_peak();
  state.counters["best_ms"] = best * 1e3;
  state.counters["MFLOP"] = count * 1e-6;
  state.counters["GFLOP/s"] = count / best * 1e-9;
  state.counters["share_of_peak"] = count / best / (peak * thread_count);
  state.counters["peak"] = peak * 1e-9;
}

void time_jacobian(benchmark::State& state, const NetworkShape& shape, int thread_count) {
  check_oracle(shape, poisson(67, 13));
  set_threads(thread_count);
  auto evaluator = make_cpu_evaluator(shape, poisson(2601, 204), 0);
  const auto theta = oracle::draw_parameters(shape, 1);
  std::vector<double> r(evaluator->rows());
  AlignedVector<double> j(r.size() * theta.size());
  double best = 1e9;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    evaluator->jacobian(theta, 0, r.data(), j.data());
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    best = std::min(best, time.count());
  }
  state.counters["best_ms"] = best * 1e3;
  state.counters["parameters"] = double(theta.size());
  state.counters["GB/s"] = j.size() * sizeof(double) / best * 1e-9;
}

void add_case(const std::string& name, const NetworkShape& shape) {
  const auto add = [&](const std::string& what, auto body) {
    benchmark::RegisterBenchmark((name + "/" + what).c_str(), body)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  add("2805_points", [=](benchmark::State& s) { time_gradient(s, shape, 2601, 204, 1); });
  add("20000_points/1_thread",
      [=](benchmark::State& s) { time_gradient(s, shape, 18600, 1400, 1); });
  add("20000_points/2_threads",
      [=](benchmark::State& s) { time_gradient(s, shape, 18600, 1400, 2); });
  add("jacobian", [=](benchmark::State& s) { time_jacobian(s, shape, 1); });
}

struct Basis {
  const char* name;
  Features basis;
  int functions;
};
constexpr Basis other_bases[] = {{"rbf", Features::rbf, 8},
                                 {"chebyshev", Features::chebyshev, 8},
                                 {"fourier", Features::fourier, 9},
                                 {"rational", Features::rational, 8}};

}  // namespace

int main(int argc, char** argv) {
  add_case("kan_2_10_1", kan({2, 10, 1}));
  add_case("kan_2_10_10_1", kan({2, 10, 10, 1}));
  for (const auto& [name, basis, functions] : other_bases)
    add_case(fmt::format("kan_2_10_10_1_{}", name), kan({2, 10, 10, 1}, basis, functions));
  add_case("mlp_2_14_14_1", mlp({2, 14, 14, 1}));  // as many parameters as kan_2_10_1
  add_case("mlp_2_32_32_1", mlp({2, 32, 32, 1}));  // as kan_2_10_10_1
  add_case("mlp_2_50_50_1", mlp({2, 50, 50, 1}));
  add_case("mlp_2_100_100_100_1", mlp({2, 100, 100, 100, 1}));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
