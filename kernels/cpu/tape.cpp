// The CPU interpreter of residual tapes: one dispatch an instruction and block of tape_block
// points.

#include "kernels/tape.hpp"

#include <hwy/contrib/math/math-inl.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/pack.hpp"
#include "kernels/operations.hpp"

namespace kanpde::kernels {

namespace {

constexpr Pack::Tag tag;

static_assert(tape_block % Pack::width == 0);

/// Columns of one block: operands (read) and target (written; may be one of the operands).
struct Operands {
  const double *a, *b, *c;
  double* target;
  int points;  ///< a multiple of the pack's width
};

template <class F>
void map(const Operands& o, F f) {
  for (int p = 0; p < o.points; p += Pack::width) f(Pack::load(o.a + p)).store(o.target + p);
}

template <class F>
void map2(const Operands& o, F f) {
  for (int p = 0; p < o.points; p += Pack::width)
    f(Pack::load(o.a + p), Pack::load(o.b + p)).store(o.target + p);
}

/// Applies `fast` to lanes that satisfy `valid` and the scalar function `exact` to the others, so
/// that the value at a point does not depend on its neighbours. Highway's functions are wrong
/// outside their range (log 0, exp of NaN, sin of 1e300); `safe` is an argument within it.
template <class Valid, class Fast, class Exact>
void map_guarded(const Operands& o, Valid valid, Fast fast, Exact exact) {
  const Pack safe = 1.0;
  map(o, [&](Pack x) {
    const Pack::Mask ok = valid(x);
    if (hn::AllTrue(tag, ok)) return Pack(fast(x.v));
    const Pack y = fast(select(ok, x, safe).v);
    return select(ok, y, lanes(x, exact));
  });
}

Pack::Mask within(Pack x, double bound) { return abs(x) <= Pack(bound); }

// Within these bounds Highway 1.0.3 was measured against long double: relative error of exp, log
// 2e-16, of sin, cos 4e-16 (absolute), of tanh, sinh 6e-16.
constexpr double trigonometric_bound = 1e4;
constexpr double exponential_bound = 700;

void evaluate_trigonometric(Op op, const Operands& o) {
  const auto valid = [](Pack x) { return within(x, trigonometric_bound); };
  const auto sine = [](Pack::Vector x) { return hn::Sin(tag, x); };
  const auto cosine = [](Pack::Vector x) { return hn::Cos(tag, x); };
  if (op == Op::sin) {
    map_guarded(o, valid, sine, [](double x) { return std::sin(x); });
  } else if (op == Op::cos) {
    map_guarded(o, valid, cosine, [](double x) { return std::cos(x); });
  } else {
    const auto tangent = [&](Pack::Vector x) { return hn::Div(sine(x), cosine(x)); };
    map_guarded(o, valid, tangent, [](double x) { return std::tan(x); });
  }
}

void evaluate_exponential(Op op, const Operands& o) {
  const auto valid = [](Pack x) { return within(x, exponential_bound); };
  const auto exponential = [](Pack::Vector x) { return hn::Exp(tag, x); };
  if (op == Op::exp) {
    map_guarded(o, valid, exponential, [](double x) { return std::exp(x); });
  } else if (op == Op::sinh) {
    const auto fast = [](Pack::Vector x) { return hn::Sinh(tag, x); };
    map_guarded(o, valid, fast, [](double x) { return std::sinh(x); });
  } else {
    const auto fast = [&](Pack::Vector x) {
      const Pack e = exponential(x);
      return (Pack(0.5) * (e + Pack(1.0) / e)).v;
    };
    map_guarded(o, valid, fast, [](double x) { return std::cosh(x); });
  }
}

void evaluate_log(const Operands& o) {
  const auto valid = [](Pack x) {
    return hn::And(x >= Pack(std::numeric_limits<double>::min()),
                   x <= Pack(std::numeric_limits<double>::max()));
  };
  const auto fast = [](Pack::Vector x) { return hn::Log(tag, x); };
  map_guarded(o, valid, fast, [](double x) { return std::log(x); });
}

/// a^n by repeated squaring, all packs in step.
void evaluate_powi(const Operands& o, int n) {
  map(o, [n](Pack a) {
    Pack result = 1.0, square = a;
    for (unsigned k = n < 0 ? 0u - unsigned(n) : unsigned(n); k > 0; k >>= 1) {
      if (k & 1) result *= square;
      if (k > 1) square *= square;
    }
    return n < 0 ? Pack(1.0) / result : result;
  });
}

void evaluate_pow(const Operands& o) {
  for (int p = 0; p < o.points; ++p) o.target[p] = std::pow(o.a[p], o.b[p]);
}

void evaluate_select(const Operands& o) {
  for (int p = 0; p < o.points; p += Pack::width) {
    const Pack b = Pack::load(o.b + p), c = Pack::load(o.c + p);
    select(Pack::load(o.a + p) > Pack(0.0), b, c).store(o.target + p);
  }
}

void evaluate_function(Op op, const Operands& o) {
  switch (op) {
    case Op::exp:
    case Op::sinh:
    case Op::cosh:
      return evaluate_exponential(op, o);
    case Op::sin:
    case Op::cos:
    case Op::tan:
      return evaluate_trigonometric(op, o);
    case Op::log:
      return evaluate_log(o);
    case Op::tanh:
      return map(o, [](Pack x) { return Pack(hn::Tanh(tag, x.v)); });
    case Op::asin:
      return map(o, [](Pack x) { return Pack(hn::Asin(tag, x.v)); });
    case Op::acos:
      return map(o, [](Pack x) { return Pack(hn::Acos(tag, x.v)); });
    case Op::atan:
      return map(o, [](Pack x) { return Pack(hn::Atan(tag, x.v)); });
    case Op::erf:
      return map(o, [](Pack x) { return erf(x); });
    default:  // rare in residuals: point by point
      return map(
          o, [op](Pack x) { return lanes(x, [op](double a) { return apply_function(op, a); }); });
  }
}

void evaluate_arithmetic(Op op, const Operands& o) {
  const Pack zero = 0.0, one = 1.0;
  switch (op) {
    case Op::add:
      return map2(o, [](Pack a, Pack b) { return a + b; });
    case Op::sub:
      return map2(o, [](Pack a, Pack b) { return a - b; });
    case Op::mul:
      return map2(o, [](Pack a, Pack b) { return a * b; });
    case Op::div:
      return map2(o, [](Pack a, Pack b) { return a / b; });
    case Op::min:
      return map2(o, [](Pack a, Pack b) { return select(a < b, a, b); });
    case Op::max:
      return map2(o, [](Pack a, Pack b) { return select(a > b, a, b); });
    case Op::neg:
      return map(o, [](Pack a) { return -a; });
    case Op::abs:
      return map(o, [](Pack a) { return abs(a); });
    case Op::sign:
      return map(o, [=](Pack a) { return select(a > zero, one, select(a < zero, -one, zero)); });
    case Op::step:
      return map(o, [=](Pack a) { return select(a >= zero, one, zero); });
    case Op::sqrt:
      return map(o, [](Pack a) { return sqrt(a); });
    case Op::square:
      return map(o, [](Pack a) { return a * a; });
    case Op::floor:
      return map(o, [](Pack a) { return floor(a); });
    default:
      return evaluate_function(op, o);
  }
}

/// One block: `count` points from `first` on, computed as `padded` points (the last one repeated).
class Block {
 public:
  Block(const double* const* inputs, const bool* uniform, double* scratch, int first, int count)
      : inputs_(inputs),
        uniform_(uniform),
        scratch_(scratch),
        first_(first),
        count_(count),
        padded_((count + Pack::width - 1) / Pack::width * Pack::width) {}

  void execute(const Instruction& i) const {
    double* target = column(i.target);
    if (i.op == Op::constant) {
      std::fill_n(target, padded_, i.value);
    } else if (i.op == Op::input) {
      load(i.a, target);
    } else if (i.op == Op::powi) {
      evaluate_powi({column(i.a), nullptr, nullptr, target, padded_}, i.b);
    } else if (i.op == Op::pow) {
      evaluate_pow({column(i.a), column(i.b), nullptr, target, padded_});
    } else if (i.op == Op::select) {
      evaluate_select({column(i.a), column(i.b), column(i.c), target, padded_});
    } else {
      evaluate_arithmetic(i.op, {column(i.a), column(i.b), nullptr, target, padded_});
    }
  }

  void save(int index, double* output) const {
    std::copy_n(column(index), count_, output + first_);
  }

 private:
  double* column(int index) const {
    return index < 0 ? nullptr : scratch_ + std::ptrdiff_t(index) * tape_block;
  }

  void load(int input, double* target) const {
    if (uniform_[input]) {
      std::fill_n(target, padded_, inputs_[input][0]);
      return;
    }
    std::copy_n(inputs_[input] + first_, count_, target);
    std::fill(target + count_, target + padded_, target[count_ - 1]);
  }

  const double* const* inputs_;
  const bool* uniform_;
  double* scratch_;
  int first_, count_, padded_;
};

}  // namespace

void evaluate(const Tape& tape, int n, const double* const* inputs, const bool* uniform,
              double* const* outputs, double* scratch) {
  for (int first = 0; first < n; first += tape_block) {
    const Block block(inputs, uniform, scratch, first, std::min(tape_block, n - first));
    for (const Instruction& instruction : tape.code) block.execute(instruction);
    for (std::size_t o = 0; o < tape.outputs.size(); ++o) block.save(tape.outputs[o], outputs[o]);
  }
}

}  // namespace kanpde::kernels
