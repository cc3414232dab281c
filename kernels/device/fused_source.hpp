#pragma once
/// The kernel that evaluates a whole network with a term's residuals and their gradient, as text:
/// for small networks, where a layer at a time would be bound by launches and memory.
///
/// A thread takes a point. The jets that enter the layers, the weights and the sums of the gradient
/// lie in shared memory; a layer's outputs, the features of one input and the seeds in registers.
/// The grid is persistent: block b takes the tiles b, b + gridDim.x, ... of blockDim.x points.
///
/// - B-splines: only the degree + 1 that differ from zero are evaluated; each thread reads the
///   weights from its own interval on. The rows of a layer's outputs are padded so that
///   neighbouring intervals lie in different banks.
/// - Three features an input or more: sums over the features first, for each derivative, then the
///   chain rule once an edge (as on the CPU); fewer: the chain rule first, once a feature.
/// - The gradient is summed over the 32 points of a warp by recursive halving, about one exchange a
///   sum instead of five, then in shared memory over tiles, at last over warps and by the caller
///   over blocks, always in the same order. Where sums for each warp would leave room for too few
///   warps, the warps share them in turns (fused_backward_text.cpp).
///
/// Counted in the machine code for sm_90: KAN [2,10,10,1], degree 3, grid 5, base silu, Poisson in
/// two dimensions, float64, loss and gradient of 32 points (a warp): 14,200 float64 instructions,
/// 2,860 shuffles, 1,440 reads and 270 writes of shared memory, 32,200 instructions in all. A
/// multiprocessor of an H100 (64 float64 lanes, four instructions a clock, one access of 128 bytes)
/// takes at least 7,100 clocks for the first, 4,800 to 6,300 for shuffles and shared memory, 8,050
/// to issue all. For 1,000,000 points at 1.755 GHz on 132 multiprocessors that is 1.1 ms, two
/// thirds of the rate of its vector units by the operations of docs/gpu.md; latencies come on top.

#include <optional>
#include <string>

#include "kernels/device/launch.hpp"
#include "kernels/network_shape.hpp"
#include "kernels/term.hpp"

namespace kanpde::kernels::device {

inline constexpr const char* fused_kernel_name = "kanpde_fused";

///   extern "C" __global__ void kanpde_fused(
///       int mode, int points, const T* x, const T* columns, const T* theta, const T* constants,
///       const double* grids, const T* scale, const T* point_scale, T* r, double* partial)
///
/// mode 0 (residual_mode): r[e * points + p] and partial[b] = 1/2 sum r^2 over the points of block
/// b. mode 1 (gradient_mode): also partial[b * values + k] = d/dtheta_k of that, k < values - 1;
/// the loss is then partial[b * values + values - 1]. x, columns: columns of `points`; theta: all
/// parameters, the trainable scalars behind the network's; constants, grids: of the NetworkShape;
/// point_scale: null, or an entry a point. Memory that is not used may be null.
struct FusedKernel {
  std::string source;
  int threads = 0;               ///< of a block, a multiple of 32
  std::size_t shared_bytes = 0;  ///< dynamic shared memory of a block
  int values = 0;                ///< parameters, scalars and 1 for the loss
  int blocks_per_processor = 1;  ///< that shared memory leaves room for
};

/// Arguments of the kernel, as above; point_scale may be empty.
template <class T>
struct FusedArguments {
  int mode = 0;
  int points = 0;
  Span<const T> x, columns, theta, constants;
  Span<const double> grids;
  Span<const T> scale, point_scale;
  Span<T> r;
  Span<double> partial;  ///< blocks * FusedKernel::values; in mode 0 an entry a block
};

/// How the points of a block are worked on. share: all warps share sums of the gradient, which
/// saves memory and makes them wait for one another.
struct FusedBlock {
  int threads = 32;
  bool share = false;
};

/// Empty where the network or the term is not fit: pairs of points, too many components or outputs
/// for registers, too long a tape, more shared memory than `shared_bytes_limit` (what a block may
/// have: 227 KiB on sm_90, 163 KiB on sm_80). scalars: number of trainable scalars. block: chosen
/// for the most warps at work where it is not given. Throws std::logic_error for a tape that does
/// not fit the term.
std::optional<FusedKernel> fused_kernel(const NetworkShape& shape, const Term& term, int scalars,
                                        bool single_precision, std::size_t shared_bytes_limit,
                                        std::optional<FusedBlock> block = {});

}  // namespace kanpde::kernels::device
