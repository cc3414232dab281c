#pragma once
/// What the operations of tapes and expressions mean at one point, for host and device, and their
/// names.

#include "kernels/bodies/math.hpp"
#include "kernels/tape.hpp"

namespace kanpde::kernels {

/// Number of operands: a, b, c in this order.
KANPDE_HD inline int operand_count(Op op) {
  if (op == Op::constant || op == Op::input) return 0;
  if (op == Op::select) return 3;
  return op >= Op::add && op <= Op::max ? 2 : 1;
}

/// Of a function of a, in expressions; "" for other operations.
inline const char* function_name(Op op) {
  constexpr const char* names[] = {
      "abs", "sign",  "step",  "sqrt",  "",      "exp",       "log",      "sin",
      "cos", "tan",   "asin",  "acos",  "atan",  "sinh",      "cosh",     "tanh",
      "erf", "floor", "asinh", "acosh", "atanh", "bessel_j0", "bessel_j1"};  // from Op::abs on
  return op >= Op::abs && op <= Op::bessel_j1 ? names[int(op) - int(Op::abs)] : "";
}

/// a^n by repeated squaring.
template <class T>
KANPDE_HD inline T integer_power(T a, int n) {
  T result = T(1), square = a;
  for (unsigned k = n < 0 ? 0u - unsigned(n) : unsigned(n); k > 0; k >>= 1) {
    if (k & 1) result *= square;
    if (k > 1) square *= square;
  }
  return n < 0 ? T(1) / result : result;
}

/// Bessel functions of the first kind, by the C library: also of negative arguments, which
/// std::cyl_bessel_j refuses.
KANPDE_HD inline double bessel_j0(double a) { return ::j0(a); }
KANPDE_HD inline double bessel_j1(double a) { return ::j1(a); }
KANPDE_HD inline float bessel_j0(float a) { return ::j0f(a); }
KANPDE_HD inline float bessel_j1(float a) { return ::j1f(a); }
inline long double bessel_j0(long double a) { return ::j0l(a); }
inline long double bessel_j1(long double a) { return ::j1l(a); }

/// One of the functions of Op that have the name of the standard library's.
template <class T>
KANPDE_HD inline T apply_function(Op op, T a) {
  switch (op) {
    case Op::sqrt:
      return std::sqrt(a);
    case Op::exp:
      return std::exp(a);
    case Op::log:
      return std::log(a);
    case Op::sin:
      return std::sin(a);
    case Op::cos:
      return std::cos(a);
    case Op::tan:
      return std::tan(a);
    case Op::asin:
      return std::asin(a);
    case Op::acos:
      return std::acos(a);
    case Op::atan:
      return std::atan(a);
    case Op::sinh:
      return std::sinh(a);
    case Op::cosh:
      return std::cosh(a);
    case Op::tanh:
      return std::tanh(a);
    case Op::erf:
      return std::erf(a);
    case Op::floor:
      return std::floor(a);
    case Op::asinh:
      return std::asinh(a);
    case Op::acosh:
      return std::acosh(a);
    case Op::atanh:
      return std::atanh(a);
    case Op::bessel_j0:
      return bessel_j0(a);
    case Op::bessel_j1:
      return bessel_j1(a);
    default:
      return a;
  }
}

/// op(a, b, c); what op does not use is ignored. literal: the exponent of powi. Not for `constant`
/// and `input`, which have no operands. A comparison with NaN is false, as in kernels::evaluate:
/// min and max then give b.
template <class T>
KANPDE_HD inline T apply(Op op, T a, T b, T c, int literal) {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::sub:
      return a - b;
    case Op::mul:
      return a * b;
    case Op::div:
      return a / b;
    case Op::pow:
      return std::pow(a, b);
    case Op::min:
      return a < b ? a : b;
    case Op::max:
      return a > b ? a : b;
    case Op::neg:
      return -a;
    case Op::abs:
      return std::fabs(a);
    case Op::sign:
      return a > T(0) ? T(1) : (a < T(0) ? T(-1) : T(0));
    case Op::step:
      return a >= T(0) ? T(1) : T(0);
    case Op::square:
      return a * a;
    case Op::powi:
      return integer_power(a, literal);
    case Op::select:
      return a > T(0) ? b : c;
    default:
      return apply_function(op, a);
  }
}

}  // namespace kanpde::kernels
