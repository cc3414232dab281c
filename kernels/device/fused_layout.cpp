#include "kernels/device/fused_layout.hpp"

#include <algorithm>

namespace kanpde::kernels::device {

namespace {

/// Registers of a thread are 255 words of four bytes; these are the bounds for arrays in them.
constexpr int most_components = 10, most_seeds = 48, most_outputs = 48, most_features = 64;
constexpr int most_instructions = 600, most_scalars = 8;
constexpr int processors = 128;  // of a GPU, about: small sets of points get small blocks
constexpr int least_warps = 3;   // at work in each, for large sets

int even(int n) { return (n + 1) / 2 * 2; }  // so that pairs of numbers are aligned

/// Numbers of a thread for the features of one input: `stored` for all of them, of which the first
/// `active` and the base are computed.
bool features_fit(const LayerShape& layer, int active, int order) {
  const int base = layer.base == Features::none ? 0 : 1;
  return (active + base) * (order + 2) <= most_features &&
         layer.features() * (order + 1) <= most_features;
}

bool term_fits(const NetworkShape& shape, const Term& term, int scalars) {
  if (term.copies != 1 || shape.layers.empty() || shape.layers.back().is_embedding()) return false;
  if (term.plan.components() > most_components || scalars > most_scalars) return false;
  if (int(term.tape.code.size()) > most_instructions) return false;
  int parameters = 0;
  for (const LayerShape& layer : shape.layers) parameters += layer.frozen ? 0 : layer.parameters();
  return parameters == shape.parameters;
}

/// Rows of weights: pairs at a time; an odd number of pairs puts the rows of neighbouring intervals
/// into different banks.
int pitch_of(const LayerShape& layer) {
  if (layer.outputs == 1) return 1;
  const int pairs = (layer.outputs + 1) / 2;
  return layer.basis == Features::bspline && pairs % 2 == 0 ? 2 * pairs + 2 : 2 * pairs;
}

bool add_layer(const LayerShape& shape, bool last, FusedLayout& layout) {
  FusedLayer layer;
  layer.shape = &shape;
  layer.rows = layout.rows;
  layout.rows += shape.inputs;
  if (!shape.is_embedding()) {
    const int room = most_outputs / layout.components * (shape.features() < 3 ? 3 : 2) / 2;
    layer.active = shape.basis == Features::bspline ? shape.degree + 1 : shape.basis_count;
    layer.edges = shape.features() >= 3;
    layer.trained = !shape.frozen;
    layer.keep = last || shape.outputs * layout.components <= most_seeds;
    layer.at_once = last ? shape.outputs : std::clamp(room / 2 * 2, 2, shape.outputs + 1);
    layer.at_once = std::min(layer.at_once, shape.outputs);
    layer.pitch = pitch_of(shape);
    layer.weights = layout.weights;
    layout.weights += even(shape.columns() * layer.pitch);
    if (last && shape.outputs * layout.components > most_outputs) return false;
    if (!features_fit(shape, layer.active, layout.order)) return false;
  }
  layout.layers.push_back(layer);
  return true;
}

/// Sums for each warp, or shared by all of them.
void place_sums(bool share, FusedLayout& layout) {
  const int warps = layout.threads / 32;
  bool below = false;
  layout.sums = 0;
  for (FusedLayer& layer : layout.layers) {
    layer.propagates = below;
    below = below || layer.trained;
    layer.sum_count = layer.trained ? layer.shape->parameters() : 0;
    layer.group = share && layer.trained ? std::min(warps, layer.steps()) : 1;
    layer.copies = (warps + layer.group - 1) / layer.group;
    layer.sums = layout.sums;
    layout.sums += layer.copies * layer.sum_count;
  }
  layout.sums = even(layout.sums);
}

/// How busy a processor's four schedulers are with so many warps, about: all four alike, and each
/// with several to hide latencies.
double occupancy(int warps) {
  const int each = (warps + 3) / 4;
  return double(warps) / (4 * each) * each / (each + 0.5);
}

/// With 255 or 128 registers a thread.
int most_warps(const FusedLayout& layout) { return layout.value_bytes == sizeof(float) ? 16 : 8; }

/// Large sets of points get any block, small ones the smallest.
std::vector<FusedBlock> choices(int points, const FusedLayout& layout) {
  std::vector<FusedBlock> all;
  for (int threads = 32; threads <= 32 * most_warps(layout); threads += 32)
    for (bool share : {false, true})
      if (threads == 32 || points / threads >= processors) all.push_back({threads, share});
  return all;
}

/// Completes the layout; returns how fast it may be, 0 where memory does not suffice
/// or leaves so few warps that a layer at a time is faster.
double choose(const FusedBlock& block, int points, std::size_t shared_bytes_limit,
              FusedLayout& layout) {
  layout.threads = block.threads;
  place_sums(block.share, layout);
  const std::size_t bytes = layout.shared_bytes();
  if (bytes > shared_bytes_limit) return 0;
  const int blocks = int((shared_bytes_limit + 1024) / (bytes + 1024));  // 1 KiB is the system's
  layout.blocks_per_processor = std::clamp(most_warps(layout) * 32 / block.threads, 1, blocks);
  const int warps = layout.blocks_per_processor * block.threads / 32;
  if (warps < least_warps && points / 32 >= processors * least_warps) return 0;
  return occupancy(warps) * (block.share ? 0.9 : 1.0);
}

}  // namespace

std::size_t FusedLayout::shared_bytes() const {
  const long numbers = long(weights) + grids + scalars + long(rows) * components * threads;
  return std::size_t(sums + of_warps()) * sizeof(double) + std::size_t(numbers) * value_bytes;
}

std::optional<FusedLayout> fused_layout(const NetworkShape& shape, const Term& term, int scalars,
                                        bool single_precision, std::size_t shared_bytes_limit,
                                        std::optional<FusedBlock> block) {
  if (!term_fits(shape, term, scalars)) return {};
  FusedLayout layout;
  layout.components = term.plan.components();
  layout.order = term.plan.order();
  layout.value_bytes = single_precision ? sizeof(float) : sizeof(double);
  layout.grids = even(int(shape.grids.size()));
  layout.scalars = scalars;
  for (const LayerShape& layer : shape.layers)
    if (!add_layer(layer, &layer == &shape.layers.back(), layout)) return {};
  std::optional<FusedLayout> best;
  double best_score = 0;
  for (const FusedBlock& choice : block ? std::vector{*block} : choices(term.points, layout)) {
    const double score = choose(choice, term.points, shared_bytes_limit, layout);
    if (score <= best_score) continue;
    best_score = score;
    best = layout;
  }
  return best;
}

}  // namespace kanpde::kernels::device
