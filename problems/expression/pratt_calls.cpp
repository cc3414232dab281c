#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "problems/expression/logic.hpp"
#include "problems/expression/pratt.hpp"

namespace kanpde::problems {

namespace {

struct Unary {
  std::string_view name;
  Op op;
};
constexpr Unary unary_functions[] = {{"sin", Op::sin},
                                     {"cos", Op::cos},
                                     {"tan", Op::tan},
                                     {"asin", Op::asin},
                                     {"acos", Op::acos},
                                     {"atan", Op::atan},
                                     {"sinh", Op::sinh},
                                     {"cosh", Op::cosh},
                                     {"tanh", Op::tanh},
                                     {"exp", Op::exp},
                                     {"log", Op::log},
                                     {"ln", Op::log},
                                     {"sqrt", Op::sqrt},
                                     {"abs", Op::abs},
                                     {"sign", Op::sign},
                                     {"erf", Op::erf},
                                     {"step", Op::step},
                                     {"heaviside", Op::step},
                                     {"floor", Op::floor},
                                     {"asinh", Op::asinh},
                                     {"acosh", Op::acosh},
                                     {"atanh", Op::atanh},
                                     {"bessel_j0", Op::bessel_j0},
                                     {"bessel_j1", Op::bessel_j1}};

const Unary* find_unary(std::string_view name) {
  const auto entry = std::find_if(std::begin(unary_functions), std::end(unary_functions),
                                  [&](const Unary& f) { return f.name == name; });
  return entry == std::end(unary_functions) ? nullptr : entry;
}

struct Signature {
  std::string_view name;
  int least, most;  ///< arguments
};
constexpr int any = 1000;
constexpr Signature other_functions[] = {{"log10", 1, 1}, {"pow", 2, 2},   {"min", 2, any},
                                         {"max", 2, any}, {"where", 3, 3}, {"if", 3, 3},
                                         {"atan2", 2, 2}};
constexpr Signature differential_operators[] = {
    {"diff", 2, any}, {"laplacian", 1, 1}, {"biharmonic", 1, 1}, {"grad", 1, 1},
    {"div", 1, 1},    {"dot", 2, 2},       {"dn", 1, 1}};

}  // namespace

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Unary& f : unary_functions) names.emplace_back(f.name);
  for (const Signature& f : other_functions) names.emplace_back(f.name);
  for (const Signature& f : differential_operators) names.emplace_back(f.name);
  return names;
}

Value Pratt::call(const Token& token) {
  const bool differential =
      std::any_of(std::begin(differential_operators), std::end(differential_operators),
                  [&](const Signature& f) { return f.name == token.text; });
  Value result = differential ? call_operator(token) : call_function(token);
  result.begin = token.offset;
  result.end = last_end();
  return finite(result);
}

/// The arguments of a call, parentheses included.
std::vector<Value> Pratt::arguments(const Token& function, int least, int most) {
  expect("(", fmt::format("after {}", function.text));
  std::vector<Value> result;
  if (!peek().is(")")) {
    do {
      result.push_back(parse(lowest));
    } while (peek().is(",") && (take(), true));
  }
  const int count = int(result.size());
  const Token close = peek();
  expect(")", fmt::format("to close {}(", function.text));
  if (count >= least && count <= most) return result;
  const std::string expected =
      least == most ? fmt::format("{}", least) : fmt::format("at least {}", least);
  const int at = count > most ? result[std::size_t(most)].begin : close.offset;
  source_.fail(at, fmt::format("{}(...) takes {} argument{}, got {}", function.text, expected,
                               least == 1 ? "" : "s", count));
}

Value Pratt::call_function(const Token& token) {
  Signature signature{token.text, 1, 1};
  for (const Signature& f : other_functions)
    if (f.name == token.text) signature = f;
  std::vector<Expr> x;
  for (const Value& argument : arguments(token, signature.least, signature.most))
    x.push_back(number(argument, fmt::format("in {}(...)", token.text)));
  const Unary* unary = find_unary(token.text);
  return {{unary ? graph_.apply(unary->op, x[0]) : apply_named(token.text, x)}};
}

Expr Pratt::apply_named(std::string_view function, const std::vector<Expr>& x) {
  if (function == "pow") return graph_.pow(x[0], x[1]);
  if (function == "atan2") return atan2(x[0], x[1]);
  if (function == "where" || function == "if") return graph_.apply(Op::select, x[0], x[1], x[2]);
  if (function == "log10") {
    if (graph_.is_constant(x[0])) return graph_.constant(std::log10(graph_.constant_value(x[0])));
    return graph_.mul(graph_.constant(1 / std::numbers::ln10), graph_.apply(Op::log, x[0]));
  }
  Expr result = x[0];
  for (std::size_t i = 1; i < x.size(); ++i)
    result = graph_.apply(function == "min" ? Op::min : Op::max, result, x[i]);
  return result;
}

/// The angle of (x, y) in (-pi, pi], by quadrants; atan2(0, 0) = 0.
Expr Pratt::atan2(Expr y, Expr x) {
  const Expr quarter = graph_.constant(std::numbers::pi / 2);
  const auto choose = [&](Expr a, Expr b, Expr c) { return graph_.apply(Op::select, a, b, c); };
  const auto arctangent = [&](Expr a, Expr b) { return graph_.apply(Op::atan, graph_.div(a, b)); };
  const Expr on_axis = choose(graph_.neg(x), graph_.constant(std::numbers::pi), graph_.constant(0));
  const Expr above = graph_.sub(quarter, arctangent(x, y));
  const Expr below = graph_.sub(graph_.neg(quarter), arctangent(x, y));
  return choose(x, arctangent(y, x), choose(y, above, choose(graph_.neg(y), below, on_axis)));
}

Value Pratt::call_operator(const Token& token) {
  if (token.is("diff")) return {{diff(token)}};
  const bool dot_product = token.is("dot");
  const std::vector<Value> x = arguments(token, dot_product ? 2 : 1, dot_product ? 2 : 1);
  if (dot_product) return {{dot(x[0], x[1])}};
  if (token.is("div")) return {{div(x[0], token)}};
  const Expr e = number(x[0], fmt::format("in {}(...)", token.text));
  if (token.is("grad")) return {grad(e, token), true};
  if (token.is("dn")) return {{dn(e, token)}};
  if (token.is("laplacian")) return {{laplacian(e, token)}};
  return {{laplacian(laplacian(e, token), token)}};
}

/// diff(e, x), diff(e, x, 2), diff(e, x, y), diff(e, x, 2, y)
Expr Pratt::diff(const Token& function) {
  expect("(", "after diff");
  Expr e = number(parse(lowest), "in diff(...)");
  if (peek().is(")"))
    source_.fail(peek().offset, fmt::format("diff(e, x) needs a variable; {}", variable_list()));
  while (peek().is(",")) {
    take();
    const int variable = variable_argument();
    int order = 1;
    if (peek().is(",") && tokens_[next_ + 1].kind == Token::Kind::number) order = order_argument();
    for (int k = 0; k < order; ++k) e = derivative(e, variable, function);
  }
  expect(")", "to close diff(");
  return e;
}

int Pratt::variable_argument() {
  const Token token = take();
  if (const int i = variable_index(token.text); i >= 0) return i;
  const std::string nearest = nearest_name(token.text, scope_.variables);
  source_.fail(token.offset,
               fmt::format("'{}' is not a variable{}; {}", token.text,
                           nearest.empty() ? "" : fmt::format(", did you mean '{}'?", nearest),
                           variable_list()));
}

int Pratt::order_argument() {
  take();
  const Token token = take();
  const double order = token.value;
  if (order != std::floor(order) || order < 1 || order > largest_derivative_order)
    source_.fail(token.offset, fmt::format("'{}' is not an order of a derivative: a whole number "
                                           "from 1 to {} is expected",
                                           token.text, largest_derivative_order));
  return int(order);
}

Expr Pratt::derivative(Expr e, int variable, const Token& at) {
  for (const Symbol& s : graph_.symbols(std::span(&e, 1)))
    if (s.alpha.order() >= largest_derivative_order)
      source_.fail(at.offset,
                   fmt::format("a derivative of order above {}", largest_derivative_order));
  return graph_.derivative(e, variable);
}

void Pratt::check_space(const Token& at) const {
  if (scope_.space_dimension > 0) return;
  source_.fail(at.offset,
               fmt::format("{}(...) needs space variables; this problem has none: use "
                           "diff(e, {})",
                           at.text, scope_.variables.empty() ? "t" : scope_.variables[0]));
}

std::vector<Expr> Pratt::grad(Expr e, const Token& at) {
  check_space(at);
  std::vector<Expr> result;
  for (int i = 0; i < scope_.space_dimension; ++i) result.push_back(derivative(e, i, at));
  return result;
}

Expr Pratt::laplacian(Expr e, const Token& at) { return div({grad(e, at), true}, at); }

Expr Pratt::div(const Value& field, const Token& at) {
  check_space(at);
  const auto size = int(field.components.size());
  if (!field.is_vector || size != scope_.space_dimension)
    source_.fail(field.begin,
                 fmt::format("div(...) takes a vector of {} component{}, such as "
                             "grad(u) or [a, b]; got {}",
                             scope_.space_dimension, scope_.space_dimension == 1 ? "" : "s",
                             field.is_vector ? fmt::format("{} components", size) : "a number"));
  Expr result = graph_.constant(0);
  for (int i = 0; i < size; ++i)
    result = graph_.add(result, derivative(field.components[std::size_t(i)], i, at));
  return result;
}

Expr Pratt::dot(const Value& left, const Value& right) {
  for (const Value* v : {&left, &right})
    if (!v->is_vector)
      source_.fail(v->begin,
                   "dot(..., ...) takes two vectors, such as grad(u) or [a, b]; got a number");
  if (left.components.size() != right.components.size())
    source_.fail(right.begin, fmt::format("dot(..., ...) takes vectors of one size; got {} and {}",
                                          left.components.size(), right.components.size()));
  Expr result = graph_.constant(0);
  for (std::size_t i = 0; i < left.components.size(); ++i)
    result = graph_.add(result, graph_.mul(left.components[i], right.components[i]));
  return result;
}

Expr Pratt::dn(Expr e, const Token& at) {
  if (!scope_.normals)
    source_.fail(at.offset,
                 "dn(...) is the derivative along the outward normal, which only "
                 "conditions on a boundary have");
  Expr result = graph_.constant(0);
  const std::vector<Expr> gradient = grad(e, at);
  for (int i = 0; i < scope_.space_dimension; ++i) {
    const Expr normal = graph_.symbol({Symbol::Kind::normal, i, 0, {}});
    result = graph_.add(result, graph_.mul(normal, gradient[std::size_t(i)]));
  }
  return result;
}

}  // namespace kanpde::problems
