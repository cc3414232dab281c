#include "problems/reference/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/units/reference/reference_case.hpp"

namespace kanpde::problems {
namespace {

/// A problem on [0, 1] x [0, 1] in x and t with unknowns u and p, and the file of its reference.
Problem problem_with(const Folder& folder, const std::string& name, const std::string& content,
                     const std::string& keys = "") {
  folder.write(name, content);
  return read_problem(folder.write("case.yaml", fmt::format(R"(name: from_file
variables: [x, t]
domain: {{space: {{interval: [0, 1]}}, time: [0, 1]}}
unknowns: [u, p]
equations: [u_t = u_xx, p = u]
conditions: [{{where: initial, require: u = 0}}]
reference: {{file: {}{}}}
)",
                                                            name, keys)));
}

template <class F>
std::string grid_csv(int nx, int nt, const F& f) {
  std::vector<std::string> rows;
  for (int i = 0; i < nx; ++i)
    for (int j = 0; j < nt; ++j) {
      const double x = double(i) / (nx - 1), t = double(j) / (nt - 1);
      rows.push_back(fmt::format("{},{},{}\n", t, f(x, t), x));
    }
  std::reverse(rows.begin(), rows.end());
  std::swap(rows[1], rows[7]);
  std::string text = "t,u,x\n";
  for (const std::string& row : rows) text += row;
  return text;
}

TEST(FileReference, ReproducesPolynomialsOnAGridInAnyOrderOfRows) {
  const auto f = [](double x, double t) {
    return 1 - 2 * x + std::pow(x, 5) * t - 3 * std::pow(t, 4) * x * x;
  };
  const Folder folder;
  const auto field = make_reference(problem_with(folder, "grid.csv", grid_csv(13, 15, f)));
  EXPECT_TRUE(field->has(0));
  EXPECT_FALSE(field->has(1));
  EXPECT_EQ(field->points(), nullptr);
  for (const auto& [x, t] : {std::pair{0.0, 0.0}, {1.0, 1.0}, {0.37, 0.91}, {0.01, 0.5}}) {
    EXPECT_NEAR(value_at(*field, {x, t}), f(x, t), 1e-14);
    EXPECT_NEAR(derivative_at(*field, {x, t}, 0),
                -2 + 5 * std::pow(x, 4) * t - 6 * std::pow(t, 4) * x, 1e-12);
    EXPECT_NEAR(derivative_at(*field, {x, t}, 1), std::pow(x, 5) - 12 * std::pow(t, 3) * x * x,
                1e-12);
  }
  EXPECT_TRUE(std::isnan(value_at(*field, {1.2, 0.5})));
  EXPECT_LT(field->stated_error, 1e-14);
  EXPECT_GE(field->stated_error, 0);
}

TEST(FileReference, StatesTheErrorOfItsInterpolation) {
  const auto f = [](double x, double t) { return std::sin(7 * x) * std::exp(t); };
  double largest = 0;
  const Folder folder;
  const auto field = make_reference(problem_with(folder, "grid.csv", grid_csv(21, 21, f)));
  for (int i = 0; i < 500; ++i) {
    const double x = std::fmod(0.618 * i, 1), t = std::fmod(0.755 * i, 1);
    largest = std::max(largest, std::abs(value_at(*field, {x, t}) - f(x, t)));
  }
  EXPECT_GE(field->stated_error, largest);
  EXPECT_LE(field->stated_error, 100 * largest);
}

TEST(FileReference, KnowsScatteredValuesAtTheirPointsAlone) {
  const Folder folder;
  const auto field = make_reference(
      problem_with(folder, "points.csv", "x,t,u,p\n0.5,0.25,3,4\n0.1,0.9,-1,2\n0.5,0.75,8,9\n"));
  ASSERT_NE(field->points(), nullptr);
  EXPECT_EQ(field->points()->points(), 3);
  EXPECT_EQ((*field->points())(1, 1), 0.9);
  EXPECT_EQ(value_at(*field, {0.5, 0.75}), 8);
  EXPECT_EQ(value_at(*field, {0.5 + 1e-13, 0.25}, 1), 4);
  EXPECT_TRUE(std::isnan(value_at(*field, {0.5, 0.5})));
  double unused = 0;
  EXPECT_FALSE(field->derivatives(point({0.5, 0.75}), 0, 0, &unused));
  EXPECT_EQ(field->stated_error, -1);
}

/// A field from arrays that a reader hands over; extra keys go into the reference block.
std::unique_ptr<ReferenceField> field_of(const std::vector<NamedArray>& arrays,
                                         const std::string& keys = "") {
  const Folder folder;
  Problem problem = problem_with(folder, "field.h5", "", keys);
  return make_reference(problem, [&](const std::string& path) {
    EXPECT_TRUE(path.ends_with("field.h5"));
    return arrays;
  });
}

std::string refusal_of(const std::vector<NamedArray>& arrays, const std::string& keys = "") {
  try {
    field_of(arrays, keys);
  } catch (const InputError& error) {
    EXPECT_EQ(error.where().line, 7);  // of `reference`
    return error.what();
  }
  ADD_FAILURE() << "was taken";
  return "";
}

constexpr int nx = 9, nt = 11;
double cubic(double x, double t) { return x * x * x - 2 * x * t + t * t; }

/// cubic() on a grid, as axes and one array; `first` is the slower index.
std::vector<NamedArray> axes_and_values(bool x_first, int t_count = nt) {
  NamedArray x{"x", {1, nx}, {}}, t{"t", {std::size_t(t_count), 1}, {}},
      u{"u", {nx, std::size_t(t_count)}, {}};
  for (int i = 0; i < nx; ++i) x.values.push_back(double(i) / (nx - 1));
  for (int j = 0; j < t_count; ++j) t.values.push_back(double(j) / (t_count - 1));
  if (!x_first) std::swap(u.shape[0], u.shape[1]);
  for (std::size_t i = 0; i < u.shape[0]; ++i)
    for (std::size_t j = 0; j < u.shape[1]; ++j)
      u.values.push_back(x_first ? cubic(x.values[i], t.values[j])
                                 : cubic(x.values[j], t.values[i]));
  return {x, t, u};
}

TEST(FileReference, TakesAxesAndArraysOverTheirProduct) {
  for (const bool x_first : {true, false}) {
    const auto field = field_of(axes_and_values(x_first));
    EXPECT_EQ(field->points(), nullptr);
    for (const auto& [x, t] : {std::pair{0.0, 1.0}, {0.37, 0.91}, {0.93, 0.05}})
      EXPECT_NEAR(value_at(*field, {x, t}), cubic(x, t), 1e-14) << x_first;
  }
  // as many points along both: the order of the variables
  EXPECT_NEAR(value_at(*field_of(axes_and_values(true, nx)), {0.2, 0.7}), cubic(0.2, 0.7), 1e-14);
}

TEST(FileReference, TakesArraysThatAreAllOfOneShape) {
  std::vector<NamedArray> arrays = axes_and_values(true);
  NamedArray x{"x", {nx, nt}, {}}, t{"t", {nx, nt}, {}};  // as from MATLAB's ndgrid
  for (int i = 0; i < nx; ++i)
    for (int j = 0; j < nt; ++j)
      x.values.push_back(arrays[0].values[i]), t.values.push_back(arrays[1].values[j]);
  const auto field = field_of({arrays[2], t, x, {"other", {3}, {1, 2, 3}}});
  EXPECT_NEAR(value_at(*field, {0.31, 0.77}), cubic(0.31, 0.77), 1e-14);
}

TEST(FileReference, FindsArraysUnderOtherNames) {
  std::vector<NamedArray> arrays = axes_and_values(false);
  arrays[1].name = "tt", arrays[2].name = "data/usol";
  const auto field = field_of(arrays, ", columns: {t: tt, u: data/usol}");
  EXPECT_NEAR(value_at(*field, {0.31, 0.77}), cubic(0.31, 0.77), 1e-14);
}

TEST(FileReference, SaysWhatIsWrongWithArrays) {
  const auto arrays = axes_and_values(true);
  EXPECT_NE(refusal_of({arrays[0], arrays[2]})
                .find("no array for the variable 't'; it holds x (1 x 9), u (9 x 11)"),
            std::string::npos);
  EXPECT_NE(refusal_of({arrays[0], arrays[1]}).find("no array for an unknown (u, p)"),
            std::string::npos);
  EXPECT_NE(refusal_of(arrays, ", columns: {u: usol}").find("has no array 'usol'"),
            std::string::npos);
  auto short_one = arrays;
  short_one[2].shape = {9, 10}, short_one[2].values.resize(90);
  EXPECT_NE(refusal_of(short_one).find("x (1 x 9), t (11 x 1), u (9 x 10); expected arrays of one "
                                       "size, or 9 x 11 (= x x t) values"),
            std::string::npos);
  auto undefined = arrays;
  undefined[2].values[4] = std::nan("");
  EXPECT_NE(refusal_of(undefined).find("u: entry 5 is nan"), std::string::npos);
  auto elsewhere = arrays;
  for (double& t : elsewhere[1].values) t += 3;
  EXPECT_NE(refusal_of(elsewhere).find("covers t = 3 to 4, outside the domain's 0 to 1"),
            std::string::npos);
  const std::vector<NamedArray> scattered = {
      {"x", {3}, {0.1, 0.5, 1.5}}, {"t", {3}, {0.3, 0.2, 0.1}}, {"u", {3}, {1, 2, 3}}};
  EXPECT_NE(refusal_of(scattered).find("number 3 (x, t = 1.5, 0.1) lies outside the domain"),
            std::string::npos);
  EXPECT_NE(refusal_of({{"x", {0}, {}}, {"t", {0}, {}}, {"u", {0}, {}}}).find("no values of x"),
            std::string::npos);
}

TEST(FileReference, NeedsAReaderForOtherFormats) {
  const Folder folder;
  EXPECT_THROW(make_reference(problem_with(folder, "field.h5", "")), InputError);
}

TEST(FileReference, RefusesFilesWithoutTheNeededColumns) {
  const Folder folder;
  EXPECT_THROW(make_reference(problem_with(folder, "a.csv", "x,u\n1,2\n")), InputError);
  EXPECT_THROW(make_reference(problem_with(folder, "b.csv", "x,t,w\n1,2,3\n")), InputError);
  EXPECT_THROW(make_reference(problem_with(folder, "c.csv", "x,t,u\n1,2,three\n")), InputError);
  EXPECT_THROW(make_reference(problem_with(folder, "d.csv", "x,t,u\n")), InputError);
}

TEST(InterpolationWeights, AreExactForPolynomialsOnUnevenNodes) {
  const double nodes[] = {0, 0.1, 0.4, 0.45, 0.9};
  double value[5], slope[5];
  interpolation_weights(0.33, nodes, 5, value, slope);
  for (int power = 0; power < 5; ++power) {
    double sum = 0, derivative = 0;
    for (int i = 0; i < 5; ++i) {
      sum += value[i] * std::pow(nodes[i], power);
      derivative += slope[i] * std::pow(nodes[i], power);
    }
    EXPECT_NEAR(sum, std::pow(0.33, power), 1e-14);
    EXPECT_NEAR(derivative, power * std::pow(0.33, power - 1), 1e-13);
  }
}

}  // namespace
}  // namespace kanpde::problems
