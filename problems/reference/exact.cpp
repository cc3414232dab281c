#include "problems/reference/exact.hpp"

#include <fmt/format.h>

namespace kanpde::problems {

namespace {

/// u(x) and its first derivatives as tapes over the coordinates.
class ExactReference final : public ReferenceField {
 public:
  explicit ExactReference(const Problem& problem);
  bool has(int quantity) const override { return !tapes_.at(quantity).empty(); }
  void values(const Columns& x, int unknown, double* out) const override {
    run(tapes_.at(unknown).at(0), x, out);
  }
  bool derivatives(const Columns& x, int unknown, int variable, double* out) const override {
    run(tapes_.at(unknown).at(1 + variable), x, out);
    return true;
  }

 private:
  static void run(const kernels::Tape& tape, const Columns& x, double* out);

  std::vector<std::vector<kernels::Tape>> tapes_;  ///< [unknown][0: value, 1 + i: along variable i]
};

ExactReference::ExactReference(const Problem& problem) {
  Graph graph = problem.graph;  // derivatives add nodes
  std::vector<Symbol> inputs;
  for (int i = 0; i < problem.variable_count(); ++i)
    inputs.push_back({Symbol::Kind::coordinate, i, 0, {}});
  for (const Expr e : problem.reference.exact) {
    auto& tapes = tapes_.emplace_back();
    if (!e.valid()) continue;
    for (const Symbol& symbol : graph.symbols(std::span(&e, 1)))
      if (symbol.kind != Symbol::Kind::coordinate)
        throw InputError(
            problem.reference.where,
            fmt::format("the exact solution '{}' must be an expression of the variables alone",
                        to_text(graph, problem.scope, e)));
    tapes.push_back(graph.compile(std::span(&e, 1), inputs));
    for (int i = 0; i < problem.variable_count(); ++i) {
      const Expr d = graph.derivative(e, i);
      tapes.push_back(graph.compile(std::span(&d, 1), inputs));
    }
  }
  tapes_.resize(problem.quantities.size());
}

void ExactReference::run(const kernels::Tape& tape, const Columns& x, double* out) {
  std::vector<const double*> inputs;
  for (int c = 0; c < x.columns(); ++c) inputs.push_back(x.column(c));
  const bool uniform[max_variables] = {};
  AlignedVector<double> scratch(std::size_t(tape.registers) * kernels::tape_block);
  kernels::evaluate(tape, x.points(), inputs.data(), uniform, &out, scratch.data());
}

}  // namespace

std::unique_ptr<ReferenceField> make_exact_reference(const Problem& problem) {
  return std::make_unique<ExactReference>(problem);
}

}  // namespace kanpde::problems
