#include "solver/formula/constants_fit.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "kernels/base/array.hpp"

namespace kanpde::solver {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Tapes of the residuals of one block, and of these and their partial derivatives, residual by
/// residual.
struct Program {
  std::vector<Symbol> inputs;
  kernels::Tape values, all;
};

const double* input_of(const Symbol& s, const TermPoints& points, const double* constants) {
  switch (s.kind) {
    case Symbol::Kind::coordinate:
      return points.x.column(s.index);
    case Symbol::Kind::normal:
      return points.normals.column(s.index);
    case Symbol::Kind::column:
      return points.data.column(s.index);
    case Symbol::Kind::parameter:
      return constants + s.index;
    default:
      check(false, "ConstantsFit: a residual holds an unknown");
      return nullptr;
  }
}

MatrixXd run(const Program& program, const kernels::Tape& tape, const TermPoints& points,
             const double* constants) {
  const std::size_t count = program.inputs.size();
  std::vector<const double*> inputs;
  const auto uniform = std::make_unique<bool[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    inputs.push_back(input_of(program.inputs[i], points, constants));
    uniform[i] = program.inputs[i].kind == Symbol::Kind::parameter;
  }
  MatrixXd values(points.count(), Index(tape.outputs.size()));
  std::vector<double*> outputs;
  for (Index o = 0; o < values.cols(); ++o) outputs.push_back(values.col(o).data());
  AlignedVector<double> scratch(std::size_t(tape.registers) * kernels::tape_block);
  kernels::evaluate(tape, points.count(), inputs.data(), uniform.get(), outputs.data(),
                    scratch.data());
  return values;
}

std::vector<Index> moving(const std::vector<bool>& moves) {
  std::vector<Index> which;
  for (std::size_t k = 0; k < moves.size(); ++k)
    if (moves[k]) which.push_back(Index(k));
  return which;
}

}  // namespace

struct ConstantsFit::State {
  int first = 0, count = 0, rows = 0;
  std::vector<Program> programs;
};

ConstantsFit::ConstantsFit(Graph& graph, std::vector<ResidualBlock> blocks, int first, int count)
    : blocks_(std::move(blocks)), state_(std::make_unique<State>()) {
  state_->first = first, state_->count = count;
  for (const ResidualBlock& block : blocks_) {
    std::vector<Expr> outputs = block.residuals;
    for (Expr r : block.residuals)
      for (int k = 0; k < count; ++k)
        outputs.push_back(graph.partial(r, {Symbol::Kind::parameter, first + k, 0, {}}));
    Program program;
    program.inputs = graph.symbols(outputs);
    program.values = graph.compile(block.residuals, program.inputs);
    program.all = graph.compile(outputs, program.inputs);
    state_->rows += int(block.residuals.size()) * block.points.count();
    state_->programs.push_back(std::move(program));
  }
}

ConstantsFit::~ConstantsFit() = default;

/// Residuals in one column, beside them their partial derivatives where `jacobian` is not null.
static VectorXd evaluate(const std::vector<ResidualBlock>& blocks, const auto& state,
                         const std::vector<double>& values, MatrixXd* jacobian) {
  const double* constants = values.data() - state.first;
  VectorXd r(state.rows);
  if (jacobian) jacobian->resize(state.rows, state.count);
  Index row = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const Program& program = state.programs[b];
    const Index n = blocks[b].points.count(), m = Index(blocks[b].residuals.size());
    const MatrixXd out = blocks[b].weight * run(program, jacobian ? program.all : program.values,
                                                blocks[b].points, constants);
    for (Index k = 0; k < m; ++k, row += n) {
      r.segment(row, n) = out.col(k);
      if (jacobian) jacobian->middleRows(row, n) = out.middleCols(m + k * state.count, state.count);
    }
  }
  return r;
}

ConstantsFit::Outcome ConstantsFit::measure(const std::vector<double>& values) const {
  const VectorXd r = evaluate(blocks_, *state_, values, nullptr);
  if (!r.allFinite()) return {infinity, infinity, 0};
  if (r.size() == 0) return {};
  return {r.norm() / std::sqrt(double(r.size())), r.cwiseAbs().maxCoeff(), 0};
}

std::vector<bool> ConstantsFit::finite(const std::vector<double>& values) const {
  const VectorXd r = evaluate(blocks_, *state_, values, nullptr);
  std::vector<bool> result;
  for (double value : r) result.push_back(std::isfinite(value));
  return result;
}

/// min |J s + r|^2 + damping |D s|^2, D the norms of the columns of J, by QR.
static VectorXd damped_step(const MatrixXd& J, const VectorXd& r, double damping) {
  const VectorXd scale = J.colwise().norm().cwiseMax(1e-300).transpose();
  const Index n = J.cols();
  MatrixXd A(J.rows() + n, n);
  A.topRows(J.rows()) = J * scale.cwiseInverse().asDiagonal();
  A.bottomRows(n) = std::sqrt(damping) * MatrixXd::Identity(n, n);
  VectorXd b = VectorXd::Zero(A.rows());
  b.head(J.rows()) = -r;
  return A.colPivHouseholderQr().solve(b).cwiseQuotient(scale);
}

ConstantsFit::Outcome ConstantsFit::fit(std::vector<double>& values, const std::vector<bool>& moves,
                                        int most_steps) const {
  Outcome best = measure(values);
  const std::vector<Index> which = moving(moves);
  if (which.empty() || best.rms == infinity) return best;
  double damping = 1e-4;
  for (int step = 0; step < most_steps && damping < 1e10 && best.rms > 0; ++step) {
    MatrixXd J;
    const VectorXd r = evaluate(blocks_, *state_, values, &J);
    const MatrixXd active = J(Eigen::all, which);
    if (!active.allFinite()) break;
    bool accepted = false, settled = false;
    while (!accepted && damping < 1e10) {
      const VectorXd move = damped_step(active, r, damping);
      std::vector<double> next = values;
      for (std::size_t k = 0; k < which.size(); ++k) next[std::size_t(which[k])] += move(Index(k));
      Outcome outcome = measure(next);
      accepted = outcome.rms < best.rms;
      damping = accepted ? std::max(damping * 0.1, 1e-16) : damping * 10;
      if (!accepted) continue;
      settled = outcome.rms > best.rms * (1 - 1e-7);
      outcome.steps = step + 1;
      values = std::move(next), best = outcome;
    }
    if (settled) break;
  }
  return best;
}

std::vector<double> ConstantsFit::uncertainty(const std::vector<double>& values,
                                              const std::vector<bool>& moves, double rms) const {
  std::vector<double> result(values.size(), 0);
  const std::vector<Index> which = moving(moves);
  if (which.empty()) return result;
  MatrixXd J;
  evaluate(blocks_, *state_, values, &J);
  const MatrixXd active = J(Eigen::all, which);
  const VectorXd scale = active.colwise().norm().cwiseMax(1e-300).transpose();
  const MatrixXd scaled = active * scale.cwiseInverse().asDiagonal();
  MatrixXd A = scaled.transpose() * scaled;
  A.diagonal().array() += 1e-14;
  const MatrixXd inverse = A.ldlt().solve(MatrixXd::Identity(A.rows(), A.rows()));
  for (std::size_t k = 0; k < which.size(); ++k)
    result[std::size_t(which[k])] =
        rms * std::sqrt(std::max(0.0, inverse(Index(k), Index(k)))) / scale(Index(k));
  return result;
}

}  // namespace kanpde::solver
