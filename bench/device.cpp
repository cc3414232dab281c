/// Speed of one training step on a backend, beside the bound that the chip sets (docs/gpu.md).
/// Run: build with -DKANPDE_BENCH=ON, then bin/bench_device [OPTIONS]
///   --target cpu|cuda|emulated [cpu]   --index N   GPU [0]   --case NAME   those that begin so
///   --scale S    all numbers of points times S [1]
///   --seconds S  time a case, after which it is not repeated [2]   --json FILE   results, as well
///   --fp64 T --fp32 T   TFLOP/s of the chip's vector units, --gbs B   its memory [H100 SXM]
/// A step is what an optimizer waits for: theta in, loss and gradient out, both in host memory.
/// Every case is checked at few points against long double before it is timed, the step of
/// Levenberg-Marquardt, too, then asked twice for the same bits. The exit status is 1 when a result
/// is wrong, 77 when the device is absent.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bench/check_step.hpp"
#include "bench/poisson.hpp"
#include "kernels/base/error.hpp"
#include "kernels/devices.hpp"

namespace {

using namespace kanpde;
using namespace kanpde::bench;

struct Options {
  Target target;
  std::string target_name = "cpu", chosen, json;
  double scale = 1, seconds = 2;
  double fp64 = 34, fp32 = 67, gbs = 3350;  // TFLOP/s, TFLOP/s, GB/s: H100 SXM, vector units
};

/// What is asked of a case; 0: nothing.
struct Bar {
  double milliseconds = 0, share = 0;
};

struct Case {
  std::string name;
  bool single_precision = false;
  NetworkShape shape;
  int interior = 0, boundary = 0;
  Bar bar;
  enum class What { gradient, layer, levenberg_marquardt, memory } what = What::gradient;
};

struct Result {
  std::vector<double> times;  ///< seconds, sorted
  double flop = 0, flop_local = 0, bytes = 0;
  bool same_bits = true;
  double median() const { return times[times.size() / 2]; }
};

/// [2] - linear - [64] - KAN - [64], all 64 outputs in the loss: the linear layer makes the KAN
/// layer pass its adjoint on to its inputs, and costs less than 1 % of it.
NetworkShape wide_layer() {
  return oracle::make_network(2,
                              {{64, Features::identity, 0, 1, Features::none, true},
                               {64, Features::bspline, 3, 8, Features::silu}},
                              1);
}

/// Residuals u_j, j = 0 .. outputs-1, at every point.
std::vector<Term> outputs_term(int points, int outputs) {
  Term term = poisson_term(points, true, 1);
  term.columns = Columns(0, points);
  term.plan = {};
  term.plan.dimension = 2;
  term.quantities.clear();
  term.partials.clear();
  term.tape = {};
  term.tape.inputs = outputs;
  term.tape.registers = outputs + 1;
  for (int j = 0; j < outputs; ++j) {
    term.quantities.push_back({Quantity::Kind::jet, 0, j, 0});
    term.partials.push_back({j, j});
    term.tape.code.push_back({Op::input, j, j, -1, -1, 0.0});
    term.tape.outputs.push_back(j);
  }
  term.tape.code.push_back({Op::constant, outputs, -1, -1, -1, 1.0});
  term.tape.outputs.resize(2 * outputs, outputs);
  term.equations = outputs;
  term.scale.assign(outputs, 1 / std::sqrt(double(points)));
  return {term};
}

std::vector<Case> cases() {
  using What = Case::What;
  const NetworkShape deep = kan({2, 10, 10, 1}), small = kan({2, 10, 1});
  std::vector<Case> all;
  for (bool single : {false, true}) {
    const std::string suffix = single ? "_float32" : "_float64";
    all.push_back({"gradient" + suffix, single, deep, 1'000'000, 0, {0, 0.5}, What::gradient});
    all.push_back({"small" + suffix, single, small, 2601, 204, {0.05, 0}, What::gradient});
    all.push_back(
        {"mlp" + suffix, single, mlp({2, 100, 100, 100, 1}), 1'000'000, 0, {}, What::gradient});
  }
  for (bool single : {false, true})
    all.push_back({single ? "layer_float32" : "layer_float64",
                   single,
                   wide_layer(),
                   1'000'000,
                   0,
                   {},
                   What::layer});
  all.push_back({"levenberg_marquardt",
                 false,
                 kan({2, 14, 13, 1}),
                 18'600,
                 1400,
                 {20, 0},
                 What::levenberg_marquardt});
  all.push_back({"memory", false, deep, 10'000'000, 0, {}, What::memory});
  return all;
}

int scaled(int points, double scale) { return points == 0 ? 0 : std::max(67, int(points * scale)); }

/// Few points suffice where the oracle takes long, and no number is a multiple of a block.
std::vector<Term> check_terms(const Case& c) {
  return c.what == Case::What::layer ? outputs_term(7, c.shape.outputs) : poisson(67, 13);
}

std::vector<Term> make_terms(const Case& c, double scale) {
  const int interior = scaled(c.interior, scale), boundary = scaled(c.boundary, scale);
  if (c.what == Case::What::layer) return outputs_term(interior, c.shape.outputs);
  if (boundary == 0) return {poisson_term(interior, true, 1)};
  return poisson(interior, boundary);
}

/// Repeats `work` for the given time, at least three times, after two calls for warm-up.
std::vector<double> repeat(const std::function<void()>& work, double seconds) {
  using Clock = std::chrono::steady_clock;
  work();
  work();
  std::vector<double> times;
  double total = 0;
  while (times.size() < 3 || (total < seconds && times.size() < 10'000)) {
    const auto begin = Clock::now();
    work();
    const std::chrono::duration<double> time = Clock::now() - begin;
    times.push_back(time.count());
    total += time.count();
  }
  std::sort(times.begin(), times.end());
  return times;
}

Result time_gradient(const Case& c, Evaluator& evaluator, double seconds) {
  const auto theta = oracle::draw_parameters(c.shape, 1);
  std::vector<double> gradient(theta.size()), again(theta.size());
  const double loss = evaluator.loss_gradient(theta, gradient);
  Result result;
  result.same_bits = evaluator.loss_gradient(theta, again) == loss && again == gradient;
  result.times = repeat([&] { evaluator.loss_gradient(theta, gradient); }, seconds);
  return result;
}

/// One iteration of Levenberg-Marquardt: r and J, J'J scaled and damped, its factors, the step.
std::optional<Result> time_linear_model(const Case& c, Evaluator& evaluator, double seconds) {
  LinearModel* model = evaluator.linear_model();
  if (!model) return {};
  const auto theta = oracle::draw_parameters(c.shape, 1);
  const double n = double(theta.size()), m = evaluator.rows();
  std::vector<double> root;
  const auto iterate = [&] { return device_step(*model, theta, 1e-6, root); };
  const auto first = iterate();
  Result result;
  result.same_bits = first == iterate();
  result.times = repeat(iterate, seconds);
  result.flop = m * n * n + n * n * n / 3;  // J'J by symmetry, Cholesky
  result.bytes = 2 * 8 * m * n;             // J written, then read
  return result;
}

/// Seconds that the chip needs at least: operations or bytes, whichever take longer.
double bound(const Case& c, const Options& options, double flop, double bytes) {
  const double peak = (c.single_precision ? options.fp32 : options.fp64) * 1e12;
  return std::max(flop / peak, bytes / (options.gbs * 1e9));
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "null";
}

std::string yes(bool value) { return value ? "true" : "false"; }

/// Prints one line, and returns the same as JSON.
std::string report(const Case& c, const Options& options, int points, const Result& r) {
  const double time = r.median(), nan = std::nan("");
  const bool chip = options.target.kind == Target::Kind::cuda;
  const double share = chip ? bound(c, options, r.flop, r.bytes) / time : nan;
  const double local = chip ? bound(c, options, r.flop_local, r.bytes) / time : nan;
  const bool full = chip && options.scale == 1;
  std::string met = "null";
  if (full && c.bar.milliseconds > 0) met = yes(1e3 * time <= c.bar.milliseconds);
  if (full && c.bar.share > 0) met = yes(share >= c.bar.share);
  fmt::print("{:20} {:>9} {:>6} {:>11.4f} {:>11.4f} {:>9.1f} {:>7} {:>7} {:>5}\n", c.name, points,
             c.shape.parameters, 1e3 * time, 1e3 * r.times[0], r.flop / time * 1e-9,
             chip ? fmt::format("{:.3f}", share) : "", chip ? fmt::format("{:.3f}", local) : "",
             r.same_bits ? "same" : "DIFFER");
  std::fflush(stdout);
  return fmt::format(
      R"({{"case": "{}", "target": "{}", "precision": "{}", "points": {}, "parameters": {}, )"
      R"("median_ms": {}, "best_ms": {}, "repeats": {}, "gflop": {}, "gflop_local": {}, )"
      R"("gflops": {}, "share": {}, "share_local": {}, "same_bits": {}, )"
      R"("bar_ms": {}, "bar_share": {}, "met": {}}})",
      c.name, options.target_name, c.single_precision ? "float32" : "float64", points,
      c.shape.parameters, number(1e3 * time), number(1e3 * r.times[0]), r.times.size(),
      number(r.flop * 1e-9), number(r.flop_local * 1e-9), number(r.flop / time * 1e-9),
      number(share), number(local), yes(r.same_bits),
      c.bar.milliseconds > 0 ? number(c.bar.milliseconds) : "null",
      c.bar.share > 0 ? number(c.bar.share) : "null", met);
}

std::optional<std::string> run(const Case& c, const Options& options, bool& wrong) {
  Target target = options.target;
  target.single_precision = c.single_precision;
  if (c.single_precision && target.kind == Target::Kind::cpu) {
    fmt::print("{:20} skipped: the CPU computes in float64\n", c.name);
    return {};
  }
  check_oracle(c.shape, check_terms(c), target, c.single_precision ? 1e-8 : 1e-16);
  if (c.what == Case::What::levenberg_marquardt) check_step(c.shape, check_terms(c), target);
  auto terms = make_terms(c, options.scale);
  const double flop = flops(c.shape, terms), flop_local = flops(c.shape, terms, true);
  double bytes = 0;
  int points = 0;
  for (const Term& term : terms) {
    points += term.points;
    bytes += (c.single_precision ? 4.0 : 8.0) * (term.x.columns() + term.columns.columns()) *
             term.points;
  }
  auto evaluator = make_evaluator(target, c.shape, std::move(terms), 0);
  std::optional<Result> result;
  if (c.what == Case::What::levenberg_marquardt)
    result = time_linear_model(c, *evaluator, options.seconds);
  else
    result = time_gradient(c, *evaluator, c.what == Case::What::memory ? 0 : options.seconds);
  if (!result) {
    fmt::print("{:20} skipped: the linear algebra of this target is the optimizer's\n", c.name);
    return {};
  }
  result->flop += flop;
  result->flop_local += flop_local + (result->flop - flop);
  result->bytes += bytes;
  wrong = wrong || !result->same_bits;
  return report(c, options, points, *result);
}

Options read(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view key = argv[i];
    const std::string value = argv[i + 1];
    if (key == "--target")
      o.target_name = value;
    else if (key == "--index")
      o.target.index = std::stoi(value);
    else if (key == "--case")
      o.chosen = value;
    else if (key == "--json")
      o.json = value;
    else if (key == "--scale")
      o.scale = std::stod(value);
    else if (key == "--seconds")
      o.seconds = std::stod(value);
    else if (key == "--fp64")
      o.fp64 = std::stod(value);
    else if (key == "--fp32")
      o.fp32 = std::stod(value);
    else if (key == "--gbs")
      o.gbs = std::stod(value);
    else
      throw std::invalid_argument("unknown option " + std::string(key));
  }
  using Kind = Target::Kind;
  if (o.target_name == "cuda")
    o.target.kind = Kind::cuda;
  else if (o.target_name == "emulated")
    o.target.kind = Kind::emulated;
  else if (o.target_name != "cpu")
    throw std::invalid_argument("unknown target " + o.target_name);
  return o;
}

int run_all(const Options& options) {
  if (options.target.kind == Target::Kind::cuda) {
    const DeviceList list = list_devices();
    if (int(list.devices.size()) <= options.target.index) {
      fmt::print("no GPU: {}\n", list.reason.empty() ? "no such index" : list.reason);
      return 77;
    }
    fmt::print("{}\n", list.devices[options.target.index].name);
  }
  fmt::print("{:20} {:>9} {:>6} {:>11} {:>11} {:>9} {:>7} {:>7} {:>5}\n", "case", "points",
             "param.", "median ms", "best ms", "GFLOP/s", "share", "local", "bits");
  std::string lines;
  bool wrong = false;
  for (const Case& c : cases()) {
    if (c.name.rfind(options.chosen, 0) != 0) continue;
    try {
      if (auto line = run(c, options, wrong)) lines += (lines.empty() ? "  " : ",\n  ") + *line;
    } catch (const DeviceError& error) {
      fmt::print("{:20} failed: {}\n", c.name, error.what());
      wrong = true;
    }
  }
  if (!options.json.empty()) std::ofstream(options.json) << "[\n" << lines << "\n]\n";
  return wrong ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_all(read(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_device: {}\n", error.what());
    return 2;
  }
}
