#pragma once
/// AdamSteps on a device: update, gradient and check of a step are recorded as a whole, and what
/// differs from step to step is read from the memory of the device.

#include <algorithm>
#include <functional>

#include "kernels/adam_steps.hpp"
#include "kernels/device/array.hpp"

namespace kanpde::kernels::device {

/// Where things lie in one array of doubles. State j % 2, of the point after step j: theta, mean,
/// square, gradient, n each; so a step that failed leaves the one before as it was.
struct AdamLayout {
  static constexpr int most = AdamSteps::most;
  int n = 0;

  static constexpr long settings = 0;               // beta1, beta2, epsilon, tolerance
  static constexpr long steps = 4;                  // rate, mean, square a step
  static constexpr long done = steps + 3 * most;    // steps that were checked
  static constexpr long begun = done + 1;           // steps that were begun
  static constexpr long failed = begun + 1;         // step to a non-finite point; 0: none
  static constexpr long slope = failed + 1;         // 1: the gradient after step j is not 0
  static constexpr long losses = slope + most + 1;  // after step j
  static constexpr long best = losses + most + 1;   // lowest loss up to step j
  static constexpr long lower = best + most + 1;    // bounds
  KANPDE_HD long upper() const { return lower + n; }
  KANPDE_HD long state(int j) const { return lower + (j % 2 == 0 ? 2L : 6L) * n; }
  KANPDE_HD long best_theta() const { return lower + 10L * n; }
  long size() const { return lower + 11L * n; }
  long uploaded() const { return state(1); }    // from the beginning on
  static constexpr long report = lower - done;  // values from `done` on
};

/// State done + 1 from state done, unless the run is over; an active parameter a thread. Reads
/// `done`, writes `begun`, so that no thread reads what another one writes.
template <class T>
struct AdamUpdate {
  static constexpr bool cooperative = false;
  AdamLayout at;
  Span<const int> active;
  Span<double> data;
  Span<T> theta;  ///< all parameters, as the network sees them

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), n = at.n;
    if (k >= n) return;
    const int j = int(data[at.done]);
    if (over(j)) return;
    const auto now = data.part(at.state(j), 4 * n), next = data.part(at.state(j + 1), 4 * n);
    if (j > 0) keep_best(j, k, now[k]);
    const double beta1 = data[at.settings], beta2 = data[at.settings + 1];
    const double epsilon = data[at.settings + 2], gradient = now[3 * n + k];
    const auto step = data.part(at.steps + 3 * j, 3);
    const double mean = now[n + k] + (1 - beta1) * (gradient - now[n + k]);
    const double square = now[2 * n + k] + (1 - beta2) * (gradient * gradient - now[2 * n + k]);
    const double change = step[1] * mean / (std::sqrt(step[2] * square) + epsilon);
    next[k] = inside(now[k] - step[0] * change, data[at.lower + k], data[at.upper() + k]);
    next[n + k] = mean;
    next[2 * n + k] = square;
    theta[active[k]] = T(next[k]);
    if (k == 0) data[at.begun] = j + 1;
  }

 private:
  KANPDE_KERNEL bool over(int j) const {
    return data[at.failed] != 0 || data[at.slope + j] == 0 ||
           (j > 0 && data[at.losses + j] <= data[at.settings + 3]);
  }
  KANPDE_KERNEL void keep_best(int j, long k, double value) const {
    const double loss = data[at.losses + j], before = data[at.best + j - 1];
    if (loss <= before) data[at.best_theta() + k] = value;
    if (k == 0) data[at.best + j] = loss <= before ? loss : before;
  }
  KANPDE_KERNEL static double inside(double x, double lower, double upper) {
    return x < lower ? lower : upper < x ? upper : x;
  }
};

/// Takes the gradient after step `begun` into its state and notes whether it can be used. Threads
/// that write to one place write one value; once the run is over all of this repeats itself.
struct AdamCheck {
  static constexpr bool cooperative = false;
  AdamLayout at;
  Span<const int> active;
  Span<const double> gradient, loss;
  Span<double> data;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long k = item(t), n = at.n;
    if (k >= n) return;
    const int j = int(data[at.begun]);
    const double g = gradient[active[k]];
    data[at.state(j) + 3 * n + k] = g;
    if (g != 0) data[at.slope + j] = 1;
    if (!finite(g) || !finite(loss[0])) data[at.failed] = j;
    if (k > 0) return;
    data[at.losses + j] = loss[0];
    data[at.done] = j;
  }

 private:
  KANPDE_KERNEL static bool finite(double x) { return x - x == 0; }
};

/// R: a runtime; T: of the network. compute_gradient: launches that read `theta` and write
/// `gradient`, the loss behind it. All of them must outlive this object.
template <class R, class T>
class DeviceAdamSteps : public AdamSteps {
 public:
  DeviceAdamSteps(R& runtime, Array<R, T>& theta, const Array<R, double>& gradient,
                  std::function<void()> compute_gradient)
      : runtime_(runtime),
        theta_(theta),
        gradient_(gradient),
        compute_gradient_(std::move(compute_gradient)),
        device_active_(runtime, 0),
        data_(runtime, 0) {}

  /// The gradient is computed by other launches from now on.
  void forget_recording() { recording_ = {}; }

  void activate(std::span<const int> active, std::span<const double> all) override {
    all_.assign(all.begin(), all.end());
    if (std::equal(active.begin(), active.end(), active_.begin(), active_.end())) return;
    forget_recording();
    active_.assign(active.begin(), active.end());
    device_active_.assign(active_);
    layout_.n = int(active_.size());
    data_.reserve(layout_.size());
  }

  int take(Run& run) override {
    upload(run);
    for (std::size_t i = 0; i < run.steps.size(); ++i)
      runtime_.replay(recording_, [this] { compute_step(); });
    return download(run);
  }

 private:
  using Layout = AdamLayout;

  void compute_step() {
    const auto size = one_thread_each(layout_.n);
    const auto active = device_active_.read().part(0, active_.size());
    runtime_.launch(size, AdamUpdate<T>{layout_, active, data_.span(), theta_.span()});
    compute_gradient_();
    const Span<const double> gradient = gradient_.read();
    runtime_.launch(size, AdamCheck{layout_, active, gradient, gradient.from(gradient.size() - 1),
                                    data_.span()});
  }

  void upload(const Run& run) {
    for (std::size_t k = 0; k < active_.size(); ++k) all_[active_[k]] = run.theta[k];
    theta_.assign(all_);
    host_.assign(std::size_t(layout_.uploaded()), 0.0);
    const auto put = [this](long at, std::span<const double> values) {
      std::copy(values.begin(), values.end(), host_.begin() + at);
    };
    put(Layout::settings, std::vector{run.beta1, run.beta2, run.epsilon, run.tolerance});
    for (std::size_t i = 0; i < run.steps.size(); ++i)
      put(Layout::steps + 3 * long(i),
          std::vector{run.steps[i].rate, run.steps[i].mean, run.steps[i].square});
    host_[Layout::slope] = 1;
    host_[Layout::best] = run.best_loss;
    put(Layout::lower, run.lower);
    put(layout_.upper(), run.upper);
    const long n = layout_.n, state = layout_.state(0);
    put(state, run.theta);
    put(state + n, run.mean);
    put(state + 2 * n, run.square);
    put(state + 3 * n, run.gradient);
    runtime_.upload(data_.first(host_.size()), host_.data());
  }

  /// First what became of the steps, which tells what else is wanted.
  int download(Run& run) {
    fetch(Layout::done, Layout::report);
    const auto reported = [this](long at) { return host_[std::size_t(at - Layout::done)]; };
    const int failed = int(reported(Layout::failed)), done = int(reported(Layout::done));
    const int taken = failed > 0 ? failed - 1 : done;
    double best = run.best_loss;
    run.best_step = 0;
    for (int j = 1; j <= taken; ++j) {
      const double loss = run.losses[j - 1] = reported(Layout::losses + j);
      if (loss > best) continue;
      best = loss;
      if (j < taken) run.best_step = j;
    }
    const long n = layout_.n;
    fetch(layout_.state(taken), 4 * n);
    for (const auto& [at, values] :
         {std::pair{0L, run.theta}, {n, run.mean}, {2 * n, run.square}, {3 * n, run.gradient}})
      std::copy_n(host_.begin() + at, n, values.begin());
    if (run.best_step == 0) return taken;
    fetch(layout_.best_theta(), n);
    std::copy_n(host_.begin(), n, run.best.begin());
    return taken;
  }

  void fetch(long from, long count) {
    host_.resize(std::size_t(count));
    runtime_.download(host_.data(), data_.read().part(from, count));
  }

  R& runtime_;
  Array<R, T>& theta_;
  const Array<R, double>& gradient_;
  std::function<void()> compute_gradient_;
  std::vector<int> active_;
  std::vector<double> all_, host_;
  AdamLayout layout_;
  Array<R, int> device_active_;
  Array<R, double> data_;
  typename R::Recording recording_;
};

}  // namespace kanpde::kernels::device
