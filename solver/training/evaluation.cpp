#include "solver/training/evaluation.hpp"

#include <algorithm>
#include <cmath>

#include "solver/training/phases.hpp"
#include "solver/training/solution.hpp"

namespace kanpde::solver {

namespace {

using problems::Expr;
using problems::Problem;

constexpr int quick_points = 1000;

Columns thin(const Columns& points, int count) {
  const int step = std::max(1, points.points() / count);
  const int kept = (points.points() + step - 1) / step;
  Columns few(points.columns(), kept);
  for (int c = 0; c < points.columns(); ++c)
    for (int p = 0; p < kept; ++p) few(c, p) = points(c, p * step);
  return few;
}

Columns reference_values(const Problem& problem, const problems::ReferenceField* reference,
                         const Columns& points) {
  Columns values(int(problem.quantities.size()), points.points());
  std::fill(values.values().begin(), values.values().end(), std::nan(""));
  for (int u = 0; u < values.columns() && reference; ++u)
    if (reference->has(u)) reference->values(points, u, values.column(u));
  return values;
}

/// Sums of squares over the points where the reference is finite.
struct Norms {
  double error = 0, size = 0, largest = 0;
  int count = 0;
  void add(const double* u, const double* reference, int n) {
    for (int p = 0; p < n; ++p) {
      if (std::isnan(reference[p])) continue;
      const double e = u[p] - reference[p];
      error += e * e;
      size += reference[p] * reference[p];
      largest = std::max(largest, std::isnan(e) ? INFINITY : std::abs(e));
      ++count;
    }
  }
};

}  // namespace

Evaluation::Evaluation(Problem& problem, const problems::ReferenceField* reference, Columns points)
    : problem_(problem),
      reference_(reference),
      points_(std::move(points)),
      few_(thin(points_, quick_points)),
      values_(reference_values(problem, reference, points_)),
      few_values_(reference_values(problem, reference, few_)) {
  for (int u = 0; u < int(problem.quantities.size()); ++u) {
    gradients_.emplace_back();
    for (int i = 0; reference && reference->has(u) && i < problem.variable_count(); ++i) {
      Columns d(1, points_.points());
      if (!reference->derivatives(points_, u, i, d.column(0))) break;
      gradients_.back().push_back(std::move(d));
    }
    if (int(gradients_.back().size()) < problem.variable_count()) gradients_.back().clear();
  }
}

void Evaluation::measure(const Solution& solution, output::RunResult& result) {
  std::vector<Expr> fields;
  const int quantities = int(problem_.quantities.size()), n = points_.points();
  for (int u = 0; u < quantities; ++u) {
    fields.push_back(problem_.quantities[u].value);
    for (int i = 0; i < problem_.variable_count(); ++i)
      fields.push_back(problem_.graph.derivative(problem_.quantities[u].value, i));
  }
  const int stride = 1 + problem_.variable_count();
  for (const auto& equation : problem_.equations) fields.push_back(equation.parsed.residual);
  const Columns values = evaluate_fields(problem_, solution, fields, points_);
  for (int u = 0; u < quantities; ++u) {
    if (!reference_ || !reference_->has(u)) continue;
    const std::string& name = problem_.quantities[u].name;
    Norms norms;
    norms.add(values.column(u * stride), values_.column(u), n);
    result.mse[name] = norms.error / norms.count;
    result.max_error[name] = norms.largest;
    result.rel_l2[name] = std::sqrt(norms.error / norms.size);
    if (gradients_[u].empty()) continue;
    for (int i = 0; i < problem_.variable_count(); ++i)
      norms.add(values.column(u * stride + 1 + i), gradients_[u][i].column(0), n);
    result.rel_h1[name] = std::sqrt(norms.error / norms.size);
  }
  result.residual_mse =
      problem_.equations.empty() ? 0 : residual_mse(values, quantities * stride, values_);
  const Surrogate& last = solution.pieces.back().surrogate;
  for (std::size_t k = 0; k < problem_.parameters.size(); ++k)
    result.parameters[problem_.parameters[k].name] =
        last.theta[std::size_t(last.shape.parameters) + k];
}

std::vector<double> Evaluation::phase_errors(const Solution& solution,
                                             const problems::ContinualSettings& settings) {
  const Phases phases(problem_, settings);
  std::vector<Expr> fields;
  for (const problems::Quantity& quantity : problem_.quantities) fields.push_back(quantity.value);
  const Columns values = evaluate_fields(problem_, solution, fields, points_);
  std::vector<Norms> norms(std::size_t(phases.count()) + 1);
  for (int u = 0; u < values.columns() && reference_; ++u)
    for (int p = 0; p < points_.points() && reference_->has(u); ++p)
      for (Norms* n : {&norms[std::size_t(phases.of(points_, p))], &norms.back()})
        n->add(values.column(u) + p, values_.column(u) + p, 1);
  std::vector<double> errors;
  for (const Norms& n : norms)
    errors.push_back(n.count > 0 ? std::sqrt(n.error / n.count) : std::nan(""));
  return errors;
}

/// Fields at some of few_. Windows that are done do not change: their values are kept.
Columns Evaluation::look(const Solution& solution, const std::vector<Expr>& fields,
                         const std::vector<int>& at) {
  if (solution.time < 0) return evaluate_fields(problem_, solution, fields, take_points(few_, at));
  std::vector<std::vector<int>> places(solution.pieces.size());
  for (int i = 0; i < int(at.size()); ++i)
    places[solution.piece_at(few_(solution.time, at[i]))].push_back(i);
  Columns values(int(fields.size()), int(at.size()));
  seen_.resize(solution.pieces.size());
  double begin = -INFINITY;
  for (std::size_t k = 0; k < places.size(); begin = solution.pieces[k++].end) {
    if (places[k].empty()) continue;
    const Solution::Piece& piece = solution.pieces[k];
    const std::vector<double>& theta = piece.surrogate.theta;
    Seen& seen = seen_[k];
    if (seen.begin != begin || seen.end != piece.end || seen.theta != theta) {
      std::vector<int> points;
      for (const int i : places[k]) points.push_back(at[i]);
      seen = {begin, piece.end, theta,
              evaluate_fields(problem_, {-1, {piece}}, fields, take_points(few_, points))};
    }
    for (int c = 0; c < values.columns(); ++c)
      for (std::size_t i = 0; i < places[k].size(); ++i)
        values(c, places[k][i]) = seen.values(c, int(i));
  }
  return values;
}

Evaluation::Glance Evaluation::glance(const Solution& solution) {
  std::vector<Expr> fields;
  const int quantities = int(problem_.quantities.size());
  for (int u = 0; u < quantities; ++u) fields.push_back(problem_.quantities[u].value);
  for (const auto& equation : problem_.equations) fields.push_back(equation.parsed.residual);
  std::vector<int> covered;
  for (int p = 0; p < few_.points(); ++p)
    if (solution.time < 0 || solution.covers(few_(solution.time, p))) covered.push_back(p);
  const Columns reference = take_points(few_values_, covered);
  const Columns values = look(solution, fields, covered);
  Norms norms;
  for (int u = 0; u < quantities && reference_; ++u)
    if (reference_->has(u)) norms.add(values.column(u), reference.column(u), int(covered.size()));
  return {reference_ ? std::sqrt(norms.error / norms.size) : std::nan(""),
          residual_mse(values, quantities, reference)};
}

double Evaluation::residual_mse(const Columns& values, int first, const Columns& reference) const {
  const bool masked = reference_ && reference_->has(0);
  double sum = 0;
  int count = 0;
  for (int c = first; c < values.columns(); ++c)
    for (int p = 0; p < values.points(); ++p) {
      if (masked && std::isnan(reference(0, p))) continue;
      sum += values(c, p) * values(c, p);
      ++count;
    }
  return count > 0 ? sum / count : std::nan("");
}

std::vector<output::Field> frame_fields(Problem& problem, const OutputGrid& grid, int frame,
                                        const problems::ReferenceField* reference,
                                        const std::vector<NamedSolution>& models) {
  const Columns points = frame_points(problem, grid, frame);
  const Columns exact = reference_values(problem, reference, points);
  const auto to_vector = [&](const double* v) {
    return std::vector<double>(v, v + points.points());
  };
  std::vector<output::Field> fields;
  for (int u = 0; u < int(problem.quantities.size()); ++u)
    if (reference && reference->has(u))
      fields.push_back({problem.quantities[u].name + "_reference", to_vector(exact.column(u))});
  for (const NamedSolution& model : models) {
    std::vector<Expr> wanted;
    for (int u = 0; u < int(problem.quantities.size()); ++u)
      wanted.push_back(problem.quantities[u].value);
    for (const auto& equation : problem.equations) wanted.push_back(equation.parsed.residual);
    const Columns values = evaluate_fields(problem, *model.solution, wanted, points);
    for (int u = 0; u < int(problem.quantities.size()); ++u) {
      const std::string name = problem.quantities[u].name + "_" + model.name;
      fields.push_back({name, to_vector(values.column(u))});
      if (!reference || !reference->has(u)) continue;
      std::vector<double> error = fields.back().values;
      for (int p = 0; p < points.points(); ++p) error[p] -= exact(u, p);
      fields.push_back({name + "_error", std::move(error)});
    }
    for (int e = 0; e < int(problem.equations.size()); ++e)
      fields.push_back({fmt::format("residual_{}_{}", model.name, e),
                        to_vector(values.column(int(problem.quantities.size()) + e))});
  }
  return fields;
}

}  // namespace kanpde::solver
