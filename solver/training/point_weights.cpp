#include "solver/training/point_weights.hpp"

#include <algorithm>
#include <cmath>

namespace kanpde::solver {

namespace {

constexpr double met = 0.99;  ///< least causal weight at which the tolerance goes on (delta)

double largest(const std::vector<double>& sizes) {
  return sizes.empty() ? 0.0 : *std::max_element(sizes.begin(), sizes.end());
}

std::string term_key(const std::string& prefix, std::size_t t) {
  return prefix + "/attention" + std::to_string(t);
}

}  // namespace

std::vector<double> rba_target(const std::vector<double>& sizes) {
  const double most = largest(sizes);
  std::vector<double> target(sizes.size(), 1.0);
  for (std::size_t p = 0; p < sizes.size() && most > 0; ++p) target[p] = sizes[p] / most;
  return target;
}

std::vector<double> vrba_target(const std::vector<double>& sizes, long k) {
  std::vector<double> target = rba_target(sizes);
  for (double& t : target) t = std::pow(double(k + 2), t - 1.0);
  return target;
}

std::vector<double> causal_weights(const std::vector<double>& losses, double start,
                                   double tolerance) {
  std::vector<double> weights;
  double before = start;
  for (const double loss : losses) {
    weights.push_back(std::exp(-tolerance * before));
    before += loss;
  }
  return weights;
}

PointWeights::PointWeights(const problems::TrainingSettings& settings) : settings_(settings) {}

void PointWeights::clear() {
  attention_.clear();
  causal_.clear();
  causal_term_ = -1;
  tolerance_ = 0;
  least_ = 1;
  updates_ = 0;
}

void PointWeights::forget(int term) {
  if (term < int(attention_.size())) attention_[std::size_t(term)].clear();
  if (term == causal_term_) causal_.clear();
}

void PointWeights::attend(const std::vector<std::vector<double>>& sizes, double memory) {
  if (settings_.attention == "none") return;
  attention_.resize(sizes.size());
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    std::vector<double> target =
        settings_.attention == "rba" ? rba_target(sizes[t]) : vrba_target(sizes[t], updates_);
    std::vector<double>& lambda = attention_[t];
    if (lambda.size() != target.size()) lambda = target;
    for (std::size_t p = 0; p < target.size(); ++p)
      lambda[p] = memory * lambda[p] + (1 - memory) * target[p];
  }
  ++updates_;
}

void PointWeights::hold_back(int term, const std::vector<double>& squares,
                             const std::vector<int>& slice, double start) {
  std::vector<double> losses(std::size_t(slices()), 0.0), counts = losses;
  for (std::size_t p = 0; p < squares.size(); ++p) {
    losses[std::size_t(slice[p])] += squares[p];
    counts[std::size_t(slice[p])] += 1;
  }
  for (std::size_t k = 0; k < losses.size(); ++k) losses[k] /= std::max(counts[k], 1.0);
  std::vector<double> w = causal_weights(losses, start, settings_.causal[std::size_t(tolerance_)]);
  if (w.back() > met && tolerance_ + 1 < int(settings_.causal.size()))
    w = causal_weights(losses, start, settings_.causal[std::size_t(++tolerance_)]);
  causal_term_ = term;
  least_ = w.back();
  causal_.resize(squares.size());
  for (std::size_t p = 0; p < squares.size(); ++p) causal_[p] = std::sqrt(w[std::size_t(slice[p])]);
}

AlignedVector<double> PointWeights::factors(int term) const {
  AlignedVector<double> factors;
  if (term < int(attention_.size())) {
    const std::vector<double>& lambda = attention_[std::size_t(term)];
    double square = 0;
    for (const double l : lambda) square += l * l;
    const double scale = square > 0 ? std::sqrt(double(lambda.size()) / square) : 1.0;
    for (const double l : lambda) factors.push_back(scale * l);
  }
  if (term != causal_term_ || causal_.empty()) return factors;
  if (factors.empty()) return {causal_.begin(), causal_.end()};
  for (std::size_t p = 0; p < factors.size(); ++p) factors[p] *= causal_[p];
  return factors;
}

void PointWeights::save(output::Store& store, const std::string& prefix) const {
  if (!any()) return;
  for (std::size_t t = 0; t < attention_.size(); ++t)
    store.arrays[term_key(prefix, t)] = attention_[t];
  store.arrays[prefix + "/causal"] = causal_;
  store.arrays[prefix + "/least"] = {least_};
  store.integers[prefix + "/terms"] = long(attention_.size());
  store.integers[prefix + "/causal_term"] = causal_term_;
  store.integers[prefix + "/tolerance"] = tolerance_;
  store.integers[prefix + "/updates"] = updates_;
}

void PointWeights::load(const output::Store& store, const std::string& prefix) {
  clear();
  if (!any()) return;
  attention_.resize(std::size_t(store.integers.at(prefix + "/terms")));
  for (std::size_t t = 0; t < attention_.size(); ++t)
    attention_[t] = store.arrays.at(term_key(prefix, t));
  causal_ = store.arrays.at(prefix + "/causal");
  least_ = store.arrays.at(prefix + "/least").at(0);
  causal_term_ = int(store.integers.at(prefix + "/causal_term"));
  tolerance_ = int(store.integers.at(prefix + "/tolerance"));
  updates_ = store.integers.at(prefix + "/updates");
}

}  // namespace kanpde::solver
