#pragma once
/// Steps of Adam where an evaluator computes, several without a word to the host in between.

#include <span>

namespace kanpde::kernels {

class AdamSteps {
 public:
  static constexpr int most = 32;  ///< steps of one run

  /// Step t = 1, 2, ...: its rate, 1 / (1 - beta1^t) and 1 / (1 - beta2^t).
  struct Step {
    double rate, mean, square;
  };
  /// n: number of active parameters. A run ends early: before a step after which the loss or the
  /// gradient is not finite; after one to a loss <= tolerance or a gradient of zero.
  struct Run {
    double beta1, beta2, epsilon;
    double tolerance;
    double best_loss;                      ///< the lowest so far
    std::span<const Step> steps;           ///< 1 to `most`
    std::span<const double> lower, upper;  ///< bounds: n
    std::span<double> theta, gradient;     ///< active ones, gradient there (in, out): n
    std::span<double> mean, square;        ///< moments (in, out): n
    std::span<double> losses;              ///< after each step (written): steps.size()
    std::span<double> best;                ///< theta after step best_step (written): n
    /// The last step, before the last one taken, with a loss not above best_loss and those before
    /// (written); 0: none, and `best` is left as it was.
    int best_step = 0;
  };

  virtual ~AdamSteps() = default;
  /// From now on the parameters `active` (ascending) move; `all`: values of all, held ones
  /// included.
  virtual void activate(std::span<const int> active, std::span<const double> all) = 0;
  /// Returns the number of steps taken. Each is the same arithmetic however many are in a run.
  virtual int take(Run& run) = 0;
};

}  // namespace kanpde::kernels
