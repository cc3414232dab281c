#pragma once
/// The Evaluator of a device: terms in tiles of points, everything between upload of the parameters
/// and download of the results in the device's memory.

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>

#include "kernels/base/device_error.hpp"
#include "kernels/device/adam_steps.hpp"
#include "kernels/device/fused_source.hpp"
#include "kernels/device/interpreted_residual.hpp"
#include "kernels/device/linear_model.hpp"
#include "kernels/device/network.hpp"
#include "kernels/device/symmetric_matrix.hpp"
#include "kernels/device/vector_pairs.hpp"
#include "kernels/evaluator.hpp"

namespace kanpde::kernels::device {

/// Columns of J that belong to trainable scalars: j[column * rows + first_row + p] = d_scalars.
template <class T>
struct ScalarColumns {
  static constexpr bool cooperative = false;
  int scalars, count;
  Span<const int> columns_of;  ///< of the scalars, -1: not wanted
  Span<const T> d_scalars;     ///< scalars * count
  Span<double> j;
  long rows, first_row;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long s = item(t) / count, p = item(t) % count;
    if (s < scalars && columns_of[s] >= 0)
      j[columns_of[s] * rows + first_row + p] = double(d_scalars[s * count + p]);
  }
};

template <class T>
struct Widen {
  static constexpr bool cooperative = false;
  Span<const T> from;
  Span<double> to;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    if (item(t) < long(to.size())) to[item(t)] = double(from[item(t)]);
  }
};

/// What a runtime has in place of fused kernels where it cannot compile them.
template <class T>
struct NoFusedKernel {
  template <class R>
  NoFusedKernel(R&, const NetworkShape&, const Term&, int) {}
  bool ready() const { return false; }
  int blocks(int) const { return 0; }
  void run(const FusedArguments<T>&) const {}
};

/// R: a runtime; T: float or double; Residual: what evaluates a term's tape, made from (R&, Term)
/// and with run(ResidualArguments<T>); Fused: the whole gradient of a term in one kernel, made from
/// (R&, shape, Term, scalars) and with the members of NoFusedKernel. loss() goes layer by layer,
/// for it is what Levenberg-Marquardt asks for, which would wait for a compiler in vain.
template <class R, class T, class Residual, class Fused>
class DeviceEvaluator : public Evaluator {
 public:
  DeviceEvaluator(const Target& target, NetworkShape shape, std::vector<Term> terms, int scalars)
      : runtime_(target.index),
        shape_(std::move(shape)),
        terms_(std::move(terms)),
        scalars_(scalars),
        network_(runtime_, shape_),
        theta_(runtime_, parameters()),
        gradient_(runtime_, 1 + parameters()),
        r_(runtime_, std::max(1, rows())),
        d_scalars_(runtime_, 0),
        sums_(runtime_, 0),
        partial_(runtime_, 0),
        columns_of_(runtime_, parameters()),
        adam_(runtime_, theta_, gradient_, [this] { compute_gradient(); }) {
    long row = 0;
    for (const Term& term : terms_) {
      term.check_inputs(shape_.inputs);
      data_.push_back(std::make_unique<TermData>(runtime_, shape_, term, row));
      row += term.rows();
    }
    fit_tiles(target.tile_bytes);
    reserve_sums();
    model_ = std::make_unique<DeviceLinearModel<R>>(
        runtime_, rows(),
        Linearised{[this](auto theta, auto active, Span<double> r, Span<double> j) {
                     run_jacobian(theta, active, j);
                     widen_residuals(r);
                   },
                   [this](auto theta, Span<double> r) {
                     run_residuals(theta);
                     widen_residuals(r);
                   }});
  }

  const NetworkShape& shape() const override { return shape_; }
  const std::vector<Term>& terms() const override { return terms_; }
  int parameters() const override { return shape_.parameters + scalars_; }
  LinearModel* linear_model() override { return model_.get(); }
  std::unique_ptr<SymmetricMatrix> make_matrix(int n) override {
    return std::make_unique<DeviceSymmetricMatrix<R>>(runtime_, n);
  }
  std::unique_ptr<VectorPairs> make_pairs(int n, int pairs) override {
    return std::make_unique<DeviceVectorPairs<R>>(runtime_, n, pairs);
  }
  AdamSteps* adam_steps() override { return &adam_; }

  double loss(std::span<const double> theta) override {
    theta_.assign(theta);
    runtime_.replay(loss_recording_, [this] { compute_loss(); });
    double value = 0;
    runtime_.download(&value, Span<const double>(total_loss()));
    return value;
  }

  double loss_gradient(std::span<const double> theta, std::span<double> gradient) override {
    theta_.assign(theta);
    runtime_.replay(gradient_recording_, [this] { compute_gradient(); });
    host_.resize(gradient_.size());
    runtime_.download(host_.data(), gradient_.read());
    std::copy(host_.begin(), host_.end() - 1, gradient.begin());
    return host_.back();
  }

  void residuals(std::span<const double> theta, double* r) override {
    run_residuals(theta);
    download_residuals(r);
  }

  void jacobian(std::span<const double> theta, int first_column, double* r, double* j) override {
    std::vector<int> active(std::size_t(parameters() - first_column));
    std::iota(active.begin(), active.end(), first_column);
    const std::size_t size = std::size_t(rows()) * active.size();
    Array<R, double> columns(runtime_, std::max<std::size_t>(size, 1));
    run_jacobian(theta, active, columns.span());
    download_residuals(r);
    runtime_.download(j, Span<const double>(columns.first(size)));
  }

  void set_scales(int t, std::vector<double> scale, AlignedVector<double> point_scale) override {
    terms_[t].set_scales(std::move(scale), std::move(point_scale));
    data_[t]->set_scales(terms_[t]);
    loss_recording_ = {};
    gradient_recording_ = {};
    adam_.forget_recording();
  }

 private:
  /// A term in the memory of the device.
  struct TermData {
    TermData(R& runtime, const NetworkShape& shape, const Term& term, long row)
        : plan(runtime, shape, term.plan),
          residual(runtime, term),
          x(Array<R, T>::of(runtime, term.x.values())),
          columns(Array<R, T>::of(runtime, term.columns.values())),
          scale(runtime, 0),
          point_scale(runtime, 0),
          first_row(row) {
      set_scales(term);
    }
    void set_scales(const Term& term) {
      scale.assign(term.scale);
      point_scale.assign(term.point_scale);
      has_point_scale = !term.point_scale.empty();
    }
    DevicePlan<R, T> plan;
    Residual residual;
    std::optional<Fused> fused;  ///< made with the first gradient
    Array<R, T> x, columns, scale, point_scale;
    bool has_point_scale = false;
    long first_row;
    int tile_points = 1;
  };

  /// Tiles of about this many bytes of working memory, smaller ones where memory does not suffice.
  void fit_tiles(std::size_t bytes) {
    while (true) {
      try {
        return reserve_tiles(bytes);
      } catch (const DeviceError&) {
        if (bytes <= least_tile_bytes) throw;
        bytes = std::max(bytes / 2, least_tile_bytes);
      }
    }
  }

  void reserve_tiles(std::size_t bytes) {
    for (std::size_t t = 0; t < terms_.size(); ++t) {
      const Term& term = terms_[t];
      const std::size_t each = Network<R, T>::bytes_per_point(shape_, term.plan, term.copies) +
                               sizeof(T) * std::size_t(scalars_ + term.tape.registers);
      const long points = std::clamp<long>(long(bytes / each), 1, std::max(1, term.points));
      data_[t]->tile_points = int(points);
      network_.reserve(term.plan, points * term.copies);
      d_scalars_.reserve(std::size_t(scalars_) * points);
    }
  }

  template <class Body>
  void for_tiles(int t, Body body) {
    const Term& term = terms_[t];
    const int step = data_[t]->tile_points;
    for (int begin = 0; begin < term.points; begin += step)
      body(Tile{term.points, begin, std::min(step, term.points - begin), term.copies});
  }
  template <class Body>
  void for_tiles(Body body) {
    for (int t = 0; t < int(terms_.size()); ++t)
      for_tiles(t, [&](const Tile& tile) { body(t, tile); });
  }

  ResidualArguments<T> arguments(int t, const Tile& tile, int mode) const {
    const Term& term = terms_[t];
    const TermData& data = *data_[t];
    ResidualArguments<T> a;
    a.mode = mode;
    a.count = tile.count;
    if (term.columns.columns() > 0) a.columns = data.columns.read().from(tile.begin);
    a.column_stride = term.points;
    a.jets = network_.output();
    a.component_stride = tile.width();
    a.half = tile.count;
    a.scalars = theta_.read().from(shape_.parameters);
    a.scale = data.scale.read();
    if (data.has_point_scale) a.point_scale = data.point_scale.read().from(tile.begin);
    a.r = r_.span().from(data.first_row + tile.begin);
    a.row_stride = term.points;
    a.seeds = network_.d_output();
    a.d_scalars = d_scalars_.span();
    a.scalar_stride = tile.count;
    return a;
  }

  void clear_seeds(const TermData& data, const Tile& tile) {
    runtime_.clear(network_.d_output().part(
        0, std::size_t(shape_.outputs) * data.plan.components * tile.width()));
    if (scalars_ > 0) runtime_.clear(d_scalars_.first(std::size_t(scalars_) * tile.count));
  }

  void run_residuals(std::span<const double> theta) {
    theta_.assign(theta);
    compute_residuals();
  }

  void compute_residuals() {
    for_tiles([&](int t, const Tile& tile) {
      TermData& data = *data_[t];
      network_.forward(data.plan, tile, data.x.read(), theta_.read());
      data.residual.run(arguments(t, tile, residual_mode));
    });
  }

  Span<double> total_loss() const { return gradient_.span().part(std::size_t(parameters()), 1); }

  void compute_loss() {
    runtime_.clear(total_loss());
    compute_residuals();
    for (int t = 0; t < int(terms_.size()); ++t) add_loss(t);
  }

  void compute_gradient() {
    runtime_.clear(gradient_.span());
    const Span<double> gradient = gradient_.first(std::size_t(parameters()));
    for (int t = 0; t < int(terms_.size()); ++t) {
      TermData& data = *data_[t];
      if (!data.fused) data.fused.emplace(runtime_, shape_, terms_[t], scalars_);
      if (data.fused->ready()) {
        add_fused_gradient(t);
        continue;
      }
      for_tiles(t, [&](const Tile& tile) {
        network_.forward(data.plan, tile, data.x.read(), theta_.read());
        clear_seeds(data, tile);
        data.residual.run(arguments(t, tile, gradient_mode));
        add_scalar_gradient(tile, gradient);
        network_.backward(data.plan, tile, theta_.read(), gradient);
      });
      add_loss(t);
    }
  }

  void add_fused_gradient(int t) {
    TermData& data = *data_[t];
    const int blocks = data.fused->blocks(terms_[t].points);
    partial_.reserve(blocks * gradient_.size());
    const auto partial = partial_.first(blocks * gradient_.size());
    FusedArguments<T> a;
    a.mode = gradient_mode;
    a.points = terms_[t].points;
    a.x = data.x.read();
    a.columns = data.columns.read();
    a.theta = theta_.read();
    a.constants = network_.constants();
    a.grids = network_.grids();
    a.scale = data.scale.read();
    if (data.has_point_scale) a.point_scale = data.point_scale.read();
    a.r = r_.span().part(std::size_t(data.first_row), std::size_t(terms_[t].rows()));
    a.partial = partial;
    data.fused->run(a);
    add_partials<double>(runtime_, blocks, partial, gradient_.span());
  }

  void run_jacobian(std::span<const double> theta, std::span<const int> active, Span<double> j) {
    theta_.assign(theta);
    std::vector<int> columns(std::size_t(parameters()), -1);
    for (std::size_t k = 0; k < active.size(); ++k) columns[std::size_t(active[k])] = int(k);
    columns_of_.assign(columns);
    const int first = active.empty() ? parameters() : active.front();
    for_tiles([&](int t, const Tile& tile) {
      TermData& data = *data_[t];
      network_.forward(data.plan, tile, data.x.read(), theta_.read());
      for (int e = 0; e < terms_[t].equations; ++e) {
        const long row = data.first_row + long(e) * terms_[t].points + tile.begin;
        clear_seeds(data, tile);
        data.residual.run(arguments(t, tile, jacobian_mode + e));
        if (scalars_ > 0)
          runtime_.launch(
              one_thread_each(long(scalars_) * tile.count),
              ScalarColumns<T>{scalars_, tile.count, columns_of_.read().from(shape_.parameters),
                               d_scalars_.read(), j, rows(), row});
        network_.jacobian(data.plan, tile, theta_.read(), first, columns_of_.read(), j, rows(),
                          row);
      }
    });
  }

  /// For good: what a recording points at must stay where it is, whichever runs first.
  void reserve_sums() {
    long most = 1;
    for (const Term& term : terms_) most = std::max(most, sum_pieces_of(term.rows()));
    sums_.reserve(most);
  }

  /// Sums pieces of `values`, which are no more than the rows of a term, into sums_[0 ..].
  template <Transform transform>
  Span<double> sum_pieces(Span<const T> values) {
    const long pieces = sum_pieces_of(long(values.size()));
    runtime_.launch({int(pieces), sum_threads, sum_threads * sizeof(double)},
                    SumPieces<T, transform>{values, sum_piece, sums_.first(pieces)});
    return sums_.first(pieces);
  }

  /// Adds 1/2 sum r^2 of the rows of a term.
  void add_loss(int t) {
    const Span<const double> pieces = sum_pieces<Transform::square>(
        r_.read().part(std::size_t(data_[t]->first_row), std::size_t(terms_[t].rows())));
    add_partials<double>(runtime_, int(pieces.size()), pieces, total_loss(), 0.5);
  }

  void add_scalar_gradient(const Tile& tile, Span<double> gradient) {
    for (int s = 0; s < scalars_; ++s) {
      const Span<const double> pieces = sum_pieces<Transform::none>(
          d_scalars_.read().part(std::size_t(s) * tile.count, tile.count));
      add_partials<double>(runtime_, int(pieces.size()), pieces,
                           gradient.part(shape_.parameters + s, 1));
    }
  }

  void widen_residuals(Span<double> r) {
    runtime_.launch(one_thread_each(long(r.size())), Widen<T>{r_.read(), r});
  }

  void download_residuals(double* r) {
    std::vector<T> values;
    values.resize(rows());
    runtime_.download(values.data(), r_.read().part(0, values.size()));
    std::copy(values.begin(), values.end(), r);
  }

  static constexpr std::size_t least_tile_bytes = std::size_t(1) << 20;

  R runtime_;
  NetworkShape shape_;
  std::vector<Term> terms_;
  int scalars_;
  Network<R, T> network_;
  Array<R, T> theta_;
  Array<R, double> gradient_;  ///< dF/dtheta, then F
  Array<R, T> r_, d_scalars_;  ///< d_scalars_: seeds of trainable scalars, a row each
  Array<R, double> sums_, partial_;
  Array<R, int> columns_of_;
  DeviceAdamSteps<R, T> adam_;
  std::vector<std::unique_ptr<TermData>> data_;
  std::unique_ptr<DeviceLinearModel<R>> model_;
  typename R::Recording loss_recording_, gradient_recording_;
  std::vector<double> host_;
};

}  // namespace kanpde::kernels::device
