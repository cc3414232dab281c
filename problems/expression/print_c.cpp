#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "problems/expression/print.hpp"

namespace kanpde::problems {

namespace {

/// Keywords of C and C++, and names of <math.h> that users may give to their own quantities.
constexpr std::string_view reserved[] = {
    "NAN",      "acos",     "acosh",     "alignas",  "alignof",  "and",     "asin",     "asinh",
    "asm",      "atan",     "atan2",     "atanh",    "auto",     "bool",    "break",    "case",
    "catch",    "cbrt",     "ceil",      "char",     "class",    "compl",   "const",    "continue",
    "copysign", "cos",      "cosh",      "default",  "delete",   "do",      "double",   "else",
    "enum",     "erf",      "erfc",      "exp",      "exp2",     "expm1",   "explicit", "export",
    "extern",   "fabs",     "false",     "fdim",     "float",    "floor",   "fma",      "fmax",
    "fmin",     "fmod",     "for",       "frexp",    "friend",   "gamma",   "goto",     "hypot",
    "if",       "ilogb",    "inline",    "int",      "isinf",    "isnan",   "j0",       "j1",
    "jn",       "ldexp",    "lgamma",    "llrint",   "llround",  "log",     "log10",    "log1p",
    "log2",     "logb",     "long",      "lrint",    "lround",   "modf",    "mutable",  "namespace",
    "nan",      "new",      "not",       "operator", "or",       "pow",     "private",  "protected",
    "public",   "register", "remainder", "remquo",   "restrict", "return",  "rint",     "round",
    "scalb",    "scalbn",   "short",     "signbit",  "signed",   "sin",     "sinh",     "sizeof",
    "sqrt",     "static",   "struct",    "switch",   "tan",      "tanh",    "template", "tgamma",
    "this",     "throw",    "true",      "trunc",    "try",      "typedef", "typename", "union",
    "unsigned", "using",    "virtual",   "void",     "volatile", "while",   "xor",      "y0",
    "y1",       "yn"};

/// The name, with an underscore behind it where C has another use for it.
std::string c_name(const std::string& name) {
  return std::ranges::find(reserved, name) != std::end(reserved) ? name + "_" : name;
}

class CPrinter {
 public:
  CPrinter(const Graph& graph, const Scope& scope) : graph_(graph), scope_(scope) {}

  std::string print(Expr e) {
    for (std::int32_t id : reachable(graph_, std::span(&e, 1))) done_[id] = node_text({id});
    return done_.at(e.id).text;
  }

 private:
  std::string at_least(Expr e, Strength strength) const {
    const Printed& piece = done_.at(e.id);
    return piece.strength >= strength ? piece.text : fmt::format("({})", piece.text);
  }
  const std::string& text(Expr e) const { return done_.at(e.id).text; }

  Printed node_text(Expr e) const {
    const Graph::Node& n = graph_.node(e);
    switch (n.op) {
      case Op::constant:
        return {number(n.value), n.value < 0 ? Strength::sum : Strength::atom};
      case Op::input:
        return {variable(graph_.symbol_of(e)), Strength::atom};
      case Op::add:
        return infix(n, " + ", Strength::sum, Strength::product);
      case Op::sub:
        return infix(n, " - ", Strength::sum, Strength::product);
      case Op::mul:
        return infix(n, "*", Strength::product, Strength::product);
      case Op::div:
        return infix(n, "/", Strength::product, Strength::atom);
      case Op::neg:
        return {"-" + at_least(n.a, Strength::product), Strength::sum};
      case Op::square:
        return call("pow", fmt::format("{}, 2.0", text(n.a)));
      case Op::powi:
        return call("pow", fmt::format("{}, {}", text(n.a), number(n.value)));
      case Op::pow:
        return call("pow", fmt::format("{}, {}", text(n.a), text(n.b)));
      case Op::min:
        return call("fmin", fmt::format("{}, {}", text(n.a), text(n.b)));
      case Op::max:
        return call("fmax", fmt::format("{}, {}", text(n.a), text(n.b)));
      case Op::select:
        return chosen(n.a, " > 0.0", text(n.b), text(n.c));
      case Op::step:
        return chosen(n.a, " >= 0.0", "1.0", "0.0");
      case Op::sign:
        return {fmt::format("(({0} > 0.0) - ({0} < 0.0))", at_least(n.a, Strength::sum)),
                Strength::atom};
      default:
        return call(function(n.op), text(n.a));
    }
  }

  static std::string function(Op op) {
    switch (op) {
      case Op::abs:
        return "fabs";
      case Op::bessel_j0:
        return "j0";
      case Op::bessel_j1:
        return "j1";
      default:
        return function_name(op);
    }
  }

  static Printed call(const std::string& function, const std::string& arguments) {
    return {fmt::format("{}({})", function, arguments), Strength::atom};
  }

  Printed chosen(Expr condition, const char* test, const std::string& yes,
                 const std::string& no) const {
    return {fmt::format("({}{} ? {} : {})", at_least(condition, Strength::sum), test, yes, no),
            Strength::atom};
  }

  Printed infix(const Graph::Node& n, std::string_view op, Strength left, Strength right) const {
    return {fmt::format("{}{}{}", at_least(n.a, left), op, at_least(n.b, right)), left};
  }

  /// The shortest decimal of the same bits, never an integer.
  static std::string number(double value) {
    if (!std::isfinite(value))
      return std::isnan(value) ? "NAN" : value < 0 ? "-INFINITY" : "INFINITY";
    const std::string shown = shortest_number(value);
    return shown.find_first_of(".e") == std::string::npos ? shown + ".0" : shown;
  }

  std::string variable(const Symbol& s) const {
    if (s.kind == Symbol::Kind::coordinate && std::size_t(s.index) < scope_.variables.size())
      return c_name(scope_.variables[std::size_t(s.index)]);
    return "NAN";
  }

  const Graph& graph_;
  const Scope& scope_;
  std::unordered_map<std::int32_t, Printed> done_;
};

}  // namespace

std::string to_c(const Graph& graph, const Scope& scope, Expr e, const std::string& name) {
  std::vector<std::string> arguments;
  for (const std::string& variable : scope.variables)
    arguments.push_back("double " + c_name(variable));
  return fmt::format("double {}({}) {{\n  return {};\n}}\n", c_name(name),
                     fmt::join(arguments, ", "), CPrinter(graph, scope).print(e));
}

}  // namespace kanpde::problems
