#include "problems/reference/file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <optional>

#include "problems/reference/grid_field.hpp"
#include "problems/spec/build.hpp"

namespace kanpde::problems {

namespace {

constexpr double same = 1e-9;     ///< coordinates closer than this part of the range are equal
constexpr double outside = 1e-6;  ///< of the domain's size, that points may lie outside
constexpr std::size_t max_samples = 1 << 30;

using Arrays = std::vector<NamedArray>;

/// The file's points and values in the problem's order; `values[u]` is empty where unknown u is not
/// in the file.
struct Samples {
  Columns x;
  std::vector<std::vector<double>> values;
};

[[noreturn]] void fail(const Problem& problem, const std::string& why) {
  throw InputError(problem.reference.where, fmt::format("'{}' {}", problem.reference.name, why));
}

std::string text_of(const NamedArray& array) {
  return fmt::format("{} ({})", array.name, fmt::join(array.shape, " x "));
}

const NamedArray* find(const Problem& problem, const Arrays& arrays, const std::string& wanted) {
  const auto other = problem.reference.columns.find(wanted);
  const std::string& name = other == problem.reference.columns.end() ? wanted : other->second;
  const auto found = std::find_if(arrays.begin(), arrays.end(),
                                  [&](const NamedArray& array) { return array.name == name; });
  if (found != arrays.end()) return &*found;
  if (other == problem.reference.columns.end()) return nullptr;
  fail(problem, fmt::format("has no array '{}'", name));
}

/// The arrays of all variables, then of all unknowns; null for an unknown that is not there.
std::vector<const NamedArray*> find_all(const Problem& problem, const Arrays& arrays) {
  std::vector<std::string> names;
  for (const NamedArray& array : arrays) names.push_back(text_of(array));
  const auto holds = [&] { return fmt::format("; it holds {}", fmt::join(names, ", ")); };
  std::vector<const NamedArray*> found;
  for (const std::string& name : problem.variables) {
    found.push_back(find(problem, arrays, name));
    if (!found.back())
      fail(problem, fmt::format("has no array for the variable '{}'{}", name, holds()));
  }
  bool any = false;
  for (const std::string& name : problem.unknowns) {
    found.push_back(find(problem, arrays, name));
    any = any || found.back();
  }
  if (!any)
    fail(problem, fmt::format("has no array for an unknown ({}){}",
                              fmt::join(problem.unknowns, ", "), holds()));
  return found;
}

/// Without the indices that have one value only.
std::vector<std::size_t> essential(std::vector<std::size_t> shape) {
  std::erase(shape, 1);
  return shape;
}

/// From n_1 x ... x n_d, or the reverse, to that order.
std::optional<std::vector<double>> over_axes(const NamedArray& array,
                                             const std::vector<std::size_t>& sizes) {
  const std::vector<std::size_t> shape = essential(array.shape), wanted = essential(sizes);
  if (shape == wanted) return array.values;
  if (!std::equal(shape.begin(), shape.end(), wanted.rbegin(), wanted.rend())) return {};
  std::vector<double> out(array.values.size());
  std::vector<std::size_t> index(sizes.size());
  for (const double value : array.values) {  // the first axis is fastest
    std::size_t at = 0;
    for (std::size_t v = 0; v < sizes.size(); ++v) at = at * sizes[v] + index[v];
    out[at] = value;
    for (std::size_t v = 0; v < sizes.size() && ++index[v] == sizes[v]; ++v) index[v] = 0;
  }
  return out;
}

/// Every point of the product of the axes, the last one fastest.
Samples from_axes(const Problem& problem, const std::vector<const NamedArray*>& found) {
  const std::size_t d = problem.variables.size();
  std::vector<std::size_t> sizes;
  std::size_t n = 1;
  std::vector<std::string> shapes;
  for (const NamedArray* array : found) {
    if (array) shapes.push_back(text_of(*array));
    if (sizes.size() == d) continue;
    sizes.push_back(array->values.size());
    n = n > max_samples / std::max<std::size_t>(1, sizes.back()) ? max_samples : n * sizes.back();
  }
  Samples samples;
  for (std::size_t u = d; u < found.size(); ++u) {
    if (!found[u]) {
      samples.values.emplace_back();
      continue;
    }
    auto values = n < max_samples ? over_axes(*found[u], sizes) : std::nullopt;
    if (!values)
      fail(problem, fmt::format("holds arrays that do not fit together: {}; expected arrays of one "
                                "size, or {} (= {}) values of each unknown",
                                fmt::join(shapes, ", "), fmt::join(sizes, " x "),
                                fmt::join(problem.variables, " x ")));
    samples.values.push_back(std::move(*values));
  }
  samples.x = Columns(int(d), int(n));
  for (std::size_t v = 0, stride = n; v < d; ++v) {
    stride /= sizes[v];
    for (std::size_t p = 0; p < n; ++p)
      samples.x(int(v), int(p)) = found[v]->values[p / stride % sizes[v]];
  }
  return samples;
}

Samples from_points(const Problem& problem, const std::vector<const NamedArray*>& found) {
  const std::size_t d = problem.variables.size(), n = found[0]->values.size();
  Samples samples{Columns(int(d), int(n)), {}};
  for (std::size_t v = 0; v < d; ++v)
    std::copy_n(found[v]->values.begin(), n, samples.x.column(int(v)));
  for (std::size_t u = d; u < found.size(); ++u)
    samples.values.push_back(found[u] ? found[u]->values : std::vector<double>{});
  return samples;
}

void check_finite(const Problem& problem, const std::vector<const NamedArray*>& found) {
  for (const NamedArray* array : found) {
    if (!array) continue;
    if (array->values.empty()) fail(problem, fmt::format("holds no values of {}", array->name));
    for (std::size_t p = 0; p < array->values.size(); ++p)
      if (!std::isfinite(array->values[p]))
        fail(problem, fmt::format("{}: entry {} is {}, no finite number", array->name, p + 1,
                                  array->values[p]));
  }
}

Samples select(const Problem& problem, const Arrays& arrays) {
  const std::vector<const NamedArray*> found = find_all(problem, arrays);
  check_finite(problem, found);
  const std::size_t n = found[0]->values.size();
  const bool points = std::all_of(found.begin(), found.end(), [&](const NamedArray* array) {
    return !array || array->values.size() == n;
  });
  if (points && n > max_samples) fail(problem, "holds too many points");
  return points ? from_points(problem, found) : from_axes(problem, found);
}

/// Distinct coordinates along a variable, ascending.
std::vector<double> distinct(const double* x, int n) {
  std::vector<double> sorted(x, x + n), out;
  std::sort(sorted.begin(), sorted.end());
  const double slack = same * (sorted.back() - sorted.front());
  for (const double value : sorted)
    if (out.empty() || value > out.back() + slack) out.push_back(value);
  return out;
}

std::size_t nearest(const std::vector<double>& axis, double x) {
  const std::size_t i = std::lower_bound(axis.begin(), axis.end(), x) - axis.begin();
  if (i == 0) return 0;
  if (i == axis.size()) return i - 1;
  return x - axis[i - 1] < axis[i] - x ? i - 1 : i;
}

/// For each row its index on the tensor grid of distinct coordinates (last axis fastest), or
/// nothing where the rows do not fill such a grid.
std::optional<std::vector<std::size_t>> grid_order(const Columns& x,
                                                   std::vector<std::vector<double>>& axes) {
  std::size_t size = 1;
  for (int v = 0; v < x.columns(); ++v) {
    axes.push_back(distinct(x.column(v), x.points()));
    if (axes.back().size() < 2 || size > std::size_t(x.points())) return {};
    size *= axes.back().size();
  }
  if (size != std::size_t(x.points())) return {};
  std::vector<std::size_t> order(size);
  std::vector<bool> taken(size);
  for (int p = 0; p < x.points(); ++p) {
    for (int v = 0; v < x.columns(); ++v)
      order[p] = order[p] * axes[v].size() + nearest(axes[v], x(v, p));
    if (taken[order[p]]) return {};
    taken[order[p]] = true;
  }
  return order;
}

class GridReference final : public ReferenceField {
 public:
  GridReference(const Samples& samples, const std::vector<std::vector<double>>& axes,
                const std::vector<std::size_t>& order) {
    for (const auto& values : samples.values) {
      auto& field = fields_.emplace_back();
      if (values.empty()) continue;
      std::vector<double> sorted(values.size());
      for (std::size_t p = 0; p < values.size(); ++p) sorted[order[p]] = values[p];
      field.emplace(axes, std::move(sorted));
      const double error = field->estimated_error();
      stated_error = error < 0 || stated_error < 0 ? -1 : std::max(stated_error, error);
    }
  }
  bool has(int unknown) const override {
    return unknown < int(fields_.size()) && fields_[unknown].has_value();
  }
  void values(const Columns& x, int unknown, double* out) const override {
    fill(x, unknown, -1, out);
  }
  bool derivatives(const Columns& x, int unknown, int variable, double* out) const override {
    fill(x, unknown, variable, out);
    return true;
  }

 private:
  void fill(const Columns& x, int unknown, int axis, double* out) const {
    std::vector<double> point(x.columns());
    for (int p = 0; p < x.points(); ++p) {
      for (int v = 0; v < x.columns(); ++v) point[v] = x(v, p);
      out[p] = fields_[unknown]->at(point.data(), axis);
    }
  }

  std::vector<std::optional<GridField>> fields_;
};

class ScatteredReference final : public ReferenceField {
 public:
  explicit ScatteredReference(Samples samples)
      : samples_(std::move(samples)), by_first_(samples_.x.points()) {
    stated_error = -1;
    std::iota(by_first_.begin(), by_first_.end(), 0);
    const double* first = samples_.x.column(0);
    std::sort(by_first_.begin(), by_first_.end(),
              [&](int a, int b) { return first[a] < first[b]; });
    for (int v = 0; v < samples_.x.columns(); ++v) {
      const auto [low, high] =
          std::minmax_element(samples_.x.column(v), samples_.x.column(v) + by_first_.size());
      slack_.push_back(same * (*high - *low));
    }
  }
  bool has(int unknown) const override {
    return unknown < int(samples_.values.size()) && !samples_.values[unknown].empty();
  }
  void values(const Columns& x, int unknown, double* out) const override {
    for (int p = 0; p < x.points(); ++p) {
      const int row = row_of(x, p);
      out[p] = row < 0 ? std::numeric_limits<double>::quiet_NaN() : samples_.values[unknown][row];
    }
  }
  bool derivatives(const Columns&, int, int, double*) const override { return false; }
  const Columns* points() const override { return &samples_.x; }

 private:
  /// -1: no such point.
  int row_of(const Columns& x, int p) const {
    const double* first = samples_.x.column(0);
    auto at = std::lower_bound(by_first_.begin(), by_first_.end(), x(0, p) - slack_[0],
                               [&](int row, double value) { return first[row] < value; });
    for (; at != by_first_.end() && first[*at] <= x(0, p) + slack_[0]; ++at) {
      bool equal = true;
      for (int v = 1; v < x.columns(); ++v)
        equal = equal && std::abs(samples_.x(v, *at) - x(v, p)) <= slack_[v];
      if (equal) return *at;
    }
    return -1;
  }

  Samples samples_;
  std::vector<int> by_first_;  ///< rows sorted by their first coordinate
  std::vector<double> slack_;  ///< a variable
};

/// Range of every variable.
Box bounds_of(const Problem& problem) {
  Box box = problem.region.extra;
  if (!problem.region.space) return box;
  const Box space = problem.region.space->bounding_box();
  box.lower.insert(box.lower.begin(), space.lower.begin(), space.lower.end());
  box.upper.insert(box.upper.begin(), space.upper.begin(), space.upper.end());
  return box;
}

void check_inside(const Problem& problem, const Columns& x) {
  const Box box = bounds_of(problem);
  double size = 0;
  for (int v = 0; v < problem.space_dimension; ++v)
    size = std::max(size, box.upper[v] - box.lower[v]);
  std::vector<double> point(x.columns());
  for (int p = 0; p < x.points(); ++p) {
    bool inside = true;
    for (int v = 0; v < x.columns(); ++v) {
      point[v] = x(v, p);
      const double slack = outside * (box.upper[v] - box.lower[v]);
      inside = inside && point[v] >= box.lower[v] - slack && point[v] <= box.upper[v] + slack;
    }
    if (inside && problem.region.space)
      inside = problem.region.space->signed_distance(
                   {point.data(), std::size_t(problem.space_dimension)}) <= outside * size;
    if (!inside)
      fail(problem, fmt::format("holds scattered points, of which number {} ({} = {}) lies outside "
                                "the domain",
                                p + 1, fmt::join(problem.variables, ", "), fmt::join(point, ", ")));
  }
}

void check_meets(const Problem& problem, const std::vector<std::vector<double>>& axes) {
  const Box box = bounds_of(problem);
  for (std::size_t v = 0; v < axes.size(); ++v)
    if (axes[v].front() > box.upper[v] || axes[v].back() < box.lower[v])
      fail(problem,
           fmt::format("covers {} = {} to {}, outside the domain's {} to {}", problem.variables[v],
                       axes[v].front(), axes[v].back(), box.lower[v], box.upper[v]));
}

Arrays read_file(const Problem& problem, const ArrayReader& read) {
  const std::string& path = problem.reference.name;
  if (std::filesystem::path(path).extension() == ".csv") {
    const spec::CsvTable table = spec::read_csv(path, problem.reference.where);
    const int n = table.values.points();
    Arrays arrays;
    for (std::size_t c = 0; c < table.names.size(); ++c) {
      const double* column = table.values.column(int(c));
      arrays.push_back({table.names[c], {std::size_t(n)}, {column, column + n}});
    }
    return arrays;
  }
  if (!read) fail(problem, "cannot be read here: no reader of such files is at hand");
  return read(path);
}

}  // namespace

std::unique_ptr<ReferenceField> make_file_reference(const Problem& problem,
                                                    const ArrayReader& read) {
  Samples samples = select(problem, read_file(problem, read));
  std::vector<std::vector<double>> axes;
  if (const auto order = grid_order(samples.x, axes)) {
    check_meets(problem, axes);
    return std::make_unique<GridReference>(samples, axes, *order);
  }
  check_inside(problem, samples.x);
  return std::make_unique<ScatteredReference>(std::move(samples));
}

}  // namespace kanpde::problems
