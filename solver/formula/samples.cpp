#include "solver/formula/samples.hpp"

#include <algorithm>
#include <cmath>

#include "solver/objective/collocation.hpp"

namespace kanpde::solver {

namespace {

constexpr std::uint64_t sample_stream = 72;

/// Data set and column of the values of an unknown.
std::pair<const problems::DataSet*, int> data_of(const problems::Problem& problem, int unknown) {
  if (problem.equations.empty())
    for (const problems::DataSet& data : problem.data)
      for (std::size_t k = 0; k < data.unknowns.size(); ++k)
        if (data.unknowns[k] == unknown) return {&data, int(k)};
  return {nullptr, 0};
}

void measure_deviation(Samples& samples) {
  double mean = 0, square = 0;
  const double n = double(samples.f.size());
  for (double v : samples.f) mean += v / n;
  for (double v : samples.f) square += (v - mean) * (v - mean) / n;
  samples.deviation = std::sqrt(square);
}

Columns gradient_of(problems::Problem& problem, const Solution& solution, int unknown,
                    const Columns& x) {
  if (kan::smoothness(solution.pieces.front().surrogate.shape) < 1) return {};
  std::vector<Expr> slopes;
  for (int i = 0; i < problem.variable_count(); ++i) {
    problems::MultiIndex alpha;
    alpha.count[std::size_t(i)] = 1;
    slopes.push_back(problem.graph.unknown(unknown, alpha));
  }
  return evaluate_fields(problem, solution, slopes, x);
}

}  // namespace

bool is_data_fit(const problems::Problem& problem, int unknown) {
  return data_of(problem, unknown).first != nullptr;
}

Samples take_samples(problems::Problem& problem, const Solution& solution, int unknown, int count) {
  Samples samples;
  if (const auto [data, column] = data_of(problem, unknown); data) {
    std::vector<int> which(std::size_t(std::min(count, data->x.points())));
    for (std::size_t k = 0; k < which.size(); ++k)
      which[k] = int(k * std::size_t(data->x.points()) / which.size());
    samples.x = take_points(data->x, which);
    for (int p : which) samples.f.push_back(data->values(column, p));
  } else {
    Random random(0, sample_stream);
    samples.x = interior_points(problem, count, random);
    const Columns values =
        evaluate_fields(problem, solution, {problem.graph.unknown(unknown)}, samples.x);
    samples.f.assign(values.column(0), values.column(0) + values.points());
  }
  samples.gradient = gradient_of(problem, solution, unknown, samples.x);
  measure_deviation(samples);
  return samples;
}

}  // namespace kanpde::solver
