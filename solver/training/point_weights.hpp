#pragma once
/// Weights of single points that follow the residuals during training: attention and causality.

#include <string>
#include <vector>

#include "output/hdf5/store.hpp"
#include "problems/spec/settings.hpp"

namespace kanpde::solver {

/// |r_p| / max |r|, all 1 where every residual is 0: what residual-based attention moves towards
/// (RBA; Anagnostopoulos et al. 2024, doi:10.1016/j.cma.2024.116805: lambda <- gamma lambda +
/// eta |r| / max |r|, here with eta = 1 - gamma, so that lambda stays below 1).
std::vector<double> rba_target(const std::vector<double>& sizes);

/// exp(|r_p| / epsilon) / max = (k + 2)^(|r_p| / max |r| - 1) with epsilon = max |r| / log(k + 2)
/// in update k = 0, 1, ...: the exponential potential of variational residual-based attention with
/// its logarithmic annealing (vRBA; Toscano et al. 2025, arXiv:2509.14198).
std::vector<double> vrba_target(const std::vector<double>& sizes, long k);

/// w_i = exp(-tolerance (start + sum_{k < i} L_k)), L_k: `losses` of the slices of the time axis,
/// `start`: that of the initial conditions (Wang, Sankaran, Perdikaris 2024,
/// doi:10.1016/j.cma.2024.116813, algorithm 1).
std::vector<double> causal_weights(const std::vector<double>& losses, double start,
                                   double tolerance);

/// Factors of residuals, an entry a term and point. Attention is scaled to mean square 1 over each
/// term: it moves weight between points, never between terms. Causal weights are not: what they
/// hold back does not count.
class PointWeights {
 public:
  PointWeights() = default;
  explicit PointWeights(const problems::TrainingSettings& settings);

  bool any() const { return settings_.attention != "none" || !settings_.causal.empty(); }
  bool causal() const { return !settings_.causal.empty(); }
  /// Without what was known of the points; the tolerance starts with the first.
  void clear();
  /// The points of this term were redrawn: the next update forgets its weights.
  void forget(int term);

  /// One update. `sizes`: length of the residual at each point of each term, without these weights.
  /// `memory`: part of the attention before that is kept.
  void attend(const std::vector<std::vector<double>>& sizes, double memory);
  /// `squares`: squared residual of the equations at each point, `slice`: of each point in time.
  /// The tolerance goes on to the next once every weight exceeds 0.99.
  void hold_back(int term, const std::vector<double>& squares, const std::vector<int>& slice,
                 double start);

  /// Factor of each point's residuals; empty: 1.
  AlignedVector<double> factors(int term) const;
  int slices() const { return settings_.causal_slices; }
  /// The least causal weight of the last update, 1 before it.
  double least() const { return least_; }

  void save(output::Store& store, const std::string& prefix) const;
  void load(const output::Store& store, const std::string& prefix);

 private:
  problems::TrainingSettings settings_;
  std::vector<std::vector<double>> attention_;  // lambda of each term; empty: none yet
  std::vector<double> causal_;                  // roots of the weights of the equations' points
  int causal_term_ = -1, tolerance_ = 0;
  double least_ = 1;
  long updates_ = 0;
};

}  // namespace kanpde::solver
