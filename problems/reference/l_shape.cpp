#include "problems/reference/l_shape.hpp"

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <numbers>

#include "problems/reference/equation_form.hpp"

namespace kanpde::problems {

namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

/// z in polar form with theta in [0, 3 pi/2] on the L-shape; just outside its inner edges, slightly
/// beyond.
struct Polar {
  double r, theta;
  Complex w() const { return std::polar(std::pow(r, 2.0 / 3), 2 * theta / 3); }
};

Polar polar(double x, double y) {
  const double theta = std::atan2(y, x);
  return {std::hypot(x, y), theta < -pi / 4 ? theta + 2 * pi : theta};
}

/// u, u_x, u_y of the part that carries the right-hand side and the inner corner's logarithm.
LShape::Value particular(double y, const Polar& p) {
  if (p.r == 0) return {0, 0, 0};
  // Im g with g = z^2 log z, g' = z (2 log z + 1); d/dx Im g = Im g', d/dy Im g = Re g'
  const Complex z = std::polar(p.r, p.theta), log_z(std::log(p.r), p.theta);
  const Complex g = z * z * log_z, dg = z * (2.0 * log_z + 1.0);
  const double c = -1 / (3 * pi);
  return {-y * y / 2 + c * g.imag(), c * dg.imag(), -y + c * dg.real()};
}

/// A function f(w), real for real w, and f'(w).
struct Term {
  Complex f, df;
};

/// d^j log d with d = 1 - w/corner.
Term corner_term(Complex w, Complex corner, int j) {
  const Complex d = 1.0 - w / corner;
  if (std::abs(d) < 1e-300) return {0, 0};
  const Complex power = std::pow(d, j - 1), log_d = std::log(d);
  return {power * d * log_d, -power * (double(j) * log_d + 1.0) / corner};
}

/// All basis functions at w, in the order of the coefficients.
void evaluate_basis(Complex w, int powers, int corner_powers, std::vector<Term>& out) {
  out.clear();
  const double scale =
      std::cbrt(2.0);  // largest |w|, that of the corners (1, 1), (-1, 1), (-1, -1)
  Complex power = 1;
  for (int k = 1; k <= powers; ++k) {
    const Complex previous = power;
    power *= w / scale;
    out.push_back({power, double(k) / scale * previous});
  }
  for (const double end : {1.0, -1.0})  // corners (1, 0) and (0, -1), on the real axis
    for (int j = 2; j <= corner_powers; ++j) out.push_back(corner_term(w, end, j));
  for (const double angle :
       {pi / 6, pi / 2, 5 * pi / 6}) {  // the other three, with their mirror images
    const Complex corner = std::polar(scale, angle);
    for (int j = 2; j <= corner_powers; ++j) {
      const Term a = corner_term(w, corner, j), b = corner_term(w, std::conj(corner), j);
      const Complex i(0, 1);
      out.push_back({a.f + b.f, a.df + b.df});
      out.push_back({i * (a.f - b.f), i * (a.df - b.df)});
    }
  }
}

/// n points on each of the four sides that do not meet the inner corner, dense towards their ends.
std::vector<std::array<double, 2>> outer_sides(int n) {
  std::vector<std::array<double, 2>> points;
  for (int i = 0; i < n; ++i) {
    const double s = (1 - std::cos(pi * (i + 0.5) / n)) / 2;
    points.insert(points.end(), {{1, s}, {2 * s - 1, 1}, {-1, 2 * s - 1}, {-s, -1}});
  }
  return points;
}

}  // namespace

LShape::LShape(int powers, int corner_powers) : powers_(powers), corner_powers_(corner_powers) {
  const auto points = outer_sides(3 * powers);
  const int columns = powers + 8 * (corner_powers - 1);
  Eigen::MatrixXd a(points.size(), columns);
  Eigen::VectorXd b(points.size());
  std::vector<Term> terms;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Polar p = polar(points[i][0], points[i][1]);
    evaluate_basis(p.w(), powers, corner_powers, terms);
    for (int k = 0; k < columns; ++k) a(i, k) = terms[k].f.imag();
    b(i) = -particular(points[i][1], p).u;
  }
  const Eigen::VectorXd scale = a.colwise().norm().transpose();
  a = a * scale.cwiseInverse().asDiagonal();
  const Eigen::VectorXd c = a.completeOrthogonalDecomposition().solve(b).cwiseQuotient(scale);
  coefficients_.assign(c.begin(), c.end());
  for (const auto& [x, y] : outer_sides(7 * powers + 1))
    boundary_error_ = std::max(boundary_error_, std::abs(at(x, y).u));
}

LShape::Value LShape::at(double x, double y) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), edge = 1e-9;
  const bool inside =
      std::abs(x) <= 1 + edge && std::abs(y) <= 1 + edge && !(x > edge && y < -edge);
  if (!inside) return {nan, nan, nan};
  const Polar p = polar(x, y);
  std::vector<Term> terms;
  evaluate_basis(p.w(), powers_, corner_powers_, terms);
  Term sum{};
  for (std::size_t k = 0; k < terms.size(); ++k) {
    sum.f += coefficients_[k] * terms[k].f;
    sum.df += coefficients_[k] * terms[k].df;
  }
  const Value base = particular(y, p);
  if (p.r == 0) return {0, nan, nan};
  const Complex gradient = sum.df * (2.0 / 3) * std::polar(std::pow(p.r, -1.0 / 3), -p.theta / 3);
  return {base.u + sum.f.imag(), base.u_x + gradient.imag(), base.u_y + gradient.real()};
}

namespace {

class LShapeReference final : public ReferenceField {
 public:
  LShapeReference() { stated_error = 2 * shape_.boundary_error(); }
  bool has(int unknown) const override { return unknown == 0; }
  void values(const Columns& x, int, double* out) const override {
    for (int p = 0; p < x.points(); ++p) out[p] = shape_.at(x(0, p), x(1, p)).u;
  }
  bool derivatives(const Columns& x, int, int variable, double* out) const override {
    for (int p = 0; p < x.points(); ++p) {
      const LShape::Value value = shape_.at(x(0, p), x(1, p));
      out[p] = variable == 0 ? value.u_x : value.u_y;
    }
    return true;
  }

 private:
  LShape shape_;
};

bool is_l_shape(const Shape& shape) {
  const Box box = shape.bounding_box();
  if (box.dimension() != 2) return false;
  for (int i = 0; i < 2; ++i)
    if (std::abs(box.lower[i] + 1) > 1e-12 || std::abs(box.upper[i] - 1) > 1e-12) return false;
  constexpr int n = 40;  // membership on a lattice that avoids the sides
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double x[] = {(2 * i + 1.0) / n - 1, (2 * j + 1.0) / n - 1};
      if (shape.contains(x) != !(x[0] > 0 && x[1] < 0)) return false;
    }
  return true;
}

}  // namespace

std::unique_ptr<ReferenceField> make_l_shape_reference(const Problem& problem) {
  const char* expected =
      "-laplacian(u) = 1 on the polygon (0,0) (1,0) (1,1) (-1,1) (-1,-1) (0,-1) with u = 0 on its "
      "boundary";
  const bool shape = problem.unknowns.size() == 1 && problem.variable_count() == 2 &&
                     !problem.has_time && problem.equations.size() == 1 && problem.region.space &&
                     is_l_shape(*problem.region.space);
  if (!shape) refuse(problem, expected);
  Graph graph = problem.graph;
  const Expr laplacian = graph.add(graph.unknown(0, {{2, 0}}), graph.unknown(0, {{0, 2}}));
  const Expr form = graph.add(laplacian, graph.constant(1));
  if (!proportional(graph, problem.equations[0].parsed.residual, form) ||
      !demands(graph, problem, Condition::Where::boundary, 0, graph.constant(0)))
    refuse(problem, expected);
  return std::make_unique<LShapeReference>();
}

}  // namespace kanpde::problems
