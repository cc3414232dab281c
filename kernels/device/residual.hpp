#pragma once
/// Residuals of a term and seeds of its adjoint from the jets of the network: arguments of the
/// kernels, and the kernel that interprets the tape. The compiled form is in residual_source.hpp.

#include "kernels/device/launch.hpp"
#include "kernels/device/residual_program.hpp"
#include "kernels/operations.hpp"

namespace kanpde::kernels::device {

/// What a residual kernel writes. jacobian_mode + e: the rows of equation e.
inline constexpr int residual_mode = 0, gradient_mode = 1, jacobian_mode = 2;

/// Column c at point p of `count` lies in columns[c * column_stride + p]; quantity (output,
/// component, copy) in jets[(output * components + component) * component_stride + copy * half +
/// p]; f_e = scale[e] * point_scale[p]. Written are, none of them where an input lies:
/// r[e * row_stride + p] = f_e R_e in every mode; for each quantity q of the term its seed, in
/// `seeds` where q lies in `jets`, for a trainable scalar in d_scalars[index * scalar_stride + p]:
/// sum_e f_e^2 R_e dR_e/dq in gradient mode, f_e dR_e/dq for one e in Jacobian mode.
template <class T>
struct ResidualArguments {
  int mode = residual_mode;
  int count = 0;
  Span<const T> columns;
  long column_stride = 0;
  Span<const T> jets;
  long component_stride = 0;
  int half = 0;
  Span<const T> scalars;
  Span<const T> scale;        ///< an entry an equation
  Span<const T> point_scale;  ///< empty: 1 everywhere
  Span<T> r;
  long row_stride = 0;
  Span<T> seeds;
  Span<T> d_scalars;
  long scalar_stride = 0;
};

/// A ResidualProgram in the memory of the device.
struct ResidualCode {
  Span<const Instruction> code, residual_code;
  Span<const ResidualInput> inputs;
  Span<const int> residuals;
  Span<const ResidualTarget> targets;
  Span<const ResidualPartial> partials;
};

/// One thread a point. Register i of point p is registers[i * register_stride + p], so that the
/// threads of a warp read neighbours; register_stride >= count.
template <class T>
struct InterpretResidual {
  static constexpr bool cooperative = false;
  ResidualArguments<T> arguments;
  ResidualCode program;
  Span<T> registers;
  long register_stride = 0;

  template <class Thread>
  KANPDE_KERNEL void operator()(const Thread& t) const {
    const long p = item(t);
    if (p >= arguments.count) return;
    execute(arguments.mode == residual_mode ? program.residual_code : program.code, p);
    for (std::size_t e = 0; e < program.residuals.size(); ++e)
      arguments.r[std::size_t(long(e) * arguments.row_stride + p)] =
          factor(int(e), p) * residual(int(e), p);
    if (arguments.mode == residual_mode) return;
    for (std::size_t k = 0; k < program.targets.size(); ++k) write_seed(program.targets[k], p);
  }

 private:
  KANPDE_KERNEL T& value(int index, long p) const {
    return registers[std::size_t(index * register_stride + p)];
  }
  KANPDE_KERNEL T residual(int e, long p) const {
    return value(program.residuals[std::size_t(e)], p);
  }
  KANPDE_KERNEL T factor(int e, long p) const {
    const T scale = arguments.scale[std::size_t(e)];
    return arguments.point_scale.empty() ? scale : scale * arguments.point_scale[std::size_t(p)];
  }
  KANPDE_KERNEL std::size_t jet(const ResidualInput& place, long p) const {
    return std::size_t(place.index * arguments.component_stride +
                       long(place.copy) * arguments.half + p);
  }

  KANPDE_KERNEL T load(const ResidualInput& from, long p) const {
    if (from.kind == ResidualInput::Kind::jet) return arguments.jets[jet(from, p)];
    if (from.kind == ResidualInput::Kind::scalar) return arguments.scalars[std::size_t(from.index)];
    return arguments.columns[std::size_t(from.index * arguments.column_stride + p)];
  }

  KANPDE_KERNEL T result(const Instruction& i, long p) const {
    if (i.op == Op::constant) return T(i.value);
    if (i.op == Op::input) return load(program.inputs[std::size_t(i.a)], p);
    const int operands = operand_count(i.op);
    const T a = value(i.a, p);
    const T b = operands > 1 ? value(i.b, p) : T(0), c = operands > 2 ? value(i.c, p) : T(0);
    return apply(i.op, a, b, c, i.b);
  }

  KANPDE_KERNEL void execute(Span<const Instruction> code, long p) const {
    for (std::size_t k = 0; k < code.size(); ++k) {
      const Instruction& i = code[k];
      value(i.target, p) = result(i, p);
    }
  }

  /// Factor of dR_e/dq in a seed; `used`: whether e takes part at all.
  KANPDE_KERNEL T weight(int e, long p, bool& used) const {
    const T f = factor(e, p);
    used = arguments.mode == gradient_mode || arguments.mode == jacobian_mode + e;
    return arguments.mode == gradient_mode ? f * f * residual(e, p) : f;
  }

  KANPDE_KERNEL void write_seed(const ResidualTarget& target, long p) const {
    T sum = T(0);
    for (int k = target.begin; k < target.end; ++k) {
      const ResidualPartial& partial = program.partials[std::size_t(k)];
      bool used = false;
      const T w = weight(partial.equation, p, used);
      if (used) sum += w * value(partial.source, p);
    }
    if (target.place.kind == ResidualInput::Kind::jet)
      arguments.seeds[jet(target.place, p)] = sum;
    else
      arguments.d_scalars[std::size_t(target.place.index * arguments.scalar_stride + p)] = sum;
  }
};

}  // namespace kanpde::kernels::device
