#include "kernels/evaluator.hpp"

#include <algorithm>
#include <numeric>

#include "kernels/base/error.hpp"
#include "kernels/base/parallel.hpp"
#include "kernels/cpu/block_rows.hpp"
#include "kernels/cpu/network.hpp"
#include "kernels/cpu/pack.hpp"

namespace kanpde::kernels {

int Evaluator::rows() const {
  int total = 0;
  for (const Term& term : terms()) total += term.rows();
  return total;
}

namespace {

/// Scratch of one thread for one term: the network on a block and the tape's inputs and outputs.
struct Workspace {
  Workspace(const NetworkShape& shape, const Term& term, bool with_adjoint)
      : network(shape, term.plan, BlockNetwork::block_points(term.plan, term.copies), with_adjoint),
        half(network.points() / term.copies),
        x(std::size_t(shape.inputs) * network.points()),
        outputs(term.tape.outputs.size() * std::size_t(half)),
        scratch(std::size_t(term.tape.registers) * tape_block),
        seed(network.points()) {
    for (int i = 0; i < shape.inputs; ++i) x_pointers.push_back(x.data() + i * network.points());
    for (std::size_t o = 0; o < term.tape.outputs.size(); ++o)
      output_pointers.push_back(outputs.data() + o * half);
    inputs.resize(term.tape.inputs);
    uniform = std::make_unique<bool[]>(term.tape.inputs);
  }
  BlockNetwork network;
  int half;  ///< points of the term in a block
  AlignedVector<double> x, outputs, scratch, seed;
  std::vector<const double*> x_pointers, inputs;
  std::vector<double*> output_pointers;
  std::unique_ptr<bool[]> uniform;
};

class CpuEvaluator : public Evaluator {
 public:
  CpuEvaluator(NetworkShape shape, std::vector<Term> terms, int scalars)
      : shape_(std::move(shape)), terms_(std::move(terms)), scalars_(scalars) {
    int row = 0;
    for (int t = 0; t < int(terms_.size()); ++t) {
      const Term& term = terms_[t];
      term.check_inputs(shape_.inputs);
      const int step = BlockNetwork::block_points(term.plan, term.copies) / term.copies;
      for (int p = 0; p < term.points; p += step)
        blocks_.push_back({t, p, std::min(step, term.points - p)});
      first_row_.push_back(row);
      row += term.rows();
    }
    const int blocks = int(blocks_.size());
    const int groups = std::clamp(blocks / 4, std::min(blocks, 8), max_groups);
    for (int g = 0; g <= groups; ++g)
      group_begin_.push_back(groups ? int(blocks_.size() * long(g) / groups) : 0);
  }

  const NetworkShape& shape() const override { return shape_; }
  const std::vector<Term>& terms() const override { return terms_; }
  int parameters() const override { return shape_.parameters + scalars_; }

  double loss(std::span<const double> theta) override { return sum_groups(theta, false, {}); }

  double loss_gradient(std::span<const double> theta, std::span<double> gradient) override {
    return sum_groups(theta, true, gradient);
  }

  void residuals(std::span<const double> theta, double* r) override {
    for_blocks(theta, false, [&](const Block& b, Workspace& w) { write_residuals(b, w, r); });
  }

  void jacobian(std::span<const double> theta, int first_column, double* r, double* j) override {
    const long rows = this->rows();
    for_blocks(theta, true, [&](const Block& b, Workspace& w) {
      write_residuals(b, w, r);
      write_jacobian(b, w, theta, first_column, j, rows);
    });
  }

  bool sparse_jacobian(std::span<const double> theta, int first_column, double* r,
                       SparseRows& j) override {
    if (!BlockNetwork::has_short_rows(shape_, first_column)) return false;
    std::vector<BlockPlace> places;
    for (const Block& b : blocks_)
      places.push_back({long(first_row_[b.term]) + b.begin, terms_[b.term].points, b.count,
                        terms_[b.term].equations});
    block_rows_.resize(blocks_.size());
    for_blocks(theta, true, [&](const Block& b, Workspace& w) {
      write_residuals(b, w, r);
      collect_rows(b, w, first_column, block_rows_[std::size_t(&b - blocks_.data())]);
    });
    j.columns = parameters() - first_column;
    gather(block_rows_, places, rows(), j);
    j.order = BlockNetwork::narrow_order(shape_, first_column, parameters());
    j.torus = BlockNetwork::torus(shape_, first_column, parameters());
    return true;
  }

  void set_scales(int t, std::vector<double> scale, AlignedVector<double> point_scale) override {
    terms_[t].set_scales(std::move(scale), std::move(point_scale));
  }

 private:
  static constexpr int max_groups = 64;  ///< independent of the number of threads
  struct Block {
    int term, begin, count;
  };

  /// Jets, residuals and their partial derivatives on one block, left in the workspace.
  void evaluate_block(const Block& b, Workspace& w, std::span<const double> theta) const {
    const Term& term = terms_[b.term];
    for (int copy = 0; copy < term.copies; ++copy)
      for (int i = 0; i < shape_.inputs; ++i) {
        const double* from = term.x.column(copy * shape_.inputs + i) + b.begin;
        double* to = w.x.data() + i * w.network.points() + copy * w.half;
        std::copy_n(from, b.count, to);
        std::fill(to + b.count, to + w.half, from[b.count - 1]);
      }
    w.network.forward(theta.data(), w.x_pointers.data());
    const int columns = term.columns.columns();
    for (int i = 0; i < columns; ++i) w.inputs[i] = term.columns.column(i) + b.begin;
    for (std::size_t q = 0; q < term.quantities.size(); ++q) {
      const Quantity& quantity = term.quantities[q];
      const bool scalar = quantity.kind == Quantity::Kind::parameter;
      w.uniform[columns + q] = scalar;
      w.inputs[columns + q] = scalar ? theta.data() + shape_.parameters + quantity.output
                                     : w.network.output() + quantity.output * w.network.stride() +
                                           quantity.component * w.network.points() +
                                           quantity.copy * w.half;
    }
    evaluate(term.tape, b.count, w.inputs.data(), w.uniform.get(), w.output_pointers.data(),
             w.scratch.data());
  }

  /// body(p, factor of residual e at point p of the block).
  template <class Body>
  void for_points(const Block& b, int e, Body body) const {
    const Term& term = terms_[b.term];
    const double scale = term.scale[e];
    if (term.point_scale.empty())
      for (int p = 0; p < b.count; ++p) body(p, scale);
    else
      for (int p = 0; p < b.count; ++p) body(p, scale * term.point_scale[b.begin + p]);
  }

  double block_loss(const Block& b, const Workspace& w) const {
    double total = 0;
    for (int e = 0; e < terms_[b.term].equations; ++e)
      for_points(b, e, [&, residual = w.output_pointers[e]](int p, double factor) {
        const double r = factor * residual[p];
        total += r * r;
      });
    return 0.5 * total;
  }

  void write_residuals(const Block& b, const Workspace& w, double* r) const {
    const Term& term = terms_[b.term];
    for (int e = 0; e < term.equations; ++e)
      for_points(b, e,
                 [residual = w.output_pointers[e],
                  out = r + first_row_[b.term] + long(e) * term.points + b.begin](
                     int p, double factor) { out[p] = factor * residual[p]; });
  }

  /// Adds seed_p * dR/dq to the network's seed (jets) or, summed or by row, to the scalars.
  void clear_seed(Workspace& w) const {
    std::fill_n(w.network.d_output(), shape_.outputs * w.network.stride(), 0.0);
  }
  double* seed_of(Workspace& w, const Quantity& q) const {
    return w.network.d_output() + q.output * w.network.stride() + q.component * w.network.points() +
           q.copy * w.half;
  }

  void block_gradient(const Block& b, Workspace& w, std::span<const double> theta,
                      double* gradient) const {
    const Term& term = terms_[b.term];
    clear_seed(w);
    for (std::size_t i = 0; i < term.partials.size(); ++i) {
      const auto [e, index] = term.partials[i];
      const Quantity& q = term.quantities[index];
      const double* residual = w.output_pointers[e];
      const double* partial = w.output_pointers[term.equations + i];
      double* seed = q.kind == Quantity::Kind::jet ? seed_of(w, q) : nullptr;
      if (seed) {
        for_points(b, e, [=](int p, double factor) {
          seed[p] += factor * factor * residual[p] * partial[p];
        });
        continue;
      }
      double total = 0;
      for_points(
          b, e, [&](int p, double factor) { total += factor * factor * residual[p] * partial[p]; });
      gradient[shape_.parameters + q.output] += total;
    }
    w.network.backward(theta.data(), gradient);
  }

  /// The network's seed (written) of the rows of equation e; derivatives with respect to scalar s
  /// go to column(s) (+=), if it is not null.
  template <class Column>
  void seed_equation(const Block& b, Workspace& w, int e, Column column) const {
    const Term& term = terms_[b.term];
    clear_seed(w);
    for (std::size_t i = 0; i < term.partials.size(); ++i) {
      if (term.partials[i].equation != e) continue;
      const Quantity& q = term.quantities[term.partials[i].quantity];
      const double* partial = w.output_pointers[term.equations + i];
      double* target = q.kind == Quantity::Kind::jet ? seed_of(w, q) : column(q.output);
      if (target == nullptr) continue;
      for_points(b, e, [=](int p, double factor) { target[p] += factor * partial[p]; });
    }
  }

  /// Equation by equation, point by point; the derivatives with respect to scalars come last.
  void collect_rows(const Block& b, Workspace& w, int first_column, BlockRows& rows) const {
    const Term& term = terms_[b.term];
    const int room = w.network.row_capacity(), first = std::max(shape_.parameters, first_column);
    std::vector<int> column(std::size_t(2) * room);
    std::vector<double> value(std::size_t(2) * room);
    AlignedVector<double> scalars(std::size_t(parameters() - first) * w.half);
    rows.clear();
    for (int e = 0; e < term.equations; ++e) {
      std::fill(scalars.begin(), scalars.end(), 0.0);
      seed_equation(b, w, e, [&](int scalar) {
        const int k = shape_.parameters + scalar - first;
        return k < 0 ? nullptr : scalars.data() + std::ptrdiff_t(k) * w.half;
      });
      w.network.prepare_rows();
      for (int p = 0; p < b.count; ++p) {
        const int n = w.network.row(p, first_column, column.data(), value.data());
        const int m = term.copies == 1 ? 0
                                       : w.network.row(p + w.half, first_column,
                                                       column.data() + room, value.data() + room);
        if (m == 0)
          rows.add(n, column.data(), value.data());
        else
          rows.add_sum(n, column.data(), value.data(), m, column.data() + room,
                       value.data() + room);
        for (int k = first; k < parameters(); ++k)
          if (const double d = scalars[std::size_t(k - first) * w.half + p]; d != 0.0)
            rows.append(k - first_column, d);
      }
    }
  }

  void write_jacobian(const Block& b, Workspace& w, std::span<const double> theta, int first_column,
                      double* j, long rows) const {
    const Term& term = terms_[b.term];
    for (int e = 0; e < term.equations; ++e) {
      double* out = j + first_row_[b.term] + long(e) * term.points + b.begin;
      for (int k = std::max(shape_.parameters, first_column); k < parameters(); ++k)
        std::fill_n(out + (k - first_column) * rows, b.count, 0.0);
      seed_equation(b, w, e, [&](int scalar) {
        const int k = shape_.parameters + scalar - first_column;
        return k < 0 ? nullptr : out + k * rows;
      });
      w.network.jacobian(theta.data(), first_column, term.copies, b.count, false, out, rows);
    }
  }

  Workspace& workspace(int worker, int term, bool with_adjoint) {
    auto& slot = workspaces_[worker][2 * term + with_adjoint];
    if (!slot) slot = std::make_unique<Workspace>(shape_, terms_[term], with_adjoint);
    return *slot;
  }

  void prepare_workspaces() {
    workspaces_.resize(std::max<std::size_t>(workspaces_.size(), threads().size()));
    for (auto& per_term : workspaces_) per_term.resize(2 * terms_.size());
  }

  template <class F>
  void for_blocks(std::span<const double> theta, bool with_adjoint, F&& body) {
    prepare_workspaces();
    threads().run(int(blocks_.size()), [&](int i, int worker) {
      const Block& b = blocks_[i];
      Workspace& w = workspace(worker, b.term, with_adjoint);
      evaluate_block(b, w, theta);
      body(b, w);
    });
  }

  double sum_groups(std::span<const double> theta, bool with_gradient, std::span<double> gradient) {
    prepare_workspaces();
    const int groups = int(group_begin_.size()) - 1;
    const std::size_t n = with_gradient ? parameters() : 0;
    group_gradient_.resize(std::max(group_gradient_.size(), n * groups));
    std::vector<double> losses(groups, 0.0);
    threads().run(groups, [&](int g, int worker) {
      double* sum = group_gradient_.data() + g * n;
      std::fill_n(sum, n, 0.0);
      for (int i = group_begin_[g]; i < group_begin_[g + 1]; ++i) {
        const Block& b = blocks_[i];
        Workspace& w = workspace(worker, b.term, with_gradient);
        evaluate_block(b, w, theta);
        losses[g] += block_loss(b, w);
        if (with_gradient) block_gradient(b, w, theta, sum);
      }
    });
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (int g = 0; g < groups; ++g)
      for (std::size_t k = 0; k < n; ++k) gradient[k] += group_gradient_[g * n + k];
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  }

  NetworkShape shape_;
  std::vector<Term> terms_;
  int scalars_;
  std::vector<Block> blocks_;
  std::vector<int> group_begin_, first_row_;
  std::vector<std::vector<std::unique_ptr<Workspace>>> workspaces_;
  AlignedVector<double> group_gradient_;
  std::vector<BlockRows> block_rows_;
};

/// Runs the network over all points in blocks and hands each block to `take`.
template <class F>
void over_points(const NetworkShape& shape, std::span<const double> theta, const JetPlan& plan,
                 const Columns& x, F&& take) {
  const int step = BlockNetwork::block_points(plan, 1);
  const int count = (x.points() + step - 1) / step;
  const int chunks = std::min(count, 64);
  threads().run(chunks, [&](int chunk, int) {
    BlockNetwork network(shape, plan, step, false);
    AlignedVector<double> columns(std::size_t(shape.inputs) * step);
    std::vector<const double*> pointers;
    for (int i = 0; i < shape.inputs; ++i) pointers.push_back(columns.data() + i * step);
    for (int b = chunk; b < count; b += chunks) {
      const int begin = b * step, n = std::min(step, x.points() - begin);
      for (int i = 0; i < shape.inputs; ++i) {
        std::copy_n(x.column(i) + begin, n, columns.data() + i * step);
        std::fill_n(columns.data() + i * step + n, step - n, x.column(i)[begin]);
      }
      network.forward(theta.data(), pointers.data());
      take(network, begin, n);
    }
  });
}

}  // namespace

std::unique_ptr<Evaluator> make_cpu_evaluator(NetworkShape shape, std::vector<Term> terms,
                                              int scalars) {
  return std::make_unique<CpuEvaluator>(std::move(shape), std::move(terms), scalars);
}

void network_jets(const NetworkShape& shape, std::span<const double> theta, const JetPlan& plan,
                  const Columns& x, Columns& out) {
  const int components = plan.components();
  out = Columns(shape.outputs * components, x.points());
  over_points(shape, theta, plan, x, [&](BlockNetwork& network, int begin, int n) {
    for (int o = 0; o < shape.outputs; ++o)
      for (int c = 0; c < components; ++c)
        std::copy_n(network.output() + o * network.stride() + c * network.points(), n,
                    out.column(o * components + c) + begin);
  });
}

void layer_inputs(const NetworkShape& shape, std::span<const double> theta, int layer,
                  const Columns& x, Columns& out) {
  const int inputs = shape.layers[layer].inputs;
  out = Columns(inputs, x.points());
  JetPlan values;
  values.dimension = shape.inputs;
  over_points(shape, theta, values, x, [&](BlockNetwork& network, int begin, int n) {
    for (int i = 0; i < inputs; ++i)
      std::copy_n(network.layer_input(layer) + i * network.stride(), n, out.column(i) + begin);
  });
}

}  // namespace kanpde::kernels
