#pragma once
/// What residual kernels must write, by the CPU interpreter and by hand, with a bound of the
/// rounding error that any order of evaluation may make.

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/base/array.hpp"
#include "kernels/device/residual_program.hpp"
#include "kernels/operations.hpp"
#include "kernels/term.hpp"

namespace kanpde::kernels::oracle {

/// A value and how far a computation in T may be from it.
struct Estimate {
  double value = 0, error = 0;
};

template <class T>
struct Rounding {
  static constexpr double relative = std::numeric_limits<T>::epsilon();
  static constexpr double absolute = std::numeric_limits<T>::min();
  /// Of what overflows in T nothing is known.
  static Estimate of(double value, double error) {
    const bool fits = std::fabs(value) + error < double(std::numeric_limits<T>::max());
    return {value, fits ? error + relative * std::fabs(value) + absolute
                        : std::numeric_limits<double>::infinity()};
  }
  static Estimate product(Estimate a, Estimate b) {
    return of(a.value * b.value,
              std::fabs(a.value) * b.error + std::fabs(b.value) * a.error + a.error * b.error);
  }
  static Estimate sum(Estimate a, Estimate b) { return of(a.value + b.value, a.error + b.error); }
};

inline double function(const Instruction& i, double a, double b, double c) {
  switch (i.op) {
    // clang-format off
    case Op::add: return a + b;
    case Op::sub: return a - b;
    case Op::mul: return a * b;
    case Op::div: return a / b;
    case Op::pow: return std::pow(a, b);
    case Op::min: return std::fmin(a, b);
    case Op::max: return std::fmax(a, b);
    case Op::neg: return -a;
    case Op::abs: return std::fabs(a);
    case Op::sign: return double(a > 0) - double(a < 0);
    case Op::step: return double(a >= 0);
    case Op::sqrt: return std::sqrt(a);
    case Op::square: return a * a;
    case Op::exp: return std::exp(a);
    case Op::log: return std::log(a);
    case Op::sin: return std::sin(a);
    case Op::cos: return std::cos(a);
    case Op::tan: return std::tan(a);
    case Op::asin: return std::asin(a);
    case Op::acos: return std::acos(a);
    case Op::atan: return std::atan(a);
    case Op::sinh: return std::sinh(a);
    case Op::cosh: return std::cosh(a);
    case Op::tanh: return std::tanh(a);
    case Op::erf: return std::erf(a);
    case Op::floor: return std::floor(a);
    case Op::asinh: return std::asinh(a);
    case Op::acosh: return std::acosh(a);
    case Op::atanh: return std::atanh(a);
    case Op::bessel_j0: return std::cyl_bessel_j(0, std::fabs(a));
    case Op::bessel_j1: return std::copysign(1.0, a) * std::cyl_bessel_j(1, std::fabs(a));
    case Op::powi: return std::pow(a, i.b);
    case Op::select: return a > 0 ? b : c;
    default: return std::nan("");
      // clang-format on
  }
}

/// Moves each operand by its error: what changes is the error of the result. The functions
/// themselves may err by some units in the last place, absolute where arguments are reduced.
template <class T>
Estimate apply(const Instruction& i, const Estimate (&x)[3]) {
  const double value = function(i, x[0].value, x[1].value, x[2].value);
  double error = 0;
  for (int k = 0; k < kernels::operand_count(i.op); ++k)
    for (double side : {-1.0, 1.0}) {
      double moved[3] = {x[0].value, x[1].value, x[2].value};
      moved[k] += side * x[k].error;
      error += std::fabs(function(i, moved[0], moved[1], moved[2]) - value);
    }
  const bool transcendental = i.op == Op::pow || (i.op >= Op::exp && i.op <= Op::erf);
  const double steps = transcendental ? 8 : i.op == Op::powi ? 2.0 + std::abs(i.b) : 1;
  error += steps * Rounding<T>::relative * std::fabs(value);
  if (i.op >= Op::sin && i.op <= Op::erf) error += 4 * Rounding<T>::relative;
  return Rounding<T>::of(value, error);
}

/// The tape at one point; `inputs` are exact.
template <class T>
std::vector<Estimate> estimate(const Tape& tape, const std::vector<double>& inputs) {
  std::vector<Estimate> registers(std::size_t(tape.registers)), outputs;
  const auto read = [&](int i) {
    return i >= 0 && i < tape.registers ? registers[std::size_t(i)] : Estimate{};
  };
  for (const Instruction& i : tape.code) {
    Estimate result;
    if (i.op == Op::constant) {
      result = Rounding<T>::of(i.value, 0);
    } else if (i.op == Op::input) {
      result = {inputs[std::size_t(i.a)], 0};
    } else {
      result = apply<T>(i, {read(i.a), read(i.b), read(i.c)});
    }
    registers[std::size_t(i.target)] = result;
  }
  for (int output : tape.outputs) outputs.push_back(registers[std::size_t(output)]);
  return outputs;
}

/// The tape's outputs at n points by kernels::evaluate; inputs and result: [column][point].
inline std::vector<std::vector<double>> interpret(const Tape& tape, int n,
                                                  const std::vector<std::vector<double>>& inputs) {
  std::vector<const double*> in;
  for (const auto& column : inputs) in.push_back(column.data());
  const auto uniform = std::make_unique<bool[]>(inputs.size() + 1);
  std::vector<std::vector<double>> outputs(tape.outputs.size(),
                                           std::vector<double>(std::size_t(n)));
  std::vector<double*> out;
  for (auto& column : outputs) out.push_back(column.data());
  AlignedVector<double> scratch(std::size_t(tape.registers) * tape_block);
  evaluate(tape, n, in.data(), uniform.get(), out.data(), scratch.data());
  return outputs;
}

}  // namespace kanpde::kernels::oracle
