/// The emulated device finds the mistakes that it is there to find.

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/base/device_error.hpp"
#include "kernels/device/array.hpp"
#include "kernels/device/reductions.hpp"
#include "kernels/emulated/runtime.hpp"
#include "kernels/evaluator.hpp"
#include "tests/units/kernels/example_networks.hpp"

namespace kanpde::kernels::emulated {
namespace {

using device::LaunchSize;
using device::Span;
template <class T>
using Array = device::Array<Runtime, T>;

/// out[i] = in[i + shift].
struct Shift {
  static constexpr bool cooperative = false;
  Span<const double> in;
  Span<double> out;
  int shift;
  template <class Thread>
  void operator()(const Thread& t) const {
    const long i = device::item(t);
    if (i < long(out.size())) out[i] = in[i + shift];
  }
};

/// A neighbour's value by way of shared memory; `waits`: with the barrier that this needs.
struct Neighbour {
  static constexpr bool cooperative = true;
  Span<double> out;
  bool waits;
  int leaves = -1;  ///< thread that ends before the barrier
  template <class Thread>
  void operator()(const Thread& t) const {
    const auto shared = t.template shared<double>(t.threads());
    if (t.thread() == leaves) return;
    shared[t.thread()] = t.thread();
    if (waits) t.sync();
    out[t.thread()] = shared[(t.thread() + 1) % t.threads()];
  }
};

class EmulatedDevice : public testing::Test {
 protected:
  ~EmulatedDevice() override {
    set_order(Order::ascending);
    set_limit(unlimited);
  }
  static constexpr std::size_t unlimited = ~std::size_t(0);
  std::vector<double> download(const Array<double>& values) {
    std::vector<double> host(values.size());
    runtime.download(host.data(), values.read());
    return host;
  }
  Runtime runtime{0};
};

TEST_F(EmulatedDevice, CopiesThereAndBack) {
  const std::vector<double> values{1, 2, 3};
  const auto a = Array<double>::of(runtime, values);
  EXPECT_EQ(download(a), values);
  runtime.clear(a.span().part(1, 1));
  EXPECT_EQ(download(a), (std::vector<double>{1, 0, 3}));
}

TEST_F(EmulatedDevice, NewMemoryHoldsNaN) {
  for (double v : download(Array<double>(runtime, 100))) EXPECT_TRUE(std::isnan(v));
}

using EmulatedDeviceDeathTest = EmulatedDevice;

TEST_F(EmulatedDeviceDeathTest, KeepsItsMemoryFromTheHost) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto a = Array<double>::of(runtime, std::vector<double>{1, 2, 3});
  EXPECT_DEATH(std::printf("%g", *static_cast<volatile double*>(a.span().data())), "");
  EXPECT_DEATH(*static_cast<volatile double*>(a.span().data()) = 1, "");
}

TEST_F(EmulatedDeviceDeathTest, EndsItsArraysAtAPageWithoutAccess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto a = Array<double>::of(runtime, std::vector<double>{1, 2});
  const Access access;
  EXPECT_EQ(*static_cast<volatile double*>(a.span().data() + 1), 2);
  EXPECT_DEATH(std::printf("%g", *static_cast<volatile double*>(a.span().data() + 2)), "");
}

TEST_F(EmulatedDevice, RefusesAnIndexOutsideASpan) {
  const auto a = Array<double>::of(runtime, std::vector<double>(10, 1.0));
  const Array<double> b(runtime, 10);
  const LaunchSize size = device::one_thread_each(10);
  EXPECT_NO_THROW(runtime.launch(size, Shift{a.read(), b.span(), 0}));
  EXPECT_THROW(runtime.launch(size, Shift{a.read(), b.span(), 1}), std::out_of_range);
  EXPECT_THROW(runtime.launch(size, Shift{a.read(), b.span(), -1}), std::out_of_range);
  EXPECT_THROW(a.span().part(5, 6), std::out_of_range);
  EXPECT_THROW(a.span().from(11), std::out_of_range);
}

TEST_F(EmulatedDevice, RunsThreadsFromBarrierToBarrier) {
  const Array<double> out(runtime, 8);
  const LaunchSize size{1, 8, 8 * sizeof(double)};
  for (const Order order : {Order::ascending, Order::descending}) {
    set_order(order);
    runtime.launch(size, Neighbour{out.span(), true});
    EXPECT_EQ(download(out), (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 0}));
  }
}

TEST_F(EmulatedDevice, ShowsARaceByAnotherOrder) {
  const Array<double> out(runtime, 8);
  const LaunchSize size{1, 8, 8 * sizeof(double)};
  runtime.launch(size, Neighbour{out.span(), false});
  const auto ascending = download(out);
  set_order(Order::descending);
  runtime.launch(size, Neighbour{out.span(), false});
  EXPECT_TRUE(std::isnan(ascending[0]));  // read before it was written
  EXPECT_EQ(download(out)[0], 1);
}

TEST_F(EmulatedDevice, RefusesABarrierThatSomeThreadsLeaveOut) {
  const Array<double> out(runtime, 8);
  const LaunchSize size{1, 8, 8 * sizeof(double)};
  EXPECT_THROW(runtime.launch(size, Neighbour{out.span(), true, 3}), std::logic_error);
  EXPECT_NO_THROW(runtime.launch(size, Neighbour{out.span(), true}));
}

TEST_F(EmulatedDevice, RefusesSharedMemoryThatWasNotAskedFor) {
  const Array<double> out(runtime, 8);
  EXPECT_THROW(runtime.launch({1, 8, 7 * sizeof(double)}, Neighbour{out.span(), true}),
               std::out_of_range);
}

TEST_F(EmulatedDevice, RefusesOperandsThatAreTooSmall) {
  const Array<double> a(runtime, 12), x(runtime, 4);
  device::Product p;
  p.m = 3, p.n = 1, p.k = 4, p.lda = 3, p.ldb = 4, p.ldc = 3;
  EXPECT_NO_THROW(runtime.multiply<double>(p, a.read(), x.read(), x.span()));
  p.k = 5, p.ldb = 5;
  EXPECT_THROW(runtime.multiply<double>(p, a.read(), x.read(), x.span()), std::logic_error);
}

TEST_F(EmulatedDevice, ReplaysWhatTheSecondCallLaunched) {
  const auto in = Array<double>::of(runtime, std::vector<double>{1, 2, 3});
  const Array<double> out(runtime, 2);
  Runtime::Recording recording;
  int calls = 0;
  const auto run = [&] {
    runtime.replay(recording, [&] {
      runtime.launch(device::one_thread_each(2), Shift{in.read(), out.span(), calls++ % 2});
    });
    return download(out);
  };
  EXPECT_EQ(run(), (std::vector<double>{1, 2}));
  EXPECT_EQ(run(), (std::vector<double>{2, 3}));
  EXPECT_EQ(run(), (std::vector<double>{2, 3}));
  EXPECT_EQ(calls, 2);
}

TEST_F(EmulatedDevice, RefusesMemoryAndCopiesInARecording) {
  Array<double> a(runtime, 1);
  const std::vector<double> values{1, 2};
  for (int mistake = 0; mistake < 3; ++mistake) {
    Runtime::Recording recording;
    const auto body = [&] {
      if (mistake == 0) Array<double>(runtime, 1);
      if (mistake == 1) runtime.upload(a.span(), values.data());
      if (mistake == 2) download(a);
    };
    EXPECT_NO_THROW(runtime.replay(recording, body));
    EXPECT_THROW(runtime.replay(recording, body), std::logic_error);
    EXPECT_NO_THROW(body());
  }
}

TEST_F(EmulatedDevice, SumsWithoutRaces) {
  std::vector<double> values(10'000);
  Random random(1);
  for (double& v : values) v = random.normal();
  const auto a = Array<double>::of(runtime, values);
  const Array<double> out(runtime, 3);
  std::vector<double> first;
  for (const Order order : {Order::ascending, Order::descending}) {
    set_order(order);
    runtime.launch({3, device::sum_threads, device::sum_threads * sizeof(double)},
                   device::SumPieces<double, device::Transform::square>{a.read(), device::sum_piece,
                                                                        out.span()});
    const auto sums = download(out);
    if (first.empty()) first = sums;
    EXPECT_EQ(sums, first);
    double exact = 0;
    for (int i = 0; i < device::sum_piece; ++i) exact += values[i] * values[i];
    EXPECT_NEAR(sums[0], exact, 1e-12 * exact);
  }
}

Term value_term(int points) {
  Term term;
  term.points = points;
  term.x = Columns(2, points);
  term.plan.dimension = 2;
  term.quantities = {{Quantity::Kind::jet, 0, 0, 0}};
  term.tape = {1, 2, {{Op::input, 0, 0, -1, -1, 0}, {Op::constant, 1, -1, -1, -1, 1}}, {0, 1}};
  term.partials = {{0, 0}};
  term.equations = 1;
  term.scale = {1};
  return term;
}

// Shapes of launches with one lane and with many, with values and parts left over.
TEST_F(EmulatedDevice, AddsPartialSumsWithoutRaces) {
  Random random(2);
  for (const int parts : {1, 3, 9, 31, 70, 301})
    for (const int n : {1, 2, 7, 33, 300}) {
      std::vector<double> host(std::size_t(parts) * n);
      for (double& value : host) value = random.normal();
      const auto partial = Array<double>::of(runtime, host);
      std::vector<double> first;
      for (const Order order : {Order::ascending, Order::descending}) {
        set_order(order);
        auto out = Array<double>::of(runtime, std::vector<double>(n, 2.5));
        device::add_partials(runtime, parts, partial.read(), out.span(), 0.5);
        const auto found = download(out);
        if (first.empty()) first = found;
        EXPECT_EQ(found, first) << parts << " " << n;
      }
      for (int k = 0; k < n; ++k) {
        long double sum = 0;
        for (int b = 0; b < parts; ++b) sum += host[std::size_t(b) * n + k];
        EXPECT_NEAR(first[k], double(2.5L + 0.5L * sum), 1e-15 * (3 + parts)) << parts << " " << n;
      }
    }
}

TEST_F(EmulatedDevice, AnEvaluatorTakesSmallerTilesWhereMemoryRunsOut) {
  const auto shape =
      oracle::make_network(2, {{30, Features::bspline, 3, 20}, {1, Features::tanh}}, 1);
  const auto theta = oracle::draw_parameters(shape, 2);
  Target target;
  target.kind = Target::Kind::emulated;
  const std::size_t before = bytes_in_use();
  double loss = 0;
  {
    const auto evaluator = make_evaluator(target, shape, {value_term(20'000)}, 0);
    loss = evaluator->loss(theta);
    EXPECT_GT(bytes_in_use() - before, std::size_t(16) << 20);
  }
  EXPECT_EQ(bytes_in_use(), before);
  set_limit(before + (std::size_t(12) << 20));
  {
    const auto evaluator = make_evaluator(target, shape, {value_term(20'000)}, 0);
    EXPECT_NEAR(evaluator->loss(theta), loss, 1e-12 * loss);
  }
  set_limit(before + 100'000);
  EXPECT_THROW(make_evaluator(target, shape, {value_term(20'000)}, 0), DeviceError);
  EXPECT_EQ(bytes_in_use(), before);
}

}  // namespace
}  // namespace kanpde::kernels::emulated
