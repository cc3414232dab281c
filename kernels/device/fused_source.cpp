#include "kernels/device/fused_source.hpp"

#include <fmt/format.h>

#include <iterator>
#include <numbers>

#include "kernels/device/fused_jets.hpp"
#include "kernels/device/fused_layout.hpp"
#include "kernels/device/fused_text.hpp"
#include "kernels/device/tape_text.hpp"

namespace kanpde::kernels::device {

namespace {

class FusedWriter {
 public:
  FusedWriter(const NetworkShape& shape, const Term& term, const FusedLayout& layout)
      : shape_(shape),
        term_(term),
        layout_(layout),
        single_(layout.value_bytes == sizeof(float)),
        tape_(term, single_, [this](const ResidualInput& from) { return load(from); }) {}

  std::string text() {
    write_sizes();
    text_ += jets_text(term_.plan, single_);
    text_ += fused_features_text;
    text_ += fused_forward_text;
    text_ += fused_backward_text;
    begin_kernel();
    write_inputs();
    for (std::size_t l = 0; l + 1 < layout_.layers.size(); ++l) write_forward(l);
    write_outputs();
    write_residuals();
    write_gradient();
    end_kernel();
    return text_;
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string number(double x) const { return literal(x, single_); }
  int last() const { return int(layout_.layers.size()) - 1; }

  void write_sizes() {
    line("typedef {} T;", tape_.type());
    line("#define KANPDE_DEVICE static __device__ __forceinline__");
    line("#define KANPDE_MEMBER __device__ __forceinline__");
    line("constexpr int components = {}, order = {}, monomial_count = {}, threads = {};",
         layout_.components, layout_.order, monomial_count(term_.plan), layout_.threads);
    for (const char* name : {"tanh", "exp", "erf"})
      line("KANPDE_DEVICE T real_{0}(T x) {{ return {0}{1}(x); }}", name, single_ ? "f" : "");
    line("KANPDE_DEVICE void real_sincos(T x, T* s, T* c) {{ sincos{}(x, s, c); }}",
         single_ ? "f" : "");
    for (std::size_t l = 0; l < layout_.layers.size(); ++l)
      if (!layout_.layers[l].shape->is_embedding()) write_layer(l, layout_.layers[l]);
  }

  void write_layer(std::size_t l, const FusedLayer& layer) {
    const LayerShape& s = *layer.shape;
    line("struct L{} {{", l);
    line("  static constexpr int inputs = {}, outputs = {}, basis = {}, basis_count = {},",
         s.inputs, s.outputs, int(s.basis), s.basis_count);
    line("      active = {}, degree = {}, base = {}, grid = {}, grid_size = {}, parameters = {},",
         layer.active, s.degree, int(s.base), s.grid, s.grid_size, s.weights);
    line("      at_once = {}, pitch = {}, weights = {}, rows = {}, group = {}, copies = {},",
         layer.at_once, layer.pitch, layer.weights, layer.rows, layer.group, layer.copies);
    line("      sum_count = {}, sums = {};", layer.sum_count, layer.sums);
    line("  static constexpr bool bias = {}, edges = {}, trained = {}, propagates = {}, keep = {};",
         s.bias, layer.edges, layer.trained, layer.propagates, layer.keep);
    line("}};");
  }

  void begin_kernel() {
    line("extern \"C\" __global__ void __launch_bounds__({}, {}) {}(", layout_.threads,
         layout_.blocks_per_processor, fused_kernel_name);
    line("    int mode, unsigned points, const T* __restrict__ x, const T* __restrict__ columns,");
    line("    const T* __restrict__ theta, const T* __restrict__ constants,");
    line("    const double* __restrict__ grids, const T* __restrict__ scale,");
    line(
        "    const T* __restrict__ point_scale, T* __restrict__ r, double* __restrict__ partial) "
        "{{");
    line("  extern __shared__ __align__(16) char memory[];");
    line("  const int thread = threadIdx.x;");
    line("  const unsigned block = blockIdx.x, blocks = gridDim.x;");
    line("  double* const sums = reinterpret_cast<double*>(memory);");
    line("  double* const of_warps = sums + {};", layout_.sums);
    line("  T* const weights = reinterpret_cast<T*>(of_warps + {});", layout_.of_warps());
    line("  T* const grid = weights + {};", layout_.weights);
    line("  T* const scalars = grid + {};", layout_.grids);
    line("  T* const values = scalars + {} + thread;", layout_.scalars);
    line("  const Work w = {{weights, grid, values, sums, thread, thread % 32, thread / 32}};");
    line("  for (int k = thread; k < {}; k += threads) sums[k] = 0;", layout_.sums);
    line("  for (int k = thread; k < {}; k += threads) grid[k] = T(grids[k]);",
         shape_.grids.size());
    line("  for (int k = thread; k < {}; k += threads) scalars[k] = theta[{} + k];",
         layout_.scalars, shape_.parameters);
    for (std::size_t l = 0; l < layout_.layers.size(); ++l)
      if (!layout_.layers[l].shape->is_embedding())
        line("  place_weights<L{}>({}, weights, thread);", l,
             layout_.layers[l].shape->frozen ? "constants" : "theta");
    line("  __syncthreads();");
    line("  double loss = 0;");
    for (int s = 0; s < layout_.scalars; ++s) line("  double d{} = 0;", s);
    line("  #pragma unroll 1");
    line("  for (unsigned first = block * threads; first < points; first += blocks * threads) {{");
    line("  const bool inside = first + thread < points;  // the others repeat the last point");
    line("  const int p = inside ? first + thread : points - 1;");
  }

  void write_inputs() {
    for (int i = 0; i < shape_.inputs; ++i) {
      const std::size_t at = std::size_t(i);
      line("  value(w, {0}, 0) = (x[{0} * (long)points + p] - ({1})) * {2};", i,
           number(shape_.input_shift[at]), number(shape_.input_scale[at]));
      std::vector<double> derivatives(std::size_t(layout_.components), 0.0);
      for (const JetDirection& d : term_.plan.directions)
        derivatives[std::size_t(d.first)] = d.v[at] * shape_.input_scale[at];
      for (int c = 1; c < layout_.components; ++c)
        line("  value(w, {}, {}) = {};", i, c, number(derivatives[std::size_t(c)]));
    }
  }

  void write_forward(std::size_t l) {
    const FusedLayer& layer = layout_.layers[l];
    if (layer.shape->is_embedding())
      write_embedding(layer);
    else
      line("  forward<L{}>(w);", l);
  }

  void write_embedding(const FusedLayer& layer) {
    const LayerShape& s = *layer.shape;
    int to = layer.rows + s.inputs;
    for (int i = 0; i < s.inputs; ++i) {
      const int pairs = s.harmonics[std::size_t(i)], from = layer.rows + i;
      if (pairs == 0) line("  copy_row(w, {}, {});", from, to++);
      for (int h = 0; h < 2 * pairs; ++h)  // cos x = sin(x + pi/2)
        line("  harmonic(w, {}, {}, {}, {});", from, to++,
             number(s.frequencies[std::size_t(i)] * (h / 2 + 1)),
             number(h % 2 == 0 ? std::numbers::pi / 2 : 0.0));
    }
  }

  void write_outputs() {
    line("  T out[{}][components];", shape_.outputs);
    line("  outputs_of<L{}, {}>(w, 0, out);", last(), shape_.outputs);
  }

  /// An input of the tape at the point p.
  std::string load(const ResidualInput& from) const {
    if (from.kind == ResidualInput::Kind::jet) return "out" + jet(from);
    if (from.kind == ResidualInput::Kind::scalar) return fmt::format("scalars[{}]", from.index);
    return fmt::format("columns[{} * (long)points + p]", from.index);
  }

  std::string jet(const ResidualInput& place) const {
    return fmt::format("[{}][{}]", place.index / layout_.components,
                       place.index % layout_.components);
  }

  void write_residuals() {
    text_ += tape_.residual_values();
    for (int e = 0; e < term_.equations; ++e) {
      line("  const T f{0} = point_scale ? scale[{0}] * point_scale[p] : scale[{0}];", e);
      line("  const T r{0} = f{0} * {1};", e, tape_.residual(e));
      line(
          "  if (inside) {{ r[{0} * (long)points + p] = r{0}; loss += double(r{0}) * double(r{0}); "
          "}}",
          e);
    }
  }

  void write_gradient() {
    line("  if (mode == 1) {{");
    text_ += tape_.other_values();
    for (int e = 0; e < term_.equations; ++e)
      line("  const T w{0} = inside ? f{0} * r{0} : T(0);", e);
    line("  KeptSeeds<L{}> seeds = {{}};", last());
    for (const ResidualTarget& target : tape_.program().targets) {
      const std::string sum = tape_.sum(target, 'w', -1);
      if (target.place.kind == ResidualInput::Kind::jet)
        line("  seeds.d{} = {};", jet(target.place), sum);
      else
        line("  d{} += double({});", target.place.index, sum);
    }
    for (int l = last(); l >= 0; --l) {
      const FusedLayer& layer = layout_.layers[std::size_t(l)];
      if (layer.trained || layer.propagates)
        line("  backward<L{}>(w{});", l, l == last() ? ", seeds" : "");
    }
    line("  }}\n  }}\n  __syncthreads();");
  }

  void end_kernel() {
    const int values = shape_.parameters + layout_.scalars + 1;
    line("  if (mode != 1) return write_sum(0.5 * loss, of_warps, partial + block, thread);");
    line("  double* const gradient = partial + (long)block * {};", values);
    for (std::size_t l = 0; l < layout_.layers.size(); ++l)
      if (layout_.layers[l].trained) line("  write_gradient<L{}>(sums, gradient, thread);", l);
    for (int s = 0; s < layout_.scalars; ++s)
      line("  write_sum(d{}, of_warps, gradient + {}, thread);", s, shape_.parameters + s);
    line("  write_sum(0.5 * loss, of_warps, gradient + {}, thread);", values - 1);
    line("}}");
  }

  const NetworkShape& shape_;
  const Term& term_;
  const FusedLayout& layout_;
  bool single_;
  TapeText tape_;
  std::string text_;
};

}  // namespace

std::optional<FusedKernel> fused_kernel(const NetworkShape& shape, const Term& term, int scalars,
                                        bool single_precision, std::size_t shared_bytes_limit,
                                        std::optional<FusedBlock> block) {
  const auto layout =
      fused_layout(shape, term, scalars, single_precision, shared_bytes_limit, block);
  if (!layout) return {};
  FusedKernel kernel;
  kernel.source = FusedWriter(shape, term, *layout).text();
  kernel.threads = layout->threads;
  kernel.shared_bytes = layout->shared_bytes();
  kernel.values = shape.parameters + scalars + 1;
  kernel.blocks_per_processor = layout->blocks_per_processor;
  return kernel;
}

}  // namespace kanpde::kernels::device
