#include "kernels/device/residual_program.hpp"

#include <algorithm>

#include "kernels/base/error.hpp"
#include "kernels/operations.hpp"
#include "kernels/term.hpp"

namespace kanpde::kernels::device {

namespace {

void check_tape(const Tape& tape) {
  std::vector<bool> written(std::size_t(tape.registers), false);
  const auto require = [&](int index) {
    check(index >= 0 && index < tape.registers && written[std::size_t(index)],
          "a tape reads register {} of {} before it is written", index, tape.registers);
  };
  for (const Instruction& i : tape.code) {
    const int operands[] = {i.a, i.b, i.c};
    for (int k = 0; k < operand_count(i.op); ++k) require(operands[k]);
    check(i.op != Op::input || (i.a >= 0 && i.a < tape.inputs),
          "a tape of {} inputs reads input {}", tape.inputs, i.a);
    check(i.target >= 0 && i.target < tape.registers, "a tape of {} registers writes register {}",
          tape.registers, i.target);
    written[std::size_t(i.target)] = true;
  }
  for (int output : tape.outputs) require(output);
}

void check_term(const Term& term) {
  const std::size_t inputs = std::size_t(term.columns.columns()) + term.quantities.size();
  check(std::size_t(term.tape.inputs) == inputs,
        "a tape of {} inputs for {} columns and quantities", term.tape.inputs, inputs);
  const std::size_t outputs = std::size_t(term.equations) + term.partials.size();
  check(term.tape.outputs.size() == outputs, "a tape of {} outputs for {} residuals and partials",
        term.tape.outputs.size(), outputs);
  for (const auto& [equation, quantity] : term.partials)
    check(equation >= 0 && equation < term.equations && quantity >= 0 &&
              quantity < int(term.quantities.size()),
          "a partial of equation {} with respect to quantity {}", equation, quantity);
  check_tape(term.tape);
}

ResidualInput place_of(const Quantity& q, int components) {
  if (q.kind == Quantity::Kind::parameter) return {ResidualInput::Kind::scalar, q.output, 0};
  return {ResidualInput::Kind::jet, q.output * components + q.component, q.copy};
}

/// The partials of every quantity that lies at `place`.
ResidualTarget collect(const Term& term, const ResidualProgram& program, const ResidualInput& place,
                       std::vector<ResidualPartial>& partials) {
  ResidualTarget target{place, int(partials.size()), 0};
  for (std::size_t i = 0; i < term.partials.size(); ++i) {
    const auto [equation, quantity] = term.partials[i];
    if (program.inputs[std::size_t(term.columns.columns() + quantity)] == place)
      partials.push_back({equation, term.tape.outputs[std::size_t(term.equations) + i]});
  }
  target.end = int(partials.size());
  return target;
}

}  // namespace

std::vector<bool> needed_for(const Tape& tape, int outputs) {
  std::vector<bool> live(std::size_t(tape.registers), false), needed(tape.code.size(), false);
  for (int o = 0; o < outputs; ++o) live[std::size_t(tape.outputs[std::size_t(o)])] = true;
  for (std::size_t k = tape.code.size(); k-- > 0;) {
    const Instruction& i = tape.code[k];
    if (!live[std::size_t(i.target)]) continue;
    needed[k] = true;
    live[std::size_t(i.target)] = false;
    const int operands[] = {i.a, i.b, i.c};
    for (int n = 0; n < operand_count(i.op); ++n) live[std::size_t(operands[n])] = true;
  }
  return needed;
}

ResidualProgram residual_program(const Term& term) {
  check_term(term);
  const Tape& tape = term.tape;
  ResidualProgram program;
  program.registers = tape.registers;
  program.equations = term.equations;
  program.code = tape.code;
  const std::vector<bool> needed = needed_for(tape, term.equations);
  for (std::size_t k = 0; k < tape.code.size(); ++k)
    if (needed[k]) program.residual_code.push_back(tape.code[k]);
  program.residuals.assign(tape.outputs.begin(), tape.outputs.begin() + term.equations);
  for (int c = 0; c < term.columns.columns(); ++c)
    program.inputs.push_back({ResidualInput::Kind::column, c, 0});
  for (const Quantity& q : term.quantities)
    program.inputs.push_back(place_of(q, term.plan.components()));
  for (const Quantity& q : term.quantities) {
    const ResidualInput place = place_of(q, term.plan.components());
    const auto same = [&](const ResidualTarget& target) { return target.place == place; };
    if (std::none_of(program.targets.begin(), program.targets.end(), same))
      program.targets.push_back(collect(term, program, place, program.partials));
  }
  return program;
}

}  // namespace kanpde::kernels::device
