#include "kernels/device/tape_text.hpp"

#include <cmath>
#include <utility>

#include "kernels/base/error.hpp"
#include "kernels/operations.hpp"

namespace kanpde::kernels::device {

namespace {

/// Name of the C function, without the f of the single-precision ones; "" for what has none.
std::string c_function(Op op) {
  if (op == Op::pow) return "pow";
  if (op == Op::abs) return "fabs";
  if (op == Op::bessel_j0 || op == Op::bessel_j1) return op == Op::bessel_j0 ? "j0" : "j1";
  return op == Op::sign || op == Op::step ? "" : function_name(op);
}

}  // namespace

std::string literal(double x, bool single_precision) {
  const char* suffix = single_precision ? "f" : "";
  if (single_precision) x = double(float(x));
  if (std::isnan(x)) return fmt::format("0.0{0} / 0.0{0}", suffix);
  if (std::isinf(x)) return fmt::format("{1}1.0{0} / 0.0{0}", suffix, x < 0 ? "-" : "");
  return fmt::format("{:a}{}", x, suffix);
}

TapeText::TapeText(const Term& term, bool single_precision, Load load)
    : single_precision_(single_precision),
      load_(std::move(load)),
      program_(residual_program(term)),
      needed_(needed_for(term.tape, program_.equations)),
      held_(std::size_t(term.tape.registers), -1) {
  for (const Instruction& i : term.tape.code) {
    values_.push_back(name_operands(i));
    held_[std::size_t(i.target)] = int(values_.size()) - 1;
  }
}

/// The instruction with the numbers of values, one an instruction, in place of registers.
Instruction TapeText::name_operands(Instruction i) const {
  int* operands[] = {&i.a, &i.b, &i.c};
  for (int k = 0; k < operand_count(i.op); ++k) *operands[k] = held_[std::size_t(*operands[k])];
  return i;
}

std::string TapeText::residual(int e) const {
  return fmt::format("v{}", held_[std::size_t(program_.residuals[std::size_t(e)])]);
}

std::string TapeText::sum(const ResidualTarget& target, char weight, int only) const {
  std::string result;
  for (int k = target.begin; k < target.end; ++k) {
    const auto [equation, source] = program_.partials[std::size_t(k)];
    if (only >= 0 && equation != only) continue;
    result += fmt::format("{}{}{} * v{}", result.empty() ? "" : " + ", weight, equation,
                          held_[std::size_t(source)]);
  }
  return result.empty() ? literal(0) : result;
}

std::string TapeText::values(bool needed) const {
  std::string text;
  for (std::size_t k = 0; k < values_.size(); ++k)
    if (needed_[k] == needed) text += value(int(k), values_[k]);
  return text;
}

std::string TapeText::value(int k, const Instruction& i) const {
  if (i.op == Op::powi) return power(k, i.a, i.b);
  return fmt::format("  const {} v{} = {};\n", type(), k, expression(i));
}

/// v_k = v_a^n by repeated squaring, unrolled: v_k_j = v_a^(2^j).
std::string TapeText::power(int k, int a, int n) const {
  unsigned rest = n < 0 ? 0u - unsigned(n) : unsigned(n);
  std::string text, square = fmt::format("v{}", a), product;
  for (int j = 1; rest > 0; ++j, rest >>= 1) {
    if (rest & 1) product += (product.empty() ? "" : " * ") + square;
    if (rest == 1) break;
    text += fmt::format("  const {} v{}_{} = {} * {};\n", type(), k, j, square, square);
    square = fmt::format("v{}_{}", k, j);
  }
  if (product.empty()) product = literal(1);
  if (n < 0) product = fmt::format("{} / ({})", literal(1), product);
  return text + fmt::format("  const {} v{} = {};\n", type(), k, product);
}

std::string TapeText::expression(const Instruction& i) const {
  if (i.op == Op::constant) return literal(i.value);
  if (i.op == Op::input) return load_(program_.inputs[std::size_t(i.a)]);
  const std::string a = fmt::format("v{}", i.a), b = fmt::format("v{}", i.b);
  if (const std::string name = c_function(i.op); !name.empty())
    return fmt::format("{}{}({}{})", name, single_precision_ ? "f" : "", a,
                       i.op == Op::pow ? ", " + b : "");
  return arithmetic(i, a, b);
}

std::string TapeText::arithmetic(const Instruction& i, const std::string& a,
                                 const std::string& b) const {
  const std::string zero = literal(0), one = literal(1);
  switch (i.op) {
    case Op::add:
      return a + " + " + b;
    case Op::sub:
      return a + " - " + b;
    case Op::mul:
      return a + " * " + b;
    case Op::div:
      return a + " / " + b;
    case Op::min:
      return fmt::format("{0} < {1} ? {0} : {1}", a, b);
    case Op::max:
      return fmt::format("{0} > {1} ? {0} : {1}", a, b);
    case Op::neg:
      return "-" + a;
    case Op::sign:
      return fmt::format("{0} > {1} ? {2} : ({0} < {1} ? -{2} : {1})", a, zero, one);
    case Op::step:
      return fmt::format("{} >= {} ? {} : {}", a, zero, one, zero);
    case Op::square:
      return a + " * " + a;
    case Op::select:
      return fmt::format("{} > {} ? {} : v{}", a, zero, b, i.c);
    default:
      check(false, "operation {} has no text", int(i.op));
      return {};
  }
}

}  // namespace kanpde::kernels::device
