#pragma once
/// Points of the open unit cube that go on without end, for samplers that reject some of them.

#include <vector>

#include "problems/sampling/sampling.hpp"
#include "problems/sampling/sobol.hpp"

namespace kanpde::problems {

/// Whether a method is a tensor grid, which cannot go on.
bool is_tensor(SamplingMethod method);

class UnitStream {
 public:
  /// Not for tensor methods. sobol draws its digital shift here, the others draw with each point;
  /// axes beyond those that the sequence has are uniform and independent.
  UnitStream(SamplingMethod method, int dimension, Random& random);
  /// The next n points; each call of latin_hypercube is one hypercube of n strata.
  Columns next(int n);

 private:
  Columns next_sobol(int n);
  Columns next_latin(int n);
  Columns next_uniform(int n);

  SamplingMethod method_;
  int dimension_;
  Random& random_;
  SobolSequence sobol_;
  std::vector<std::uint64_t> shift_;  ///< 52 bits an axis
};

}  // namespace kanpde::problems
