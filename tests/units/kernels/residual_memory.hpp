#pragma once
/// Memory of a residual kernel for one term: strides larger than needed, what no kernel may read
/// holds NaN, what it may not write holds a mark.

#include <gtest/gtest.h>

#include "kernels/base/random.hpp"
#include "kernels/device/residual.hpp"
#include "tests/units/kernels/residual_oracle.hpp"

namespace kanpde::kernels::oracle {

inline constexpr double mark = -12345.0;

/// How well the compared values are determined.
struct Tally {
  long compared = 0, sharp = 0;  ///< sharp: the bound is below 2^9 units in the last place
};

template <class T>
class ResidualMemory {
 public:
  /// Inputs are drawn from N(0, 1); those of the columns are the term's.
  ResidualMemory(const Term& term, int outputs, int scalars, std::uint64_t seed)
      : term_(term),
        components_(term.plan.components()),
        half_(term.points + 2),
        stride_(long(term.copies) * half_ + 1) {
    Random random(seed, 77);
    const auto draw = [&] { return T(random.normal()); };
    columns_ = fill(term.columns.columns(), column_stride(),
                    [&](int c, int p) { return T(term.columns(c, p)); });
    jets_ = std::vector<T>(std::size_t(outputs * components_ * stride_), T(std::nan("")));
    for (const Quantity& q : term.quantities)
      if (q.kind == Quantity::Kind::jet)
        for (int p = 0; p < term.points; ++p) jets_[jet(q, p)] = draw();
    for (int s = 0; s < scalars; ++s) scalars_.push_back(draw());
    for (double s : term.scale) scale_.push_back(T(s));
    for (double s : term.point_scale) point_scale_.push_back(T(s));
  }

  std::vector<T>& jets() { return jets_; }
  std::size_t jet(const Quantity& q, int p) const {
    return std::size_t((q.output * components_ + q.component) * stride_ + q.copy * half_ + p);
  }

  /// Runs `kernel` on fresh output memory and compares all of it. Spans end where the last value
  /// ends that a kernel may touch.
  template <class Kernel>
  void expect(int mode, Kernel&& kernel, Tally& tally) {
    const long rows = std::max(0L, (term_.equations - 1) * row_stride() + term_.points);
    const long sums = (long(scalars_.size()) - 1) * scalar_stride() + term_.points;
    r_.assign(std::size_t(rows) + 9, T(mark));
    seeds_.assign(jets_.size() + 9, T(mark));
    d_scalars_.assign(std::size_t(scalars_.empty() ? 0 : sums) + 9, T(mark));
    device::ResidualArguments<T> a;
    a.mode = mode;
    a.count = term_.points;
    a.columns = {columns_.data(), columns_.size()};
    a.column_stride = column_stride();
    a.jets = {jets_.data(), jets_.size()};
    a.component_stride = stride_;
    a.half = half_;
    a.scalars = {scalars_.data(), scalars_.size()};
    a.scale = {scale_.data(), scale_.size()};
    a.point_scale = {point_scale_.data(), point_scale_.size()};
    a.r = {r_.data(), r_.size() - 9};
    a.row_stride = row_stride();
    a.seeds = {seeds_.data(), seeds_.size() - 9};
    a.d_scalars = {d_scalars_.data(), d_scalars_.size() - 9};
    a.scalar_stride = scalar_stride();
    kernel(a);
    compare(mode, tally);
  }

  /// The tape's inputs, [input][point].
  std::vector<std::vector<double>> tape_inputs() const {
    std::vector<std::vector<double>> inputs;
    for (int c = 0; c < term_.columns.columns(); ++c)
      inputs.emplace_back(columns_.begin() + c * column_stride(),
                          columns_.begin() + c * column_stride() + term_.points);
    for (const Quantity& q : term_.quantities) {
      inputs.emplace_back();
      for (int p = 0; p < term_.points; ++p)
        inputs.back().push_back(q.kind == Quantity::Kind::jet ? jets_[jet(q, p)]
                                                              : scalars_[std::size_t(q.output)]);
    }
    return inputs;
  }

 private:
  using R = Rounding<T>;
  static constexpr double marked = -1;  ///< error of what must be left alone

  long column_stride() const { return term_.points + 4; }
  long row_stride() const { return term_.points + 3; }
  long scalar_stride() const { return term_.points + 1; }

  template <class F>
  std::vector<T> fill(int rows, long stride, F value) const {
    std::vector<T> values(std::size_t(std::max(0L, (rows - 1) * stride + term_.points)),
                          T(std::nan("")));
    for (int row = 0; row < rows; ++row)
      for (int p = 0; p < term_.points; ++p) values[std::size_t(row * stride + p)] = value(row, p);
    return values;
  }

  Estimate factor(int e, int p) const {
    const Estimate scale = {scale_[std::size_t(e)], 0};
    return point_scale_.empty() ? scale : R::product(scale, {point_scale_[std::size_t(p)], 0});
  }

  /// Outputs of the tape at every point: [point][output], values of the CPU interpreter.
  std::vector<std::vector<Estimate>> tape_outputs() const {
    const auto inputs = tape_inputs();
    const auto values = interpret(term_.tape, term_.points, inputs);
    std::vector<std::vector<Estimate>> outputs;
    for (int p = 0; p < term_.points; ++p) {
      std::vector<double> at;
      for (const auto& column : inputs) at.push_back(column[std::size_t(p)]);
      outputs.push_back(estimate<T>(term_.tape, at));
      for (std::size_t o = 0; o < values.size(); ++o)
        outputs.back()[o].value = values[o][std::size_t(p)];
    }
    return outputs;
  }

  void compare(int mode, Tally& tally) {
    std::vector<Estimate> r(r_.size(), {mark, marked}), seeds(seeds_.size(), {mark, marked}),
        d_scalars(d_scalars_.size(), {mark, marked});
    const auto outputs = tape_outputs();
    for (int p = 0; p < term_.points; ++p) {
      for (int e = 0; e < term_.equations; ++e)
        r[std::size_t(e * row_stride() + p)] =
            R::product(factor(e, p), outputs[std::size_t(p)][std::size_t(e)]);
      if (mode == 0) continue;
      const auto place = [&](const Quantity& q) -> Estimate& {
        return q.kind == Quantity::Kind::jet
                   ? seeds[jet(q, p)]
                   : d_scalars[std::size_t(q.output * scalar_stride() + p)];
      };
      for (const Quantity& q : term_.quantities) place(q) = {0, 0};
      for (std::size_t i = 0; i < term_.partials.size(); ++i) {
        const auto [e, q] = term_.partials[i];
        if (mode >= 2 && mode != 2 + e) continue;
        Estimate w = factor(e, p);
        if (mode == 1) w = R::product(R::product(w, w), outputs[std::size_t(p)][std::size_t(e)]);
        Estimate& sum = place(term_.quantities[std::size_t(q)]);
        const Estimate& partial = outputs[std::size_t(p)][std::size_t(term_.equations) + i];
        sum = R::sum(sum, R::product(w, partial));
      }
    }
    compare("r", r_, r, mode, tally);
    compare("seeds", seeds_, seeds, mode, tally);
    compare("d_scalars", d_scalars_, d_scalars, mode, tally);
  }

  static void compare(const char* name, const std::vector<T>& actual,
                      const std::vector<Estimate>& expected, int mode, Tally& tally) {
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const auto [value, error] = expected[i];
      SCOPED_TRACE(testing::Message() << name << "[" << i << "], mode " << mode);
      if (error == marked) {
        ASSERT_EQ(actual[i], T(mark)) << "written, but no kernel may";
      } else if (!std::isfinite(value)) {
        ASSERT_TRUE(std::isnan(value) ? std::isnan(actual[i]) : double(actual[i]) == value)
            << actual[i] << " for " << value;
      } else {
        ASSERT_TRUE(!(error < 1e300) || std::fabs(double(actual[i]) - value) <= 2 * error)
            << actual[i] << " for " << value << ", which may be wrong by " << error;
        ++tally.compared;
        tally.sharp += error <= 512 * R::relative * std::fabs(value) + R::absolute * 512;
      }
    }
  }

  const Term& term_;
  int components_, half_;
  long stride_;
  std::vector<T> columns_, jets_, scalars_, scale_, point_scale_, r_, seeds_, d_scalars_;
};

}  // namespace kanpde::kernels::oracle
