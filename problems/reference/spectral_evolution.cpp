#include "problems/reference/spectral_evolution.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <numeric>

#include "kernels/base/array.hpp"
#include "kernels/base/parallel.hpp"

namespace kanpde::problems {

namespace {

void evaluate_tape(const kernels::Tape& tape, int n, const std::vector<const double*>& inputs,
                   int time_input, const std::vector<double*>& outputs) {
  const auto is_uniform = std::make_unique<bool[]>(inputs.size());
  is_uniform[time_input] = true;
  AlignedVector<double> scratch(std::size_t(tape.registers) * kernels::tape_block);
  kernels::evaluate(tape, n, inputs.data(), is_uniform.get(), outputs.data(), scratch.data());
}

std::vector<std::vector<double>> grid_coordinates(const SemilinearForm& form, int points) {
  const int size = form.axes == 1 ? points : points * points;
  std::vector<std::vector<double>> x(form.axes, std::vector<double>(size));
  for (int i = 0; i < size; ++i)
    for (int axis = 0; axis < form.axes; ++axis) {
      const int step = form.axes == 1 ? i : axis == 0 ? i / points : i % points;
      x[axis][i] = form.lower[axis] + (form.upper[axis] - form.lower[axis]) * step / points;
    }
  return x;
}

}  // namespace

double norm(const Spectrum& u) {
  double sum = 0;
  for (const Complex& c : u) sum += std::norm(c);
  return std::sqrt(2 * sum);
}

SpectralSystem::SpectralSystem(const SemilinearForm& form, int points)
    : form_(form), modes_(form.axes, points), coordinates_(grid_coordinates(form, points)) {
  diagonalise();
}

Complex SpectralSystem::factor(const MultiIndex& alpha, int mode) const {
  Complex product = 1;
  const auto k = modes_.wave_number(mode);
  for (int axis = 0; axis < form_.axes; ++axis) {
    const double wave = 2 * std::numbers::pi * k[axis] / (form_.upper[axis] - form_.lower[axis]);
    for (int i = 0; i < alpha.count[axis]; ++i) product *= Complex(0, wave);
  }
  return product;
}

void SpectralSystem::diagonalise() {
  const int n = form_.unknowns, count = modes_.size();
  Spectrum linear(std::size_t(n) * n * count, 0);
  bool coupled = false;
  for (const SemilinearForm::Term& term : form_.linear) {
    coupled |= term.equation != term.unknown;
    for (int m = 0; m < count; ++m)
      linear[(std::size_t(term.equation) * n + term.unknown) * count + m] +=
          term.coefficient * factor(term.alpha, m);
  }
  eigenvalues_.resize(size());
  for (int i = 0; i < n; ++i)
    std::copy_n(&linear[(std::size_t(i) * n + i) * count], count, &eigenvalues_[i * count]);
  if (!coupled) return;
  vectors_.assign(linear.size(), 0), inverse_ = remainder_ = vectors_;
  for (int m = 0; m < count; ++m) {
    Eigen::MatrixXcd matrix(n, n), vectors = Eigen::MatrixXcd::Identity(n, n), inverse = vectors;
    for (int i = 0; i < n * n; ++i) matrix(i / n, i % n) = linear[std::size_t(i) * count + m];
    const Eigen::ComplexEigenSolver<Eigen::MatrixXcd> solver(matrix);
    const Eigen::FullPivLU<Eigen::MatrixXcd> factors(solver.eigenvectors());
    Eigen::MatrixXcd rest = matrix;
    rest.diagonal().setZero();
    if (factors.isInvertible() && factors.rcond() > 1e-4) {
      vectors = solver.eigenvectors(), inverse = factors.inverse(), rest.setZero();
      for (int i = 0; i < n; ++i) eigenvalues_[i * count + m] = solver.eigenvalues()[i];
    }
    for (int i = 0; i < n * n; ++i) {
      const std::size_t at = std::size_t(i) * count + m;
      vectors_[at] = vectors(i / n, i % n);
      inverse_[at] = inverse(i / n, i % n);
      remainder_[at] = rest(i / n, i % n);
    }
  }
}

Spectrum SpectralSystem::multiply(const Spectrum& matrices, const Spectrum& u) const {
  if (matrices.empty()) return u;
  const int n = form_.unknowns, count = modes_.size();
  Spectrum out(u.size(), 0);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const Complex* a = &matrices[(std::size_t(i) * n + j) * count];
      for (int m = 0; m < count; ++m) out[i * count + m] += a[m] * u[j * count + m];
    }
  return out;
}

Spectrum SpectralSystem::initial(int refinement) const {
  const int least = form_.axes == 1 ? 1 << 14 : 1 << 6;
  const int fine = refinement * std::max(modes_.points(), least), half = fine / 2;
  const PeriodicModes on_fine(form_.axes, fine), on_half(form_.axes, half);
  const auto x = grid_coordinates(form_, fine);
  std::vector<const double*> inputs;
  for (const auto& axis : x) inputs.push_back(axis.data());
  inputs.push_back(&form_.lower[form_.axes]);
  std::vector<double> values(on_fine.grid_size()), fewer(on_half.grid_size());
  Spectrum of_fine(on_fine.size()), of_half(on_half.size()), out(size());
  for (int i = 0; i < form_.unknowns; ++i) {
    evaluate_tape(form_.initial[i][0], on_fine.grid_size(), inputs, form_.axes, {values.data()});
    for (int p = 0; p < on_half.grid_size(); ++p)
      fewer[p] = values[form_.axes == 1 ? 2 * p : 2 * (p / half) * fine + 2 * (p % half)];
    on_fine.to_modes(values.data(), nullptr, of_fine.data(), nullptr);
    on_half.to_modes(fewer.data(), nullptr, of_half.data(), nullptr);
    for (int m = 0; m < modes_.size(); ++m) {
      const auto k = modes_.wave_number(m);
      out[i * modes_.size() + m] =
          (4.0 * of_fine[on_fine.find(k[0], k[1])] - of_half[on_half.find(k[0], k[1])]) / 3.0;
    }
  }
  return out;
}

void SpectralSystem::rest(double t, const Spectrum& y, Spectrum& out) const {
  const int n = form_.unknowns, count = modes_.size(), grid = modes_.grid_size();
  const Spectrum u = from_diagonal(y);
  std::vector<std::vector<double>> values(form_.fields.size() + n, std::vector<double>(grid));
  std::vector<const double*> inputs;
  for (const auto& axis : coordinates_) inputs.push_back(axis.data());
  inputs.push_back(&t);
  Spectrum field[2] = {Spectrum(count), Spectrum(count)};
  for (std::size_t i = 0; i < form_.fields.size(); i += 2) {  // two real fields a transform
    const bool pair = i + 1 < form_.fields.size();
    for (std::size_t k = 0; k < (pair ? 2 : 1); ++k) {
      const Symbol& s = form_.fields[i + k];
      for (int m = 0; m < count; ++m)
        field[k][m] = s.alpha.order() == 0 ? u[s.index * count + m]
                                           : factor(s.alpha, m) * u[s.index * count + m];
    }
    modes_.to_grid(field[0].data(), pair ? field[1].data() : nullptr, values[i].data(),
                   pair ? values[i + 1].data() : nullptr);
  }
  for (std::size_t i = 0; i < form_.fields.size(); ++i) inputs.push_back(values[i].data());
  std::vector<double*> outputs;
  for (int i = 0; i < n; ++i) outputs.push_back(values[form_.fields.size() + i].data());
  evaluate_tape(form_.rest, grid, inputs, form_.axes, outputs);
  out.resize(size());
  for (int i = 0; i < n; i += 2)
    modes_.to_modes(outputs[i], i + 1 < n ? outputs[i + 1] : nullptr, &out[i * count],
                    i + 1 < n ? &out[(i + 1) * count] : nullptr);
  if (remainder_.empty()) return;
  const Spectrum more = multiply(remainder_, u);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += more[i];
  out = to_diagonal(out);
}

ExponentialStepper::ExponentialStepper(const SpectralSystem& system, double start, double end,
                                       double tolerance)
    : system_(system), rule_(intervals), start_(start), end_(end), tolerance_(tolerance) {
  std::map<std::pair<double, double>, int> index;
  for (const Complex& z : system.eigenvalues()) {
    const auto [at, is_new] = index.try_emplace({z.real(), z.imag()}, int(distinct_.size()));
    if (is_new) distinct_.push_back(z);
    which_.push_back(at->second);
  }
  y_.assign(intervals + 1, Spectrum(system.size()));
  f_ = old_f_ = previous_f_ = y_;
  from_ = start;
}

double ExponentialStepper::time_at(double fraction) const {
  const double step = double(whole >> level_);
  return start_ + (end_ - start_) * ((double(position_) + fraction * step) / double(whole));
}

const Spectrum& ExponentialStepper::table(int level) {
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (tables_[i].level == level) {
      std::rotate(tables_.begin(), tables_.begin() + i, tables_.begin() + i + 1);
      return tables_[0].values;
    }
  if (tables_.size() >= 3) tables_.pop_back();
  const double h = std::ldexp(end_ - start_, -level);
  const std::size_t stride = std::size_t(intervals) * rule_.stride();
  Table made{level, Spectrum(distinct_.size() * stride)};
  for (std::size_t i = 0; i < distinct_.size(); ++i) {
    Complex* row = &made.values[i * stride];
    rule_.compute(h * distinct_[i], row);
    for (int j = 0; j < intervals; ++j)  // times h, all but the growth
      for (int k = 1; k < rule_.stride(); ++k) row[j * rule_.stride() + k] *= h;
  }
  tables_.insert(tables_.begin(), std::move(made));
  return tables_[0].values;
}

/// f at the nodes from the polynomial of the step before, or as at the first node.
void ExponentialStepper::guess(double ratio) {
  const auto& c = rule_.nodes();
  for (int j = 1; j <= intervals; ++j) {
    if (ratio <= 0 || ratio > 1) {
      f_[j] = f_[0];
      continue;
    }
    std::fill(f_[j].begin(), f_[j].end(), Complex(0));
    for (int m = 0; m <= intervals; ++m) {
      double l = 1;
      for (int k = 0; k <= intervals; ++k)
        if (k != m) l *= (1 + ratio * c[j] - c[k]) / (c[m] - c[k]);
      for (std::size_t i = 0; i < f_[j].size(); ++i) f_[j][i] += l * previous_f_[m][i];
    }
  }
}

/// Size of the highest coefficients of the polynomials through the nodes, relative to y.
double ExponentialStepper::unresolved() const {
  double size = 0, last[2] = {0, 0};
  for (const Spectrum& y : y_) size = std::max(size, norm(y));
  for (int p = 0; p < 2; ++p) {
    Spectrum sum(y_[0].size(), 0);
    for (int m = 0; m <= intervals; ++m) {
      const double w = rule_.legendre()[(intervals - p) * (intervals + 1) + m];
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += w * y_[m][i];
    }
    last[p] = norm(sum);
  }
  return std::max(last[0], 0.1 * last[1]) / std::max(size, 1e-300);
}

/// Sweeps until the nodes' values stay; false when they do not.
bool ExponentialStepper::converge(const Spectrum& y) {
  constexpr int pieces = 8;  // summed in this order, whatever the number of threads
  const Spectrum& weights = table(level_);
  const std::size_t stride = std::size_t(intervals) * rule_.stride();
  double before = INFINITY;
  Spectrum value(y.size());
  for (int sweep = 0; sweep < 25; ++sweep) {
    std::swap(f_, old_f_);
    f_[0] = old_f_[0];
    y_[0] = y;
    double change = 0, size = norm(y);
    for (int j = 0; j < intervals; ++j) {
      std::array<double, pieces> square{};
      const auto sum_piece = [&](int piece, int) {
        const std::size_t begin = y.size() * piece / pieces, end = y.size() * (piece + 1) / pieces;
        for (std::size_t i = begin; i < end; ++i) {
          const Complex* w = &weights[which_[i] * stride + std::size_t(j) * rule_.stride()];
          Complex sum = w[0] * y_[j][i] + w[1] * (f_[j][i] - old_f_[j][i]);
          for (int m = 0; m <= intervals; ++m) sum += w[2 + m] * old_f_[m][i];
          square[piece] += std::norm(sum - y_[j + 1][i]);
          y_[j + 1][i] = sum;
        }
      };
      if (y.size() > 4096)
        threads().run(pieces, sum_piece);
      else
        for (int piece = 0; piece < pieces; ++piece) sum_piece(piece, 0);
      const double all = std::accumulate(square.begin(), square.end(), 0.0);
      change = std::max(change, std::sqrt(2 * all));
      size = std::max(size, norm(y_[j + 1]));
      system_.rest(time_at(rule_.nodes()[j + 1]), y_[j + 1], f_[j + 1]);
      ++evaluations_;
    }
    if (!std::isfinite(change)) return false;
    if (sweep == 0) continue;  // the values before are those of another step
    if (change < 0.02 * tolerance_ * size) return true;
    if (sweep > 2 && change > 0.7 * before) return change < tolerance_ * size;
    before = change;
  }
  return false;
}

bool ExponentialStepper::advance(Spectrum& y) {
  constexpr int finest = 36;
  system_.rest(time_at(0), y, f_[0]);
  ++evaluations_;
  for (;; ++level_) {
    if (level_ > finest) return false;
    guess(previous_level_ < 0 ? 0 : std::ldexp(1.0, previous_level_ - level_));
    const bool met = converge(y);
    unresolved_ = unresolved();
    if (met && unresolved_ < tolerance_) break;
  }
  from_ = time_at(0);
  previous_f_ = f_;
  previous_level_ = level_;
  position_ += whole >> level_;
  y = y_[intervals];
  const bool aligned = position_ % (whole >> (level_ - 1)) == 0;
  if (level_ > 3 && aligned && unresolved_ * std::ldexp(1.0, intervals + 1) < tolerance_) --level_;
  return true;
}

}  // namespace kanpde::problems
