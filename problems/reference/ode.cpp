#include "problems/reference/ode.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>
#include <optional>

#include "problems/reference/equation_form.hpp"
#include "problems/reference/extended_evaluation.hpp"

namespace kanpde::problems {

namespace {

constexpr int rows = 8;  ///< of the extrapolation table

/// Modified midpoint rule over [t, t + h] with n (even) substeps.
OdeState midpoint(const OdeRight& f, long double t, const OdeState& u, long double h, int n) {
  const long double s = h / n;
  OdeState before = u, now = u, slope(u.size());
  f(t, u, slope);
  for (std::size_t i = 0; i < u.size(); ++i) now[i] += s * slope[i];
  for (int k = 1; k < n; ++k) {
    f(t + k * s, now, slope);
    for (std::size_t i = 0; i < u.size(); ++i) {
      const long double next = before[i] + 2 * s * slope[i];
      before[i] = now[i];
      now[i] = next;
    }
  }
  return now;
}

}  // namespace

OdeState extrapolation_step(const OdeRight& f, long double t, const OdeState& u, long double h) {
  std::vector<OdeState> row;  // T_{j,0}, T_{j-1,1}, ... : Aitken-Neville towards substep 0
  for (int j = 0; j < rows; ++j) {
    row.insert(row.begin(), midpoint(f, t, u, h, 2 * (j + 1)));
    for (int k = 1; k <= j; ++k) {
      const long double ratio = (long double)(j + 1) / (j + 1 - k);
      for (std::size_t i = 0; i < u.size(); ++i)
        row[k][i] = row[k - 1][i] + (row[k - 1][i] - row[k][i]) / (ratio * ratio - 1);
    }
  }
  return row.back();
}

namespace {

/// u_t = -M^-1 g for residuals M u_t + g, with M and g expressions of t and u.
class SolvedForDerivative {
 public:
  explicit SolvedForDerivative(const Problem& problem);
  void operator()(long double t, const OdeState& u, OdeState& du) const;

 private:
  int n_;
  std::optional<ExtendedExpressions> matrix_and_rest_;  ///< M row by row, then g
};

const char* const expected =
    "equations in time alone, as many as unknowns, linear in their first derivatives, with no "
    "higher ones";

Symbol first_derivative(int unknown) { return {Symbol::Kind::unknown, unknown, 0, {{1}}}; }

SolvedForDerivative::SolvedForDerivative(const Problem& problem)
    : n_(int(problem.unknowns.size())) {
  if (problem.variable_count() != 1 || !problem.has_time || int(problem.equations.size()) != n_)
    refuse(problem, expected);
  Graph graph = problem.graph;
  std::vector<Symbol> inputs = {{Symbol::Kind::coordinate, 0, 0, {}}};
  for (int i = 0; i < n_; ++i) inputs.push_back({Symbol::Kind::unknown, i, 0, {}});
  const auto without_derivatives = [&](const Symbol& s) {
    return s.kind == Symbol::Kind::unknown && s.alpha.order() == 1 ? graph.constant(0) : Expr{};
  };
  std::vector<Expr> matrix, rest;
  for (const Equation& equation : problem.equations) {
    for (int i = 0; i < n_; ++i)
      matrix.push_back(graph.partial(equation.parsed.residual, first_derivative(i)));
    rest.push_back(graph.substitute(equation.parsed.residual, without_derivatives));
  }
  matrix.insert(matrix.end(), rest.begin(), rest.end());
  for (const Symbol& symbol :
       graph.symbols(matrix))  // neither u_t (not linear) nor u_tt nor parameters
    if (std::find(inputs.begin(), inputs.end(), symbol) == inputs.end()) refuse(problem, expected);
  matrix_and_rest_.emplace(graph, matrix, inputs);
}

void SolvedForDerivative::operator()(long double t, const OdeState& u, OdeState& du) const {
  using Matrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Vector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;
  OdeState in = {t}, out(std::size_t(n_) * (n_ + 1)), work;
  in.insert(in.end(), u.begin(), u.end());
  matrix_and_rest_->evaluate(in.data(), out.data(), work);
  const Eigen::Map<Matrix> m(out.data(), n_, n_);
  const Eigen::Map<Vector> g(out.data() + std::size_t(n_) * n_, n_);
  du.resize(n_);
  Eigen::Map<Vector>(du.data(), n_) = m.partialPivLu().solve(-g);
}

/// Values of the unknowns at the initial time, from the conditions.
OdeState initial_state(const Problem& problem, double start) {
  OdeState state(problem.unknowns.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    const Condition* found = nullptr;
    for (const Condition& c : problem.conditions)
      if (c.where == Condition::Where::initial && c.dirichlet_unknown == int(i)) found = &c;
    if (!found)
      throw InputError(problem.reference.where,
                       fmt::format("the generator '{}' needs an initial condition '{} = ...'",
                                   problem.reference.name, problem.unknowns[i]));
    const std::vector<Symbol> inputs = {{Symbol::Kind::coordinate, 0, 0, {}}};
    std::vector<long double> work;
    const long double t = start;
    ExtendedExpressions(problem.graph, {found->parsed.right}, inputs).evaluate(&t, &state[i], work);
  }
  return state;
}

class OdeReference final : public ReferenceField {
 public:
  explicit OdeReference(const Problem& problem);
  bool has(int unknown) const override { return unknown < int(states_.front().size()); }
  void values(const Columns& x, int unknown, double* out) const override {
    for (int p = 0; p < x.points(); ++p) out[p] = double(at(x(0, p))[unknown]);
  }
  bool derivatives(const Columns& x, int unknown, int, double* out) const override {
    OdeState slope;
    for (int p = 0; p < x.points(); ++p) {
      right_(x(0, p), at(x(0, p)), slope);
      out[p] = double(slope[unknown]);
    }
    return true;
  }

 private:
  std::vector<OdeState> integrate(const OdeState& first, int steps) const;
  OdeState at(double t) const;

  SolvedForDerivative right_;
  long double start_, end_;
  std::vector<OdeState> states_;  ///< at equidistant times from start_ to end_
};

OdeReference::OdeReference(const Problem& problem) : right_(problem) {
  start_ = problem.region.extra.lower[0];
  end_ = problem.region.extra.upper[0];
  const OdeState first = initial_state(problem, double(start_));
  states_ = integrate(first, 32);
  long double best = std::numeric_limits<long double>::infinity();
  for (int steps = 64; steps <= 1 << 13; steps *= 2) {
    std::vector<OdeState> finer = integrate(first, steps);
    long double change = 0, size = 0;
    for (std::size_t k = 0; k < states_.size(); ++k)
      for (std::size_t i = 0; i < first.size(); ++i) {
        const long double d = std::fabs(finer[2 * k][i] - states_[k][i]);
        change =
            std::isfinite(d) ? std::max(change, d) : std::numeric_limits<long double>::infinity();
        size = std::max(size, std::fabs(finer[2 * k][i]));
      }
    const bool stalled = std::isfinite(best) && change > best / 2;
    if (stalled) break;
    states_ = std::move(finer);
    best = change;
    stated_error = double(best + size * 1.1e-16L);  // the second: rounding of the result to double
    if (best < 1e-16L * size) break;
  }
  if (!std::isfinite(best))
    throw InputError(problem.reference.where, "the solution of the equations does not stay finite");
}

std::vector<OdeState> OdeReference::integrate(const OdeState& first, int steps) const {
  std::vector<OdeState> states = {first};
  const long double h = (end_ - start_) / steps;
  for (int k = 0; k < steps; ++k)
    states.push_back(extrapolation_step(right_, start_ + k * h, states.back(), h));
  return states;
}

OdeState OdeReference::at(double t) const {
  const long double h = (end_ - start_) / (states_.size() - 1), position = (t - start_) / h;
  if (!(position >= -1e-9L && position <= states_.size() - 1 + 1e-9L))
    return OdeState(states_[0].size(), std::numeric_limits<long double>::quiet_NaN());
  const std::size_t k =
      std::min<std::size_t>(std::max(0.0L, std::floor(position)), states_.size() - 1);
  const long double from = start_ + k * h;
  return t == from ? states_[k] : extrapolation_step(right_, from, states_[k], t - from);
}

}  // namespace

std::unique_ptr<ReferenceField> make_ode_reference(const Problem& problem) {
  return std::make_unique<OdeReference>(problem);
}

}  // namespace kanpde::problems
