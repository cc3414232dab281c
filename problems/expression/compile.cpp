#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "kernels/base/error.hpp"
#include "kernels/operations.hpp"
#include "problems/expression/graph.hpp"

namespace kanpde::problems {

namespace {

using kernels::operand_count;

/// Static single assignment: instruction i defines value i; a, b, c name values.
class Assembler {
 public:
  int emit(Op op, int a = -1, int b = -1, int c = -1, double value = 0) {
    const auto key = std::tuple(op, a, b, c, std::bit_cast<std::int64_t>(value));
    const auto [entry, added] = known_.try_emplace(key, int(code_.size()));
    if (added) code_.push_back({op, int(code_.size()), a, b, c, value});
    return entry->second;
  }

  /// x^(k + 1/2) for 0 <= k <= 8 costs a root and a few products instead of a general power.
  int emit_power(int x, int exponent_value, double exponent) {
    const double k = std::fabs(exponent) - 0.5;
    if (k != std::floor(k) || k > 8) return emit(Op::pow, x, exponent_value);
    const int root = emit(Op::sqrt, x);
    const int whole = k == 0   ? -1
                      : k == 1 ? x
                      : k == 2 ? emit(Op::square, x)
                               : emit_powi(x, int(k));
    const int power = whole < 0 ? root : emit(Op::mul, whole, root);
    return exponent > 0 ? power : emit(Op::div, emit(Op::constant, -1, -1, -1, 1), power);
  }

  int emit_powi(int x, int n) { return emit(Op::powi, x, n); }

  const std::vector<kernels::Instruction>& code() const { return code_; }

 private:
  std::vector<kernels::Instruction> code_;
  std::map<std::tuple<Op, int, int, int, std::int64_t>, int> known_;
};

/// Nodes that `roots` need, operands first, each output's nodes close together (short lifetimes).
std::vector<Expr> postorder(const Graph& graph, std::span<const Expr> roots) {
  std::unordered_set<std::int32_t> done;
  std::vector<Expr> order, stack(roots.rbegin(), roots.rend());
  while (!stack.empty()) {
    const Expr e = stack.back();
    const Graph::Node& node = graph.node(e);
    const std::size_t depth = stack.size();
    if (!done.contains(e.id))
      for (Expr operand : {node.c, node.b, node.a})
        if (operand.valid() && !done.contains(operand.id)) stack.push_back(operand);
    if (stack.size() > depth) continue;
    stack.pop_back();
    if (done.insert(e.id).second) order.push_back(e);
  }
  return order;
}

template <class I>
auto& operand(I& instruction, int k) {
  return k == 0 ? instruction.a : k == 1 ? instruction.b : instruction.c;
}

/// Maps values to registers, smallest free one first; a target may take the register of an operand
/// that dies with this instruction.
class Allocator {
 public:
  Allocator(const std::vector<kernels::Instruction>& code, const std::vector<int>& outputs)
      : last_use_(code.size(), -1), home_(code.size(), -1) {
    for (std::size_t i = 0; i < code.size(); ++i)
      for (int k = 0; k < operand_count(code[i].op); ++k) last_use_[operand(code[i], k)] = int(i);
    for (int output : outputs) last_use_[output] = int(code.size());
  }

  kernels::Instruction place(kernels::Instruction instruction) {
    const int value = instruction.target, count = operand_count(instruction.op);
    std::set<int> dying;
    for (int k = 0; k < count; ++k) {
      int& x = operand(instruction, k);
      if (last_use_[x] == value) dying.insert(home_[x]);
      x = home_[x];
    }
    free_.insert(dying.begin(), dying.end());
    instruction.target = home_[value] = take();
    return instruction;
  }

  bool is_used(int value) const { return last_use_[value] >= 0; }
  int home(int value) const { return home_[value]; }
  int registers() const { return registers_; }

 private:
  int take() {
    if (free_.empty()) return registers_++;
    return free_.extract(free_.begin()).value();
  }

  std::vector<int> last_use_, home_;
  std::set<int> free_;
  int registers_ = 0;
};

}  // namespace

kernels::Tape Graph::compile(std::span<const Expr> outputs, std::span<const Symbol> inputs) const {
  Assembler assembler;
  std::unordered_map<std::int32_t, int> values;
  const auto value_of = [&](Expr e) { return e.valid() ? values.at(e.id) : -1; };
  for (Expr e : postorder(*this, outputs)) {
    const Node& node = nodes_[e.id];
    int value = -1;
    if (node.op == Op::input) {
      const auto entry = std::find(inputs.begin(), inputs.end(), symbols_[node.symbol]);
      check(entry != inputs.end(), "compile: an expression needs a symbol that is not an input");
      value = assembler.emit(Op::input, int(entry - inputs.begin()));
    } else if (node.op == Op::constant) {
      value = assembler.emit(Op::constant, -1, -1, -1, node.value);
    } else if (node.op == Op::powi) {
      value = assembler.emit_powi(value_of(node.a), int(node.value));
    } else if (node.op == Op::pow && is_constant(node.b)) {
      value = assembler.emit_power(value_of(node.a), value_of(node.b), constant_value(node.b));
    } else {
      value = assembler.emit(node.op, value_of(node.a), value_of(node.b), value_of(node.c));
    }
    values[e.id] = value;
  }

  kernels::Tape tape;
  tape.inputs = int(inputs.size());
  std::vector<int> results;
  for (Expr output : outputs) results.push_back(values.at(output.id));
  Allocator allocator(assembler.code(), results);
  for (const kernels::Instruction& instruction : assembler.code())
    if (allocator.is_used(instruction.target)) tape.code.push_back(allocator.place(instruction));
  for (int result : results) tape.outputs.push_back(allocator.home(result));
  tape.registers = allocator.registers();
  return tape;
}

}  // namespace kanpde::problems
