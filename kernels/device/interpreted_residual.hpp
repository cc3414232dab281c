#pragma once
/// A term's residuals by the interpreter of tapes, on any runtime.

#include "kernels/device/array.hpp"
#include "kernels/device/residual.hpp"
#include "kernels/term.hpp"

namespace kanpde::kernels::device {

/// R: a runtime; T: float or double.
template <class R, class T>
class InterpretedResidual {
 public:
  InterpretedResidual(R& runtime, const Term& term) : runtime_(runtime) {
    const ResidualProgram program = residual_program(term);
    registers_per_point_ = program.registers;
    code_ = Array<R, Instruction>::of(runtime, program.code);
    residual_code_ = Array<R, Instruction>::of(runtime, program.residual_code);
    inputs_ = Array<R, ResidualInput>::of(runtime, program.inputs);
    residuals_ = Array<R, int>::of(runtime, program.residuals);
    targets_ = Array<R, ResidualTarget>::of(runtime, program.targets);
    partials_ = Array<R, ResidualPartial>::of(runtime, program.partials);
    registers_ = Array<R, T>(runtime, 0);
  }

  void run(const ResidualArguments<T>& arguments) {
    registers_.reserve(std::size_t(registers_per_point_) * arguments.count);
    const ResidualCode code{code_.read(),      residual_code_.read(), inputs_.read(),
                            residuals_.read(), targets_.read(),       partials_.read()};
    runtime_.launch(one_thread_each(arguments.count),
                    InterpretResidual<T>{arguments, code, registers_.span(), arguments.count});
  }

 private:
  R& runtime_;
  int registers_per_point_ = 0;
  Array<R, Instruction> code_, residual_code_;
  Array<R, ResidualInput> inputs_;
  Array<R, int> residuals_;
  Array<R, ResidualTarget> targets_;
  Array<R, ResidualPartial> partials_;
  Array<R, T> registers_;
};

}  // namespace kanpde::kernels::device
