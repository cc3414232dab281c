#pragma once
/// Sizes of a fused kernel: what lies where in the shared memory of a block.

#include <optional>
#include <vector>

#include "kernels/device/fused_source.hpp"

namespace kanpde::kernels::device {

/// A layer in a fused kernel; offsets count numbers.
struct FusedLayer {
  const LayerShape* shape = nullptr;
  int active = 0;               ///< functions of the basis that may differ from zero at a point
  bool edges = false;           ///< sums over features first
  bool trained = false;         ///< its weights' gradient is wanted
  bool propagates = false;      ///< its inputs' adjoints are wanted
  bool keep = false;            ///< seeds in registers
  int at_once = 1;              ///< outputs that registers hold in the forward pass
  int pitch = 0;                ///< from one column of weights to the next
  int weights = 0;              ///< offset among the weights
  int rows = 0;                 ///< row of its first input among the values
  int group = 1;                ///< warps that share sums
  int copies = 1;               ///< sets of sums
  int sum_count = 0, sums = 0;  ///< numbers of a set; offset of the first

  int steps() const { return shape->inputs + (shape->bias ? 1 : 0); }
};

/// Shared memory holds, in this order: sums (double), a double for each warp, then
/// numbers of T: weights, grids, trainable scalars, values [row][component][thread].
struct FusedLayout {
  std::vector<FusedLayer> layers;
  int components = 1, order = 0;
  int threads = 32, blocks_per_processor = 1;
  int sums = 0, weights = 0, grids = 0, scalars = 0, rows = 0;
  std::size_t value_bytes = 8;

  int of_warps() const { return (threads / 32 + 1) / 2 * 2; }  ///< doubles, one a warp
  std::size_t shared_bytes() const;
};

/// The layout for this block, or with the most warps at work in a processor; empty where the
/// network is not fit.
std::optional<FusedLayout> fused_layout(const NetworkShape& shape, const Term& term, int scalars,
                                        bool single_precision, std::size_t shared_bytes_limit,
                                        std::optional<FusedBlock> block = {});

}  // namespace kanpde::kernels::device
