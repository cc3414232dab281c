#include "solver/formula/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kan/symbolic/separated.hpp"
#include "solver/formula/assembly.hpp"
#include "solver/formula/constants_fit.hpp"
#include "solver/formula/directions.hpp"
#include "solver/training/phases.hpp"
#include "solver/training/solution.hpp"

namespace kanpde::solver {

namespace {

using kan::DistilSettings;
using kan::EdgeFit;
using kan::SmallNetwork;
using Directions = std::vector<std::vector<double>>;

constexpr double hopeless = 0.5;      ///< error of a network that is not looked at further
constexpr double flat = 1e-9;         ///< of the deviation of f: an edge that does not matter
constexpr double close = 0.02;        ///< error of a formula whose constants are worth settling
constexpr std::size_t most_fits = 4;  ///< functions tried for one edge
constexpr std::size_t most_choices = 24;
constexpr std::size_t few_choices = 3;  ///< of a network that cannot give more than a rough formula
constexpr int few_samples = 400;        ///< for the first fit of a choice

std::vector<int> which_samples(int count, bool held_out, int most) {
  std::vector<int> which;
  for (int p = 0; p < count; ++p)
    if (kan::is_held_out(p) == held_out) which.push_back(p);
  if (int(which.size()) > most) which.resize(std::size_t(most));
  return which;
}

class Search {
 public:
  Search(Graph& graph, const Samples& samples, const SearchSettings& settings)
      : graph_(graph), samples_(samples), settings_(settings) {
    const int n = samples.x.points();
    few_ = block(which_samples(n, false, few_samples));
    many_ = block(which_samples(n, false, n));
    held_out_ = block(which_samples(n, true, n));
  }

  std::vector<Candidate> run() {
    const int n = samples_.x.columns();
    Directions identity(std::size_t(n), std::vector<double>(std::size_t(n), 0));
    for (int i = 0; i < n; ++i) identity[std::size_t(i)][std::size_t(i)] = 1;
    if (samples_.gradient.columns() == n && n > 1) {
      Directions last = identity;
      for (double tolerance : {0.3, 0.05}) {
        const Directions active = active_directions(samples_.gradient, tolerance);
        if (active != last && active != identity && !done_) try_shapes(active);
        last = active;
      }
    }
    if (!done_) try_shapes(identity);
    return front();
  }

 private:
  TermPoints block(const std::vector<int>& which) const {
    TermPoints points;
    points.x = take_points(samples_.x, which);
    points.data = Columns(1, int(which.size()));
    for (std::size_t k = 0; k < which.size(); ++k)
      points.data(0, int(k)) = samples_.f[std::size_t(which[k])];
    return points;
  }

  /// Networks in the order of their size.
  void try_shapes(const Directions& directions) {
    const Columns t = project(samples_.x, directions);
    try_network(directions, t, {false, false, 24, 60, 0});
    if (t.columns() == 1) return;
    const double product_error = try_network(directions, t, {true, false, 24, 60, 0});
    for (const SmallNetwork& network : kan::distil_transformed(t, samples_.f, 24))
      try_choices(directions, t, network);
    try_network(directions, t, {false, true, 24, 60, 0});
    if (t.columns() == 2 && product_error > 1e-4)
      for (int rank = 2; rank <= 3; ++rank) try_products(directions, t, rank);
    for (int start = 1; start < 4; ++start)
      try_network(directions, t, {false, true, 24, 60, start});
    try_network(directions, t, {true, true, 24, 60, 0});
  }

  /// Sums of products of functions that lie in the spans found.
  void try_products(const Directions& directions, const Columns& t, int rank) {
    if (done_) return;
    const kan::Separated network = kan::separate(t, samples_.f, rank, 24);
    if (!(network.error < 0.02)) return;
    const auto& library = settings_.library;
    const auto column = [&](int i) { return std::span(t.column(i), std::size_t(t.points())); };
    const auto left = kan::functions_in_span(library, column(0), network.left, network.error);
    const auto right = kan::functions_in_span(library, column(1), network.right, network.error);
    if (left.empty() || right.empty()) return;
    const std::vector<double> coefficients = kan::product_coefficients(
        library, t, samples_.f, left, right, std::max(30 * network.error, 1e-7));
    FormulaBuilder builder(graph_, settings_.first_constant);
    const std::vector<Expr> z = arguments(builder, directions);
    const Expr e = assemble_products(builder, library, left, right, coefficients, z[0], z[1]);
    consider(builder.build(e, fmt::format("[2,{}*,1]", rank)), network.error);
  }

  /// Error of the network; 0 where the search has ended.
  double try_network(const Directions& directions, const Columns& t, DistilSettings shape) {
    if (done_) return 0;
    SmallNetwork network = kan::distil(t, samples_.f, shape);
    for (int intervals : {48, 12}) {
      if (network.error < 1e-5) break;
      shape.intervals = intervals;
      SmallNetwork other = kan::distil(t, samples_.f, shape);
      if (other.error < network.error) network = std::move(other);
    }
    try_choices(directions, t, network);
    return network.error;
  }

  void try_choices(const Directions& directions, const Columns& t, const SmallNetwork& network) {
    if (!(network.error < hopeless)) return;
    std::vector<EdgeChoice> all = choices(network, t);
    if (network.error > close && all.size() > few_choices) all.resize(few_choices);
    for (const EdgeChoice& choice : all) {
      if (done_) return;
      try_choice(directions, network, choice);
    }
  }

  /// What each edge may be, its best functions.
  /// `unit`: size that y is expected to have.
  std::vector<EdgeFit> fits_of(std::span<const double> z, const std::vector<double>& y,
                               double noise, double unit, bool is_outer) const {
    double mean = 0, square = 0;
    for (double v : y) mean += v / double(y.size());
    for (double v : y) square += (v - mean) * (v - mean) / double(y.size());
    EdgeFit constant;
    constant.function = kan::constant_edge, constant.d = mean, constant.a = 0;
    if (std::sqrt(square) <= flat * (unit + std::fabs(mean)))
      return is_outer ? std::vector<EdgeFit>{} : std::vector<EdgeFit>{constant};
    std::vector<EdgeFit> fits = kan::fit_edge(settings_.library, z, y, noise);
    if (is_outer)
      std::erase_if(fits, [&](const EdgeFit& f) {
        return f.function < 0 || settings_.library[std::size_t(f.function)].argument ==
                                     kan::EdgeFunction::Argument::none;
      });
    if (fits.size() > most_fits) fits.resize(most_fits);
    return fits;
  }

  std::vector<EdgeChoice> choices(const SmallNetwork& network, const Columns& t) const {
    std::vector<std::vector<EdgeFit>> edges;
    const double whole = samples_.deviation;
    const double inner = network.link ? 1 : network.product ? std::min(1.0, whole) : whole;
    for (int i = 0; i < t.columns(); ++i)
      edges.push_back(fits_of({t.column(i), std::size_t(t.points())}, network.inner[std::size_t(i)],
                              network.error, inner, false));
    if (network.link)
      edges.push_back(fits_of(network.node, network.outer, network.error, whole, true));
    std::vector<std::pair<double, EdgeChoice>> all{{0, {}}};
    for (std::size_t e = 0; e < edges.size(); ++e) {
      std::vector<std::pair<double, EdgeChoice>> longer;
      for (const auto& [score, choice] : all)
        for (const EdgeFit& fit : edges[e]) {
          EdgeChoice next = choice;
          if (e < std::size_t(t.columns()))
            next.inner.push_back(fit);
          else
            next.outer = fit;
          longer.emplace_back(score + fit.score, std::move(next));
        }
      std::stable_sort(longer.begin(), longer.end(),
                       [](const auto& x, const auto& y) { return x.first < y.first; });
      if (longer.size() > most_choices) longer.resize(most_choices);
      all = std::move(longer);
    }
    std::vector<EdgeChoice> sorted;
    for (auto& [score, choice] : all) sorted.push_back(std::move(choice));
    return sorted;
  }

  /// The combinations of variables, with constants for coefficients other than 0, 1 and -1.
  std::vector<Expr> arguments(FormulaBuilder& builder, const Directions& directions) {
    std::vector<Expr> t;
    for (const auto& direction : directions) {
      Expr sum = graph_.constant(0);
      for (std::size_t i = 0; i < direction.size(); ++i) {
        if (direction[i] == 0) continue;
        const bool unit = std::fabs(direction[i]) == 1;
        const Expr c = unit ? graph_.constant(direction[i]) : builder.constant(direction[i]);
        sum = graph_.add(sum, graph_.mul(c, graph_.coordinate(int(i))));
      }
      t.push_back(sum);
    }
    return t;
  }

  void try_choice(const Directions& directions, const SmallNetwork& network,
                  const EdgeChoice& choice) {
    FormulaBuilder builder(graph_, settings_.first_constant);
    const std::vector<Expr> t = arguments(builder, directions);
    const Expr e = assemble(builder, settings_.library, network, choice, t);
    const std::string shape = network.product
                                  ? fmt::format("[{},1*{}]", t.size(), network.link ? ",1" : "")
                                  : fmt::format("[{},1{}]", t.size(), network.link ? ",1" : "");
    consider(builder.build(e, shape), network.error);
  }

  /// Fits the constants, first over few samples; `expected`: the error of the network.
  void consider(Formula formula, double expected) {
    double error = fit(formula, defined(formula, few_), 60);
    if (!(error < 10 * expected + 1e-9) && !(error < 0.05) && !(error < least_)) return;
    error = fit(formula, many_, 200);
    const bool settled = settings_.settle && error < close && settings_.settle(formula, error);
    keep(std::move(formula), settled);
  }

  Expr misfit(const Formula& formula) {
    return graph_.sub(formula.expression, graph_.symbol({Symbol::Kind::column, 0, 0, {}}));
  }

  /// The points where the formula is defined, where these are nearly all: a root that is not quite
  /// right yet may leave its domain.
  TermPoints defined(const Formula& formula, const TermPoints& points) {
    const ConstantsFit problem(graph_, {{{misfit(formula)}, points, 1}}, formula.first,
                               int(formula.constants.size()));
    const std::vector<bool> finite = problem.finite(values_of(formula));
    std::vector<int> which;
    for (std::size_t p = 0; p < finite.size(); ++p)
      if (finite[p]) which.push_back(int(p));
    if (which.size() < finite.size() - finite.size() / 10) return points;
    return take_points(points, which);
  }

  static std::vector<double> values_of(const Formula& formula) {
    std::vector<double> values;
    for (const Constant& c : formula.constants) values.push_back(c.value);
    return values;
  }

  /// Root mean square misfit over the deviation, with the constants fitted.
  double fit(Formula& formula, const TermPoints& points, int steps) {
    const int count = int(formula.constants.size());
    const ConstantsFit problem(graph_, {{{misfit(formula)}, points, 1}}, formula.first, count);
    std::vector<double> values = values_of(formula);
    const auto outcome = problem.fit(values, std::vector<bool>(std::size_t(count), true), steps);
    for (int k = 0; k < count; ++k)
      formula.constants[std::size_t(k)].value = values[std::size_t(k)];
    return outcome.rms / samples_.deviation;
  }

  void keep(Formula formula, bool settled) {
    const int count = int(formula.constants.size());
    const ConstantsFit problem(graph_, {{{misfit(formula)}, held_out_, 1}}, formula.first, count);
    Candidate candidate{formula, problem.measure(values_of(formula)).rms / samples_.deviation,
                        complexity(graph_, formula.expression), false};
    if (!std::isfinite(candidate.error)) return;
    candidate.settled = settled;
    least_ = std::min(least_, candidate.error);
    done_ |= settled || candidate.error < settings_.enough;
    found_.push_back(std::move(candidate));
  }

  std::vector<Candidate> front() {
    std::stable_sort(found_.begin(), found_.end(), [](const Candidate& x, const Candidate& y) {
      if (x.settled != y.settled) return x.settled;
      return x.error != y.error ? x.error < y.error : x.complexity < y.complexity;
    });
    std::vector<Candidate> kept;
    for (Candidate& c : found_)
      if (kept.empty() || c.complexity < kept.back().complexity) kept.push_back(std::move(c));
    return kept;
  }

  Graph& graph_;
  const Samples& samples_;
  const SearchSettings& settings_;
  TermPoints few_, many_, held_out_;
  std::vector<Candidate> found_;
  double least_ = 1;  // error of the best so far
  bool done_ = false;
};

}  // namespace

std::vector<Candidate> search_formula(Graph& graph, const Samples& samples,
                                      const SearchSettings& settings) {
  return Search(graph, samples, settings).run();
}

}  // namespace kanpde::solver
