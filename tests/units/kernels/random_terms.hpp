#pragma once
/// Terms of random tapes over all operations.

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "kernels/base/random.hpp"
#include "kernels/operations.hpp"
#include "tests/units/kernels/residual_oracle.hpp"

namespace kanpde::kernels::oracle {

inline constexpr int operations = int(Op::select) + 1;

/// Grows a tape, one instruction a value, keeping those whose values stay in a range where
/// rounding errors do not swamp the result.
class TapeGrower {
 public:
  TapeGrower(int inputs, std::uint64_t seed) : random_(seed, 5) {
    tape_.inputs = inputs;
    for (int i = 0; i < inputs; ++i) add({Op::input, 0, i, -1, -1, 0});
  }

  /// `count` more values with every operation in turn.
  void grow(int count) {
    for (int k = 0; k < count; ++k)
      for (int attempt = 0; attempt < 200; ++attempt)
        if (add(candidate(Op(k % operations)))) break;
  }

  Tape finish(int outputs) {
    for (int o = 0; o < outputs; ++o) tape_.outputs.push_back(recent());
    reuse_registers();
    return tape_;
  }

 private:
  static constexpr int samples = 6;

  int any() { return random_.below(int(values_.size())); }
  int recent() {
    const int n = int(values_.size());
    return n - 1 - random_.below(std::min(n, 12));
  }

  Instruction candidate(Op op) {
    if (op == Op::constant) return {op, 0, -1, -1, -1, random_.uniform(-3, 3)};
    if (op == Op::input) return {op, 0, random_.below(tape_.inputs), -1, -1, 0};
    static constexpr int exponents[] = {0, 1, 2, 3, 4, 5, 7, 8, -1, -2, -3, -6};
    if (op == Op::powi) return {op, 0, any(), exponents[random_.below(12)], -1, 0};
    return {op, 0, random_.below(3) ? any() : recent(), any(), any(), 0};
  }

  bool add(Instruction i) {
    std::vector<double> at;
    for (int s = 0; s < samples; ++s) {
      const auto read = [&](int v) {
        return v < 0 ? 0.0 : values_[std::size_t(v)][std::size_t(s)];
      };
      if (i.op == Op::constant)
        at.push_back(i.value);
      else if (i.op == Op::input)
        at.push_back(input(i.a, s));
      else
        at.push_back(function(i, read(i.a), i.op == Op::powi ? 0 : read(i.b), read(i.c)));
      if (!(std::fabs(at.back()) < 20)) return false;
    }
    const int operands = kernels::operand_count(i.op);
    if (operands < 3 && i.op != Op::input) i.c = -1;
    if (operands < 2 && i.op != Op::powi) i.b = -1;
    i.target = int(values_.size());
    values_.push_back(at);
    tape_.code.push_back(i);
    return true;
  }

  double input(int index, int sample) const {
    Random fixed{std::uint64_t(index), std::uint64_t(sample)};
    return fixed.normal();
  }

  /// A register is free once its value is dead; targets may take that of an operand.
  void reuse_registers() {
    std::vector<int> last(values_.size(), -1), home(values_.size(), -1);
    for (std::size_t k = 0; k < tape_.code.size(); ++k)
      visit(tape_.code[k], [&](int& v) { last[std::size_t(v)] = int(k); });
    for (int output : tape_.outputs) last[std::size_t(output)] = int(tape_.code.size());
    std::set<int> free;
    for (std::size_t k = 0; k < tape_.code.size(); ++k) {
      visit(tape_.code[k], [&](int& v) {
        const std::size_t value = std::size_t(v);
        v = home[value];
        if (last[value] == int(k)) free.insert(v);
      });
      if (free.empty()) free.insert(tape_.registers++);
      const auto chosen = random_.below(2) ? free.begin() : std::prev(free.end());
      tape_.code[k].target = home[k] = *chosen;
      if (last[k] >= 0) free.erase(chosen);
    }
    for (int& output : tape_.outputs) output = home[std::size_t(output)];
  }

  template <class F>
  static void visit(Instruction& i, F f) {
    int* operands[] = {&i.a, &i.b, &i.c};
    for (int k = 0; k < kernels::operand_count(i.op); ++k) f(*operands[k]);
  }

  Random random_;
  Tape tape_;
  std::vector<std::vector<double>> values_;
};

/// Two columns, three jet quantities of two outputs and copies, one or two trainable scalars, one
/// to three equations with some of the partial derivatives (which no differentiation relates to
/// the residuals: a kernel cannot know).
inline Term random_term(std::uint64_t seed) {
  constexpr auto jet = Quantity::Kind::jet, parameter = Quantity::Kind::parameter;
  Random random(seed, 3);
  Term term;
  term.points = 1 + random.below(9);
  term.copies = 1 + random.below(2);
  term.plan.dimension = 2;
  term.plan.add({1, 0}, 2);
  term.columns = Columns(2, term.points);
  for (double& x : term.columns.values()) x = float(random.normal());
  const int copy = term.copies - 1;
  term.quantities = {{jet, 0, 0, 0}, {jet, copy, 1, 2}, {jet, 0, 1, 1}, {parameter, 0, 1, 0}};
  if (random.below(2)) term.quantities.push_back({parameter, 0, 0, 0});
  term.equations = 1 + random.below(3);
  for (int e = 0; e < term.equations; ++e) {
    term.scale.push_back(float(random.uniform(0.5, 2)));
    for (int q = 0; q < int(term.quantities.size()); ++q)
      if (random.below(3)) term.partials.push_back({e, q});
  }
  if (random.below(2))
    for (int p = 0; p < term.points; ++p) term.point_scale.push_back(float(random.uniform(0.5, 2)));
  TapeGrower grower(2 + int(term.quantities.size()), seed);
  grower.grow(2 * operations);
  term.tape = grower.finish(term.equations + int(term.partials.size()));
  return term;
}

}  // namespace kanpde::kernels::oracle
