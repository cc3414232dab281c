#pragma once
/// Straight-line programs over blocks of points: what a residual expression is compiled to.
/// The CPU interprets them block by block; a GPU backend compiles the same instructions.

#include <cstdint>
#include <vector>

namespace kanpde::kernels {

/// One operation; `erf` is the error function, `sign` is -1, 0 or 1, `step` is 1 for a >= 0 else 0,
/// `select` is (a > 0 ? b : c).
// clang-format off
enum class Op : std::uint8_t {
  constant, input,  // leaves
  add, sub, mul, div, pow, min, max,  // a, b
  neg, abs, sign, step, sqrt, square, exp, log,  // a
  sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, erf, floor,  // a
  asinh, acosh, atanh, bessel_j0, bessel_j1,  // a
  powi,   // a to the integer power b (a literal)
  select  // a, b, c
};
// clang-format on

/// Instruction i writes register `target`; a, b, c name registers (-1: not used); for `input` a is
/// the input's index. `target` may be one of a, b, c: operands are read before the target is
/// written.
struct Instruction {
  Op op;
  int target, a, b, c;
  double value;  ///< of `constant`
};

/// registers are reused once their value is dead, so `registers` is the working set in columns.
struct Tape {
  int inputs = 0;
  int registers = 0;
  std::vector<Instruction> code;
  std::vector<int> outputs;  ///< registers that hold the outputs at the end, in order
};

/// Evaluates the tape at n points.
/// inputs[i]: n values (read), or one value for every point where uniform[i] is true.
/// outputs[o]: n values (written), must not overlap the inputs.
/// scratch: tape.registers * tape_block values (written), aligned to 64 bytes.
/// Cost: |code| vector operations a point. Nothing throws; results may be non-finite.
void evaluate(const Tape& tape, int n, const double* const* inputs, const bool* uniform,
              double* const* outputs, double* scratch);

inline constexpr int tape_block = 64;  ///< points interpreted at a time

}  // namespace kanpde::kernels
